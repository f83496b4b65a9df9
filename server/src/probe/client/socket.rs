//! The signalling connection: opening it and moving its messages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{SinkExt, StreamExt};
use http::Uri;
use http::header::AUTHORIZATION;
use prost::Message as _;
use protocol::livekit::{self, signal_request, signal_response, wrapped_join_request};
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::probe::ProbeError;

/// The first frame must come within this time.
const FIRST_FRAME: Duration = Duration::from_secs(5);

/// An open signalling connection.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

/// What a server may say first.
#[derive(Clone, Debug)]
pub enum First {
    /// Welcome.
    Joined(Box<livekit::JoinResponse>),
    /// Welcome back: the session goes on.
    Resumed(Box<livekit::ReconnectResponse>),
}

/// How a client shows its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenIn {
    /// As browsers must.
    #[default]
    Query,
    /// As native clients do.
    Header,
}

/// Where a server listens.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// Name or number of the host.
    pub host: String,
    /// Its port.
    pub port: u16,
    authority: String,
    path: String,
}

impl Address {
    pub(crate) fn parse(base: &str) -> Result<Self, ProbeError> {
        let uri: Uri = base.parse().map_err(|_| ProbeError::Address)?;
        let port = match uri.scheme_str() {
            Some("http" | "ws") => 80,
            _ => return Err(ProbeError::Address),
        };
        let authority = uri.authority().ok_or(ProbeError::Address)?;
        Ok(Self {
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(port),
            authority: authority.to_string(),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl Socket {
    /// Opens `<base>/rtc/v1` and waits for the first word.
    pub async fn open(
        base: &str,
        token: &str,
        shown: TokenIn,
        join: &livekit::JoinRequest,
    ) -> Result<(Self, First), ProbeError> {
        Self::open_from(None, base, token, shown, join).await
    }

    /// The same from an address of this machine.
    pub async fn open_from(
        local: Option<IpAddr>,
        base: &str,
        token: &str,
        shown: TokenIn,
        join: &livekit::JoinRequest,
    ) -> Result<(Self, First), ProbeError> {
        let address = Address::parse(base)?;
        let mut query = format!("join_request={}", wrap(join).replace('=', "%3D"));
        if shown == TokenIn::Query {
            query = format!("access_token={token}&{query}");
        }
        let url = format!("ws://{}{}/rtc/v1?{query}", address.authority, address.path);
        let mut request = url.into_client_request()?;
        if shown == TokenIn::Header {
            let value = format!("Bearer {token}").parse().map_err(|_| ProbeError::Unexpected("token".into()))?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let opening = async {
            let stream = connect(&address, local).await?;
            stream.set_nodelay(true)?;
            let (stream, _) = tokio_tungstenite::client_async(request, stream).await?;
            let mut socket = Self { stream };
            let first = match socket.next().await? {
                signal_response::Message::Join(join) => First::Joined(Box::new(join)),
                signal_response::Message::Reconnect(resumed) => First::Resumed(Box::new(resumed)),
                signal_response::Message::Leave(leave) => return Err(left(&leave)),
                other => return Err(ProbeError::Unexpected(format!("the first message is {}", word(&other)))),
            };
            Ok((socket, first))
        };
        timeout(FIRST_FRAME, opening).await.unwrap_or(Err(ProbeError::Late("first message", FIRST_FRAME.as_secs_f64())))
    }

    /// Sends a message.
    pub async fn send(&mut self, message: signal_request::Message) -> Result<(), ProbeError> {
        let frame = livekit::SignalRequest { message: Some(message) }.encode_to_vec();
        self.send_raw(Message::Binary(frame.into())).await
    }

    /// Sends any bytes in a binary frame, valid or not.
    pub async fn send_bytes(&mut self, frame: Vec<u8>) -> Result<(), ProbeError> {
        self.send_raw(Message::Binary(Bytes::from(frame))).await
    }

    async fn send_raw(&mut self, message: Message) -> Result<(), ProbeError> {
        Ok(self.stream.send(message).await?)
    }

    /// Waits for the next message. Loses nothing when dropped half-way.
    pub async fn next(&mut self) -> Result<signal_response::Message, ProbeError> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Binary(frame))) => {
                    let response = livekit::SignalResponse::decode(frame)
                        .map_err(|error| ProbeError::Unexpected(error.to_string()))?;
                    // A message of a newer protocol has no known content.
                    if let Some(message) = response.message {
                        return Ok(message);
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    let words = frame.map(|frame| format!("closed with {} {}", frame.code, frame.reason));
                    return Err(ProbeError::Broken(words.unwrap_or_else(|| "closed".into())));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err(ProbeError::Broken("closed".into())),
            }
        }
    }

    /// Closes politely.
    pub async fn close(mut self) {
        // The connection may be gone already; then there is nothing to close.
        let _ = self.stream.close(None).await;
    }
}

async fn connect(address: &Address, local: Option<IpAddr>) -> std::io::Result<TcpStream> {
    let Some(local) = local else { return TcpStream::connect((address.host.as_str(), address.port)).await };
    let mut found = tokio::net::lookup_host((address.host.as_str(), address.port)).await?;
    let server = found.find(|server| server.is_ipv4() == local.is_ipv4()).ok_or(std::io::ErrorKind::NotFound)?;
    let socket = if local.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(SocketAddr::new(local, 0))?;
    socket.connect(server).await
}

/// The end of a session as an error.
pub(super) fn left(leave: &livekit::LeaveRequest) -> ProbeError {
    ProbeError::Left { reason: leave.reason(), action: leave.action() }
}

fn wrap(join: &livekit::JoinRequest) -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&join.encode_to_vec()).expect("a vector takes all bytes");
    let wrapped = livekit::WrappedJoinRequest {
        compression: wrapped_join_request::Compression::Gzip.into(),
        join_request: gzip.finish().expect("a vector takes all bytes"),
    };
    URL_SAFE.encode(wrapped.encode_to_vec())
}

/// The first word of a message's debug text: its kind, without its content.
fn word(message: &signal_response::Message) -> String {
    format!("{message:?}").chars().take_while(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_web_or_websocket_address() {
        let address = Address::parse("http://127.0.0.1:8080").expect("valid");
        assert_eq!((address.host.as_str(), address.port, address.path.as_str()), ("127.0.0.1", 8080, ""));
        let address = Address::parse("ws://meet.example/sub/").expect("valid");
        assert_eq!((address.host.as_str(), address.port, address.path.as_str()), ("meet.example", 80, "/sub"));
        for wrong in ["meet.example", "ftp://meet.example", "http://", ""] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
