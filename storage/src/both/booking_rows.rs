//! Bookings as rows: what both engines write and read in the same words.

use std::collections::HashMap;

use domain::{Booking, BookingId, BookingState, Occurrence, OccurrenceId, PersonId};
use jiff::Timestamp;
use uuid::Uuid;

use super::unit::{EngineUnit, Result, Statement, among, rows, sql};
use crate::rows::{
    BookingRoomRow, BookingRow, BusyRow, IdRow, SeriesColumns, all, assemble, deviation_columns, occurrence_columns,
    profile,
};
use crate::{BusyTime, Span, StorageError};

impl EngineUnit {
    pub(super) async fn bookings_by_id(&mut self, ids: &[BookingId]) -> Result<HashMap<BookingId, Booking>> {
        let named = super::unit::ids(ids.iter().map(|id| id.as_uuid()));
        let bookings = rows::<BookingRow>(concat!("SELECT * FROM bookings WHERE id ", among!("$1"))).bind(named);
        let bookings = self.all(bookings).await?;
        assemble(bookings, self.rooms_named(ids.iter().map(|id| id.as_uuid())).await?)
    }

    /// The rooms that these bookings name.
    pub(super) async fn rooms_named(
        &mut self,
        bookings: impl Iterator<Item = Uuid> + Send,
    ) -> Result<Vec<BookingRoomRow>> {
        let question = rows::<BookingRoomRow>(concat!(
            "SELECT * FROM booking_rooms WHERE booking_id ",
            among!("$1"),
            " ORDER BY booking_id, room_id"
        ))
        .bind(super::unit::ids(bookings));
        self.all(question).await
    }

