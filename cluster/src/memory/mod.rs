//! The cluster of one: everything in this process's memory, for a single node.

mod bus;
mod directory;
mod happenings;
mod revocations;

use std::sync::Arc;

use crate::Cluster;
use bus::MemoryBus;
use directory::MemoryDirectory;
use happenings::MemoryHappenings;
use revocations::MemoryRevocations;

impl Cluster {
    /// For a node that runs alone, and for tests: nodes that share clones of this see each other.
    pub fn in_process() -> Self {
        let bus = Arc::new(MemoryBus::default());
        Self {
            directory: Arc::new(MemoryDirectory::default()),
            revocations: Arc::new(MemoryRevocations::new(bus.clone())),
            happenings: Arc::new(MemoryHappenings::default()),
            bus,
        }
    }
}
