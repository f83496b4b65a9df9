//! What a node tells the heir of a meeting, as JSON.

use cluster::NodeId;
use domain::MeetingName;
use serde::{Deserialize, Serialize};

use crate::meeting::Legacy;

pub const PATH: &str = "/node/meetings";
/// What a bequest is sealed for.
pub const PURPOSE: &str = "POST /node/meetings";
/// Largest bequest, bytes. A meeting with more goes without its legacy.
pub const LIMIT: usize = 8 * 1024 * 1024;

/// A meeting is about to be handed over.
#[derive(Serialize, Deserialize)]
pub struct Bequest {
    /// To whom: a bequest overheard elsewhere opens nothing.
    pub heir: NodeId,
    /// What.
    pub meeting: MeetingName,
    /// Under which epoch it ran so far.
    pub epoch: u64,
    /// What it takes along; nothing, while it is only asked whether the heir takes it.
    pub legacy: Option<Legacy>,
}
