//! `POST /node/leases`: another node asks about its leases. Only for nodes: without a seal there is
//! nothing here, whatever token a client has.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use cluster::{Lease, NodeRecord, Word};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Method, StatusCode, header};
use protocol::errand::{HEADER, is_sealed, seal};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::words::{Answer, PATH, PURPOSE, Question};
use super::{AT_ONCE, DIRECTORY_PATIENCE, QUESTION_LIMIT};
use crate::config::CLUSTER_PATIENCE;
use crate::registry::{Registry, Surroundings};
use crate::relay::ANNOUNCE_EVERY;

/// Leases that are on their way to the directory at the same time.
const TOGETHER: usize = 64;

pub fn router(registry: Arc<Registry>) -> Router {
    Router::new().route(PATH, post(testify).fallback(nothing)).with_state(registry)
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn testify(State(registry): State<Arc<Registry>>, request: Request) -> Response {
    match answer(&registry.around, request).await {
        Ok(response) => response,
        Err(status) => status.into_response(),
    }
}

async fn answer(around: &Arc<Surroundings>, request: Request) -> Result<Response, StatusCode> {
    let (head, body) = request.into_parts();
    debug_assert_eq!(head.method, Method::POST);
    let sealed = head.headers.get(HEADER).and_then(|sealed| sealed.to_str().ok()).ok_or(StatusCode::NOT_FOUND)?;
    let body = to_bytes(body, QUESTION_LIMIT).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let (keys, now) = (&around.config.token_keys, around.clock.now().as_second());
    if !is_sealed(keys, sealed, PURPOSE, now, &body) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let question: Question = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    if question.leases.len() > AT_ONCE {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let words = testimony(around, question).await;
    let body = Bytes::from(serde_json::to_vec(&Answer { words }).expect("an answer is plain JSON"));
    let key = keys.first().ok_or(StatusCode::UNAUTHORIZED)?;
    let seal = seal(key, sealed, around.clock.now().as_second(), &body);
    let seal = HeaderValue::from_str(&seal).expect("digits and base64url");
    let kind = HeaderValue::from_static("application/json");
    let mut response = body.into_response();
    response.headers_mut().extend([(header::CONTENT_TYPE, kind), (HEADER.parse().expect("a header name"), seal)]);
    Ok(response)
}

/// What the directory says of each lease; where it says nothing in time, our own word.
async fn testimony(around: &Arc<Surroundings>, question: Question) -> Vec<Word> {
    let leases = question.leases();
    let (results, mut heard) = mpsc::channel(leases.len().max(1));
    // Goes on by itself: a connection that hangs is noticed and given up only by who waits for it.
    tokio::spawn(renew_for(around.clone(), question.node, leases.clone(), results));
    let mut words: Vec<Option<Word>> = vec![None; leases.len()];
    let _ = timeout(DIRECTORY_PATIENCE, async {
        while let Some((number, kept)) = heard.recv().await {
            let word: &mut Option<Word> = &mut words[number];
            *word = Some(if kept { Word::Kept } else { Word::Lost });
        }
    })
    .await;
    let mut vows = around.colleagues.vows.lock().expect("nobody panics while holding this lock");
    let now = Instant::now();
    words.into_iter().zip(&leases).map(|(word, lease)| word.unwrap_or_else(|| vows.wait(lease, now))).collect()
}

/// Does for a node that is cut off from the directory what keeps its meetings.
async fn renew_for(
    around: Arc<Surroundings>,
    node: NodeRecord,
    leases: Vec<Lease>,
    results: mpsc::Sender<(usize, bool)>,
) {
    let directory = &around.cluster.directory;
    let announced = timeout(CLUSTER_PATIENCE, directory.announce(&node, 3 * ANNOUNCE_EVERY));
    let renewed = stream::iter(leases.into_iter().enumerate()).for_each_concurrent(TOGETHER, |(number, lease)| {
        let (around, results) = (around.clone(), results.clone());
        async move {
            let renewed = around.cluster.directory.renew(&lease, around.config.lease);
            if let Ok(Ok(kept)) = timeout(CLUSTER_PATIENCE, renewed).await {
                // Whoever asked may have been told something else by now.
                let _ = results.send((number, kept)).await;
            }
        }
    });
    let _ = tokio::join!(announced, renewed);
}
