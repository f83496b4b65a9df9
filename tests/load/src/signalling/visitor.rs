//! Somebody who joins and has no media: as little as the load can do for each of twenty thousand.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{self, JoinResponse, LeaveRequest, Ping, SignalRequest, SignalResponse};
use protocol::token::{self, Claims, TokenKey, VideoGrants};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::servers::SECRET;

/// Addresses visitors come from, all of the loopback network.
const ADDRESSES: usize = 32;
/// The library's buffer is for messages of a hundred times this.
const BUFFER: usize = 2 * 1_024;
/// How long a welcome may take.
const WITHIN: Duration = Duration::from_secs(20);
/// How long the last words may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection.
pub struct Visitor {
    socket: WebSocketStream<TcpStream>,
    /// Who the server says this is.
    pub sid: String,
}

/// Who comes, where to.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    pub number: usize,
    pub meeting: usize,
}

impl Visitor {
    /// Joins; comes back with the welcome.
    pub async fn join(url: &str, who: Who) -> Result<(Self, JoinResponse)> {
        static REQUEST: LazyLock<String> = LazyLock::new(|| request(livekit::JoinRequest::default()));
        timeout(WITHIN, async {
            let mut visitor = Self::connect(url, who, &REQUEST).await?;
            match visitor.next().await? {
                Response::Join(join) => {
                    visitor.sid = join.participant.as_ref().context("a participant")?.sid.clone();
                    Ok((visitor, join))
                }
                Response::Leave(leave) => bail!("sent away: {:?}", leave.reason()),
                other => bail!("{other:?} before the welcome"),
            }
        })
        .await
        .context("no welcome in time")?
    }

    /// Wants to go on where an earlier connection broke; `None` if it is to join anew.
    pub async fn resume(url: &str, who: Who, sid: &str) -> Result<Option<Self>> {
        let wanted = livekit::JoinRequest {
            reconnect: true,
            participant_sid: sid.to_owned(),
            ..livekit::JoinRequest::default()
        };
        timeout(WITHIN, async {
            let mut visitor = Self::connect(url, who, &request(wanted)).await?;
            match visitor.next().await? {
                Response::Reconnect(_) => Ok(Some(Self { sid: sid.to_owned(), ..visitor })),
                Response::Leave(_) => Ok(None),
                other => bail!("{other:?} before the second welcome"),
            }
        })
        .await
        .context("no second welcome in time")?
    }

    async fn connect(url: &str, who: Who, request: &str) -> Result<Self> {
        let server: SocketAddr = url.rsplit('/').next().context("a host")?.parse()?;
        let socket = TcpSocket::new_v4()?;
        let last = 1 + (who.number % ADDRESSES) as u8;
        socket.bind(SocketAddr::new(Ipv4Addr::new(127, 0, 1, last).into(), 0))?;
        let stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{server}/rtc/v1?access_token={}&join_request={request}", token(who));
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
        let (socket, _) = client_async_with_config(url.into_client_request()?, stream, Some(config)).await?;
        Ok(Self { socket, sid: String::new() })
    }

    /// What the server says next.
    pub async fn next(&mut self) -> Result<Response> {
        loop {
            if let Message::Binary(frame) = self.frame().await?
                && let Some(message) = SignalResponse::decode(frame)?.message
            {
                return Ok(message);
            }
        }
    }

    async fn frame(&mut self) -> Result<Message> {
        match self.socket.next().await.context("the connection ended")?? {
            Message::Close(_) => bail!("the server closed the connection"),
            frame => Ok(frame),
        }
    }

    pub async fn say(&mut self, message: Request) -> Result<()> {
        let frame = SignalRequest { message: Some(message) }.encode_to_vec();
        Ok(self.socket.send(Message::Binary(frame.into())).await?)
    }

    /// Stays and pings as stock clients do, each time in two ways; what comes is not read.
    /// Ends when the time is over, or with an error when the connection is.
    pub async fn stay(&mut self, until: Instant, every: Duration) -> Result<()> {
        // Not all in the same moment.
        let first = Instant::now() + every.mul_f64(rand::random());
        let mut pings = tokio::time::interval_at(first, every);
        loop {
            tokio::select! {
                frame = self.frame() => drop(frame?),
                _ = pings.tick() => {
                    self.say(Request::Ping(1)).await?;
                    self.say(Request::PingReq(Ping { timestamp: 1, rtt: 0 })).await?;
                }
                () = tokio::time::sleep_until(until) => return Ok(()),
            }
        }
    }

    /// Leaves with a good-bye.
    pub async fn leave(mut self) {
        // Whoever is gone already needs none.
        let _ = timeout(FAREWELL, async {
            self.say(Request::Leave(LeaveRequest::default())).await?;
            loop {
                self.frame().await?;
            }
            #[expect(unreachable_code, reason = "says what the block answers")]
            anyhow::Ok(())
        })
        .await;
    }
}

fn request(request: livekit::JoinRequest) -> String {
    let request = livekit::JoinRequest {
        client_info: Some(livekit::ClientInfo { version: "1.0.0".to_owned(), protocol: 17, ..Default::default() }),
        connection_settings: Some(livekit::ConnectionSettings { auto_subscribe: true, ..Default::default() }),
        ..request
    };
    protocol::join::encode(&request, true).replace('=', "%3D")
}

fn token(who: Who) -> String {
    static KEY: LazyLock<TokenKey> = LazyLock::new(|| TokenKey::new("rennsteig", SECRET).expect("32 bytes"));
    let now = jiff::Timestamp::now().as_second();
    let claims = Claims {
        iss: KEY.id().to_owned(),
        sub: format!("visitor-{}", who.number),
        jti: None,
        nbf: now,
        iat: None,
        exp: now + 3_600,
        name: String::new(),
        metadata: String::new(),
        attributes: Default::default(),
        video: VideoGrants { room: format!("visit-{}", who.meeting), room_join: true, ..VideoGrants::default() },
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    token::sign(&claims, &KEY)
}
