use async_trait::async_trait;
use domain::{PersonId, RoomId};
use jiff::Timestamp;

use crate::{Span, StorageError};

type Result<T> = std::result::Result<T, StorageError>;

/// A room that somebody keeps for some minutes while filling in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomHold {
    /// Who.
    pub person: PersonId,
    /// Which room.
    pub room: RoomId,
    /// For when.
    pub span: Span,
    /// Nobody minds it from then on.
    pub expires_at: Timestamp,
}

/// Rooms kept for some minutes. A hold is no claim: it books nothing and stands in nobody's way who
/// does not look. Whoever books or holds looks, with the rooms locked.
#[async_trait]
pub trait RoomHolds {
    /// Replaces everything this person holds. Lock the rooms first.
    async fn save_holds(&mut self, person: PersonId, holds: &[RoomHold]) -> Result<()>;
    /// What others hold of these rooms in any of the spans at `now`, and what is offered to others who waited for it, by
    /// room and start.
    async fn held_rooms_at(
        &mut self,
        rooms: &[RoomId],
        spans: &[Span],
        by_others_than: PersonId,
        now: Timestamp,
    ) -> Result<Vec<RoomHold>>;
    /// Deletes those whose time is over; answers how many.
    async fn delete_old_holds(&mut self, now: Timestamp) -> Result<u64>;
}
