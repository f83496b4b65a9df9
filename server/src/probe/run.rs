use std::fmt;
use std::time::{Duration, Instant};

use domain::Private;
use jiff::Timestamp;
use protocol::token::{self, Claims, TokenKey, VideoGrants};
use tokio::time::timeout;

use super::ProbeError;
use super::client::{Client, JoinOptions, Media, Path, Received, Seen, TokenIn};

/// Packets of sound that must arrive: half a second.
const AUDIO_PACKETS: u64 = 25;
/// Pictures that must arrive: half a second.
const PICTURES: u64 = 6;
/// The probe's own tokens live this long, seconds.
const TOKEN_SECONDS: i64 = 60;
/// The topics of the data that goes there and back.
const PING: &str = "probe.ping";
const PONG: &str = "probe.pong";

/// How the probe gets in.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// Signs its own tokens for a meeting of its own.
    Key {
        /// The key the server knows.
        key: TokenKey,
        /// When the tokens begin.
        now: Timestamp,
    },
    /// Two tokens for one meeting, of different identities.
    Tokens([Private<String>; 2]),
}

/// What to probe.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the server listens: `http://host:port` or `ws://host:port`, with any path prefix.
    pub address: String,
    /// How to get in.
    pub credentials: Credentials,
    /// Everything must be done within this time.
    pub within: Duration,
}

/// How one kind of media went in one direction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// Packets that arrived.
    pub packets: u64,
    /// Packets that should have arrived and did not.
    pub lost: u64,
    /// Half of the frames were forwarded within this time, milliseconds.
    pub delay_median_ms: f64,
    /// The slowest frame, milliseconds.
    pub delay_worst_ms: f64,
}

/// What the probe saw. Of two values, the first is the first client's.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// `udp` or `tcp`.
    pub path: [String; 2],
    /// From each client to the server and back over the media path, milliseconds; 0 if unknown.
    pub round_trip_ms: [f64; 2],
    /// From connecting to the server's welcome, milliseconds.
    pub join_ms: [f64; 2],
    /// From connecting to open media and data paths, milliseconds.
    pub connect_ms: [f64; 2],
    /// From connecting the first client to sound, pictures and data in both directions, milliseconds.
    pub ready_ms: f64,
    /// Data from one client through the server to the other and back, milliseconds.
    pub data_round_trip_ms: f64,
    /// Sound that arrived.
    pub audio: [Flow; 2],
    /// Pictures that arrived.
    pub video: [Flow; 2],
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "path           {} / {}", self.path[0], self.path[1])?;
        writeln!(f, "round trip     {:.1} / {:.1} ms", self.round_trip_ms[0], self.round_trip_ms[1])?;
        writeln!(f, "joined         {:.0} / {:.0} ms", self.join_ms[0], self.join_ms[1])?;
        writeln!(f, "connected      {:.0} / {:.0} ms", self.connect_ms[0], self.connect_ms[1])?;
        writeln!(f, "all media      {:.0} ms", self.ready_ms)?;
        writeln!(f, "data           {:.1} ms there and back", self.data_round_trip_ms)?;
        for (name, flows) in [("sound", &self.audio), ("pictures", &self.video)] {
            for flow in flows {
                writeln!(
                    f,
                    "{name:<14} {} packets, {} lost, forwarded within {:.1} ms (median), {:.1} ms (worst)",
                    flow.packets, flow.lost, flow.delay_median_ms, flow.delay_worst_ms
                )?;
            }
        }
        Ok(())
    }
}

/// Two clients join one meeting; each must receive the other's sound, pictures and data.
pub async fn run(options: Options) -> Result<Report, ProbeError> {
    let within = options.within;
    timeout(within, probe(&options)).await.unwrap_or(Err(ProbeError::Late("the whole probe", within.as_secs_f64())))
}

/// A client that was let in.
struct Entered {
    client: Client,
    identity: String,
    began: Instant,
    join_ms: f64,
}

