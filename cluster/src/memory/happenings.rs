use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::{ClusterError, HAPPENINGS_KEPT, Happening, Happenings, Receipt};

/// What waits, by the order in which it came.
#[derive(Default)]
pub(super) struct MemoryHappenings {
    waiting: Mutex<(u64, BTreeMap<u64, Happening>)>,
}

impl MemoryHappenings {
    fn with<T>(&self, work: impl FnOnce(&mut (u64, BTreeMap<u64, Happening>)) -> T) -> T {
        work(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Happenings for MemoryHappenings {
    async fn add(&self, happenings: &[Happening]) -> Result<(), ClusterError> {
        self.with(|(last, waiting)| {
            for happening in happenings {
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
