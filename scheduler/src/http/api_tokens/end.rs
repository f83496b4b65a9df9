use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::ApiTokenId;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Ends one of one's own API tokens.
#[utoipa::path(delete, path = "/api-tokens/{id}", tag = "session", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn end_api_token(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    if !unit.end_api_token(who.id(), id).await? {
        return Err(Problem::not_found());
    }
    unit.commit().await?;
    app.publish(Event::AccessChanged { person: who.id() }).await;
    Ok(StatusCode::NO_CONTENT)
}
