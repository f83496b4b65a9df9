use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::Over;
use crate::{ClusterError, HAPPENINGS_KEPT, Happening, Happenings, Receipt};

/// What waits, by the order in which it came.
pub(super) struct MemoryHappenings {
    waiting: Mutex<(u64, BTreeMap<u64, Happening>)>,
    over: Arc<Over>,
}

impl MemoryHappenings {
    pub(super) fn new(over: Arc<Over>) -> Self {
        Self { waiting: Mutex::default(), over }
    }

    fn with<T>(&self, work: impl FnOnce(&mut (u64, BTreeMap<u64, Happening>)) -> T) -> T {
        work(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Happenings for MemoryHappenings {
    async fn add(&self, happenings: &[Happening]) -> Result<(), ClusterError> {
        self.with(|(last, waiting)| {
            for happening in happenings {
                if self.over.with(|over| over.contains(&happening.run)) {
                    continue;
                }
                *last += 1;
                waiting.insert(*last, happening.clone());
                if waiting.len() > HAPPENINGS_KEPT {
                    waiting.pop_first();
                }
            }
        });
        Ok(())
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<(Receipt, Happening)>, ClusterError> {
        let oldest = |(number, happening): (&u64, &Happening)| (Receipt(number.to_string()), happening.clone());
        Ok(self.with(|(_, waiting)| waiting.iter().take(limit).map(oldest).collect()))
    }

    async fn forget(&self, receipts: &[Receipt]) -> Result<(), ClusterError> {
        self.with(|(_, waiting)| {
            for receipt in receipts {
                if let Ok(number) = receipt.0.parse() {
                    waiting.remove(&number);
                }
            }
        });
        Ok(())
    }
}
