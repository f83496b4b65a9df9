//! The waiting list of rooms, for who waits.

pub(crate) mod ask;
pub(crate) mod leave;
pub(crate) mod list;

use domain::waiting_list::RoomWait;
use domain::{Room, RoomId};
use jiff::Timestamp;
use serde::Serialize;
use storage::{StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Instant, Named};

/// A room and time one waits for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomWaitAnswer {
    id: Uuid,
    room: Named,
    start: Instant,
    end: Instant,
    asked_at: Instant,
    /// Until when the room is kept, once it was offered: book it with `POST /bookings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    offered_until: Option<Instant>,
}

impl RoomWaitAnswer {
    fn new(wait: &RoomWait, room: Option<&Room>, now: Timestamp) -> Self {
        Self {
            id: wait.id.as_uuid(),
            room: Named { id: wait.room.as_uuid(), name: room.map(|room| room.name.clone()).unwrap_or_default() },
            start: Instant(wait.time.start),
            end: Instant(wait.time.end),
            asked_at: Instant(wait.asked_at),
            offered_until: wait.offered_until.filter(|until| now < *until).map(Instant),
        }
    }

    /// What was offered in vain, or is over, is shown no more.
    async fn all(unit: &mut dyn Unit, waits: &[RoomWait], now: Timestamp) -> Result<Vec<Self>, StorageError> {
        let ids: Vec<RoomId> = waits.iter().map(|one| one.room).collect();
        let rooms = unit.rooms_by_id(&ids).await?;
        let lasts = |one: &&RoomWait| now < one.time.end && one.offered_until.is_none_or(|until| now < until);
        let named = |one: &RoomWait| Self::new(one, rooms.iter().find(|room| room.id == one.room), now);
        Ok(waits.iter().filter(lasts).map(named).collect())
    }
}