    pub(super) async fn organised_to_come(&mut self, organiser: PersonId, now: Timestamp) -> Result<Vec<BookingId>> {
        let question = rows::<IdRow>(
            "SELECT id FROM bookings WHERE organiser_id = $1 AND cancelled_at IS NULL AND EXISTS (
                SELECT 1 FROM occurrences WHERE booking_id = bookings.id AND state = 'held' AND end_s > $2)
            ORDER BY id",
        )
        .bind(organiser.as_uuid())
        .bind(now.as_second());
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }

    pub(super) async fn busy_dates(&mut self, people: &[PersonId], span: Span, limit: u32) -> Result<Vec<BusyTime>> {
        let question = rows::<BusyRow>(concat!(
            "SELECT person_id, booking_id, start_s, end_s
            FROM (
                SELECT organiser_id AS person_id, id AS named_id FROM bookings
                WHERE ends_s > $2 AND begins_s < $3 AND organiser_id ",
            among!("$1"),
            " UNION
                SELECT person_id, booking_id FROM invitations
                WHERE revoked_at IS NULL AND ends_s > $2 AND begins_s < $3 AND person_id ",
            among!("$1"),
            ") AS named
            JOIN bookings ON bookings.id = named_id
            JOIN occurrences ON occurrences.booking_id = named_id
            WHERE bookings.cancelled_at IS NULL AND occurrences.state = 'held'
                AND start_s > $2 - 86400 AND start_s < $3 AND end_s > $2
            ORDER BY start_s, person_id, booking_id LIMIT $4"
        ))
        .bind(super::unit::ids(people.iter().map(|id| id.as_uuid())))
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    pub(super) async fn with_bookings(&mut self, occurrences: Vec<Occurrence>) -> Result<Vec<(Occurrence, Booking)>> {
        let mut ids: Vec<BookingId> = occurrences.iter().map(|occurrence| occurrence.booking).collect();
        ids.sort_unstable();
        ids.dedup();
        let bookings = self.bookings_by_id(&ids).await?;
        occurrences
            .into_iter()
            .map(|occurrence| match bookings.get(&occurrence.booking) {
                Some(booking) => Ok((occurrence, booking.clone())),
                None => Err(StorageError::Inconsistent(format!("occurrence {} has no booking", occurrence.id))),
            })
            .collect()
    }

    /// Frees every room first: a moved series may take what it held itself.
    pub(super) async fn clear_rooms_and_occurrences(&mut self, booking: BookingId, kept: &[Occurrence]) -> Result<()> {
        let booking = booking.as_uuid();
        let claims = sql("DELETE FROM room_claims WHERE occurrence_id IN
            (SELECT id FROM occurrences WHERE booking_id = $1)")
        .bind(booking);
        let rooms = sql("DELETE FROM booking_rooms WHERE booking_id = $1").bind(booking);
        let occurrences = sql(concat!("DELETE FROM occurrences WHERE booking_id = $1 AND NOT id ", among!("$2")))
            .bind(booking)
            .bind(super::unit::ids(kept.iter().map(|occurrence| occurrence.id.as_uuid())));
        self.execute(claims).await?;
        self.execute(rooms).await?;
        self.execute(occurrences).await.map(drop)
    }

    pub(super) async fn write_rooms_and_occurrences(
        &mut self,
        booking: &Booking,
        occurrences: &[Occurrence],
    ) -> Result<()> {
        let mut rooms = booking.rooms.clone();
        rooms.sort_unstable();
        rooms.dedup();
        for room in &rooms {
            let statement = sql("INSERT INTO booking_rooms (booking_id, room_id) VALUES ($1, $2)")
                .bind(booking.id.as_uuid())
                .bind(room.as_uuid());
            self.execute(statement).await?;
        }
        self.write_occurrences(occurrences).await?;
        match booking.state {
            BookingState::Active => self.claim(&rooms, occurrences).await,
            BookingState::Cancelled { .. } => Ok(()),
        }
    }

    /// Says beside its invitations as well from when until when a booking has dates.
    pub(super) async fn tell_invitations(&mut self, booking: BookingId) -> Result<()> {
        let statement = sql("UPDATE invitations SET
                begins_s = (SELECT begins_s FROM bookings WHERE id = $1),
                ends_s = (SELECT ends_s FROM bookings WHERE id = $1)
            WHERE booking_id = $1 AND EXISTS (
                SELECT 1 FROM bookings WHERE id = $1
                    AND (bookings.begins_s IS DISTINCT FROM invitations.begins_s
                        OR bookings.ends_s IS DISTINCT FROM invitations.ends_s))")
        .bind(booking.as_uuid());
        self.execute(statement).await.map(drop)
    }

    /// A date may lie outside of what its booking had so far.
    pub(super) async fn reach(&mut self, date: &Occurrence) -> Result<()> {
        let statement = sql("UPDATE bookings SET
                begins_s = CASE WHEN begins_s < $2 THEN begins_s ELSE $2 END,
                ends_s = CASE WHEN ends_s > $3 THEN ends_s ELSE $3 END
            WHERE id = $1 AND (begins_s IS NULL OR begins_s > $2 OR ends_s IS NULL OR ends_s < $3)")
        .bind(date.booking.as_uuid())
        .bind(date.start.as_second())
        .bind(date.end.as_second());
        if self.execute(statement).await? == 0 { Ok(()) } else { self.tell_invitations(date.booking).await }
    }

    pub(super) async fn write_occurrence(&mut self, occurrence: &Occurrence) -> Result<()> {
        let (state, ended_at) = occurrence_columns(occurrence.state);
        // The WHERE keeps an id from moving to another booking.
        let (key, own_title, own_rooms) = deviation_columns(occurrence);
        let statement = sql("INSERT INTO occurrences (id, booking_id, start_s, end_s, state, ended_at, locked_at,
                recurrence_key, is_moved, own_title, own_rooms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO UPDATE SET start_s = excluded.start_s, end_s = excluded.end_s,
                state = excluded.state, ended_at = excluded.ended_at, locked_at = excluded.locked_at,
                recurrence_key = excluded.recurrence_key, is_moved = excluded.is_moved,
                own_title = excluded.own_title, own_rooms = excluded.own_rooms
            WHERE occurrences.booking_id = excluded.booking_id")
        .bind(occurrence.id.as_uuid())
        .bind(occurrence.booking.as_uuid())
        .bind(occurrence.start.as_second())
        .bind(occurrence.end.as_second())
        .bind(state)
        .bind(ended_at)
        .bind(occurrence.locked_at.map(|at| at.as_second()))
        .bind(key)
        .bind(occurrence.deviation.is_moved)
        .bind(own_title)
        .bind(own_rooms);
        self.execute_versioned(statement).await
    }
}

/// Binds `$1` to `$23`, the columns a change may touch.
pub(super) fn with_columns(statement: Statement, booking: &Booking, occurrences: &[Occurrence]) -> Statement {
    let (cancelled_at, cancelled_by) = match booking.state {
        BookingState::Active => (None, None),
        BookingState::Cancelled { at, by } => (Some(at.as_second()), Some(by.as_uuid())),
    };
    let series = SeriesColumns::of(booking.series.as_ref());
    statement
        .bind(booking.id.as_uuid())
        .bind(booking.title.clone())
        .bind(booking.description.clone())
        .bind(booking.organiser.as_uuid())
        .bind(booking.booked_by.as_uuid())
        .bind(booking.zone.clone())
        .bind(booking.guests_wait)
        .bind(cancelled_at)
        .bind(cancelled_by)
        .bind(i64::from(booking.sequence))
        .bind(booking.version)
        .bind(booking.updated_at.as_second())
        .bind(series.rule)
        .bind(series.first_local)
        .bind(series.duration_s)
        .bind(series.extra_dates)
        .bind(series.except_dates)
        .bind(series.unfolded_until)
        .bind(booking.remind_minutes.map(i64::from))
        .bind(profile(booking.profile))
        .bind(occurrences.iter().map(|one| one.start.as_second()).min())
        .bind(occurrences.iter().map(|one| one.end.as_second()).max())
        .bind(booking.is_private)
}

pub(super) fn clear_claims_of(occurrence: OccurrenceId) -> Statement {
    sql("DELETE FROM room_claims WHERE occurrence_id = $1").bind(occurrence.as_uuid())
}
