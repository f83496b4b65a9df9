use std::sync::Arc;

use axum::extract::State;
use domain::AppPasswordId;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Ends one of one's own passwords for calendar programs: the program that has it reads and writes nothing any more.
#[utoipa::path(delete, path = "/app-passwords/{id}", tag = "bookings", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn end_app_password(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<AppPasswordId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    if !unit.end_app_password(who.id(), id).await? {
        return Err(Problem::not_found());
    }
    unit.add_audit(&who.entry(app.now(), "app_password.ended", format!("app_password {id}"))).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
