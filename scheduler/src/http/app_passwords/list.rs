use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::AppPasswordAnswer;
use crate::app::App;
use crate::dav::CALENDARS_PATH;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};

/// One's own passwords for calendar programs, and what else such a program asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppPasswords {
    /// Where the calendar is found.
    #[schema(example = "https://meet.example.org/caldav/")]
    server: String,
    /// The user name.
    user: String,
    items: Vec<AppPasswordAnswer>,
}

/// One's own passwords for calendar programs, the oldest first; without the passwords.
#[utoipa::path(get, path = "/app-passwords", tag = "bookings", responses(
    (status = 200, body = AppPasswords),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_app_passwords(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<AppPasswords>, Problem> {
    let passwords = app.store.read().await?.app_passwords_of(who.id()).await?;
    Ok(Json(AppPasswords {
        server: format!("{}{CALENDARS_PATH}/", app.config.base_url),
        user: who.actor.person.email.expose().clone(),
        items: passwords.iter().map(AppPasswordAnswer::from).collect(),
    }))
}
