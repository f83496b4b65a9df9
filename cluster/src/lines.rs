use std::time::Duration;

use async_trait::async_trait;
use domain::lines::{Crowd, LinePlan};
use serde::{Deserialize, Serialize};

use crate::{ClusterError, NodeId};

/// What the people of each site take on one node: sums, no people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineUse {
    /// Which node.
    pub node: NodeId,
    /// By site.
    pub crowds: Vec<Crowd>,
}

/// The lines that meetings of all nodes share. Who has the database says what there is, nodes say what they take.
#[async_trait]
pub trait Lines: Send + Sync {
    /// Says which sites and lines there are; replaces what was said before.
    async fn set_plan(&self, plan: &LinePlan) -> Result<(), ClusterError>;
    /// What was said last; none if nothing was.
    async fn plan(&self) -> Result<Option<LinePlan>, ClusterError>;
    /// Says what this node takes; replaces what it said before, forgotten after `ttl`.
    async fn note_use(&self, used: &LineUse, ttl: Duration) -> Result<(), ClusterError>;
    /// What all nodes take, by node.
    async fn uses(&self) -> Result<Vec<LineUse>, ClusterError>;
}
