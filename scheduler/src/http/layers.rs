//! What happens to every request before and after its operation.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};
use tracing::Instrument as _;

use super::actor;
use super::problem::{Code, Problem, REQUEST_ID};
use super::request::is_json;
use super::router::BODY_LIMIT;
use crate::app::App;

/// Longest query string that is read, bytes.
const QUERY_LIMIT: usize = 16 * 1024;

/// Gives the request an id, renders a problem with it, keeps answers out of caches.
/// An id that `server` gave already, and wrote into its log, is kept.
pub(crate) async fn identify(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = given_id(request.headers()).map_or_else(|| app.new_id().to_string(), str::to_owned);
    let span = tracing::info_span!("request", request.id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let headers = std::mem::take(response.headers_mut());
        response = problem.render(&id);
        for (name, value) in &headers {
            if *name != header::CONTENT_LENGTH && !response.headers().contains_key(name) {
                response.headers_mut().append(name, value.clone());
            }
        }
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, HeaderValue::from_str(&id).expect("letters, digits and hyphens"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// How often a request is carried out at most, and how long is waited in between: longer each time, and not by all alike.
const TRIES: u32 = 3;
const PAUSE_MS: u64 = 50;

/// Carries a request out again when others were in the way for a moment (a lock that did not come free, two that waited for each
/// other): nothing of it was done, and who asked need not know. Still in the way after that, it is answered 503. A calendar file is
/// larger than what is kept here meanwhile, and its entries are booked one by one: it is carried out once.
pub(crate) async fn try_again(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_calendar(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return Problem::new(Code::TooLarge, "A request may have 256 KiB.").into_response();
    };
    let mut turn = 0;
    loop {
        turn += 1;
        let again = Request::from_parts(parts.clone(), axum::body::Body::from(body.clone()));
        let response = next.clone().run(again).await;
        let is_momentary = response.extensions().get::<Problem>().is_some_and(|problem| problem.is_momentary);
        if !is_momentary {
            return response;
        }
        metrics::counter!("rennsteig_requests_in_the_way_total").increment(1);
        if turn == TRIES {
            return response;
        }
        let pause = PAUSE_MS * u64::from(turn) + app.draw() % PAUSE_MS;
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
    }
}

/// The id that `server` put into the request; anything that does not look like one is not repeated.
fn given_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then_some(id)
}

/// Refuses a query string nobody needs, and what another site makes a browser send.
pub(crate) async fn refuse_cross_site(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.uri().query().is_some_and(|query| query.len() > QUERY_LIMIT) {
        return Problem::new(Code::QueryTooLong, "A query string may have 16 KiB.").into_response();
    }
    if request.method().is_safe() {
        return next.run(request).await;
    }
    if !is_same_site(request.headers(), &app.config.base_url) {
        return Problem::new(Code::CrossSite, "Changes are accepted from our own pages only.").into_response();
    }
    if has_body(request.headers()) && !is_json(request.headers()) && !is_calendar(request.headers()) {
        return Problem::new(Code::JsonOnly, "Send the body as application/json.").into_response();
    }
    next.run(request).await
}

/// A calendar file: like JSON, no form of another site can send it unasked.
fn is_calendar(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/calendar"))
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
}

fn is_same_site(headers: &HeaderMap, base_url: &str) -> bool {
    let cookie = actor::session_cookie(headers).is_some();
    if actor::bearer(headers).is_some() && !cookie {
        // Browsers add no Authorization header of their own.
        return true;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.to_str().is_ok_and(|origin| is_own(origin, headers, base_url)),
        None => !cookie,
    }
}

fn is_own(origin: &str, headers: &HeaderMap, base_url: &str) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_lowercase);
    let from = crate::authority(origin);
    origin.eq_ignore_ascii_case(base_url) || (from.is_some() && from == host)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;
    use storage::{StorageError, Store, Unit};

    use crate::testing::Bench;

    #[tokio::test]
    async fn a_cookie_works_from_our_own_pages_only() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let body = json!({ "label": "x", "days": 1 });
        let post = || bench.post("/api-tokens").by(&anna);
        for site in ["cross-site", "same-site", "nonsense"] {
            post().header("sec-fetch-site", site).json(&body).await.is_problem(403, "cross_site");
        }
        for site in ["same-origin", "none"] {
            post().header("sec-fetch-site", site).json(&body).await.is(201);
        }
        let old = || post().without("sec-fetch-site");
        old().json(&body).await.is_problem(403, "cross_site");
        for origin in ["null", "https://evil.example", "https://meet.example.org.evil.example"] {
            old().header("origin", origin).json(&body).await.is_problem(403, "cross_site");
        }
        old().header("origin", "https://meet.example.org").json(&body).await.is(201);
        // Reading is not changing: any page may lead here.
        bench.get("/session").by(&anna).header("sec-fetch-site", "cross-site").send().await.is(200);
    }

    #[tokio::test]
    async fn a_cookie_beside_a_bearer_token_is_still_a_cookie() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let ask = bench.delete("/session").by(&anna).header("authorization", "Bearer x");
        ask.header("sec-fetch-site", "cross-site").send().await.is_problem(403, "cross_site");
    }

    #[tokio::test]
    async fn bodies_are_json_of_bounded_size() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let post = |kind| bench.post("/bookings").by(&anna).header("content-type", kind);
        let form = post("application/x-www-form-urlencoded").header("content-length", "3").body("a=b");
        form.send().await.is_problem(415, "json_only");
        post("text/plain").body("{}").send().await.is_problem(415, "json_only");
        let malformed = post("application/json").body("{\"title\": \"a\",").send().await;
        malformed.is_problem(400, "malformed");
        post("application/json").body("{} {}").send().await.is_problem(400, "malformed");
        let missing = post("application/json; charset=utf-8").body("{}").send().await;
        assert!(
            missing.is_problem(400, "malformed").body["detail"].as_str().is_some_and(|text| text.contains("title"))
        );
        let large = format!("{{\"title\": \"{}\"}}", "x".repeat(256 * 1024));
        post("application/json").body(large).send().await.is_problem(413, "too_large");
        let deep = "[".repeat(10_000);
        post("application/json").body(deep).send().await.is_problem(400, "malformed");
    }

    #[tokio::test]
    async fn the_answer_names_the_request_as_the_log_does() {
        let bench = Bench::new().await;
        let ask = |id| bench.get("/session").header("x-request-id", id).send();
        assert_eq!(ask("0a1b-2c").await.is_problem(401, "sign_in_required").body["request_id"], "0a1b-2c");
        let forged = ask("<b>x</b>").await;
        assert_ne!(forged.is_problem(401, "sign_in_required").body["request_id"], "<b>x</b>");
    }

    /// A database where others are in the way of the next units that write.
    struct Crowded {
        store: Arc<dyn Store>,
        times: AtomicU32,
    }

    #[async_trait::async_trait]
    impl Store for Crowded {
        async fn begin(&self) -> Result<Box<dyn Unit>, StorageError> {
            let is_free =
                self.times.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err();
            if is_free { self.store.begin().await } else { Err(StorageError::momentary("a lock did not come free")) }
        }

        async fn read(&self) -> Result<Box<dyn Unit>, StorageError> {
            self.store.read().await
        }

        async fn look(&self) -> Result<Box<dyn Unit>, StorageError> {
            self.store.look().await
        }

        async fn is_reachable(&self) -> bool {
            true
        }
    }

    #[tokio::test]
    async fn whoever_others_are_in_the_way_of_for_a_moment_does_not_hear_of_it() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let crowded = Arc::new(Crowded { store: bench.store.clone(), times: AtomicU32::new(2) });
        let scheduler = crate::Scheduler::new(
            bench.scheduler.app.config.clone(),
            crowded.clone(),
            bench.cluster.clone(),
            bench.clock.clone(),
            bench.randomness.clone(),
        );
        let there = bench.through(&scheduler);
        let wish = crate::testing::booking(json!({}));
        there.post("/bookings").by(&anna).json(&wish).await.is(201);
        assert_eq!(crowded.times.load(Ordering::SeqCst), 0, "it was tried again");
        let listed = bench.get("/bookings?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z").by(&anna).send().await;
        assert_eq!(listed.is(200).body["items"].as_array().map(Vec::len), Some(1), "and booked once");

        crowded.times.store(9, Ordering::SeqCst);
        there.post("/bookings").by(&anna).json(&wish).await.is_problem(503, "unavailable");
        assert_eq!(crowded.times.load(Ordering::SeqCst), 6, "not for ever");
    }

    #[tokio::test]
    async fn a_failing_database_is_a_problem_that_tells_nothing() {
        let problem =
            crate::http::problem::Problem::from(storage::StorageError::Inconsistent("row 17 of people".into()));
        let response = problem.render("an-id");
        assert_eq!(response.status(), 500);
        let bytes = http_body_util::BodyExt::collect(response.into_body()).await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("an-id") && !text.contains("row 17"), "{text}");
    }
}
