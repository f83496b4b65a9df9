//! Books rooms, invites, issues join tokens; the HTTP API for people, assistants and admins.
//!
//! [`Scheduler`] is made of a store, a cluster, a clock and a source of randomness, and gives an
//! axum router that serves `/api/v1`. Rights are asked of `domain::policy`, times and doors of
//! `domain`; tokens are signed with `protocol`. It never opens a WebSocket and never touches
//! media: with `signaling` it shares the join token and the bus, nothing else.
//!
//! To add an operation: a file under `http/<noun>/` named after the verb with its answer, its
//! description, its handler and its tests; one line in `http/router.rs`; then refresh
//! `openapi.json` with `cargo run -p scheduler --example openapi`.

mod app;
mod booking;
mod calendar;
mod config;
mod http;
mod meeting;
mod network;
mod password;
mod randomness;
mod secret;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use ::http::Uri;
use cluster::Cluster;
use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use storage::{StorageError, Store};

use crate::app::App;
use crate::secret::Secret;

pub use config::{InvalidAddress, SchedulerConfig};
pub use http::{RequestId, openapi};
pub use network::{InvalidNetwork, Network};
pub use randomness::{Randomness, SystemRandomness};

/// How long the link for the first administrator works.
const SETUP_LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The scheduler: wired once, served by `server`.
#[derive(Clone)]
pub struct Scheduler {
    app: Arc<App>,
}

impl Scheduler {
    /// Wires the parts together.
    pub fn new(
        config: SchedulerConfig,
        store: Arc<dyn Store>,
        cluster: Cluster,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        Self { app: Arc::new(App::new(config, store, cluster, clock, randomness)) }
    }

    /// Serves `/api/v1/**`. The address of the peer is taken from axum's
    /// `ConnectInfo<SocketAddr>` extension; without it all callers count as one network.
    pub fn router(&self) -> axum::Router {
        http::router(Arc::clone(&self.app))
    }

    /// Describes the API.
    pub fn openapi(&self) -> utoipa::openapi::OpenApi {
        openapi()
    }

    /// How many accounts there are; with none, `server` prints [`Self::create_setup_link`].
    pub async fn count_people(&self) -> Result<u64, StorageError> {
        self.app.store.read().await?.count_people().await
    }

    /// Makes the one-time link that creates the first administrator; ends any earlier one.
    /// The answer is a secret: print it, never log it.
    pub async fn create_setup_link(&self) -> Result<String, StorageError> {
        let secret = Secret::draw(self.app.randomness.as_ref(), secret::SESSION_BYTES);
        let expires_at = self.app.now() + SETUP_LINK_LIFETIME;
        let mut unit = self.app.store.begin().await?;
        unit.set_setup_link(&secret.hash, expires_at).await?;
        unit.commit().await?;
        Ok(format!("{}/setup#{}", self.app.config.base_url, secret.text.expose()))
    }

    /// Deletes what has expired: sessions, tokens, failed sign-ins, people at closed doors.
    /// Answers how many rows.
    pub async fn tidy_up(&self, now: Timestamp) -> Result<u64, StorageError> {
        let mut unit = self.app.store.begin().await?;
        let deleted = unit.delete_expired_sessions(now).await? + unit.delete_expired_admissions(now).await?;
        unit.commit().await?;
        Ok(deleted)
    }
}

/// Host and port of an absolute address, as browsers send them in `Origin` and `Host`.
fn authority(address: &str) -> Option<String> {
    address.parse::<Uri>().ok()?.authority().map(|authority| authority.as_str().to_lowercase())
}
