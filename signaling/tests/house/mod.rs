//! A whole signalling node on a free port, with a clock that stands still, an engine that answers
//! every offer, and clients on real WebSockets.
#![allow(dead_code, unused_imports, reason = "each test file uses what it needs")]

mod client;
mod engine;

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cluster::{Cluster, Command, NodeId};
use domain::{Clock, Identity, MeetingName};
use jiff::Timestamp;
use protocol::token::{Claims, RoomConfig, TokenKey, VideoGrants, sign, verify};
use signaling::{Origins, Signaling, SignalingConfig};

pub use client::{Client, PATIENCE, join_request, url};
pub use engine::Engine;

pub const MEETING: &str = "daily";
/// 2026-11-24T08:00:00Z
const NOW: i64 = 1_795_507_200;

pub struct House {
    pub signaling: Arc<Signaling>,
    pub cluster: Cluster,
    pub engine: Arc<Engine>,
    pub clock: Arc<Watch>,
    pub address: std::net::SocketAddr,
    key: TokenKey,
}

/// A clock the test sets.
pub struct Watch(Mutex<Timestamp>);

impl Watch {
    pub fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().expect("no test panics while holding it");
        *now += jiff::SignedDuration::from_secs(seconds);
    }
}

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics while holding it")
    }
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(|_| {}, |_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut SignalingConfig), rewire: impl FnOnce(&mut Cluster)) -> Self {
        Self::open_for(None, change, rewire).await
    }

    /// All clients seem to come from this address.
    pub async fn open_for(
        from: Option<IpAddr>,
        change: impl FnOnce(&mut SignalingConfig),
        rewire: impl FnOnce(&mut Cluster),
    ) -> Self {
        let key = TokenKey::new("rennsteig", *b"0123456789abcdef0123456789abcdef").expect("32 bytes");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let node_url = format!("ws://{address}");
        let mut config = SignalingConfig::new(NodeId("here".into()), node_url, vec![key.clone()]);
        config.linger = Duration::from_millis(50);
        config.origins = Origins::Only(vec!["https://meet.example".into()]);
        change(&mut config);
        let clock = Arc::new(Watch(Mutex::new(Timestamp::from_second(NOW).expect("a year we live in"))));
        let mut cluster = Cluster::in_process();
        rewire(&mut cluster);
        let engine = Arc::new(Engine::default());
        let counter = AtomicU64::new(0);
        let random = move |bytes: &mut [u8]| {
            let number = counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            bytes.iter_mut().zip(number.iter().cycle()).for_each(|(byte, value)| *byte = *value);
        };
        let signaling =
            Arc::new(Signaling::new(config, cluster.clone(), engine.clone(), clock.clone(), Arc::new(random)));
        let mut router = signaling.router();
        if let Some(from) = from {
            router = router.layer(axum::Extension(axum::extract::ConnectInfo(SocketAddr::new(from, 1))));
        }
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { signaling, cluster, engine, clock, address, key }
    }

    /// What a token of this house says about somebody who may do everything.
    pub fn claims(&self, identity: &str) -> Claims {
        let now = self.clock.now().as_second();
        Claims {
            iss: "rennsteig".into(),
            sub: identity.into(),
            jti: Some("one".into()),
            nbf: now,
            iat: None,
            exp: now + 300,
            name: format!("Name of {identity}"),
            metadata: String::new(),
            attributes: [("role".to_owned(), "participant".to_owned())].into(),
            video: VideoGrants {
                room: MEETING.into(),
                room_join: true,
                can_publish: Some(true),
                can_subscribe: Some(true),
                can_publish_data: Some(true),
                can_update_own_metadata: true,
                ..VideoGrants::default()
            },
            room_config: Some(RoomConfig { max_participants: 3 }),
            home_site: None,
            kind: String::new(),
        }
    }

    pub fn sign(&self, claims: &Claims) -> String {
        sign(claims, &self.key)
    }

    /// What a token that is good now says.
    pub fn read(&self, token: &str) -> Claims {
        let keys = std::slice::from_ref(&self.key);
        verify(token, keys, self.clock.now().as_second()).expect("a good token")
    }

    pub fn token(&self, identity: &str) -> String {
        self.sign(&self.claims(identity))
    }

    /// Comes in and reads the welcome.
    pub async fn join(&self, identity: &str) -> Client {
        Client::join(self.address, &self.token(identity)).await
    }

    /// Tells this node something over the bus.
    pub async fn send(&self, command: Command) {
        self.cluster.bus.send(&NodeId("here".into()), command).await.expect("the bus is in this process");
    }

    /// Waits until nobody owns the meeting.
    pub async fn until_released(&self) {
        self.until(async || self.cluster.directory.owner(&meeting()).await.expect("in-process").is_none()).await;
    }

    /// Waits until the meeting is reported to the directory.
    pub async fn until_reported(&self) {
        self.until(async || self.cluster.directory.report(&meeting()).await.expect("in-process").is_some()).await;
    }

    pub async fn until(&self, holds: impl AsyncFn() -> bool) {
        let search = async {
            while !holds().await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(client::PATIENCE, search).await.expect("it happens in time");
    }

    /// A request; status, headers in small letters, body.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
        client::send(self.address, method, path, headers, body).await
    }

    /// A plain request; status and body.
    pub async fn get(&self, path_and_query: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
        client::get(self.address, path_and_query, headers).await
    }

    /// A call of the server API; status and answer.
    pub async fn post(&self, path: &str, token: &str, kind: &str, body: &str) -> (u16, serde_json::Value) {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str()), ("content-type", kind)];
        let headers = if token.is_empty() { &headers[1..] } else { &headers[..] };
        let (status, _, body) = client::send(self.address, "POST", path, headers, body).await;
        (status, serde_json::from_str(&body).expect("every answer is JSON"))
    }
}

pub fn meeting() -> MeetingName {
    MEETING.parse().expect("a valid name")
}

pub fn identity(text: &str) -> Identity {
    text.parse().expect("a valid identity")
}
