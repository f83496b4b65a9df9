//! What nodes tell each other: in-process by default, Redis for several nodes.
//!
//! Five small services behind traits: the [`Directory`] says which node owns a meeting (a fenced
//! lease: owner + epoch) and how it is doing; the [`Bus`] carries commands to one node and events
//! to all; [`Revocations`] say which tokens no longer open anything; [`Happenings`] carry what
//! happens in meetings to whoever keeps it; [`Lines`] say what sites may take of their lines, and what they do.
//!
//! Running meetings never depend on this being reachable: [`Tenure`] says how long an owner may act;
//! an owner without a directory asks its colleagues ([`sum_up`]), who keep their [`Vows`]; and callers treat [`ClusterError`] as "not now".

mod bus;
mod colleague;
mod directory;
mod error;
mod happenings;
mod ledger;
mod lines;
mod memory;
mod redis;
mod report;
mod revocations;
mod tenure;
mod vows;

pub use bus::{Bus, Command, CommandStream, Event, EventStream, Moderation};
pub use colleague::{Word, sum_up};
pub use directory::{Claim, Directory, Fate, Lease, NodeId, NodeRecord};
pub use error::ClusterError;
pub use happenings::{HAPPENINGS_KEPT, Happening, Happenings, Receipt};
pub use lines::{LineUse, Lines};
pub use report::{
    Burden, DownloadReport, Held, LayerReport, LayerSize, Limited, MeetingReport, ParticipantReport, PathKind,
    TrackReport,
};
pub use revocations::{Revocation, Revocations, TokenFacts};
pub use tenure::{RENEW_EVERY, Renewal, SETTLING, Tenure};
pub use vows::Vows;

use std::sync::Arc;

/// The services together, as `server` wires them.
#[derive(Clone)]
pub struct Cluster {
    /// Who owns which meeting.
    pub directory: Arc<dyn Directory>,
    /// Commands and events.
    pub bus: Arc<dyn Bus>,
    /// Tokens that are over.
    pub revocations: Arc<dyn Revocations>,
    /// What happens in meetings.
    pub happenings: Arc<dyn Happenings>,
    /// What sites may take of their lines.
    pub lines: Arc<dyn Lines>,
}
