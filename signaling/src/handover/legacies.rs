use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use domain::MeetingName;
use tokio::time::Instant;

use super::bequest::Bequest;
use crate::meeting::Legacy;

/// A legacy whose meeting does not follow within this time is forgotten.
const KEPT: Duration = Duration::from_secs(30);
/// Legacies that wait at the same time; each may have [`super::bequest::LIMIT`] bytes as text.
const LIMIT: usize = 16;

/// What meetings take along that are about to come here.
#[derive(Default)]
pub struct Legacies(Mutex<HashMap<MeetingName, Waiting>>);

struct Waiting {
    since: Instant,
    /// Under which the meeting ran where it comes from.
    epoch: u64,
    legacy: Legacy,
}

impl Legacies {
    /// Keeps one until its meeting follows; `false` if too many wait. Without a legacy it is only asked,
    /// and nothing changes.
    pub fn keep(&self, bequest: Bequest, now: Instant) -> bool {
        let Bequest { meeting, epoch, legacy, .. } = bequest;
        let mut waiting = self.0.lock().expect("nobody panics while holding this lock");
        waiting.retain(|_, one| now - one.since < KEPT);
        // One of an earlier attempt makes room for itself.
        if waiting.len() >= LIMIT && !waiting.contains_key(&meeting) {
            return false;
        }
        if let Some(legacy) = legacy {
            waiting.insert(meeting, Waiting { since: now, epoch, legacy });
        }
        true
    }

    /// Forgets whose meeting did not follow. They hold names.
    pub fn forget_old(&self, now: Instant) {
        let mut waiting = self.0.lock().expect("nobody panics while holding this lock");
        waiting.retain(|_, one| now - one.since < KEPT);
    }

    /// What a meeting takes along that runs under this epoch now. Only what was given with the lease
    /// itself counts: if somebody else had the meeting in between, it is not as it was.
    pub fn take(&self, meeting: &MeetingName, epoch: u64, now: Instant) -> Option<Legacy> {
        let mut waiting = self.0.lock().expect("nobody panics while holding this lock");
        waiting.retain(|_, one| now - one.since < KEPT);
        waiting.remove(meeting).filter(|one| one.epoch + 1 == epoch).map(|one| one.legacy)
    }
}

#[cfg(test)]
mod tests {
    use cluster::NodeId;
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn bequest(meeting: &str, epoch: u64) -> Bequest {
        let at = Timestamp::UNIX_EPOCH;
        let legacy = json!({ "opened_at": at, "metadata": "", "settings": null, "max_participants": 0,
            "had_somebody": true, "pause": null, "polls": { "all": [], "opened": 0, "told": [0, 0] }, "kept": {} });
        let legacy = serde_json::from_value(legacy).expect("a legacy");
        Bequest { heir: NodeId("b".into()), meeting: meeting.parse().expect("a name"), epoch, legacy: Some(legacy) }
    }

    #[test]
    fn a_legacy_is_for_the_very_lease_that_was_given_with_it() {
        let (legacies, now, name) = (Legacies::default(), Instant::now(), "m".parse().expect("a name"));
        assert!(legacies.keep(bequest("m", 7), now));
        assert!(legacies.take(&name, 9, now).is_none(), "somebody had the meeting in between");
        assert!(legacies.take(&name, 8, now).is_none(), "and now it is not as it was");
        assert!(legacies.keep(bequest("m", 7), now));
        assert!(legacies.take(&name, 8, now).is_some());
        assert!(legacies.take(&name, 8, now).is_none(), "once");
    }

    #[test]
    fn whoever_only_asks_takes_nothing_away() {
        let (legacies, now) = (Legacies::default(), Instant::now());
        assert!(legacies.keep(bequest("m", 7), now));
        assert!(legacies.keep(Bequest { legacy: None, ..bequest("m", 0) }, now));
        assert!(legacies.take(&"m".parse().expect("a name"), 8, now).is_some());
    }

    #[test]
    fn a_legacy_whose_meeting_does_not_follow_is_forgotten_and_only_so_many_wait() {
        let (legacies, now) = (Legacies::default(), Instant::now());
        for number in 0..LIMIT {
            assert!(legacies.keep(bequest(&format!("m{number}"), 1), now));
        }
        assert!(!legacies.keep(bequest("one more", 1), now));
        assert!(legacies.keep(bequest("m0", 2), now), "another attempt takes no further place");
        legacies.forget_old(now + KEPT);
        assert!(legacies.0.lock().expect("nobody panics").is_empty());
        assert!(legacies.keep(bequest("one more", 1), now + KEPT));
        assert!(legacies.take(&"m1".parse().expect("a name"), 2, now + KEPT).is_none());
    }
}
