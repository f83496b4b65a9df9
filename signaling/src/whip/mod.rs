//! Programs that know nothing of meetings publish into one (WHIP, RFC 9725) or watch it (WHEP), by
//! an offer in a request and the answer in its response.
//!
//! ```text
//! POST   /whip/v1 | /whep/v1              offer → 201, answer, Location of the session
//! PATCH  /whip/v1/{node}/{session}        candidates → 204; new credentials → 200, those of the server
//! DELETE /whip/v1/{node}/{session}        → 200
//! ```
//! Behind it is a participant like any other, whose connection for words is held here
//! (`session.rs`). The node in a session's address is the one that has it: any other passes the
//! request on (`forward.rs`).

mod forward;
mod fragment;
mod open;
mod refusal;
mod session;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::registry::Registry;
use open::Purpose;
use refusal::WhipRefused;
use session::Sessions;

/// The type of offers and answers.
const SDP: &str = "application/sdp";
/// The type of candidates that come later (RFC 8840).
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

/// What the paths share.
pub struct Whip {
    registry: Arc<Registry>,
    sessions: Arc<Sessions>,
}

pub fn router(registry: Arc<Registry>) -> Router {
    let whip = Arc::new(Whip { registry, sessions: Arc::default() });
    let post = |purpose| {
        async move |State(whip): State<Arc<Whip>>, request: Request| -> Result<Response, WhipRefused> {
            match *request.method() {
                Method::POST => open::open(&whip, purpose, parts(request).await?).await,
                _ => Err(WhipRefused::MethodNotAllowed),
            }
        }
    };
    Router::new()
        .route("/whip/v1", any(post(Purpose::Publish)))
        .route("/whep/v1", any(post(Purpose::Watch)))
        .route("/whip/v1/{node}/{session}", any(change))
        .route("/whep/v1/{node}/{session}", any(change))
        .layer(from_fn(open_to_all_pages))
        .with_state(whip)
}

/// A request, read to its end.
pub struct Parts {
    method: Method,
    path: String,
    headers: HeaderMap,
    uri: http::Uri,
    body: Bytes,
    from: Option<IpAddr>,
}

async fn parts(request: Request) -> Result<Parts, WhipRefused> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, media::LONGEST_OFFER).await.map_err(|_| WhipRefused::TooLarge)?;
    let path = head.uri.path().to_owned();
    let from = head.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    Ok(Parts { method: head.method, path, headers: head.headers, uri: head.uri, body, from })
}

impl Parts {
    /// Refuses a body of another type.
    fn expect_type(&self, expected: &str) -> Result<(), WhipRefused> {
        let named = self.headers.get(header::CONTENT_TYPE).and_then(|named| named.to_str().ok()).unwrap_or_default();
        let named = named.split(';').next().unwrap_or_default().trim();
        if named.eq_ignore_ascii_case(expected) { Ok(()) } else { Err(WhipRefused::UnsupportedType) }
    }

    fn text(&self) -> Result<&str, WhipRefused> {
        std::str::from_utf8(&self.body).map_err(|_| WhipRefused::Malformed)
    }
}

/// Later words about a session.
async fn change(
    State(whip): State<Arc<Whip>>,
    Path((node, session)): Path<(String, String)>,
    request: Request,
) -> Result<Response, WhipRefused> {
    let parts = parts(request).await?;
    let own = &whip.registry.around.config.node;
    if node != open::spell(own) {
        return forward::pass_on(&whip.registry, |id| open::spell(id) == node, parts).await;
    }
    let session = whip.sessions.find(&session, &parts.headers).ok_or(WhipRefused::NoSuchSession)?;
    match parts.method {
        Method::PATCH => session.patch(&parts).await,
        Method::DELETE => {
            session.leave().await;
            Ok(StatusCode::OK.into_response())
        }
        _ => Err(WhipRefused::MethodNotAllowed),
    }
}

/// The token alone decides: pages may send all of this and read the answers.
async fn open_to_all_pages(request: Request, next: Next) -> Response {
    let asks_first = request.method() == Method::OPTIONS;
    let mut response = if asks_first {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert("accept-post", HeaderValue::from_static(SDP));
        response
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, PATCH, DELETE, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, if-match"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "location, etag, link, accept-patch"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
