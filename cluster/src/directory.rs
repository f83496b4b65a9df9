use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use domain::MeetingName;
use serde::{Deserialize, Serialize};

use crate::{ClusterError, MeetingReport};

/// Names a node within the cluster; drawn at start.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub String);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a node says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeRecord {
    /// Which node.
    pub id: NodeId,
    /// Where other nodes reach its signalling (`ws://…`).
    pub url: String,
    /// Takes no new meetings, and hands on those it has.
    pub draining: bool,
    /// Participants it carries now.
    pub participants: u32,
}

/// The right to run a meeting, until it is over or lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Which meeting.
    pub meeting: MeetingName,
    /// Who owns it.
    pub owner: NodeId,
    /// Rises with every change of owner; a lower epoch must not act.
    pub epoch: u64,
}

/// What came of asking for a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is ours (again).
    Ours(Lease),
    /// Another node has it.
    Theirs(Lease),
    /// Nobody has it, but somebody had and did not give it up, or the directory has just lost its
    /// memory: whoever runs it gets the time to say so. Keep asking, at least every second, for
    /// about this long; who pauses starts anew.
    Settling(Duration),
}

/// What is known of one run of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its owner holds the lease.
    Running,
    /// Its owner holds no lease (any more). It may come back.
    Silent,
    /// It is over: nothing more of it is taken.
    Over,
}

/// Who owns which meeting, and how all of them are doing.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Takes the meeting if nobody has it. Asking again as owner renews. Taking it from an owner that
    /// did not give it up ends that owner's run ([`Directory::end_run`]) in the same step.
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError>;
    /// Keeps it; `false` means it was lost and must be let go at once. A lease that ran out but
    /// was never given to anybody else can still be renewed: an outage alone loses no meeting.
    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError>;
    /// Gives it up, if it is still ours.
    async fn release(&self, lease: &Lease) -> Result<(), ClusterError>;
    /// Gives it to another node in one step, so that nobody can take it in between; what that node has
    /// then. The run is not ended: who gives it up says itself how it ends. None: it is not ours (any
    /// more), and nothing has changed. The epoch is the next one. Asking twice does it once.
    async fn hand_over(&self, lease: &Lease, heir: &NodeId, ttl: Duration) -> Result<Option<Lease>, ClusterError>;
    /// Who has it now.
    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError>;
    /// Says that this node lives.
    async fn announce(&self, node: &NodeRecord, ttl: Duration) -> Result<(), ClusterError>;
    /// All nodes that live.
    async fn nodes(&self) -> Result<Vec<NodeRecord>, ClusterError>;
    /// Publishes how a meeting is doing; replaces the earlier report, forgotten after `ttl`. It
    /// counts only while the lease does, or while nobody has another; it also says which run of
    /// the meeting the lease is for.
    async fn publish_report(&self, lease: &Lease, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError>;
    /// Removes the report of a meeting that is over, unless another owner has it now.
    async fn withdraw_report(&self, lease: &Lease) -> Result<(), ClusterError>;
    /// What is known of a run.
    async fn fate(&self, meeting: &MeetingName, run: &str) -> Result<Fate, ClusterError>;
    /// Ends a run whose owner is silent: from then on nothing of it is taken, and its lease cannot be
    /// renewed. `false` means that its owner holds the lease (again).
    async fn end_run(&self, meeting: &MeetingName, run: &str) -> Result<bool, ClusterError>;
    /// How all running meetings are doing.
    async fn reports(&self) -> Result<Vec<MeetingReport>, ClusterError>;
    /// How one is doing.
    async fn report(&self, meeting: &MeetingName) -> Result<Option<MeetingReport>, ClusterError>;
    /// Answers whether the directory can be reached at all; bounded to two seconds.
    async fn is_reachable(&self) -> bool;
}
