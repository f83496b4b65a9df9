//! Passes a call on to the node that has the meeting, with the caller's own token and words.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use cluster::{NodeId, NodeRecord};
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::Full;
use prost::Message as _;
use protocol::livekit::{ListRoomsRequest, ListRoomsResponse, Room};
use tokio::time::timeout;

use super::Call;
use super::error::{Code, TwirpError};
use crate::config::CLUSTER_PATIENCE;
use crate::errand;
use crate::meeting::LONGEST_ANSWER_MS;

/// Largest answer of another node, bytes.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// The owner's answer, as it is.
pub async fn pass_on(call: &Call, owner: &NodeId) -> Result<Response, TwirpError> {
    let away = TwirpError::new(Code::Unavailable, "the node that has the meeting does not answer: try again");
    let node = nodes(call).await.into_iter().find(|node| node.id == *owner).ok_or(away)?;
    let kind = call.headers.get(header::CONTENT_TYPE).cloned();
    let (status, kind, body) =
        ask(call, &node, kind.unwrap_or(HeaderValue::from_static("application/json")), call.body.clone())
            .await
            .ok_or(away)?;
    Ok((status, [(header::CONTENT_TYPE, kind)], Body::from(body)).into_response())
}

/// The meetings of all other nodes. A node that does not answer is passed over: it is not known
/// whether it still has any.
pub async fn rooms_of_others(call: &Call, wish: &ListRoomsRequest) -> Vec<Room> {
    let own = &call.registry.around.config.node;
    let mut rooms = Vec::new();
    for node in nodes(call).await.into_iter().filter(|node| node.id != *own) {
        let kind = HeaderValue::from_static("application/protobuf");
        match ask(call, &node, kind, wish.encode_to_vec().into()).await {
            Some((StatusCode::OK, _, body)) => {
                rooms.extend(ListRoomsResponse::decode(body).map(|answer| answer.rooms).unwrap_or_default());
            }
            _ => tracing::warn!(node.id = %node.id, "node {} does not tell its meetings", node.id),
        }
    }
    rooms
}

async fn nodes(call: &Call) -> Vec<NodeRecord> {
    let asked = timeout(CLUSTER_PATIENCE, call.registry.around.cluster.directory.nodes()).await;
    asked.ok().and_then(Result::ok).unwrap_or_default()
}

async fn ask(
    call: &Call,
    node: &NodeRecord,
    kind: HeaderValue,
    body: Bytes,
) -> Option<(StatusCode, HeaderValue, Bytes)> {
    let base = node.url.replacen("ws", "http", 1);
    let request = Request::post(format!("{base}/twirp/livekit.RoomService/{}", call.method))
        .header(header::CONTENT_TYPE, kind)
        .header(header::AUTHORIZATION, call.headers.get(header::AUTHORIZATION)?)
        .body(Full::new(body))
        .ok()?;
    // Whoever is called may take its time.
    let patience = if call.method == "PerformRpc" { u64::from(LONGEST_ANSWER_MS) } else { 0 };
    let patience = 2 * CLUSTER_PATIENCE + Duration::from_millis(patience);
    let (head, body) = errand::run(request, None, patience, ANSWER_LIMIT).await?;
    let kind = head.headers.get(header::CONTENT_TYPE).cloned();
    Some((head.status, kind.unwrap_or(HeaderValue::from_static("application/json")), body))
}
