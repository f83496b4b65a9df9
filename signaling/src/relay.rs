//! Leads a client to the node that has its meeting: frames pass through unread.
//!
//! ```text
//! client ◀──WebSocket──▶ this node ◀──WebSocket──▶ the owner        media: client ◀──UDP──▶ the owner
//! ```
//! The owner checks token and revocations again for itself. A relayed request is never relayed
//! further: if the owner changed in between, the client hears "elsewhere" and asks again.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use cluster::NodeId;
use futures_util::{SinkExt, StreamExt};
use http::{HeaderMap, Uri, header};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::{Message as Inner, WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::config::{CLUSTER_PATIENCE, FRAME_LIMIT, READ_BUFFER, SILENCE};
use crate::errand;
use crate::refusal::Refusal;
use crate::registry::Registry;

/// A node tells where it is this often; it is forgotten after three times this.
pub const ANNOUNCE_EVERY: Duration = Duration::from_secs(5);

/// The way to the owner.
pub type Way = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens the way to the owner, with the client's own words and token.
pub async fn open(
    registry: &Registry,
    owner: &NodeId,
    uri: &Uri,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Result<Way, Refusal> {
    let nodes = timeout(CLUSTER_PATIENCE, registry.around.cluster.directory.nodes()).await;
    let nodes = nodes.ok().and_then(Result::ok).ok_or(Refusal::Unavailable)?;
    let base = nodes.into_iter().find(|node| node.id == *owner).ok_or(Refusal::Elsewhere)?.url;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = format!("{base}{path}").into_client_request().map_err(|_| Refusal::Elsewhere)?;
    errand::mark(request.headers_mut(), from);
    if let Some(token) = headers.get(header::AUTHORIZATION) {
        request.headers_mut().insert(header::AUTHORIZATION, token.clone());
    }
    let limits = WebSocketConfig::default()
        .max_message_size(Some(FRAME_LIMIT))
        .max_frame_size(Some(FRAME_LIMIT))
        .read_buffer_size(READ_BUFFER);
    match timeout(CLUSTER_PATIENCE, connect_async_with_config(request, Some(limits), true)).await {
        Ok(Ok((way, _))) => Ok(way),
        Ok(Err(error)) if is_full(&error) => Err(Refusal::Full),
        Ok(Err(error)) => {
            // The error can quote the address, and with it the token: only its kind is told.
            tracing::warn!(node.id = %owner, kind = kind(&error), "the owner {owner} of a meeting could not be reached");
            Err(Refusal::Elsewhere)
        }
        Err(_) => Err(Refusal::Elsewhere),
    }
}

/// The owner's own words.
fn is_full(error: &tokio_tungstenite::tungstenite::Error) -> bool {
    let tokio_tungstenite::tungstenite::Error::Http(response) = error else { return false };
    response.body().as_ref().is_some_and(|body| *body == Refusal::Full.to_string().into_bytes())
}

fn kind(error: &tokio_tungstenite::tungstenite::Error) -> &'static str {
    use tokio_tungstenite::tungstenite::Error;
    match error {
        Error::Io(_) => "network",
        Error::Http(_) => "refused",
        _ => "protocol",
    }
}

/// Passes frames both ways until either side ends or falls silent.
pub async fn serve(client: WebSocket, way: Way) {
    let (mut to_client, mut from_client) = client.split();
    let (mut to_owner, mut from_owner) = way.split();
    let up = async {
        while let Ok(Some(Ok(message))) = timeout(SILENCE, from_client.next()).await {
            let ends = matches!(message, Message::Close(_));
            if to_owner.send(inward(message)).await.is_err() || ends {
                break;
            }
        }
    };
    let down = async {
        while let Some(Ok(message)) = from_owner.next().await {
            let Some(message) = outward(message) else { continue };
            let ends = matches!(message, Message::Close(_));
            if to_client.send(message).await.is_err() || ends {
                break;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
    let _ = to_owner.close().await;
    let _ = to_client.close().await;
}

fn inward(message: Message) -> Inner {
    match message {
        Message::Binary(bytes) => Inner::Binary(bytes),
        Message::Text(text) => Inner::Text(text.as_str().into()),
        Message::Ping(bytes) => Inner::Ping(bytes),
        Message::Pong(bytes) => Inner::Pong(bytes),
        Message::Close(_) => Inner::Close(None),
    }
}

fn outward(message: Inner) -> Option<Message> {
    Some(match message {
        Inner::Binary(bytes) => Message::Binary(bytes),
        Inner::Text(text) => Message::Text(text.as_str().into()),
        Inner::Ping(bytes) => Message::Ping(bytes),
        Inner::Pong(bytes) => Message::Pong(bytes),
        Inner::Close(frame) => Message::Close(
            frame.map(|frame| CloseFrame { code: frame.code.into(), reason: frame.reason.as_str().into() }),
        ),
        Inner::Frame(_) => return None,
    })
}
