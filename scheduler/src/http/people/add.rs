use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{Person, PersonId, Private, Role};
use http::StatusCode;
use serde::Deserialize;
use storage::StorageError;
use utoipa::ToSchema;

use super::{PersonAnswer, fields};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;

/// A new person.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPersonBody {
    #[schema(value_type = String)]
    name: Private<String>,
    #[schema(value_type = String)]
    email: Private<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Private<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["room_manager"]))]
    roles: Vec<Role>,
    /// `de` (if absent) or `en`.
    locale: Option<String>,
}

/// Adds a person.
#[utoipa::path(post, path = "/people", tag = "people", request_body = NewPersonBody, responses(
    (status = 201, body = PersonAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "already_exists: the mail address is taken", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn add_person(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<NewPersonBody>,
) -> Result<(StatusCode, Json<PersonAnswer>), Problem> {
    who.must(Action::ManagePeople)?;
    let (name, email) = (fields::name(&body.name)?, fields::email(&body.email)?);
    let locale = fields::locale(body.locale.as_deref().unwrap_or("de"))?;
    fields::check_password(&body.password)?;
    let turn = app.passwords.turn().await.map_err(|_| Problem::unavailable())?;
    let password_hash = app.passwords.hash(&turn, &body.password, app.randomness.as_ref()).await;
    drop(turn);

    let person = Person {
        id: PersonId::from_uuid(app.new_id()),
        name,
        email,
        password_hash: Some(password_hash),
        roles: fields::roles(body.roles),
        locale,
        disabled_at: None,
        created_at: app.now(),
    };
    let mut unit = app.store.begin().await?;
    unit.add_person(&person).await.map_err(|error| match error {
        StorageError::Conflict(_) => {
            Problem::new(Code::AlreadyExists, "There is an account with this mail address.").with_field("email")
        }
        error => error.into(),
    })?;
    unit.add_audit(&who.entry(app.now(), "person.created", format!("person {}", person.id))).await?;
    unit.commit().await?;
    Ok((StatusCode::CREATED, Json(PersonAnswer::new(&person, true))))
}
