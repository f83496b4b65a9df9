//! Brokers WebRTC meetings over WebSocket; compatible with LiveKit client SDKs.
//!
//! A client opens `/rtc/v1` (or, of the older shape, `/rtc`) with a join token; the meeting it names is found or opened on this
//! node; from then on one task per meeting ([`meeting`] is its state machine) decides who receives
//! what and tells the media engine. `docs/protocol.md` describes the wire; `refusal.rs` has the
//! table of all refusals.
//!
//! Never here: a database, a token made for somebody who is not inside, a log line with a token,
//! a name, an address or SDP.

mod actor;
mod admission;
mod beat;
mod colleagues;
mod config;
mod errand;
mod forwarding;
#[doc(hidden)]
pub mod fuzzing;
mod handover;
mod http;
mod lines;
pub mod meeting;
mod news;
mod orders;
mod outbox;
mod pace;
mod randomness;
mod refusal;
mod registry;
mod relay;
mod renewal;
mod revoked;
mod socket;
mod toll;
mod turn;
mod twirp;
mod whip;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cluster::Cluster;
use domain::Clock;

pub use config::{Origins, SignalingConfig};
pub use pace::Rate;
pub use randomness::Randomness;
pub use refusal::Refusal;
pub use turn::Relays;

use colleagues::Colleagues;
use lines::Lines;
use news::NewsDesk;
use registry::{Registry, Surroundings};

/// The signalling part of a node.
pub struct Signaling {
    registry: Arc<Registry>,
    listeners: Vec<tokio::task::JoinHandle<()>>,
}

impl Signaling {
    /// Starts listening to the bus; call it inside a tokio runtime.
    pub fn new(
        config: SignalingConfig,
        cluster: Cluster,
        port: Arc<dyn media::Port>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Randomness>,
    ) -> Self {
        let participants = AtomicUsize::new(0);
        let desk = NewsDesk::open(cluster.happenings.clone());
        let colleagues = Colleagues::open(&config, clock.clone());
        let lines = Lines::default();
        let around = Surroundings { config, cluster, port, clock, random, participants, desk, colleagues, lines };
        let registry = Registry::new(around);
        let listeners = vec![
            tokio::spawn(orders::commands(registry.clone())),
            tokio::spawn(orders::events(registry.clone())),
            tokio::spawn(orders::announce(registry.clone())),
            tokio::spawn(colleagues::look(registry.clone())),
            tokio::spawn(handover::keep_empty(registry.clone())),
            tokio::spawn(lines::keep(registry.clone())),
        ];
        Self { registry, listeners }
    }

    /// The paths clients knock at (`/rtc/v1`, `/rtc/v1/validate`, `/rtc/validate`, `/rtc`) and the
    /// server API (`/twirp/…`); and two for other nodes alone (`/node/…`).
    pub fn router(&self) -> axum::Router {
        http::router(self.registry.clone())
            .merge(twirp::router(self.registry.clone()))
            .merge(whip::router(self.registry.clone()))
            .merge(colleagues::witness::router(self.registry.clone()))
            .merge(handover::receiving::router(self.registry.clone()))
    }

    /// How many are inside, over all meetings of this node.
    pub fn participants(&self) -> usize {
        self.registry.around.participants.load(Ordering::Relaxed)
    }

    /// This node is being emptied: it takes no new meetings, and hands on those it has.
    pub fn is_draining(&self) -> bool {
        self.registry.drain.is_on()
    }

    /// Hands meetings to other nodes, if there are any, for [`SignalingConfig::handover`] at most. Then
    /// sends everybody away who is left (clients come back by themselves when a server is there again)
    /// and waits a few seconds at most until they have heard it.
    pub async fn stop(&self) {
        handover::leave(&self.registry, self.registry.around.config.handover).await;
        self.listeners.iter().for_each(tokio::task::JoinHandle::abort);
        self.registry.stop().await;
        self.registry.around.desk.empty(news::LAST_PATIENCE).await;
    }
}

/// Without [`Signaling::stop`] at least nobody listens any more.
impl Drop for Signaling {
    fn drop(&mut self) {
        self.listeners.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
