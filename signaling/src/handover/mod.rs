//! Meetings go on elsewhere when a node is to be emptied or stops.
//!
//! ```text
//! this node                                             the heir
//!   the meeting stands still ── POST /node/meetings ──▶ keeps what the meeting takes along
//!   the lease is given to the heir, in one step            (nothing is opened yet)
//!   the bus: take over ───────────────────────────────▶ opens the meeting as it was
//!   everybody: leave, reconnect ─ ─ join anew ─ ─ ─ ─ ▶ finds role, raised hand, polls, place
//! ```
//! Until the lease is given nothing has changed, and the meeting goes on here if anything fails; from
//! then on whoever asks is led to the heir, which opens the meeting even if it knows nothing of it.
//! Media flows until people leave.

mod bequest;
mod giving;
mod heirs;
mod legacies;
pub mod receiving;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::config::CLUSTER_PATIENCE;
use crate::orders;
use crate::registry::Registry;

pub use heirs::choose;
pub use legacies::Legacies;

/// Meetings that are handed over at the same time: their people come to the heirs all at once.
const AT_ONCE: usize = 4;
/// How soon is tried again what could not be handed over.
const AGAIN: Duration = Duration::from_secs(1);

/// Whether this node is to be emptied: it takes no new meetings, and hands on those it has.
pub struct Drain(watch::Sender<bool>);

impl Default for Drain {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Drain {
    pub fn is_on(&self) -> bool {
        *self.0.borrow()
    }
}

/// Begins or ends emptying this node. The others hear of it at once.
pub async fn drain(registry: &Registry, draining: bool) {
    if registry.drain.0.send_replace(draining) != draining {
        tracing::info!(draining, "this node {}", if draining { "is being emptied" } else { "takes meetings again" });
    }
    orders::announce_once(registry).await;
}

/// Hands on what is here as long as this node is to be emptied, for ever.
pub async fn keep_empty(registry: Arc<Registry>) {
    let mut drain = registry.drain.0.subscribe();
    loop {
        if drain.wait_for(|draining| *draining).await.is_err() {
            return;
        }
        hand_on(&registry).await;
        sleep(AGAIN).await;
    }
}

/// Before this node stops: hands on whatever somebody takes, as long as that may last.
pub async fn leave(registry: &Registry, patience: Duration) {
    if patience.is_zero() {
        return;
    }
    let everything = async {
        drain(registry, true).await;
        while hand_on(registry).await > 0 {}
    };
    if timeout(patience, everything).await.is_err() {
        tracing::warn!("not all meetings could be handed over in time");
    }
}

/// Hands over every meeting that has an heir; how many went.
async fn hand_on(registry: &Registry) -> usize {
    let meetings = registry.open_by_name().await;
    if meetings.is_empty() {
        return 0;
    }
    let nodes = timeout(CLUSTER_PATIENCE, registry.around.cluster.directory.nodes()).await;
    let nodes = nodes.ok().and_then(Result::ok).unwrap_or_default();
    let sizes = meetings.iter().map(|(name, handle)| (name.clone(), handle.places())).collect();
    let plan = heirs::plan(&nodes, &registry.around.config.node, sizes);
    let went = stream::iter(plan)
        .map(async |(meeting, heir)| match giving::hand_over(registry, &meeting, &heir).await {
            Ok(()) => 1,
            Err(stays) => {
                tracing::warn!(meeting.id = %meeting, node.id = %heir.id, "meeting {meeting} stays for now: {stays}");
                0
            }
        })
        .buffer_unordered(AT_ONCE);
    went.fold(0, async |sum, one| sum + one).await
}
