use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::policy::Action;
use domain::{Room, RoomId};
use http::StatusCode;

use super::{RoomAnswer, RoomBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;

/// Adds a room.
#[utoipa::path(post, path = "/rooms", tag = "rooms", request_body = RoomBody, responses(
    (status = 201, body = RoomAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn add_room(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<RoomBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageRooms)?;
    let mut room = Room {
        id: RoomId::from_uuid(app.new_id()),
        kind: body.kind.into(),
        name: String::new(),
        site: None,
        capacity: 0,
        notes: None,
        retired_at: None,
        version: 1,
    };
    body.write(&mut room)?;
    let mut unit = app.store.begin().await?;
    unit.add_room(&room).await.map_err(super::name_taken)?;
    unit.add_audit(&who.entry(app.now(), "room.created", format!("room {}", room.id))).await?;
    unit.commit().await?;
    Ok(versioned(StatusCode::CREATED, room.version, RoomAnswer::from(&room)))
}
