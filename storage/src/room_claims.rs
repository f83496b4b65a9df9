use async_trait::async_trait;
use domain::{BookingId, RoomId};
use jiff::Timestamp;

use crate::{Span, StorageError};

/// What a booking holds of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomClaim {
    /// Which room.
    pub room: RoomId,
    /// Which booking.
    pub booking: BookingId,
    /// When.
    pub span: Span,
}

/// What rooms are held by, read as a whole: for whoever keeps it in memory.
#[async_trait]
pub trait RoomClaims {
    /// Everything that is held of these rooms and ends after then, by room and start.
    async fn claims_of_rooms(&mut self, rooms: &[RoomId], after: Timestamp) -> Result<Vec<RoomClaim>, StorageError>;
    /// Everything that the booking holds and that ends after then, by room and start.
    async fn claims_of_booking(&mut self, booking: BookingId, after: Timestamp)
    -> Result<Vec<RoomClaim>, StorageError>;
}
