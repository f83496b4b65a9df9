//! Secret addresses under which calendar programs read one's own calendar, or that of a room.

pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod make;
pub(crate) mod pace;
pub(crate) mod read;

use domain::Room;
use serde::Serialize;
use storage::{CalendarFeed, StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Instant;

/// An address, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedAnswer {
    id: Uuid,
    /// Of which room; absent for one's own calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    room: Option<FeedRoom>,
    created_at: Instant,
}

/// A room by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedRoom {
    id: Uuid,
    name: String,
}

impl FeedAnswer {
    async fn new(unit: &mut dyn Unit, feed: &CalendarFeed) -> Result<Self, StorageError> {
        let room: Option<Room> = match feed.room {
            Some(id) => unit.room(id).await?,
            None => None,
        };
        let room = room.map(|room| FeedRoom { id: room.id.as_uuid(), name: room.name });
        Ok(Self { id: feed.id.as_uuid(), room, created_at: Instant(feed.created_at) })
    }
}

#[cfg(test)]
mod tests;
