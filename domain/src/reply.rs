//! What invited people answer, and how an answer ages (RFC 5546, 2.1.5).

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::timing::Timing;
use crate::{InvitationId, PersonId, Private};

/// Longest comment of an answer that is kept, in characters.
pub const COMMENT_LIMIT: usize = 1_000;

/// What an invited person says (PARTSTAT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Comes.
    Accepted,
    /// Does not come.
    Declined,
    /// Perhaps.
    Tentative,
}

/// The latest of one invited person, about a booking or one date of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Whose.
    pub invitation: InvitationId,
    /// About one date of a series; none is about all.
    pub key: Option<DateTime>,
    /// None: asked anew since time or place changed.
    pub answer: Option<Answer>,
    /// The SEQUENCE that was answered to; lower ones are too late.
    pub sequence: i32,
    /// DTSTAMP: when it was written.
    pub stamped_at: Timestamp,
    /// Another time that would suit better (COUNTER).
    pub proposal: Option<Timing>,
    /// What was written to it, up to [`COMMENT_LIMIT`] characters.
    pub comment: Option<Private<String>>,
    /// Who answered in the name of the invited person; none if that was this person.
    pub answered_by: Option<PersonId>,
}

impl Reply {
    /// Asks anew: whatever answers to an earlier SEQUENCE is too late from now on.
    pub fn awaited(invitation: InvitationId, key: Option<DateTime>, sequence: i32) -> Self {
        let stamped_at = Timestamp::UNIX_EPOCH;
        let (answer, proposal, comment, answered_by) = (None, None, None, None);
        Self { invitation, key, answer, sequence, stamped_at, proposal, comment, answered_by }
    }

    /// Was it overtaken by the other? The same message once more is not older.
    pub fn is_older_than(&self, other: &Self) -> bool {
        (self.sequence, self.stamped_at) < (other.sequence, other.stamped_at)
    }

    /// What holds for a date: the answer to it, or the one to the whole series, whichever is newer.
    /// Without a key: the one to the whole booking.
    pub fn to_date(replies: &[Self], invitation: InvitationId, key: Option<DateTime>) -> Option<&Self> {
        let own = || replies.iter().filter(|reply| reply.invitation == invitation);
        let whole = own().find(|reply| reply.key.is_none());
        let date = key.and_then(|key| own().find(|reply| reply.key == Some(key)));
        match (date, whole) {
            (Some(date), Some(whole)) if date.is_older_than(whole) => Some(whole),
            (date, whole) => date.or(whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn reply(key: Option<&str>, answer: Option<Answer>, sequence: i32, second: i64) -> Reply {
        let invitation = InvitationId::from_uuid(Uuid::from_u128(1));
        let key = key.map(|key| key.parse().expect("a wall time"));
        let stamped_at = Timestamp::from_second(second).expect("in range");
        Reply { answer, stamped_at, ..Reply::awaited(invitation, key, sequence) }
    }

    #[test]
    fn a_later_sequence_wins_then_a_later_stamp() {
        let first = reply(None, Some(Answer::Accepted), 1, 50);
        assert!(first.is_older_than(&reply(None, None, 2, 0)));
        assert!(first.is_older_than(&reply(None, None, 1, 51)));
        assert!(!first.is_older_than(&first.clone()), "the same once more");
        assert!(!reply(None, None, 2, 0).is_older_than(&first));
    }

    #[test]
    fn a_date_has_its_own_answer_until_the_whole_series_is_answered_later() {
        const DAY: &str = "2026-12-01T10:00";
        let (whole, date) =
            (reply(None, Some(Answer::Accepted), 0, 10), reply(Some(DAY), Some(Answer::Declined), 0, 20));
        let later = reply(None, Some(Answer::Tentative), 0, 30);
        let key = date.key;
        let of = |replies: &[Reply], key| Reply::to_date(replies, date.invitation, key).and_then(|reply| reply.answer);
        assert_eq!(of(&[whole.clone(), date.clone()], key), Some(Answer::Declined));
        assert_eq!(of(&[whole.clone(), date.clone()], None), Some(Answer::Accepted));
        assert_eq!(of(&[later, date.clone()], key), Some(Answer::Tentative));
        let moved = reply(Some(DAY), None, 1, 0);
        assert_eq!(of(&[whole, moved], key), None, "asked anew");
        let other = InvitationId::from_uuid(Uuid::from_u128(2));
        assert_eq!(Reply::to_date(&[date], other, key), None);
    }
}
