use async_trait::async_trait;
use domain::Person;
use jiff::{SignedDuration, Timestamp};

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// How long after a meeting is remembered who was removed from it.
pub(crate) const EXCLUSIONS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One line of the log of deletions: what was deleted on one day for one reason. Names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Midnight UTC of the day.
    pub day: Timestamp,
    /// Why, as `domain::retention::Reason` writes it.
    pub reason: String,
    /// From which table.
    pub table: String,
    /// How many rows.
    pub rows: u64,
    /// When the last of them.
    pub latest_at: Timestamp,
}

/// Deletes what the set periods end, and keeps the log of everything that was deleted.
///
/// Every deletion by time, by period or by command is written to the log in its own unit: there is
/// no deletion without its line, and no line without its deletion.
#[async_trait]
pub trait Deletions {
    /// Deletes bookings with all that belongs to them, at most `limit`, the oldest first: made before
    /// `before`, and since then over or cancelled. An endless series is over only by cancelling.
    /// Answers how many bookings.
    async fn delete_old_bookings(&mut self, before: Timestamp, now: Timestamp, limit: u32) -> Result<u64>;
    /// Deletes lines of the audit trail from before then, at most `limit`, the oldest first; answers how many.
    async fn delete_old_audit(&mut self, before: Timestamp, now: Timestamp, limit: u32) -> Result<u64>;
    /// Accounts closed before then whose people organise nothing that is still to come, at most
    /// `limit`, those closed first first.
    async fn accounts_closed(&mut self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Vec<Person>>;
    /// Deletes what is left of erased accounts that nothing refers to any more; answers how many.
    async fn delete_nameless_accounts(&mut self, now: Timestamp) -> Result<u64>;
    /// Deletes lines of the log itself of days before then; answers how many.
    async fn delete_old_deletions(&mut self, before: Timestamp, now: Timestamp) -> Result<u64>;
    /// The log, the newest day first, at most `limit`.
    async fn deletions(&mut self, limit: u32) -> Result<Vec<Deletion>>;
}
