use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::RoomId;
use domain::policy::Action;
use http::StatusCode;

use super::{RoomAnswer, RoomBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id, IfMatch};

/// Changes a room.
#[utoipa::path(put, path = "/rooms/{id}", tag = "rooms", request_body = RoomBody,
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag the change starts from")),
responses(
    (status = 200, body = RoomAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_room(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
    if_match: IfMatch,
    Body(body): Body<RoomBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageRooms)?;
    let mut unit = app.store.begin().await?;
    let mut room = unit.room(id).await?.filter(|room| room.retired_at.is_none()).ok_or_else(Problem::not_found)?;
    if_match.is(room.version)?;
    body.write(&mut room)?;
    let same_name = unit.rooms().await?.into_iter().any(|other| other.id != id && other.name == room.name);
    if same_name {
        return Err(super::name_taken(storage::StorageError::Conflict("room name")));
    }
    room.version += 1;
    unit.save_room(&room).await?;
    unit.add_audit(&who.entry(app.now(), "room.changed", format!("room {id}"))).await?;
    unit.commit().await?;
    Ok(versioned(StatusCode::OK, room.version, RoomAnswer::from(&room)))
}
