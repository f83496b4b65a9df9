//! The cluster of one: everything in this process's memory, for a single node.

mod bus;
mod directory;
mod happenings;
mod leases;
mod lines;
mod revocations;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::Cluster;
use bus::MemoryBus;
use directory::MemoryDirectory;
use happenings::MemoryHappenings;
use lines::MemoryLines;
use revocations::MemoryRevocations;

/// The runs that were ended for an owner that was away.
#[derive(Default)]
struct Over(Mutex<HashSet<String>>);

impl Over {
    fn with<T>(&self, work: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Cluster {
    /// For a node that runs alone, and for tests: nodes that share clones of this see each other.
    pub fn in_process() -> Self {
        // Nobody here can be cut off from the directory: nobody has to be waited for.
        Self::in_process_settling(Duration::ZERO)
    }

    /// The same with a time for owners to come back ([`SETTLING`](crate::SETTLING)), for tests.
    pub fn in_process_settling(settling: Duration) -> Self {
        let bus = Arc::new(MemoryBus::default());
        let over = Arc::new(Over::default());
        Self {
            directory: Arc::new(MemoryDirectory::new(settling, over.clone())),
            revocations: Arc::new(MemoryRevocations::new(bus.clone())),
            happenings: Arc::new(MemoryHappenings::new(over)),
            lines: Arc::new(MemoryLines::default()),
            bus,
        }
    }
}
