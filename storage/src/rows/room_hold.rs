use domain::{PersonId, RoomId};
use uuid::Uuid;

use super::at;
use crate::{RoomHold, Span, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct RoomHoldRow {
    person_id: Uuid,
    room_id: Uuid,
    start_s: i64,
    end_s: i64,
    expires_at: i64,
}

impl TryFrom<RoomHoldRow> for RoomHold {
    type Error = StorageError;

    fn try_from(row: RoomHoldRow) -> Result<Self, StorageError> {
        Ok(Self {
            person: PersonId::from_uuid(row.person_id),
            room: RoomId::from_uuid(row.room_id),
            span: Span { start: at(row.start_s)?, end: at(row.end_s)? },
            expires_at: at(row.expires_at)?,
        })
    }
}
