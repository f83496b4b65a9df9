use async_trait::async_trait;
use domain::retention::Reason;
use domain::{PersonId, Private};
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// Somebody about whom something may be stored: with an account, or a guest.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The account, if there is one.
    pub account: Option<PersonId>,
    /// The mail address, compared in lower case.
    pub address: Private<String>,
    /// Under what failed attempts to sign in with this address are counted.
    pub sign_in_hash: [u8; 32],
}

/// A row about somebody, as far as it is personal.
#[derive(Clone, Debug)]
pub struct StoredRow {
    /// In which table it lies.
    pub table: &'static str,
    /// Its columns as a JSON object; instants are UTC seconds.
    pub columns: Private<String>,
}

/// What is stored about one person, by the list in `domain::retention`.
#[async_trait]
pub trait PersonalData {
    /// Every row about this person, by table.
    async fn stored_about(&mut self, subject: &Subject) -> Result<Vec<StoredRow>>;
    /// Deletes these rows, or takes what is personal out of those that others need. The account is
    /// deleted by the next tidying up after which nothing refers to it: until then it can be seen that it was closed, and
    /// whose it was cannot. Answers how many rows of which table, and writes that
    /// into the log of deletions.
    async fn erase(&mut self, subject: &Subject, reason: Reason, now: Timestamp) -> Result<Vec<(&'static str, u64)>>;
}
