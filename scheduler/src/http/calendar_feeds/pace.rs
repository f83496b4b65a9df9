//! How often a calendar program may ask: they do so every few minutes to hours, and a broken one must not keep the
//! server busy.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// An address may be read so often …
const MOST_READS: u32 = 30;
/// … within this time, in which everything is counted.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Most addresses remembered; beyond it those whose time is over are forgotten, and then all.
const MOST_KNOWN: usize = 50_000;

/// Counts by address, or whatever has an id, on this node.
pub(crate) struct Pace {
    most: u32,
    reads: Mutex<HashMap<Uuid, (Timestamp, u32)>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(MOST_READS)
    }
}

impl Pace {
    /// So often within [`WINDOW`].
    pub(crate) fn of(most: u32) -> Self {
        Self { most, reads: Mutex::default() }
    }

    /// Was it counted as often as is allowed? Counts nothing.
    pub(crate) fn is_spent(&self, id: Uuid, now: Timestamp) -> bool {
        let reads = self.reads.lock().expect("nothing panics while it counts");
        reads.get(&id).is_some_and(|(since, count)| *count >= self.most && now.duration_since(*since) < WINDOW)
    }

    /// May it be read once more now?
    pub(crate) fn allows(&self, id: Uuid, now: Timestamp) -> bool {
        let mut reads = self.reads.lock().expect("nothing panics while it counts");
        if reads.len() >= MOST_KNOWN && !reads.contains_key(&id) {
            reads.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
            if reads.len() >= MOST_KNOWN {
                reads.clear();
            }
        }
        let (since, count) = reads.entry(id).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_thirty_times_in_ten_minutes_and_no_other_minds() {
        let pace = Pace::default();
        let now: Timestamp = "2026-11-24T09:00:00Z".parse().expect("an instant");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!((0..MOST_READS).all(|_| pace.allows(one, now)));
        assert!(!pace.allows(one, now));
        assert!(pace.allows(other, now));
        assert!(!pace.allows(one, now + WINDOW - SignedDuration::from_secs(1)));
        assert!(pace.allows(one, now + WINDOW));
    }
}
