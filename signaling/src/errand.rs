//! Requests that one node passes on to another.

use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// Says that a node of ours passes a request on: it goes no further.
const PASSED_ON: HeaderName = HeaderName::from_static("x-rennsteig-relayed");

/// Was this request already passed on once?
pub fn is_passed_on(headers: &HeaderMap) -> bool {
    headers.contains_key(PASSED_ON)
}

/// Passes a request on, and reads the answer to its end; none if that takes longer or is larger.
pub async fn run(
    mut request: Request<Full<Bytes>>,
    patience: Duration,
    limit: usize,
) -> Option<(response::Parts, Bytes)> {
    request.headers_mut().insert(PASSED_ON, HeaderValue::from_static("1"));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = timeout(patience, async {
        let (head, body) = client.request(request).await.ok()?.into_parts();
        let body = Limited::new(body, limit).collect().await.ok()?.to_bytes();
        Some((head, body))
    });
    answer.await.ok().flatten()
}
