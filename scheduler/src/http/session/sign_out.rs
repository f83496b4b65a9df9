use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;

use crate::app::App;
use crate::http::actor;
use crate::http::problem::{Problem, ProblemBody};
use crate::secret;

/// Signs out: ends the session and clears the cookie. Doing it twice does no harm.
#[utoipa::path(delete, path = "/session", tag = "session", responses(
    (status = 204, description = "Signed out; clears the cookie"),
    (status = 403, description = "cross_site", body = ProblemBody),
))]
pub(crate) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(cookie) = actor::session_cookie(&headers) {
        let mut unit = app.store.begin().await?;
        unit.end_session(&secret::hash(cookie)).await?;
        unit.commit().await?;
    }
    let cleared = actor::set_cookie(None, SignedDuration::ZERO);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cleared)]).into_response())
}
