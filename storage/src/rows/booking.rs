use std::collections::{BTreeMap, HashMap};

use domain::recurrence::Moment;
use domain::{
    Booking, BookingId, BookingState, Deviation, Occurrence, OccurrenceId, OccurrenceState, PersonId, RoomId, Series,
};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde::Deserialize;
use uuid::Uuid;

use super::capacity::parse_profile;
use super::{at, maybe_at, small};
use crate::{BusyTime, Outline, Span, StorageError};

/// As JSON, its values stand in this order.
#[derive(sqlx::FromRow, Deserialize)]
pub(crate) struct BookingRow {
    pub id: Uuid,
    title: String,
    description: String,
    organiser_id: Uuid,
    booked_by_id: Uuid,
    zone: String,
    guests_wait: bool,
    remind_minutes: Option<i64>,
    profile: String,
    is_private: bool,
    cancelled_at: Option<i64>,
    cancelled_by: Option<Uuid>,
    sequence: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
    rule: Option<String>,
    first_local: Option<String>,
    duration_s: Option<i64>,
    extra_dates: Option<String>,
    except_dates: Option<String>,
    unfolded_until: Option<i64>,
}

/// All of a booking in one text, as JSON.
#[derive(sqlx::FromRow)]
pub(crate) struct OutlineRow {
    outline: String,
}

/// What stands in the text, in its order; a database may say nothing where there is none.
#[derive(Deserialize)]
struct Told {
    booking: BookingRow,
    begins_s: Option<i64>,
    ends_s: Option<i64>,
    rooms: Option<Vec<Uuid>>,
    dates: Option<Vec<OccurrenceRow>>,
}

impl TryFrom<OutlineRow> for Outline {
    type Error = StorageError;

    fn try_from(row: OutlineRow) -> Result<Self, StorageError> {
        // The text itself is nobody's business but its readers'.
        let unreadable = |error: serde_json::Error| {
            StorageError::Inconsistent(format!(
                "a booking cannot be read: {:?} at {}",
                error.classify(),
                error.column()
            ))
        };
        let Told { booking: row, begins_s, ends_s, rooms, dates } =
            serde_json::from_str(&row.outline).map_err(unreadable)?;
        let span = match (begins_s, ends_s) {
            (Some(begins), Some(ends)) => Some(Span { start: at(begins)?, end: at(ends)? }),
            _ => None,
        };
        let mut rooms: Vec<RoomId> = rooms.into_iter().flatten().map(RoomId::from_uuid).collect();
        rooms.sort_unstable();
        let mut dates: Vec<Occurrence> =
            dates.into_iter().flatten().map(Occurrence::try_from).collect::<Result<_, _>>()?;
        dates.sort_unstable_by_key(|date| (date.start, date.id));
        Ok(Self { booking: booking(row, rooms)?, span, dates })
    }
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
    let mut rooms_of = by_booking(rooms);
    bookings
        .into_iter()
        .map(|row| {
            let rooms = rooms_of.remove(&row.id).unwrap_or_default();
            booking(row, rooms).map(|booking| (booking.id, booking))
        })
        .collect()
}

fn by_booking(rooms: Vec<BookingRoomRow>) -> HashMap<Uuid, Vec<RoomId>> {
    let mut of: HashMap<Uuid, Vec<RoomId>> = HashMap::new();
    for row in rooms {
        of.entry(row.booking_id).or_default().push(RoomId::from_uuid(row.room_id));
    }
    of
}

fn booking(row: BookingRow, rooms: Vec<RoomId>) -> Result<Booking, StorageError> {
    let series = series(&row)?;
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
        remind_minutes: row.remind_minutes.map(small).transpose()?,
        profile: parse_profile(&row.profile)?,
        is_private: row.is_private,
        series,
        state,
        sequence: small(row.sequence)?,
        version: row.version,
        created_at: at(row.created_at)?,
        updated_at: at(row.updated_at)?,
    })
}

fn series(row: &BookingRow) -> Result<Option<Series>, StorageError> {
    let Some(rule) = &row.rule else { return Ok(None) };
    let unreadable = || StorageError::Inconsistent(format!("the series of booking {} cannot be read", row.id));
    let moments = |text: &Option<String>| -> Result<Vec<Moment>, StorageError> {
        let words = text.as_deref().unwrap_or_default().split_ascii_whitespace();
        words.map(|word| word.parse().map_err(|_| unreadable())).collect()
    };
    Ok(Some(Series {
        start: row.first_local.as_deref().and_then(wall).ok_or_else(unreadable)?,
        duration: SignedDuration::from_secs(row.duration_s.ok_or_else(unreadable)?),
        rule: rule.parse().map_err(|_| unreadable())?,
        dates: moments(&row.extra_dates)?,
        except: moments(&row.except_dates)?,
        unfolded_until: maybe_at(row.unfolded_until)?,
    }))
}

