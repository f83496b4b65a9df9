use domain::{CalendarFeedId, PersonId, RoomId};
use uuid::Uuid;

use super::{at, hash};
use crate::{CalendarFeed, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct CalendarFeedRow {
    id: Uuid,
    person_id: Uuid,
    room_id: Option<Uuid>,
    secret_hash: Vec<u8>,
    created_at: i64,
}

impl TryFrom<CalendarFeedRow> for CalendarFeed {
    type Error = StorageError;

    fn try_from(row: CalendarFeedRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: CalendarFeedId::from_uuid(row.id),
            person: PersonId::from_uuid(row.person_id),
            room: row.room_id.map(RoomId::from_uuid),
            secret_hash: hash(row.secret_hash)?,
            created_at: at(row.created_at)?,
        })
    }
}
