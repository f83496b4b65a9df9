use std::collections::HashMap;

use domain::{Booking, BookingId, BookingState, Occurrence, OccurrenceId, OccurrenceState, PersonId, RoomId};
use uuid::Uuid;

use super::{at, maybe_at, small};
use crate::{Span, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct BookingRow {
    id: Uuid,
    title: String,
    description: String,
    organiser_id: Uuid,
    booked_by_id: Uuid,
    zone: String,
    guests_wait: bool,
    cancelled_at: Option<i64>,
    cancelled_by: Option<Uuid>,
    sequence: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct BookingRoomRow {
    booking_id: Uuid,
    room_id: Uuid,
}

/// Puts bookings and the rooms they name (ascending) together.
pub(crate) fn assemble(
    bookings: Vec<BookingRow>,
    rooms: Vec<BookingRoomRow>,
) -> Result<HashMap<BookingId, Booking>, StorageError> {
    let mut rooms_of: HashMap<Uuid, Vec<RoomId>> = HashMap::new();
    for row in rooms {
        rooms_of.entry(row.booking_id).or_default().push(RoomId::from_uuid(row.room_id));
    }
    bookings
        .into_iter()
        .map(|row| {
            let rooms = rooms_of.remove(&row.id).unwrap_or_default();
            booking(row, rooms).map(|booking| (booking.id, booking))
        })
        .collect()
}

fn booking(row: BookingRow, rooms: Vec<RoomId>) -> Result<Booking, StorageError> {
    let state = match (row.cancelled_at, row.cancelled_by) {
        (None, _) => BookingState::Active,
        (Some(seconds), Some(by)) => BookingState::Cancelled { at: at(seconds)?, by: PersonId::from_uuid(by) },
        (Some(_), None) => {
            return Err(StorageError::Inconsistent(format!("booking {} was cancelled by nobody", row.id)));
        }
    };
    Ok(Booking {
        id: BookingId::from_uuid(row.id),
        title: row.title,
        description: row.description,
        organiser: PersonId::from_uuid(row.organiser_id),
        booked_by: PersonId::from_uuid(row.booked_by_id),
        zone: row.zone,
        rooms,
        guests_wait: row.guests_wait,
        state,
        sequence: small(row.sequence)?,
        version: row.version,
        created_at: at(row.created_at)?,
        updated_at: at(row.updated_at)?,
    })
}

#[derive(sqlx::FromRow)]
pub(crate) struct OccurrenceRow {
    id: Uuid,
    booking_id: Uuid,
    start_s: i64,
    end_s: i64,
    state: String,
    ended_at: Option<i64>,
    locked_at: Option<i64>,
}

impl TryFrom<OccurrenceRow> for Occurrence {
    type Error = StorageError;

    fn try_from(row: OccurrenceRow) -> Result<Self, StorageError> {
        let state = match (row.state.as_str(), row.ended_at) {
            ("held", None) => OccurrenceState::Held,
            ("cancelled", None) => OccurrenceState::Cancelled,
            ("ended", Some(seconds)) => OccurrenceState::Ended { at: at(seconds)? },
            (word, _) => return Err(StorageError::Inconsistent(format!("occurrence {} is {word:?}", row.id))),
        };
        Ok(Self {
            id: OccurrenceId::from_uuid(row.id),
            booking: BookingId::from_uuid(row.booking_id),
            start: at(row.start_s)?,
            end: at(row.end_s)?,
            state,
            locked_at: maybe_at(row.locked_at)?,
        })
    }
}

/// `(state, ended_at)` as stored.
pub(crate) fn occurrence_columns(state: OccurrenceState) -> (&'static str, Option<i64>) {
    match state {
        OccurrenceState::Held => ("held", None),
        OccurrenceState::Cancelled => ("cancelled", None),
        OccurrenceState::Ended { at } => ("ended", Some(at.as_second())),
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ClaimRow {
    room_id: Uuid,
    start_s: i64,
    end_s: i64,
}

impl TryFrom<ClaimRow> for (RoomId, Span) {
    type Error = StorageError;

    fn try_from(row: ClaimRow) -> Result<Self, StorageError> {
        Ok((RoomId::from_uuid(row.room_id), Span { start: at(row.start_s)?, end: at(row.end_s)? }))
    }
}
