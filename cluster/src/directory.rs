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
    /// Takes no new meetings.
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
}

/// Who owns which meeting, and how all of them are doing.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Takes the meeting if nobody has it. Asking again as owner renews.
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError>;
    /// Keeps it; `false` means it was lost and must be let go at once. A lease that ran out but
    /// was never given to anybody else can still be renewed: an outage alone loses no meeting.
    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError>;
    /// Gives it up, if it is still ours.
    async fn release(&self, lease: &Lease) -> Result<(), ClusterError>;
    /// Who has it now.
    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError>;
    /// Says that this node lives.
    async fn announce(&self, node: &NodeRecord, ttl: Duration) -> Result<(), ClusterError>;
    /// All nodes that live.
    async fn nodes(&self) -> Result<Vec<NodeRecord>, ClusterError>;
    /// Publishes how a meeting is doing; replaces the earlier report, forgotten after `ttl`.
    async fn publish_report(&self, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError>;
    /// Removes the report of a meeting that is over.
    async fn withdraw_report(&self, meeting: &MeetingName) -> Result<(), ClusterError>;
    /// How all running meetings are doing.
    async fn reports(&self) -> Result<Vec<MeetingReport>, ClusterError>;
    /// How one is doing.
    async fn report(&self, meeting: &MeetingName) -> Result<Option<MeetingReport>, ClusterError>;
    /// Answers whether the directory can be reached at all; bounded to two seconds.
    async fn is_reachable(&self) -> bool;
}