/// A series as stored; all empty without one.
#[derive(Default)]
pub(crate) struct SeriesColumns {
    pub rule: Option<String>,
    pub first_local: Option<String>,
    pub duration_s: Option<i64>,
    pub extra_dates: Option<String>,
    pub except_dates: Option<String>,
    pub unfolded_until: Option<i64>,
}

impl SeriesColumns {
    pub(crate) fn of(series: Option<&Series>) -> Self {
        let Some(series) = series else { return Self::default() };
        let words = |moments: &[Moment]| {
            let words: Vec<String> = moments.iter().map(Moment::to_string).collect();
            (!words.is_empty()).then(|| words.join(" "))
        };
        Self {
            rule: Some(series.rule.to_string()),
            first_local: Some(Moment::Wall(series.start).to_string()),
            duration_s: Some(series.duration.as_secs()),
            extra_dates: words(&series.dates),
            except_dates: words(&series.except),
            unfolded_until: series.unfolded_until.map(|until| until.as_second()),
        }
    }
}

fn wall(text: &str) -> Option<DateTime> {
    match text.parse() {
        Ok(Moment::Wall(wall)) => Some(wall),
        Ok(Moment::Instant(_)) | Err(_) => None,
    }
}

/// As JSON, its values stand in this order.
#[derive(sqlx::FromRow, Deserialize)]
pub(crate) struct OccurrenceRow {
    id: Uuid,
    booking_id: Uuid,
    start_s: i64,
    end_s: i64,
    state: String,
    ended_at: Option<i64>,
    locked_at: Option<i64>,
    recurrence_key: Option<String>,
    is_moved: bool,
    own_title: Option<String>,
    own_rooms: Option<String>,
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
            key: match row.recurrence_key {
                Some(text) => Some(wall(&text).ok_or_else(|| unreadable(row.id))?),
                None => None,
            },
            deviation: Deviation {
                is_moved: row.is_moved,
                title: row.own_title,
                rooms: row.own_rooms.map(|text| rooms(&text).ok_or_else(|| unreadable(row.id))).transpose()?,
            },
        })
    }
}

fn unreadable(id: Uuid) -> StorageError {
    StorageError::Inconsistent(format!("occurrence {id} cannot be read"))
}

fn rooms(text: &str) -> Option<Vec<RoomId>> {
    text.split_ascii_whitespace().map(|word| word.parse().ok()).collect()
}

/// `(recurrence_key, own_title, own_rooms)` as stored.
pub(crate) fn deviation_columns(occurrence: &Occurrence) -> (Option<String>, Option<String>, Option<String>) {
    let ids = |rooms: &Vec<RoomId>| rooms.iter().map(RoomId::to_string).collect::<Vec<_>>().join(" ");
    (
        occurrence.key.map(|key| Moment::Wall(key).to_string()),
        occurrence.deviation.title.clone(),
        occurrence.deviation.rooms.as_ref().map(ids),
    )
}

/// What holds which room when: room by room, and by start, so that two who did not lock meet in
/// the same order.
pub(crate) fn claims<'o>(rooms: &[RoomId], occurrences: &'o [Occurrence]) -> Vec<(RoomId, Vec<&'o Occurrence>)> {
    let mut by_room: BTreeMap<RoomId, Vec<&Occurrence>> = BTreeMap::new();
    for occurrence in occurrences.iter().filter(|occurrence| occurrence.state == OccurrenceState::Held) {
        for room in occurrence.deviation.rooms.as_deref().unwrap_or(rooms) {
            by_room.entry(*room).or_default().push(occurrence);
        }
    }
    for held in by_room.values_mut() {
        held.sort_unstable_by_key(|occurrence| occurrence.start);
        held.dedup_by_key(|occurrence| occurrence.id);
    }
    by_room.into_iter().collect()
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
pub(crate) struct BusyRow {
    person_id: Uuid,
    booking_id: Uuid,
    start_s: i64,
    end_s: i64,
}

impl TryFrom<BusyRow> for BusyTime {
    type Error = StorageError;

    fn try_from(row: BusyRow) -> Result<Self, StorageError> {
        Ok(Self {
            person: PersonId::from_uuid(row.person_id),
            booking: BookingId::from_uuid(row.booking_id),
            span: Span { start: at(row.start_s)?, end: at(row.end_s)? },
        })
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
