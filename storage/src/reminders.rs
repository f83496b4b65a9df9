use async_trait::async_trait;
use domain::OccurrenceId;
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// Dates whose reminder is due.
#[async_trait]
pub trait Reminders {
    /// Those for which [`domain::reminder::is_due`] holds and that were not noted yet, the earliest
    /// first, at most `limit`.
    async fn dates_to_remind(&mut self, now: Timestamp, limit: u32) -> Result<Vec<OccurrenceId>>;
    /// Notes that the reminder of a date that begins then is written; answers whether it was not
    /// noted before, and the date still begins then. Of many who note one date, one hears yes.
    async fn note_reminder(&mut self, occurrence: OccurrenceId, start: Timestamp) -> Result<bool>;
}
