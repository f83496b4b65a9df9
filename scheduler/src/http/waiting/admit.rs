use std::sync::Arc;

use axum::extract::State;
use domain::AdmissionId;
use http::StatusCode;
use uuid::Uuid;

use super::Decision;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;

/// Lets somebody in. The person joins again with the ticket.
#[utoipa::path(post, path = "/meetings/{id}/waiting/{admission_id}/admit", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking"), ("admission_id" = Uuid, Path)),
responses(
    (status = 204, description = "Decided"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn admit(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, admission): Ids<Uuid, AdmissionId>,
) -> Result<StatusCode, Problem> {
    super::decide(&app, &who, id, admission, Decision::Admit).await
}
