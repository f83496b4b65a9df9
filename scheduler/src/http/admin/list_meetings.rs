use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::RunningMeeting;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};

/// All running meetings in figures.
#[utoipa::path(get, path = "/admin/meetings", tag = "admin", responses(
    (status = 200, body = Items<RunningMeeting>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
))]
pub(crate) async fn list_running_meetings(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<Items<RunningMeeting>>, Problem> {
    super::running(&app, &who).await.map(Json)
}
