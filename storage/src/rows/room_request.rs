use domain::{BookingId, PersonId, RoomId};
use uuid::Uuid;

use super::{at, maybe_at};
use crate::{RoomRefusal, RoomRequest, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct RoomRequestRow {
    booking_id: Uuid,
    room_id: Uuid,
    asked_by: Uuid,
    asked_at: i64,
    reasons: String,
    refused_at: Option<i64>,
    refused_by: Option<Uuid>,
    words: Option<String>,
}

impl TryFrom<RoomRequestRow> for RoomRequest {
    type Error = StorageError;

    fn try_from(row: RoomRequestRow) -> Result<Self, StorageError> {
        let refusal = maybe_at(row.refused_at)?.map(|at| RoomRefusal {
            at,
            by: row.refused_by.map(PersonId::from_uuid),
            words: row.words.unwrap_or_default(),
        });
        Ok(Self {
            booking: BookingId::from_uuid(row.booking_id),
            room: RoomId::from_uuid(row.room_id),
            asked_by: PersonId::from_uuid(row.asked_by),
            asked_at: at(row.asked_at)?,
            reasons: row.reasons,
            refusal,
        })
    }
}
