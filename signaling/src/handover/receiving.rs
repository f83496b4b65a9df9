//! `POST /node/meetings`: another node is about to hand a meeting over to this one. Only for nodes:
//! without a seal there is nothing here, whatever token a client has.
//!
//! | answer | when |
//! |---|---|
//! | 204 | what the meeting takes along is kept until it follows |
//! | 401 | the seal is not ours, is for something else, or is too old |
//! | 400 | the body is not what its digest says, or no bequest |
//! | 408 | the body takes too long |
//! | 409 | for another node, or this one takes no meetings |
//! | 503 | too many meetings are on their way |

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::routing::post;
use http::StatusCode;
use protocol::errand::{DIGEST, HEADER, digest, is_sealed};
use tokio::time::{Instant, timeout};

use super::bequest::{Bequest, LIMIT, PATH, PURPOSE};
use crate::config::CLUSTER_PATIENCE;
use crate::registry::Registry;

pub fn router(registry: Arc<Registry>) -> Router {
    Router::new().route(PATH, post(receive).fallback(nothing)).with_state(registry)
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn receive(State(registry): State<Arc<Registry>>, request: Request) -> StatusCode {
    match keep(&registry, request).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(status) => status,
    }
}

async fn keep(registry: &Registry, request: Request) -> Result<(), StatusCode> {
    let (head, body) = request.into_parts();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let sealed = text(HEADER).ok_or(StatusCode::NOT_FOUND)?;
    let told = text(DIGEST).unwrap_or_default();
    let config = &registry.around.config;
    // Before the body is read: it may be large, and nobody else may fill memory with it.
    if !is_sealed(&config.token_keys, sealed, PURPOSE, registry.around.clock.now().as_second(), told.as_bytes()) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let read = timeout(CLUSTER_PATIENCE, to_bytes(body, LIMIT)).await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
    let body = read.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    if digest(&body) != told {
        return Err(StatusCode::BAD_REQUEST);
    }
    let bequest: Bequest = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    if bequest.heir != config.node || registry.drain.is_on() || registry.sign_of_life().is_none() {
        return Err(StatusCode::CONFLICT);
    }
    let is_kept = registry.legacies.keep(bequest, Instant::now());
    if is_kept { Ok(()) } else { Err(StatusCode::SERVICE_UNAVAILABLE) }
}
