use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};

/// Releases what one keeps: the form was closed.
#[utoipa::path(delete, path = "/room-holds/mine", tag = "rooms", responses(
    (status = 204),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn release_rooms(State(app): State<Arc<App>>, who: SignedIn) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    unit.save_holds(who.id(), &[]).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
