use async_trait::async_trait;
use domain::{BookingId, RoomId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, among, ids, rows};
use crate::rows::{RoomClaimRow, all};
use crate::{RoomClaim, RoomClaims};

#[async_trait]
impl RoomClaims for EngineUnit {
    async fn claims_of_rooms(&mut self, rooms: &[RoomId], after: Timestamp) -> Result<Vec<RoomClaim>> {
        let question = rows::<RoomClaimRow>(concat!(
            "SELECT room_claims.room_id, occurrences.booking_id, room_claims.start_s, room_claims.end_s
            FROM room_claims JOIN occurrences ON occurrences.id = room_claims.occurrence_id
            WHERE room_claims.room_id ",
            among!("$1"),
            " AND room_claims.start_s > $2 - 86400 AND room_claims.end_s > $2
            ORDER BY room_claims.room_id, room_claims.start_s"
        ))
        .bind(ids(rooms.iter().map(|id| id.as_uuid())))
        .bind(after.as_second());
        all(self.all(question).await?)
    }

    async fn claims_of_booking(&mut self, booking: BookingId, after: Timestamp) -> Result<Vec<RoomClaim>> {
        let question = rows::<RoomClaimRow>(
            "SELECT room_claims.room_id, occurrences.booking_id, room_claims.start_s, room_claims.end_s
            FROM occurrences JOIN room_claims ON room_claims.occurrence_id = occurrences.id
            WHERE occurrences.booking_id = $1 AND room_claims.end_s > $2
            ORDER BY room_claims.room_id, room_claims.start_s",
        )
        .bind(booking.as_uuid())
        .bind(after.as_second());
        all(self.all(question).await?)
    }
}
