use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::SessionAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};

/// Who is signed in, for whom the person may act, and what the person may do.
#[utoipa::path(get, path = "/session", tag = "session", responses(
    (status = 200, body = SessionAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn show_session(State(app): State<Arc<App>>, who: SignedIn) -> Result<Json<SessionAnswer>, Problem> {
    let mut unit = app.store.read().await?;
    Ok(Json(super::answer(unit.as_mut(), &who.actor).await?))
}
