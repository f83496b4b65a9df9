//! How often an address may be read: calendar programs ask every few minutes to hours, and a broken one
//! must not keep the server busy.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// So often …
const MOST_READS: u32 = 30;
/// … within this time.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Most addresses remembered; beyond it those whose time is over are forgotten, and then all.
const MOST_KNOWN: usize = 50_000;

/// Counts reads by address, on this node.
#[derive(Default)]
pub(crate) struct Pace {
    reads: Mutex<HashMap<Uuid, (Timestamp, u32)>>,
}

impl Pace {
    /// May it be read once more now? Only ids of addresses that exist are asked for.
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
        *count <= MOST_READS
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
