use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{AppPasswordId, text};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use storage::AppPassword;
use utoipa::ToSchema;

use super::AppPasswordAnswer;
use crate::app::App;
use crate::dav::password;
use crate::http::actor::{Credential, SignedIn};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;

/// Most passwords of one person.
const MOST: usize = 20;

/// For which program.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AppPasswordBody {
    /// What its person calls it: "Telefon". 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    label: String,
}

/// The password, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeAppPassword {
    #[serde(flatten)]
    made: AppPasswordAnswer,
    /// To be typed or pasted into the program. Hyphens, blanks and case do not matter.
    #[schema(example = "abcde-fghjk-mnpqr-stuvw-xyz23")]
    password: String,
}

/// Makes a password for one calendar program (CalDAV). It opens neither the pages nor this API. A program with an
/// API token cannot make one.
#[utoipa::path(post, path = "/app-passwords", tag = "bookings", request_body = AppPasswordBody, responses(
    (status = 201, body = MadeAppPassword),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: asked with an API token", body = ProblemBody),
    (status = 422, description = "invalid: the label, or twenty passwords already", body = ProblemBody),
))]
pub(crate) async fn make_app_password(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<AppPasswordBody>,
) -> Result<(StatusCode, Json<MadeAppPassword>), Problem> {
    if matches!(who.credential, Credential::ApiToken(_)) {
        return Err(Problem::not_allowed());
    }
    who.must(Action::FollowCalendarOf(who.id()))?;
    let label = text::line(&body.label, text::NAME_LIMIT)
        .map_err(|_| Problem::invalid("label", "1 to 100 characters that can be shown"))?;
    let secret = password::draw(app.randomness.as_ref());
    let password = AppPassword {
        id: AppPasswordId::from_uuid(app.new_id()),
        person: who.id(),
        label,
        secret_hash: secret.hash,
        created_at: app.now(),
        used_day: None,
    };
    let mut unit = app.store.begin().await?;
    if unit.app_passwords_of(who.id()).await?.len() >= MOST {
        return Err(Problem::invalid("label", "at most 20 passwords: end one first"));
    }
    unit.add_app_password(&password).await?;
    unit.add_audit(&who.entry(app.now(), "app_password.made", format!("app_password {}", password.id))).await?;
    unit.commit().await?;
    let made = MadeAppPassword { made: (&password).into(), password: secret.text.into_inner() };
    Ok((StatusCode::CREATED, Json(made)))
}
