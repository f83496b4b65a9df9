use async_trait::async_trait;
use domain::{Booking, BookingId, Occurrence, OccurrenceId, PersonId, RoomId};
use jiff::Timestamp;

use super::booking_rows::{clear_claims_of, with_columns};
use super::unit::{Result, SqliteUnit, rows, sql};
use crate::error::ROOM_TAKEN;
use crate::rows::{IdRow, OccurrenceRow, all, claims, maybe};
use crate::{Bookings, BusyTime, Span, StorageError};

#[async_trait]
impl Bookings for SqliteUnit {
    async fn add_booking(&mut self, booking: &Booking, occurrences: &[Occurrence]) -> Result<()> {
        let statement = sql("INSERT INTO bookings (id, title, description, organiser_id, booked_by_id, zone,
                guests_wait, cancelled_at, cancelled_by, sequence, version, updated_at, rule, first_local, duration_s,
                extra_dates, except_dates, unfolded_until, remind_minutes, profile, begins_s, ends_s, is_private,
                created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $24)");
        let statement = with_columns(statement, booking, occurrences).bind(booking.created_at.as_second());
        self.execute(statement).await?;
        self.write_rooms_and_occurrences(booking, occurrences).await
    }

    async fn save_booking(&mut self, booking: &Booking, occurrences: &[Occurrence]) -> Result<()> {
        let statement = sql("UPDATE bookings SET title = $2, description = $3, organiser_id = $4, booked_by_id = $5,
                zone = $6, guests_wait = $7, cancelled_at = $8, cancelled_by = $9, sequence = $10, version = $11,
                updated_at = $12, rule = $13, first_local = $14, duration_s = $15, extra_dates = $16,
                except_dates = $17, unfolded_until = $18, remind_minutes = $19, profile = $20,
                begins_s = $21, ends_s = $22, is_private = $23
            WHERE id = $1 AND version = $11 - 1");
        let claimed = self.claimed(booking.id).await?;
        self.execute_versioned(with_columns(statement, booking, occurrences)).await?;
        self.tell_invitations(booking.id).await?;
        self.clear_rooms_and_occurrences(booking.id, occurrences).await?;
        self.write_rooms_and_occurrences(booking, occurrences).await?;
        self.reclaim(&claimed, booking, occurrences);
        Ok(())
    }

    async fn booking(&mut self, id: BookingId) -> Result<Option<Booking>> {
        Ok(self.bookings_by_id(&[id]).await?.remove(&id))
    }

    async fn occurrences_of(&mut self, id: BookingId) -> Result<Vec<Occurrence>> {
        let question = rows::<OccurrenceRow>("SELECT * FROM occurrences WHERE booking_id = $1 ORDER BY start_s, id")
            .bind(id.as_uuid());
        all(self.all(question).await?)
    }

    async fn occurrence(&mut self, id: OccurrenceId) -> Result<Option<Occurrence>> {
        let question = rows::<OccurrenceRow>("SELECT * FROM occurrences WHERE id = $1").bind(id.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn occurrences_by_id(&mut self, ids: &[OccurrenceId]) -> Result<Vec<(Occurrence, Booking)>> {
        let question = rows::<OccurrenceRow>(
            "SELECT * FROM occurrences WHERE id IN (SELECT unhex(value) FROM json_each($1)) ORDER BY start_s, id",
        )
        .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())));
        let found = all(self.all(question).await?)?;
        self.with_bookings(found).await
    }

    async fn save_occurrence(&mut self, occurrence: &Occurrence) -> Result<()> {
        self.execute(clear_claims_of(occurrence.id)).await?;
        self.reclaim_one(occurrence).await?;
        self.write_occurrence(occurrence).await?;
        self.reach(occurrence).await?;
        let active = rows::<IdRow>("SELECT id FROM bookings WHERE id = $1 AND cancelled_at IS NULL")
            .bind(occurrence.booking.as_uuid());
        if self.first(active).await?.is_none() {
            return Ok(());
        }
        let question = rows::<IdRow>("SELECT room_id AS id FROM booking_rooms WHERE booking_id = $1 ORDER BY room_id")
            .bind(occurrence.booking.as_uuid());
        let rooms: Vec<RoomId> = self.all(question).await?.into_iter().map(|row| RoomId::from_uuid(row.id)).collect();
        self.claim(&rooms, std::slice::from_ref(occurrence)).await
    }

    async fn series_to_unfold(&mut self, until: Timestamp, limit: u32) -> Result<Vec<BookingId>> {
        let question = rows::<IdRow>(
            "SELECT id FROM bookings WHERE unfolded_until < $1 AND cancelled_at IS NULL
            ORDER BY unfolded_until, id LIMIT $2",
        )
        .bind(until.as_second())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }

    async fn bookings_to_come(&mut self, organiser: PersonId, now: Timestamp) -> Result<Vec<BookingId>> {
        self.organised_to_come(organiser, now).await
    }

    async fn busy_times(&mut self, people: &[PersonId], span: Span, limit: u32) -> Result<Vec<BusyTime>> {
        self.busy_dates(people, span, limit).await
    }

    async fn bookings_of(&mut self, person: PersonId, span: Span, limit: u32) -> Result<Vec<(Occurrence, Booking)>> {
        let question = rows::<OccurrenceRow>(
            "SELECT * FROM occurrences
            WHERE booking_id IN (
                SELECT id FROM bookings WHERE organiser_id = $1 AND ends_s > $2 AND begins_s < $3
                UNION SELECT id FROM bookings WHERE booked_by_id = $1 AND ends_s > $2 AND begins_s < $3
                UNION SELECT booking_id FROM invitations
                    WHERE person_id = $1 AND revoked_at IS NULL AND ends_s > $2 AND begins_s < $3)
              AND start_s > $2 - 86400 AND start_s < $3 AND end_s > $2
            ORDER BY start_s, id LIMIT $4",
        )
        .bind(person.as_uuid())
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(i64::from(limit));
        let found = all(self.all(question).await?)?;
        self.with_bookings(found).await
    }
}

impl SqliteUnit {
    pub(super) async fn write_occurrences(&mut self, occurrences: &[Occurrence]) -> Result<()> {
        for occurrence in occurrences {
            self.write_occurrence(occurrence).await?;
        }
        Ok(())
    }

    /// Layer three: takes the rooms for every held occurrence, or fails with the room that is taken.
    pub(super) async fn claim(&mut self, rooms: &[RoomId], occurrences: &[Occurrence]) -> Result<()> {
        for (room, held) in claims(rooms, occurrences) {
            for occurrence in held {
                let statement = sql("INSERT INTO room_claims (occurrence_id, room_id, start_s, end_s)
                    VALUES ($1, $2, $3, $4)")
                .bind(occurrence.id.as_uuid())
                .bind(room.as_uuid())
                .bind(occurrence.start.as_second())
                .bind(occurrence.end.as_second());
                self.execute(statement).await.map_err(|error| match error {
                    StorageError::Conflict(ROOM_TAKEN) => StorageError::RoomTaken(room),
                    other => other,
                })?;
            }
        }
        Ok(())
    }
}
