//! Meetings go on elsewhere when a node is to be emptied or stops.
//!
//! ```text
//! this node                                             the heir
//!   would you take it? ──────── POST /node/meetings ──▶ yes
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

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cluster::{NodeId, NodeRecord};
use futures_util::{StreamExt, stream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::config::CLUSTER_PATIENCE;
use crate::orders;
use crate::registry::Registry;

pub use heirs::choose;
pub use legacies::Legacies;

/// Meetings that are handed over at the same time: their people come to the heirs all at once.
const AT_ONCE: usize = 4;
/// How soon is tried again what could not be handed over.
const AGAIN: Duration = Duration::from_millis(500);
/// A node that did not take a meeting is asked again only after this time, if there are others.
const SHUNNED: Duration = Duration::from_secs(10);

/// Whether this node is to be emptied: it takes no new meetings, and hands on those it has.
pub struct Drain {
    is_on: watch::Sender<bool>,
    /// The node stops: it is not taken back.
    is_leaving: AtomicBool,
    /// Held while meetings are handed on: a node that stops does it beside the one that is emptied.
    at_work: tokio::sync::Mutex<()>,
    /// Which nodes did not take a meeting, and when.
    shunned: Mutex<HashMap<NodeId, Instant>>,
}

impl Default for Drain {
    fn default() -> Self {
        let (is_on, is_leaving) = (watch::Sender::new(false), AtomicBool::new(false));
        Self { is_on, is_leaving, at_work: tokio::sync::Mutex::default(), shunned: Mutex::default() }
    }
}

impl Drain {
    pub fn is_on(&self) -> bool {
        *self.is_on.borrow()
    }

    fn shun(&self, node: &NodeId) {
        self.shunned.lock().expect("nobody panics while holding this lock").insert(node.clone(), Instant::now());
    }

    /// Those of the nodes that did not refuse a moment ago; all, if all of them did.
    fn willing(&self, nodes: Vec<NodeRecord>) -> Vec<NodeRecord> {
        let mut shunned = self.shunned.lock().expect("nobody panics while holding this lock");
        shunned.retain(|_, since| since.elapsed() < SHUNNED);
        let willing: Vec<_> = nodes.iter().filter(|node| !shunned.contains_key(&node.id)).cloned().collect();
        if willing.iter().any(|node| !node.draining) { willing } else { nodes }
    }
}

/// Begins or ends emptying this node. The others hear of it at once.
pub async fn drain(registry: &Registry, draining: bool) {
    let draining = draining || registry.drain.is_leaving.load(Ordering::Relaxed);
    if registry.drain.is_on.send_replace(draining) != draining {
        tracing::info!(draining, "this node {}", if draining { "is being emptied" } else { "takes meetings again" });
    }
    orders::announce_once(registry).await;
}

/// Hands on what is here as long as this node is to be emptied, for ever.
pub async fn keep_empty(registry: Arc<Registry>) {
    let mut drain = registry.drain.is_on.subscribe();
    loop {
        if drain.wait_for(|draining| *draining).await.is_err() {
            return;
        }
        hand_on(&registry).await;
        sleep(AGAIN).await;
    }
}

/// Before this node stops: hands on whatever somebody takes, as long as that may last.
pub async fn leave(registry: &Arc<Registry>, patience: Duration) {
    registry.drain.is_leaving.store(true, Ordering::Relaxed);
    // Also if nothing is handed on: nobody is to hand anything to a node that stops.
    drain(registry, true).await;
    let everything = async {
        while hand_on(registry).await == Outcome::Rest {
            sleep(AGAIN).await;
        }
    };
    if !patience.is_zero() && timeout(patience, everything).await.is_err() {
        tracing::warn!("not all meetings could be handed over in time");
    }
}

/// What came of trying once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing is left here that anybody could take.
    Done,
    /// Something is left.
    Rest,
}

/// Hands over every meeting that has an heir.
async fn hand_on(registry: &Arc<Registry>) -> Outcome {
    let _at_work = registry.drain.at_work.lock().await;
    let meetings = registry.open_by_name().await;
    if meetings.is_empty() {
        return Outcome::Done;
    }
    let asked = timeout(CLUSTER_PATIENCE, registry.around.cluster.directory.nodes()).await;
    let Ok(Ok(nodes)) = asked else { return Outcome::Rest };
    let sizes = meetings.iter().map(|(name, handle)| (name.clone(), handle.places())).collect();
    let plan = heirs::plan(&registry.drain.willing(nodes), &registry.around.config.node, sizes);
    if plan.is_empty() {
        return Outcome::Done;
    }
    let stay = stream::iter(plan).map(|(meeting, heir)| {
        let registry = registry.clone();
        // By itself: half of it must not be done, whoever stops waiting.
        tokio::spawn(async move {
            // Taken back meanwhile?
            if !registry.drain.is_on() {
                return true;
            }
            let Err(stays) = giving::hand_over(&registry, &meeting, &heir).await else { return false };
            if stays == giving::Stays::Unwanted {
                registry.drain.shun(&heir.id);
            }
            tracing::warn!(meeting.id = %meeting, node.id = %heir.id, "meeting {meeting} stays for now: {stays}");
            true
        })
    });
    let stay = stay.buffer_unordered(AT_ONCE).filter(|stays| std::future::ready(!matches!(stays, Ok(false))));
    if stay.count().await == 0 { Outcome::Done } else { Outcome::Rest }
}
