use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Locks the door: nobody new may enter, those inside stay. Doing it twice does no harm.
#[utoipa::path(post, path = "/meetings/{id}/lock", tag = "meetings",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 204, description = "Locked"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn lock_meeting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<StatusCode, Problem> {
    super::set_lock(&app, &who, id, true).await
}
