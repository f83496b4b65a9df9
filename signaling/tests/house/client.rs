use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{FutureExt as _, SinkExt, StreamExt};
use prost::Message as _;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{
    ConnectionSettings, JoinRequest, JoinResponse, LeaveRequest, SessionDescription, SignalRequest, SignalResponse,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Whoever waits longer waits for something that does not come.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A client as stock SDKs are one, as far as signalling goes.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub welcome: JoinResponse,
}

/// What stock browsers ask for at joining, with a first offer.
pub fn join_request() -> JoinRequest {
    JoinRequest {
        connection_settings: Some(ConnectionSettings { auto_subscribe: true, ..ConnectionSettings::default() }),
        publisher_offer: Some(SessionDescription {
            r#type: "offer".into(),
            sdp: "first".into(),
            id: 1,
            ..SessionDescription::default()
        }),
        ..JoinRequest::default()
    }
}

pub fn url(address: SocketAddr, token: &str, request: &JoinRequest) -> String {
    let request = protocol::join::encode(request, true).replace('=', "%3D");
    format!("ws://{address}/rtc/v1?access_token={token}&join_request={request}")
}

impl Client {
    /// Opens a connection and reads the welcome.
    pub async fn join(address: SocketAddr, token: &str) -> Self {
        let mut client = Self::connect(address, token, &join_request()).await.expect("the token is good");
        client.welcome = match client.next().await {
            Response::Join(join) => join,
            other => panic!("the first word is the welcome, not {other:?}"),
        };
        client
    }

    /// Opens a connection; a refusal comes back as status and text.
    pub async fn connect(address: SocketAddr, token: &str, request: &JoinRequest) -> Result<Self, (u16, String)> {
        match connect_async(url(address, token, request)).await {
            Ok((socket, _)) => Ok(Self { socket, welcome: JoinResponse::default() }),
            Err(tungstenite::Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((response.status().as_u16(), String::from_utf8_lossy(&body).into_owned()))
            }
            Err(other) => panic!("neither connected nor refused: {other}"),
        }
    }

    pub async fn say(&mut self, request: Request) {
        let frame = SignalRequest { message: Some(request) }.encode_to_vec();
        self.say_raw(Message::Binary(frame.into())).await;
    }

    pub async fn say_raw(&mut self, message: Message) {
        // The server may have hung up in the meantime; the test looks at what it says.
        let _ = self.socket.send(message).await;
    }

    /// Has the server hung up? Reads what has come so far and forgets it.
    pub fn is_closed(&mut self) -> bool {
        loop {
            match self.socket.next().now_or_never() {
                Some(Some(Ok(Message::Close(_)) | Err(_)) | None) => return true,
                Some(Some(Ok(_))) => {}
                None => return false,
            }
        }
    }

    pub async fn offer(&mut self, id: u32) {
        let offer =
            SessionDescription { r#type: "offer".into(), sdp: "next".into(), id, ..SessionDescription::default() };
        self.say(Request::Offer(offer)).await;
    }

    /// The next frame, binary or text.
    pub async fn next_raw(&mut self) -> Option<Message> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the server says something");
            match next {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(message)) => return Some(message),
            }
        }
    }

    /// The next message.
    pub async fn next(&mut self) -> Response {
        let response: SignalResponse = match self.next_raw().await {
            Some(Message::Binary(frame)) => SignalResponse::decode(&frame[..]).expect("the server speaks the protocol"),
            Some(Message::Text(frame)) => serde_json::from_str(&frame).expect("the server speaks the protocol"),
            _ => panic!("the connection is open"),
        };
        response.message.expect("no message is empty")
    }

    /// The next message the test looks for.
    pub async fn find<T>(&mut self, mut wanted: impl FnMut(Response) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next().await) {
                return found;
            }
        }
    }

    /// The good-bye, after which the connection closes.
    pub async fn leave(&mut self) -> LeaveRequest {
        let leave = self
            .find(|response| match response {
                Response::Leave(leave) => Some(leave),
                _ => None,
            })
            .await;
        assert!(self.next_raw().await.is_none(), "nothing is said after a good-bye");
        leave
    }

    /// Waits until somebody is in this state.
    pub async fn sees(&mut self, identity: &str, state: protocol::livekit::participant_info::State) {
        self.find(|response| match response {
            Response::Update(update) => update
                .participants
                .iter()
                .any(|person| person.identity == identity && person.state == state as i32)
                .then_some(()),
            _ => None,
        })
        .await;
    }

    pub fn own_sid(&self) -> &str {
        self.welcome.participant.as_ref().map(|own| own.sid.as_str()).expect("the welcome says who one is")
    }
}

/// A request without any cleverness of a client library: status, headers, body.
pub async fn get(address: SocketAddr, path_and_query: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
    send(address, "GET", path_and_query, headers, "").await
}

/// The same with another method and a body.
pub async fn send(
    address: SocketAddr,
    method: &str,
    path_and_query: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let length = body.len();
    let mut request = format!(
        "{method} {path_and_query} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n"
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    // A server that refuses early may not read everything.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer))
        .await
        .expect("the server answers")
        .expect("the answer is text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    (status, head.to_lowercase(), body.to_owned())
}
