//! Requests that one node passes on to another.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// Says that a node of ours passes a request on: it goes no further.
const PASSED_ON: HeaderName = HeaderName::from_static("x-rennsteig-relayed");

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Was this request already passed on once?
pub fn is_passed_on(headers: &HeaderMap) -> bool {
    headers.contains_key(PASSED_ON)
}

/// Marks a request as one that goes no further, and says where its client is: a node that trusts the
/// one that passes it on counts it for that address, not for the node's.
pub fn mark(headers: &mut HeaderMap, from: Option<IpAddr>) {
    headers.insert(PASSED_ON, HeaderValue::from_static("1"));
    let named = from.and_then(|from| HeaderValue::from_str(&from.to_string()).ok());
    headers.extend(named.map(|named| (FORWARDED_FOR, named)));
}

/// Passes a request of a client on, and reads the answer to its end; none if that takes longer or is larger.
pub async fn run(
    mut request: Request<Full<Bytes>>,
    from: Option<IpAddr>,
    patience: Duration,
    limit: usize,
) -> Option<(response::Parts, Bytes)> {
    mark(request.headers_mut(), from);
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = timeout(patience, async {
        let (head, body) = client.request(request).await.ok()?.into_parts();
        let body = Limited::new(body, limit).collect().await.ok()?.to_bytes();
        Some((head, body))
    });
    answer.await.ok().flatten()
}
