use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::RoomId;
use domain::policy::Action;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Takes a room out of use: it cannot be booked any more, existing bookings keep it.
#[utoipa::path(delete, path = "/rooms/{id}", tag = "rooms", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Retired"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn retire_room(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
) -> Result<StatusCode, Problem> {
    who.must(Action::ManageRooms)?;
    let now = app.now();
    let mut unit = app.store.begin().await?;
    let mut room = unit.room(id).await?.filter(|room| room.retired_at.is_none()).ok_or_else(Problem::not_found)?;
    room.retired_at = Some(now);
    room.version += 1;
    unit.save_room(&room).await?;
    unit.add_audit(&who.entry(now, "room.retired", format!("room {id}"))).await?;
    unit.commit().await?;
    app.publish(Event::RoomsChanged).await;
    Ok(StatusCode::NO_CONTENT)
}
