use async_trait::async_trait;
use domain::{BookingId, PersonId, RoomId};
use jiff::{SignedDuration, Timestamp};

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// How long a refusal can be read.
pub(crate) const REFUSALS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A booking asks for a room that its keeper decides about. It holds the room meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRequest {
    /// Which booking.
    pub booking: BookingId,
    /// Which room.
    pub room: RoomId,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// Which rules it breaks, as JSON; an empty list where the room is always asked for.
    pub reasons: String,
    /// None while it waits.
    pub refusal: Option<RoomRefusal>,
}

/// Somebody said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRefusal {
    /// When.
    pub at: Timestamp,
    /// Who; none if that account is gone.
    pub by: Option<PersonId>,
    /// Why, in words; may be empty.
    pub words: String,
}

/// Rooms that are asked for. What is granted is no longer asked for.
#[async_trait]
pub trait RoomRequests {
    /// Adds one, or replaces that of the same booking and room.
    async fn save_room_request(&mut self, request: &RoomRequest) -> Result<()>;
    /// Deletes that of this booking and room; answers whether there was one.
    async fn delete_room_request(&mut self, booking: BookingId, room: RoomId) -> Result<bool>;
    /// All of a booking, by room.
    async fn room_requests_of(&mut self, booking: BookingId) -> Result<Vec<RoomRequest>>;
    /// All of several bookings.
    async fn room_requests_of_all(&mut self, bookings: &[BookingId]) -> Result<Vec<RoomRequest>>;
    /// Those that wait for one of these rooms, the oldest first, at most `limit`.
    async fn waiting_room_requests(&mut self, rooms: &[RoomId], limit: u32) -> Result<Vec<RoomRequest>>;
    /// The rooms this person looks after.
    async fn rooms_kept_by(&mut self, person: PersonId) -> Result<Vec<RoomId>>;
    /// Deletes refusals older than thirty days, and requests whose booking holds the room no more
    /// or whose last date is over; answers how many.
    async fn delete_old_room_requests(&mut self, now: Timestamp) -> Result<u64>;
}
