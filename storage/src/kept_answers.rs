use async_trait::async_trait;
use domain::PersonId;
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// A person's request that makes something, known by the key that was sent with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Who asked: everybody has keys of their own.
    pub person: PersonId,
    /// SHA-256 of the key.
    pub hash: [u8; 32],
}

/// What was answered to such a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Tells whether the same was asked.
    pub request_hash: [u8; 32],
    /// The answer, sealed by the caller; empty until it is known.
    pub answer: Vec<u8>,
}

/// Answers to requests that made something, written in the unit of what they made: sent again,
/// such a request makes nothing twice.
#[async_trait]
pub trait KeptAnswers {
    /// Takes the key for this request until `expires_at`; false if it is taken. Whoever takes the
    /// same key in another unit at this moment waits until that unit has ended.
    async fn take_key(
        &mut self,
        key: RequestKey,
        request_hash: &[u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool>;
    /// Keeps the answer under a key this unit has taken.
    async fn keep_answer(&mut self, key: RequestKey, answer: &[u8]) -> Result<()>;
    /// What is kept under the key, if its time is not over.
    async fn kept_answer(&mut self, key: RequestKey, now: Timestamp) -> Result<Option<KeptAnswer>>;
    /// Deletes those whose time is over; answers how many.
    async fn delete_old_answers(&mut self, now: Timestamp) -> Result<u64>;
}
