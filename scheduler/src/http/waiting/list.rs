use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use super::WaitingPerson;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Who waits at the door, in the order of asking. For moderators.
#[utoipa::path(get, path = "/meetings/{id}/waiting", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 200, body = Items<WaitingPerson>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn list_waiting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<Json<Items<WaitingPerson>>, Problem> {
    let (_, items) = super::waiting(&app, &who, id).await?;
    Ok(Json(items))
}
