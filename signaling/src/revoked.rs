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
    until: Mutex<HashMap<Whose, Over>>,
}

/// Tokens of one meeting or of all, and of one person or of everybody.
type Whose = (Option<MeetingName>, Option<Identity>);

/// Which tokens are over.
struct Over {
    /// Those issued until then.
    until: Timestamp,
    /// Later ones as well.
    for_good: bool,
}

impl Revoked {
    /// Tokens issued until now, or all of them, no longer open the meeting, or any without one: one person's, or
    /// everybody's.
    pub fn note(&self, meeting: Option<MeetingName>, identity: Option<Identity>, now: Timestamp, for_good: bool) {
        let mut until = self.until.lock().expect("nobody panics while holding this lock");
        until.retain(|_, over| now.duration_since(over.until) < MEMORY);
        let known = until.entry((meeting, identity)).or_insert(Over { until: now, for_good });
        known.until = now.max(known.until);
        known.for_good |= for_good;
    }

    /// Is this token known to be over?
    pub fn has(&self, token: &TokenFacts) -> bool {
        let until = self.until.lock().expect("nobody panics while holding this lock");
        let (meeting, identity) = (Some(token.meeting.clone()), Some(token.identity.clone()));
        [(meeting.clone(), identity.clone()), (meeting, None), (None, identity)]
            .iter()
            .filter_map(|whose| until.get(whose))
            .any(|over| over.for_good || token.issued_at <= over.until)
    }
}
