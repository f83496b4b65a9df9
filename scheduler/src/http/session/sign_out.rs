use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cluster::Event;
use http::{HeaderMap, StatusCode, header};
use jiff::SignedDuration;

use crate::app::App;
use crate::http::actor;
use crate::http::problem::{Problem, ProblemBody};
use crate::secret;

/// Signs out: ends the session and clears the cookie. Doing it twice does no harm.
#[utoipa::path(delete, path = "/session", tag = "session", security(()), responses(
    (status = 204, description = "Signed out; clears the cookie"),
    (status = 403, description = "cross_site", body = ProblemBody),
))]
pub(crate) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(cookie) = actor::session_cookie(&headers) {
        let hash = secret::hash(cookie);
        let mut unit = app.store.begin().await?;
        let holder = unit.session_holder(&hash).await?;
        unit.end_session(&hash).await?;
        unit.commit().await?;
        if let Some(holder) = holder {
            app.publish(Event::AccessChanged { person: holder.person.id }).await;
        }
    }
    let cleared = actor::set_cookie(None, SignedDuration::ZERO);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cleared)]).into_response())
}

#[cfg(test)]
mod tests {
    use crate::testing::Bench;

    #[tokio::test]
    async fn signing_out_ends_the_session_for_good_and_can_be_done_twice() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        for _ in 0..2 {
            let answer = bench.delete("/session").by(&anna).send().await;
            let cookie = answer.is(204).headers["set-cookie"].to_str().expect("ASCII");
            assert_eq!(cookie, "__Host-rennsteig=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        }
        bench.get("/session").by(&anna).send().await.is_problem(401, "sign_in_required");
    }
}
