//! What nodes say to each other, as JSON.

use cluster::{Lease, NodeRecord, Word};
use domain::MeetingName;
use serde::{Deserialize, Serialize};

pub const PATH: &str = "/node/leases";
/// What a question is sealed for.
pub const PURPOSE: &str = "POST /node/leases";

/// A node that hears nothing from the directory asks for its leases.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// Who asks; told to the directory, so that clients are still led there.
    pub node: NodeRecord,
    /// Meeting and epoch.
    pub leases: Vec<(MeetingName, u64)>,
}

impl Question {
    pub fn leases(&self) -> Vec<Lease> {
        let owner = &self.node.id;
        let leases = self.leases.iter();
        leases.map(|(meeting, epoch)| Lease { meeting: meeting.clone(), owner: owner.clone(), epoch: *epoch }).collect()
    }
}

/// One word for each lease, in the same order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    pub words: Vec<Word>,
}
