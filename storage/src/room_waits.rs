use async_trait::async_trait;
use domain::waiting_list::RoomWait;
use domain::{PersonId, RoomId, RoomWaitId};
use jiff::Timestamp;

use crate::{Span, StorageError};

type Result<T> = std::result::Result<T, StorageError>;

/// Who waits for which room. What is offered stands in the way of others like a hold:
/// [`held_rooms_at`](crate::RoomHolds::held_rooms_at) lists it too.
#[async_trait]
pub trait RoomWaits {
    /// Adds one.
    async fn add_room_wait(&mut self, wait: &RoomWait) -> Result<()>;
    /// Those of a person, by start.
    async fn room_waits_of(&mut self, person: PersonId) -> Result<Vec<RoomWait>>;
    /// Rooms that somebody waits for.
    async fn awaited_rooms(&mut self) -> Result<Vec<RoomId>>;
    /// Those who wait for a room, the first to ask first.
    async fn room_waits_for(&mut self, room: RoomId) -> Result<Vec<RoomWait>>;
    /// Offers the room until then, unless it was offered before; answers whether it was not. Of many who offer one, one
    /// hears yes.
    async fn offer_room(&mut self, id: RoomWaitId, until: Timestamp) -> Result<bool>;
    /// Takes one off the list; answers whether it was there.
    async fn delete_room_wait(&mut self, id: RoomWaitId) -> Result<bool>;
    /// Takes off the list what this person waits for and has booked now: rooms, each with its time.
    async fn settle_room_waits(&mut self, person: PersonId, booked: &[(RoomId, Span)]) -> Result<()>;
    /// Deletes those whose time is over; answers how many.
    async fn delete_old_room_waits(&mut self, now: Timestamp) -> Result<u64>;
}
