use async_trait::async_trait;
use domain::{BookingId, OccurrenceId, RoomId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::attendance::RELEASED;
use crate::rows::{AttendedRow, IdRow, LineRow, NumberRow, small};
use crate::{Attendance, Attended, RoomRelease, Span, StorageError};

#[async_trait]
impl Attendance for EngineUnit {
    async fn note_attended(&mut self, date: OccurrenceId, at: Timestamp) -> Result<bool> {
        // The booking first, as whoever changes one does: nobody waits for each other.
        let counting = sql("UPDATE bookings SET no_shows = 0 WHERE id = (
            SELECT booking_id FROM occurrences WHERE occurrences.id = $1 AND state = 'held' AND end_s > $2
                AND (attended_for IS NULL OR attended_for <> start_s))")
        .bind(date.as_uuid())
        .bind(at.as_second());
        if self.execute(counting).await? == 0 {
            return Ok(false);
        }
        let noting = sql("UPDATE occurrences SET attended_for = start_s
            WHERE id = $1 AND state = 'held' AND end_s > $2 AND (attended_for IS NULL OR attended_for <> start_s)")
        .bind(date.as_uuid())
        .bind(at.as_second());
        Ok(self.execute(noting).await? == 1)
    }

    async fn note_room_seen(&mut self, date: OccurrenceId, room: RoomId, at: Timestamp) -> Result<bool> {
        // The booking first, as whoever changes one does: nobody waits for each other.
        let counting = sql("UPDATE bookings SET no_shows = 0 WHERE id = (
            SELECT booking_id FROM occurrences WHERE occurrences.id = $1 AND state = 'held' AND end_s > $2)")
        .bind(date.as_uuid())
        .bind(at.as_second());
        if self.execute(counting).await? == 0 {
            return Ok(false);
        }
        let noting = sql("INSERT INTO rooms_seen (occurrence_id, room_id, seen_for)
            SELECT id, $2, start_s FROM occurrences WHERE id = $1 AND state = 'held' AND end_s > $3
            ON CONFLICT (occurrence_id, room_id) DO UPDATE SET seen_for = excluded.seen_for")
        .bind(date.as_uuid())
        .bind(room.as_uuid())
        .bind(at.as_second());
        Ok(self.execute(noting).await? == 1)
    }

    async fn rooms_seen(&mut self, date: OccurrenceId) -> Result<Vec<RoomId>> {
        let question = rows::<IdRow>(
            "SELECT room_id AS id FROM rooms_seen
            JOIN occurrences ON occurrences.id = occurrence_id AND start_s = seen_for
            WHERE occurrence_id = $1 ORDER BY room_id",
        )
        .bind(date.as_uuid());
        Ok(self.all(question).await?.into_iter().map(|row| RoomId::from_uuid(row.id)).collect())
    }

    async fn attended(&mut self, date: OccurrenceId) -> Result<Attended> {
        let question = rows::<AttendedRow>("SELECT start_s, attended_for, released_for FROM occurrences WHERE id = $1")
            .bind(date.as_uuid());
        Ok(self.first(question).await?.map(Attended::from).unwrap_or_default())
    }

    async fn unattended_dates(&mut self, now: Timestamp) -> Result<Vec<OccurrenceId>> {
        let question = rows::<IdRow>(
            "SELECT DISTINCT occurrences.id
            FROM rooms
            JOIN room_claims ON room_claims.room_id = rooms.id
            JOIN occurrences ON occurrences.id = room_claims.occurrence_id
            WHERE rooms.policy IS NOT NULL
                AND room_claims.start_s > $1 - 86400 AND room_claims.start_s <= $1 AND room_claims.end_s > $1
                AND occurrences.state = 'held'
                AND (attended_for IS NULL OR attended_for <> occurrences.start_s)
                AND (released_for IS NULL OR released_for <> occurrences.start_s)
            ORDER BY occurrences.id",
        )
        .bind(now.as_second());
        Ok(self.all(question).await?.into_iter().map(|row| OccurrenceId::from_uuid(row.id)).collect())
    }

    async fn released_rooms(&mut self, span: Span) -> Result<Vec<RoomRelease>> {
        let question = rows::<LineRow>(
            "SELECT subject AS line FROM audit_entries WHERE action = $1 AND at_s >= $2 AND at_s < $3 ORDER BY id",
        )
        .bind(RELEASED)
        .bind(span.start.as_second())
        .bind(span.end.as_second());
        let unreadable = |row: LineRow| StorageError::Inconsistent(format!("{:?} names no released room", row.line));
        let read = |row: LineRow| RoomRelease::read(&row.line).ok_or_else(|| unreadable(row));
        self.all(question).await?.into_iter().map(read).collect()
    }

    async fn note_release(&mut self, date: OccurrenceId, start: Timestamp) -> Result<bool> {
        // The booking first, as whoever changes one does: nobody waits for each other.
        let taking = sql("UPDATE bookings SET no_shows = no_shows
            WHERE id = (SELECT booking_id FROM occurrences WHERE occurrences.id = $1)")
        .bind(date.as_uuid());
        self.execute(taking).await?;
        let noting = sql("UPDATE occurrences SET released_for = $2
            WHERE id = $1 AND start_s = $2 AND state = 'held'
                AND (attended_for IS NULL OR attended_for <> $2) AND (released_for IS NULL OR released_for <> $2)")
        .bind(date.as_uuid())
        .bind(start.as_second());
        if self.execute(noting).await? == 0 {
            return Ok(false);
        }
        let counting = sql("UPDATE bookings SET no_shows = no_shows + 1
            WHERE rule IS NOT NULL AND id = (SELECT booking_id FROM occurrences WHERE occurrences.id = $1)
                AND NOT EXISTS (SELECT 1 FROM rooms_seen WHERE occurrence_id = $1 AND seen_for = $2)")
        .bind(date.as_uuid())
        .bind(start.as_second());
        self.execute(counting).await?;
        Ok(true)
    }

    async fn no_shows(&mut self, booking: BookingId) -> Result<u32> {
        let question =
            rows::<NumberRow>("SELECT no_shows AS number FROM bookings WHERE id = $1").bind(booking.as_uuid());
        self.first(question).await?.map_or(Ok(0), |row| small(row.number))
    }

    async fn set_door(&mut self, room: RoomId, secret_hash: Option<&[u8; 32]>) -> Result<()> {
        let statement = sql("UPDATE rooms SET door_hash = $2 WHERE id = $1")
            .bind(room.as_uuid())
            .bind(secret_hash.map(|hash| hash.to_vec()));
        self.execute(statement).await.map(drop)
    }

    async fn is_door_of(&mut self, room: RoomId, secret_hash: &[u8; 32]) -> Result<bool> {
        let question = rows::<IdRow>("SELECT id FROM rooms WHERE id = $1 AND door_hash = $2 AND retired_at IS NULL")
            .bind(room.as_uuid())
            .bind(secret_hash.to_vec());
        Ok(self.first(question).await?.is_some())
    }
}
