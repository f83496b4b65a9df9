use domain::{BookingId, RoomId};
use uuid::Uuid;

use super::at;
use crate::{RoomClaim, Span, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct RoomClaimRow {
    room_id: Uuid,
    booking_id: Uuid,
    start_s: i64,
    end_s: i64,
}

impl TryFrom<RoomClaimRow> for RoomClaim {
    type Error = StorageError;

    fn try_from(row: RoomClaimRow) -> Result<Self, StorageError> {
        Ok(Self {
            room: RoomId::from_uuid(row.room_id),
            booking: BookingId::from_uuid(row.booking_id),
            span: Span { start: at(row.start_s)?, end: at(row.end_s)? },
        })
    }
}
