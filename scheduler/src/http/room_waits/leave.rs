use std::sync::Arc;

use axum::extract::State;
use domain::RoomWaitId;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Waits no longer, or lets an offer pass: it goes to the next one.
#[utoipa::path(delete, path = "/room-waits/{id}", tag = "rooms", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Off the list"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn leave_room_wait(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomWaitId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    let is_own = unit.room_waits_of(who.id()).await?.iter().any(|one| one.id == id);
    if !is_own || !unit.delete_room_wait(id).await? {
        return Err(Problem::not_found());
    }
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
