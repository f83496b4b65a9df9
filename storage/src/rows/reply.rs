use domain::recurrence::Moment;
use domain::timing::Timing;
use domain::{InvitationId, PersonId, Private, Reply};
use jiff::civil::DateTime;
use uuid::Uuid;

use super::{at, maybe_at, small, words};
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct ReplyRow {
    invitation_id: Uuid,
    recurrence_key: String,
    answer: Option<String>,
    sequence: i64,
    stamped_at: i64,
    proposed_start: Option<i64>,
    proposed_end: Option<i64>,
    comment: Option<String>,
    answered_by: Option<Uuid>,
}

impl TryFrom<ReplyRow> for Reply {
    type Error = StorageError;

    fn try_from(row: ReplyRow) -> Result<Self, StorageError> {
        let unreadable = || StorageError::Inconsistent(format!("the answer of {} cannot be read", row.invitation_id));
        let key = match (row.recurrence_key.as_str(), row.recurrence_key.parse()) {
            ("", _) => None,
            (_, Ok(Moment::Wall(key))) => Some(key),
            _ => return Err(unreadable()),
        };
        let proposal = maybe_at(row.proposed_start)?.zip(maybe_at(row.proposed_end)?);
        Ok(Self {
            invitation: InvitationId::from_uuid(row.invitation_id),
            key,
            answer: row.answer.as_deref().map(words::parse_answer).transpose()?,
            sequence: small(row.sequence)?,
            stamped_at: at(row.stamped_at)?,
            proposal: proposal.map(|(start, end)| Timing { start, end }),
            comment: row.comment.map(Private::new),
            answered_by: row.answered_by.map(PersonId::from_uuid),
        })
    }
}

/// A date's name as stored; empty for the whole booking.
pub(crate) fn recurrence_key(key: Option<DateTime>) -> String {
    key.map_or_else(String::new, |key| Moment::Wall(key).to_string())
}
