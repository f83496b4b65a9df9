//! The other nodes, as witnesses: an owner that hears nothing from the directory asks them.
//!
//! ```text
//! beat: no answer from the directory ──▶ gather ──▶ one question for many leases ──▶ every colleague
//!       tenure ◀── sum_up ◀── words ◀── witness (there): the directory, or a vow to wait
//! ```
//! The questions of all meetings that come within [`GATHER`] travel together, so that a node asks
//! each colleague some ten times a second at most, however many meetings it has. A question is
//! answered [`GATHER`] + [`COLLEAGUE_PATIENCE`] after it was asked at the latest: with [`HEDGE`]
//! before it, two of them begun one after the other end within [`cluster::SETTLING`].

mod asking;
mod known;
pub mod witness;
mod words;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cluster::{Lease, NodeRecord, Renewal, Vows};
use tokio::sync::{mpsc, oneshot};

use crate::config::SignalingConfig;
use domain::Clock;
use known::Known;

pub use known::look;

/// Who hears nothing from the directory for so long asks the colleagues as well.
pub const HEDGE: Duration = Duration::from_millis(400);
/// Questions that come within this time travel together.
const GATHER: Duration = Duration::from_millis(100);
/// How long a colleague may take to answer.
const COLLEAGUE_PATIENCE: Duration = Duration::from_millis(1200);
/// How long a colleague that is asked waits for the directory itself.
const DIRECTORY_PATIENCE: Duration = Duration::from_millis(600);
/// Leases in one question.
const AT_ONCE: usize = 1_000;
/// Largest question and answer, bytes: that many leases with the longest names.
const QUESTION_LIMIT: usize = 1024 * 1024;

/// What this node knows of the others, and what it promised them.
pub struct Colleagues {
    known: Arc<Mutex<Known>>,
    /// What this node last said of itself.
    own: Arc<Mutex<NodeRecord>>,
    questions: mpsc::Sender<asking::Open>,
    pub vows: Mutex<Vows>,
}

impl Colleagues {
    /// Call it inside a tokio runtime.
    pub fn open(config: &SignalingConfig, clock: Arc<dyn Clock>) -> Self {
        let (questions, inbox) = mpsc::channel(AT_ONCE);
        let known = Arc::new(Mutex::new(Known::default()));
        let (id, url) = (config.node.clone(), config.node_url.clone());
        let own = Arc::new(Mutex::new(NodeRecord { id, url, draining: false, participants: 0 }));
        if let Some(key) = config.token_keys.first().cloned() {
            let asker =
                asking::Asker { own: own.clone(), key, keys: config.token_keys.clone(), clock, known: known.clone() };
            tokio::spawn(asking::gather(Arc::new(asker), inbox));
        }
        Self { known, own, questions, vows: Mutex::default() }
    }

    /// Notes what this node says of itself, for those who say it in its place.
    pub fn note_own(&self, record: &NodeRecord) {
        self.own.lock().expect("nobody panics while holding this lock").clone_from(record);
    }

    /// What all of them together know of a lease.
    pub async fn ask(&self, lease: &Lease) -> Renewal {
        if self.known.lock().expect("nobody panics while holding this lock").is_empty() {
            return cluster::sum_up([]);
        }
        let (answer, heard) = oneshot::channel();
        // Whoever should ask is gone only while the node stops.
        let _ = self.questions.send(asking::Open { lease: lease.clone(), answer }).await;
        heard.await.unwrap_or(Renewal::Unheard)
    }
}
