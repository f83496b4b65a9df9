use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::RoomWaitAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};

/// The rooms and times one waits for, by start.
#[utoipa::path(get, path = "/room-waits", tag = "rooms", responses(
    (status = 200, body = Items<RoomWaitAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_room_waits(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<Items<RoomWaitAnswer>>, Problem> {
    let mut unit = app.store.read().await?;
    let waits = unit.room_waits_of(who.id()).await?;
    Ok(Json(Items { items: RoomWaitAnswer::all(unit.as_mut(), &waits, app.now()).await? }))
}
