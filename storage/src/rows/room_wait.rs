use domain::timing::Timing;
use domain::waiting_list::RoomWait;
use domain::{PersonId, RoomId, RoomWaitId};
use uuid::Uuid;

use super::{at, maybe_at};
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct RoomWaitRow {
    id: Uuid,
    room_id: Uuid,
    person_id: Uuid,
    start_s: i64,
    end_s: i64,
    asked_at: i64,
    offered_until: Option<i64>,
}

impl TryFrom<RoomWaitRow> for RoomWait {
    type Error = StorageError;

    fn try_from(row: RoomWaitRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: RoomWaitId::from_uuid(row.id),
            room: RoomId::from_uuid(row.room_id),
            person: PersonId::from_uuid(row.person_id),
            time: Timing { start: at(row.start_s)?, end: at(row.end_s)? },
            asked_at: at(row.asked_at)?,
            offered_until: maybe_at(row.offered_until)?,
        })
    }
}
