use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::RoomId;
use domain::policy::Action;
use http::StatusCode;

use super::RoomPolicyAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// The rules of a room: who may book it, when and for how long.
#[utoipa::path(get, path = "/rooms/{id}/policy", tag = "rooms", params(("id" = Uuid, Path)), responses(
    (status = 200, body = RoomPolicyAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn show_room_policy(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
) -> Result<Response, Problem> {
    who.must(Action::SeeRooms)?;
    let mut unit = app.store.read().await?;
    let room = unit.room(id).await?.filter(|room| room.retired_at.is_none()).ok_or_else(Problem::not_found)?;
    let answer = RoomPolicyAnswer::read(unit.as_mut(), &room, who.may(Action::ManageRooms)).await?;
    Ok(versioned(StatusCode::OK, room.version, answer))
}
