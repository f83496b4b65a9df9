use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{Person, PersonId, Private, Role};
use http::StatusCode;
use serde::Deserialize;
use storage::AuditEntry;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::people::fields;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;
use crate::http::session::{self, SessionAnswer};
use crate::secret;

/// The secret of the link and the first administrator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetUpBody {
    /// What follows `#` in the link.
    #[schema(value_type = String)]
    secret: Private<String>,
    #[schema(value_type = String)]
    name: Private<String>,
    #[schema(value_type = String)]
    email: Private<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Private<String>,
}

/// Creates the first administrator and signs in. The link works once.
#[utoipa::path(post, path = "/setup", tag = "session", security(()), request_body = SetUpBody, responses(
    (status = 201, description = "Created and signed in; sets the cookie", body = SessionAnswer),
    (status = 410, description = "link_used", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn set_up(State(app): State<Arc<App>>, Body(body): Body<SetUpBody>) -> Result<Response, Problem> {
    let (name, email) = (fields::name(&body.name)?, fields::email(&body.email)?);
    fields::check_password(&body.password)?;
    let link_used = || {
        Problem::new(
            Code::LinkUsed,
            "This link was used or is too old. A new start of the server without people prints a new one.",
        )
    };
    let now = app.now();

    let turn = app.passwords.turn().await.map_err(|_| Problem::unavailable())?;
    let password_hash = app.passwords.hash(&turn, &body.password, app.randomness.as_ref()).await;
    drop(turn);

    let mut unit = app.store.begin().await?;
    let is_valid = unit.take_setup_link(&secret::hash(body.secret.expose()), now).await?;
    if !is_valid || unit.count_people().await? > 0 {
        return Err(link_used());
    }
    let person = Person {
        id: PersonId::from_uuid(app.new_id()),
        name,
        email,
        password_hash: Some(password_hash),
        roles: vec![Role::Administrator],
        locale: "de".into(),
        disabled_at: None,
        created_at: now,
    };
    unit.add_person(&person).await?;
    unit.add_audit(&AuditEntry {
        at: now,
        actor: Some(person.id),
        on_behalf_of: None,
        action: "person.created".into(),
        subject: format!("person {}", person.id),
    })
    .await?;
    session::begin(&app, unit, person, StatusCode::CREATED).await
}
