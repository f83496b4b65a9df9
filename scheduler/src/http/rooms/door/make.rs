use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::RoomId;
use domain::policy::Action;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::secret::{self, Secret};

/// What the panel says to be believed, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoorSecret {
    secret: String,
}

/// Makes a secret for the panel at this room's door; an earlier one opens nothing any more. With it the panel can check in at
/// this room, and nothing else.
#[utoipa::path(post, path = "/rooms/{id}/door", tag = "rooms", params(("id" = Uuid, Path)), responses(
    (status = 201, body = DoorSecret),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn make_door_secret(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
) -> Result<(StatusCode, Json<DoorSecret>), Problem> {
    who.must(Action::ManageRooms)?;
    let secret = Secret::draw(app.randomness.as_ref(), secret::LINK_BYTES);
    let mut unit = app.store.begin().await?;
    unit.room(id).await?.filter(|room| room.retired_at.is_none()).ok_or_else(Problem::not_found)?;
    unit.set_door(id, Some(&secret.hash)).await?;
    unit.add_audit(&who.entry(app.now(), "room.door_made", format!("room {id}"))).await?;
    unit.commit().await?;
    Ok((StatusCode::CREATED, Json(DoorSecret { secret: secret.text.into_inner() })))
}
