//! Joins a server that speaks the protocol of LiveKit client SDKs.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use protocol::livekit::{
    self, AddTrackRequest, SessionDescription, SignalRequest, SignalResponse, TrackSource, TrackType, VideoLayer,
    signal_request, signal_response,
};
use protocol::token::{self, Claims, TokenKey, VideoGrants};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::client::{Client, Wanted};
use super::heard::Heard;
use super::stage::Stage;
use super::watched::Watched;
use super::{Role, Target};
use crate::scenario::Media;
use crate::servers::SECRET;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const ANSWER_WITHIN: Duration = Duration::from_secs(30);
const PING_EVERY: Duration = Duration::from_secs(5);

/// Joins; goes on answering the server in the background once the first answer is there.
pub async fn join(target: &Target, stage: &Stage, role: &Role) -> Result<()> {
    let began = Instant::now();
    let mut client = Client::new(target.local, Some(role.receives))?;
    client.began = began;
    if let Some(line) = &role.line {
        client.heard = role.receives.is_sound().then(Heard::default);
        client.watched = (!role.receives.is_sound()).then(|| Watched::new(line.since));
    }
    let via = role.line.as_ref().map(|line| line.address);
    let at = stage.add(client).await?;
    let request = livekit::JoinRequest {
        client_info: Some(livekit::ClientInfo { version: "1.0.0".to_owned(), protocol: 17, ..Default::default() }),
        connection_settings: Some(livekit::ConnectionSettings {
            auto_subscribe: role.streams > 0,
            ..Default::default()
        }),
        ..Default::default()
    };
    let base = target.url.replacen("http", "ws", 1);
    let join = protocol::join::encode(&request, true).replace('=', "%3D");
    let url = format!("{base}/rtc/v1?access_token={}&join_request={join}", token(role));
    let (mut socket, _) = connect_async(url).await?;
    let mut wanted = Wanted { receive: role.streams, media: Some(role.receives), cid: None };
    if let Some(media) = role.media {
        let cid = format!("cid-{}", role.number);
        send(&mut socket, signal_request::Message::AddTrack(track(media, &cid))).await?;
        tokio::time::timeout(ANSWER_WITHIN, async {
            while !matches!(next(&mut socket).await?, signal_response::Message::TrackPublished(_)) {}
            anyhow::Ok(())
        })
        .await??;
        wanted.cid = Some(cid);
    }
    offer(&mut socket, stage, at, wanted.clone()).await?;
    tokio::time::timeout(ANSWER_WITHIN, async {
        while !stage.with(at, Client::is_settled).await? {
            let message = next(&mut socket).await?;
            react(&mut socket, stage, at, &wanted, via, message).await?;
        }
        anyhow::Ok(())
    })
    .await
    .context("no answer to the offer")??;
    let stage = stage.clone();
    tokio::spawn(async move {
        let mut ping = tokio::time::interval(PING_EVERY);
        loop {
            let outcome = tokio::select! {
                _ = ping.tick() => send(&mut socket, signal_request::Message::Ping(1)).await,
                message = next(&mut socket) => match message {
                    Ok(message) => react(&mut socket, &stage, at, &wanted, via, message).await,
                    Err(error) => Err(error),
                },
            };
            if let Err(error) = outcome {
                eprintln!("a participant was lost: {error:#}");
                return;
            }
        }
    });
    Ok(())
}

async fn react(
    socket: &mut Socket,
    stage: &Stage,
    at: usize,
    wanted: &Wanted,
    via: Option<SocketAddr>,
    message: signal_response::Message,
) -> Result<()> {
    match message {
        signal_response::Message::Answer(answer) => {
            stage.with(at, move |client| client.answered(&answer.sdp, via)).await??;
        }
        signal_response::Message::MediaSectionsRequirement(need) => {
            // While an offer is on its way, the next look at the sections comes with its answer.
            let is_settled = stage.with(at, Client::is_settled).await?;
            if is_settled {
                let receive = (need.num_audios + need.num_videos) as usize;
                offer(socket, stage, at, Wanted { receive, media: wanted.media, cid: None }).await?;
            }
        }
        signal_response::Message::Leave(leave) => bail!("sent away: {:?}", leave.reason()),
        _ => {}
    }
    Ok(())
}

async fn offer(socket: &mut Socket, stage: &Stage, at: usize, wanted: Wanted) -> Result<()> {
    let (id, sdp) = stage.with(at, move |client| client.offer(&wanted)).await??;
    let description = SessionDescription { r#type: "offer".to_owned(), sdp, id, ..Default::default() };
    send(socket, signal_request::Message::Offer(description)).await
}

fn track(media: Media, cid: &str) -> AddTrackRequest {
    let is_audio = media.is_sound();
    let layers = [(0, 320, 180), (1, 640, 360), (2, 1_280, 720)];
    AddTrackRequest {
        cid: cid.to_owned(),
        r#type: if is_audio { TrackType::Audio } else { TrackType::Video }.into(),
        source: if is_audio { TrackSource::Microphone } else { TrackSource::Camera }.into(),
        width: 1_280,
        height: 720,
        layers: match media {
            Media::Simulcast => layers
                .map(|(quality, width, height)| VideoLayer { quality, width, height, ..Default::default() })
                .to_vec(),
            _ => Vec::new(),
        },
        ..Default::default()
    }
}

async fn send(socket: &mut Socket, message: signal_request::Message) -> Result<()> {
    let frame = SignalRequest { message: Some(message) }.encode_to_vec();
    Ok(socket.send(Message::Binary(frame.into())).await?)
}

async fn next(socket: &mut Socket) -> Result<signal_response::Message> {
    loop {
        match socket.next().await.context("the connection ended")?? {
            Message::Binary(frame) => {
                if let Some(message) = SignalResponse::decode(frame)?.message {
                    return Ok(message);
                }
            }
            Message::Close(_) => bail!("the server closed the connection"),
            _ => {}
        }
    }
}

fn token(role: &Role) -> String {
    let key = TokenKey::new("rennsteig", SECRET).expect("32 bytes");
    let now = jiff::Timestamp::now().as_second();
    let claims = Claims {
        iss: key.id().to_owned(),
        sub: format!("load-{}", role.number),
        jti: None,
        nbf: now,
        iat: None,
        exp: now + 3_600,
        name: String::new(),
        metadata: String::new(),
        attributes: Default::default(),
        video: VideoGrants { room: format!("load-{}", role.meeting), room_join: true, ..VideoGrants::default() },
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    token::sign(&claims, &key)
}
