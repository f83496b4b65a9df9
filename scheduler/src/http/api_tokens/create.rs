use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::{ApiTokenId, text};
use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use storage::ApiToken;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::{Credential, SignedIn};
use crate::http::answer::Instant;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;
use crate::secret::{self, Secret};

/// What the token is for and how long it works.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ApiTokenBody {
    /// 1 to 100 characters.
    label: String,
    /// 1 to 365.
    #[schema(minimum = 1, maximum = 365)]
    days: u32,
}

/// The token, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedApiToken {
    id: Uuid,
    token: String,
    label: String,
    expires_at: Instant,
}

/// Makes an API token with one's own rights. A token cannot make further tokens.
#[utoipa::path(post, path = "/api-tokens", tag = "session", request_body = ApiTokenBody, responses(
    (status = 201, body = CreatedApiToken),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: asked with an API token", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn create_api_token(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<ApiTokenBody>,
) -> Result<(StatusCode, Json<CreatedApiToken>), Problem> {
    if matches!(who.credential, Credential::ApiToken(_)) {
        return Err(Problem::not_allowed());
    }
    let label = text::line(&body.label, text::NAME_LIMIT)
        .map_err(|_| Problem::invalid("label", "1 to 100 characters, no line breaks"))?;
    if !(1..=365).contains(&body.days) {
        return Err(Problem::invalid("days", "1 to 365"));
    }
    let now = app.now();
    let secret = Secret::draw(app.randomness.as_ref(), secret::SESSION_BYTES);
    let token = ApiToken {
        id: ApiTokenId::from_uuid(app.new_id()),
        secret_hash: secret.hash,
        person: who.id(),
        label,
        created_at: now,
        expires_at: now + SignedDuration::from_hours(24 * i64::from(body.days)),
    };
    let mut unit = app.store.begin().await?;
    unit.add_api_token(&token).await?;
    unit.add_audit(&who.entry(now, "api_token.created", format!("api_token {}", token.id))).await?;
    unit.commit().await?;
    let answer = CreatedApiToken {
        id: token.id.as_uuid(),
        token: secret.text.into_inner(),
        label: token.label,
        expires_at: Instant(token.expires_at),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
