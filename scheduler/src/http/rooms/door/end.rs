use std::sync::Arc;

use axum::extract::State;
use domain::RoomId;
use domain::policy::Action;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Ends the secret of the panel at this room's door. Ending it twice does no harm.
#[utoipa::path(delete, path = "/rooms/{id}/door", tag = "rooms", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn end_door_secret(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
) -> Result<StatusCode, Problem> {
    who.must(Action::ManageRooms)?;
    let mut unit = app.store.begin().await?;
    unit.room(id).await?.ok_or_else(Problem::not_found)?;
    unit.set_door(id, None).await?;
    unit.add_audit(&who.entry(app.now(), "room.door_ended", format!("room {id}"))).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
