use async_trait::async_trait;
use domain::retention::Reason;
use domain::{BookingId, PersonId, RoomId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::room_requests::REFUSALS_KEPT;
use crate::rows::{IdRow, RoomRequestRow, all};
use crate::{RoomRequest, RoomRequests};

#[async_trait]
impl RoomRequests for EngineUnit {
    async fn save_room_request(&mut self, request: &RoomRequest) -> Result<()> {
        let refusal = request.refusal.as_ref();
        let statement = sql("INSERT INTO room_requests
                (booking_id, room_id, asked_by, asked_at, reasons, refused_at, refused_by, words)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (booking_id, room_id) DO UPDATE SET asked_by = $3, asked_at = $4, reasons = $5,
                refused_at = $6, refused_by = $7, words = $8")
        .bind(request.booking.as_uuid())
        .bind(request.room.as_uuid())
        .bind(request.asked_by.as_uuid())
        .bind(request.asked_at.as_second())
        .bind(request.reasons.clone())
        .bind(refusal.map(|refusal| refusal.at.as_second()))
        .bind(refusal.and_then(|refusal| refusal.by).map(PersonId::as_uuid))
        .bind(refusal.map(|refusal| refusal.words.clone()));
        self.execute(statement).await.map(drop)
    }

    async fn delete_room_request(&mut self, booking: BookingId, room: RoomId) -> Result<bool> {
        let statement = sql("DELETE FROM room_requests WHERE booking_id = $1 AND room_id = $2")
            .bind(booking.as_uuid())
            .bind(room.as_uuid());
        Ok(self.execute(statement).await? > 0)
    }

    async fn room_requests_of(&mut self, booking: BookingId) -> Result<Vec<RoomRequest>> {
        self.room_requests_of_all(&[booking]).await
    }

    async fn room_requests_of_all(&mut self, bookings: &[BookingId]) -> Result<Vec<RoomRequest>> {
        let question = rows::<RoomRequestRow>(concat!(
            "SELECT * FROM room_requests WHERE booking_id ",
            among!("$1"),
            " ORDER BY booking_id, room_id"
        ))
        .bind(ids(bookings.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn waiting_room_requests(&mut self, rooms: &[RoomId], limit: u32) -> Result<Vec<RoomRequest>> {
        let question = rows::<RoomRequestRow>(concat!(
            "SELECT * FROM room_requests WHERE refused_at IS NULL AND room_id ",
            among!("$1"),
            " ORDER BY asked_at, booking_id, room_id LIMIT $2"
        ))
        .bind(ids(rooms.iter().map(|id| id.as_uuid())))
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn rooms_kept_by(&mut self, person: PersonId) -> Result<Vec<RoomId>> {
        let question = rows::<IdRow>(
            "SELECT room_id AS id FROM room_people WHERE person_id = $1 AND part = 'delegate' ORDER BY room_id",
        )
        .bind(person.as_uuid());
        Ok(self.all(question).await?.into_iter().map(|row| RoomId::from_uuid(row.id)).collect())
    }

    async fn delete_old_room_requests(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM room_requests WHERE refused_at < $2
            OR (refused_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM occurrences
                JOIN room_claims ON room_claims.occurrence_id = occurrences.id
                WHERE occurrences.booking_id = room_requests.booking_id
                  AND room_claims.room_id = room_requests.room_id AND room_claims.end_s > $1))")
        .bind(now.as_second())
        .bind(now.as_second() - REFUSALS_KEPT.as_secs());
        self.forget("room_requests", Reason::ItsTime, now, statement).await
    }
}
