use std::collections::HashMap;

use domain::MeetingName;
use jiff::Timestamp;

use crate::{Revocation, TokenFacts};

/// The revocations this process knows. Both engines answer from one.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Under no name: those that hold everywhere.
    by_meeting: HashMap<Option<MeetingName>, Vec<Revocation>>,
}

impl Ledger {
    /// Notes a revocation; a later one for the same tokens replaces an earlier one.
    pub(crate) fn add(&mut self, new: Revocation) {
        // Nobody revokes tokens of the future, so it is at least that late now.
        self.forget_until(new.issued_until);
        let place = (!new.everywhere).then(|| new.meeting.clone());
        let known = self.by_meeting.entry(place).or_default();
        match known.iter_mut().find(|old| old.identity == new.identity && old.token_id == new.token_id) {
            Some(old) => {
                old.issued_until = old.issued_until.max(new.issued_until);
                old.for_good |= new.for_good;
                old.forget_at = old.forget_at.max(new.forget_at);
            }
            None => known.push(new),
        }
    }

    /// Everything that is noted.
    pub(crate) fn all(&self) -> Vec<Revocation> {
        self.by_meeting.values().flatten().cloned().collect()
    }

    /// Is this token over? Forgets what no living token can need.
    pub(crate) fn is_revoked(&mut self, token: &TokenFacts, now: Timestamp) -> bool {
        [Some(token.meeting.clone()), None].iter().any(|place| {
            let Some(known) = self.by_meeting.get_mut(place) else {
                return false;
            };
            known.retain(|revocation| now < revocation.forget_at);
            if known.is_empty() {
                self.by_meeting.remove(place);
                return false;
            }
            known.iter().any(|revocation| revocation.ends(token))
        })
    }

    /// Forgets everything that is over by now, also of meetings nobody asks about.
    fn forget_until(&mut self, now: Timestamp) {
        self.by_meeting.retain(|_, known| {
            known.retain(|revocation| now < revocation.forget_at);
            !known.is_empty()
        });
    }
}
