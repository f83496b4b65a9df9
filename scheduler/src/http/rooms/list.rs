use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;

use super::RoomAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};

/// All rooms that can be booked, by name.
#[utoipa::path(get, path = "/rooms", tag = "rooms", responses(
    (status = 200, body = Items<RoomAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_rooms(State(app): State<Arc<App>>, who: SignedIn) -> Result<Json<Items<RoomAnswer>>, Problem> {
    who.must(Action::SeeRooms)?;
    let rooms = app.store.read().await?.rooms().await?;
    Ok(Json(rooms.iter().map(RoomAnswer::from).collect()))
}