async fn probe(options: &Options) -> Result<Report, ProbeError> {
    let tokens = tokens(&options.credentials);
    let began = Instant::now();
    let first = enter(options, &tokens[0]).await?;
    let second = enter(options, &tokens[1]).await?;
    let connect_ms: [f64; 2] = tokio::try_join!(connected(&first), connected(&second))?.into();
    for entered in [&first, &second] {
        entered.client.publish(Media::Audio).await?;
        entered.client.publish(Media::Video).await?;
    }
    receives(&first, &second).await?;
    receives(&second, &first).await?;
    let data_round_trip_ms = there_and_back(&first, &second).await?;
    let ready_ms = milliseconds(began.elapsed());
    let paths = [path(&first.client).await, path(&second.client).await];
    let flows = |kind| [flow(&first, &second, kind), flow(&second, &first, kind)];
    let report = Report {
        round_trip_ms: [paths[0].round_trip_seconds * 1_000.0, paths[1].round_trip_seconds * 1_000.0],
        path: paths.map(|path| path.transport),
        join_ms: [first.join_ms, second.join_ms],
        connect_ms,
        ready_ms,
        data_round_trip_ms,
        audio: flows(Media::Audio),
        video: flows(Media::Video),
    };
    first.client.leave().await;
    second.client.leave().await;
    Ok(report)
}

fn tokens(credentials: &Credentials) -> [Private<String>; 2] {
    match credentials {
        Credentials::Tokens(tokens) => tokens.clone(),
        Credentials::Key { key, now } => {
            let meeting = format!("probe-{}", uuid::Uuid::new_v4());
            ["first", "second"].map(|name| Private::new(token::sign(&claims(key, *now, &meeting, name), key)))
        }
    }
}

fn claims(key: &TokenKey, now: Timestamp, meeting: &str, name: &str) -> Claims {
    Claims {
        iss: key.id().to_owned(),
        sub: format!("{meeting}-{name}"),
        jti: Some(uuid::Uuid::new_v4().to_string()),
        nbf: now.as_second(),
        iat: None,
        exp: now.as_second() + TOKEN_SECONDS,
        name: format!("probe {name}"),
        metadata: String::new(),
        attributes: [("role".to_owned(), "participant".to_owned())].into(),
        video: VideoGrants {
            room: meeting.to_owned(),
            room_join: true,
            can_publish: Some(true),
            can_subscribe: Some(true),
            can_publish_data: Some(true),
            ..VideoGrants::default()
        },
        room_config: None,
        home_site: None,
        kind: String::new(),
    }
}

async fn enter(options: &Options, token: &Private<String>) -> Result<Entered, ProbeError> {
    let began = Instant::now();
    let join = JoinOptions { token_in: TokenIn::Header, ..JoinOptions::default() };
    let client = Client::join(&options.address, token.expose(), join).await?;
    let identity = client.seen().identity;
    Ok(Entered { client, identity, began, join_ms: milliseconds(began.elapsed()) })
}

async fn connected(entered: &Entered) -> Result<f64, ProbeError> {
    let open = |seen: &Seen| seen.connected && seen.reliable_open;
    entered.client.until("media path to the server", Duration::from_secs(10), open).await?;
    Ok(milliseconds(entered.began.elapsed()))
}

async fn receives(receiver: &Entered, sender: &Entered) -> Result<(), ProbeError> {
    let within = Duration::from_secs(10);
    let identity = sender.identity.as_str();
    let sound = |seen: &Seen| seen.from(identity, Media::Audio).packets >= AUDIO_PACKETS;
    receiver.client.until("sound from the other client", within, sound).await?;
    let pictures = |seen: &Seen| seen.from(identity, Media::Video).frames >= PICTURES;
    receiver.client.until("pictures from the other client", within, pictures).await
}

async fn there_and_back(first: &Entered, second: &Entered) -> Result<f64, ProbeError> {
    let within = Duration::from_secs(5);
    let began = Instant::now();
    first.client.send_data(PING, b"ping", &[], true).await?;
    second.client.until("data from the other client", within, |seen| seen.on_topic(PING).next().is_some()).await?;
    second.client.send_data(PONG, b"pong", &[&first.identity], true).await?;
    first.client.until("data back", within, |seen| seen.on_topic(PONG).next().is_some()).await?;
    Ok(milliseconds(began.elapsed()))
}

async fn path(client: &Client) -> Path {
    client.path().await.unwrap_or_else(|| Path { transport: "unknown".to_owned(), round_trip_seconds: 0.0 })
}

fn flow(receiver: &Entered, sender: &Entered, kind: Media) -> Flow {
    let received: Received = receiver.client.seen().from(&sender.identity, kind);
    let mut delays = received.delays.clone();
    delays.sort_unstable();
    let at = |index: usize| delays.get(index).copied().map_or(0.0, milliseconds);
    Flow {
        packets: received.packets,
        lost: received.lost(),
        delay_median_ms: at(delays.len() / 2),
        delay_worst_ms: at(delays.len().saturating_sub(1)),
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
