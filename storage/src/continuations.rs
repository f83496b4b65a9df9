use async_trait::async_trait;
use domain::BookingId;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// A series that goes on from another one: "this and following" was changed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The one that ends.
    pub earlier: BookingId,
    /// The one that goes on.
    pub later: BookingId,
    /// The one with which all of it began: the earlier one, or one before it.
    pub first: BookingId,
}

/// Where series were split.
#[async_trait]
pub trait Continuations {
    /// Notes that a series goes on from another one.
    async fn note_continuation(&mut self, later: BookingId, earlier: BookingId) -> Result<()>;
    /// Those in which one of these bookings is the earlier or the later one, by the later one. What was deleted is in none.
    async fn continuations_of(&mut self, bookings: &[BookingId]) -> Result<Vec<Continuation>>;
}
