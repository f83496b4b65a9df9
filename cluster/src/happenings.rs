use async_trait::async_trait;
use domain::{MeetingName, Private};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ClusterError;

/// Most happenings that wait for somebody to fetch them; beyond that the oldest are lost.
pub const HAPPENINGS_KEPT: usize = 100_000;

/// Something that happened in a meeting and that other programs want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// In which meeting.
    pub meeting: MeetingName,
    /// In which run of it: a meeting that is opened again has another one.
    pub run: String,
    /// Counts the happenings of one run, from 1, without a gap.
    pub sequence: u64,
    /// What happened, as a stable word: `participant_joined`.
    pub event: String,
    /// When.
    pub at: Timestamp,
    /// All of it as JSON, ready to be sent.
    pub body: Private<String>,
}

/// What is given back once a happening is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Receipt(pub String);

/// Carries what happens in meetings from their owners to whoever keeps it.
///
/// At least once, in order per run of a meeting: nothing is forgotten before somebody says that
/// it is kept, and what is added or fetched twice is told apart by run and sequence.
#[async_trait]
pub trait Happenings: Send + Sync {
    /// Appends, in this order. What belongs to a run that was ended
    /// ([`Directory::end_run`](crate::Directory::end_run)) is dropped.
    async fn add(&self, happenings: &[Happening]) -> Result<(), ClusterError>;
    /// The oldest ones, at most `limit`; they stay until they are forgotten.
    async fn waiting(&self, limit: usize) -> Result<Vec<(Receipt, Happening)>, ClusterError>;
    /// Forgets what is kept elsewhere now; what is gone already does no harm.
    async fn forget(&self, receipts: &[Receipt]) -> Result<(), ClusterError>;
}
