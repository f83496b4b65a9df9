use std::collections::HashMap;
use std::sync::Mutex;

use cluster::TokenFacts;
use domain::{Identity, MeetingName};
use jiff::{SignedDuration, Timestamp};

/// No token of a meeting that somebody was sent away from lives longer than this.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// What this node itself heard about tokens that are over: it counts even while the cluster cannot
/// be asked.
#[derive(Default)]
pub struct Revoked {
    until: Mutex<HashMap<(MeetingName, Option<Identity>), Over>>,
}

/// Which tokens are over.
struct Over {
    /// Those issued until then.
    until: Timestamp,
    /// Later ones as well.
    for_good: bool,
}

impl Revoked {
    /// Tokens issued until now, or all of them, no longer open the meeting: one person's, or everybody's.
    pub fn note(&self, meeting: MeetingName, identity: Option<Identity>, now: Timestamp, for_good: bool) {
        let mut until = self.until.lock().expect("nobody panics while holding this lock");
        until.retain(|_, over| now.duration_since(over.until) < MEMORY);
        let known = until.entry((meeting, identity)).or_insert(Over { until: now, for_good });
        known.until = now.max(known.until);
        known.for_good |= for_good;
    }

    /// Is this token known to be over?
    pub fn has(&self, token: &TokenFacts) -> bool {
        let until = self.until.lock().expect("nobody panics while holding this lock");
        [Some(token.identity.clone()), None]
            .into_iter()
            .filter_map(|identity| until.get(&(token.meeting.clone(), identity)))
            .any(|over| over.for_good || token.issued_at <= over.until)
    }
}
