//! Can it be booked? Layers one and two against double booking, rights, capacity; and what is
//! answered when not.

use std::sync::Arc;

use domain::capacity::{self, OverCapacity};
use domain::policy::Action;
use domain::timing::{Edge, TimingRefused};
use domain::{BookingId, PersonId, Room, RoomId};
use jiff::Timestamp;
use serde_json::json;
use storage::{Span, StorageError, Unit};

use super::draft::Draft;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem};

/// Why a booking cannot be made or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BookingRefused {
    /// A field holds what is not allowed.
    #[error("the field {name} is not valid")]
    Field { name: String, allowed: &'static str },
    /// The times cannot be booked.
    #[error(transparent)]
    Timing(#[from] TimingRefused),
    /// The person may not book for this organiser.
    #[error("the person may not book for this organiser")]
    NotAllowed,
    /// It was cancelled and stays so.
    #[error("the booking was cancelled")]
    Cancelled,
    /// Its meeting was ended.
    #[error("the meeting is over")]
    Ended,
    /// Another booking holds the room.
    #[error("a room is taken")]
    RoomTaken {
        /// Which.
        room: Box<Room>,
        /// Until when.
        until: Timestamp,
    },
    /// Too many people.
    #[error(transparent)]
    OverCapacity(#[from] OverCapacity),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<BookingRefused> for Problem {
    fn from(refused: BookingRefused) -> Self {
        match refused {
            BookingRefused::Field { name, allowed } => Self::invalid(name, allowed),
            BookingRefused::Timing(refused) => timing_problem(refused),
            BookingRefused::NotAllowed => Self::not_allowed(),
            BookingRefused::Cancelled => Self::new(Code::Cancelled, "A cancelled booking cannot be changed."),
            BookingRefused::Ended => Self::new(Code::Ended, "The meeting is over and cannot be changed."),
            BookingRefused::RoomTaken { room, until } => Self::new(Code::RoomTaken, "The room is taken at that time.")
                .with_field("rooms")
                .with("room", json!({ "id": room.id, "name": room.name }))
                .with("until", json!(Instant(until))),
            BookingRefused::OverCapacity(OverCapacity { capacity, people }) => {
                Self::new(Code::OverCapacity, format!("The smallest room holds {capacity}, invited are {people}."))
                    .with_field("rooms")
                    .with("capacity", capacity)
                    .with("people", people)
            }
            BookingRefused::Storage(error) => error.into(),
        }
    }
}

fn timing_problem(refused: TimingRefused) -> Problem {
    let name = |edge| if edge == Edge::Start { "start" } else { "end" };
    match refused {
        TimingRefused::UnknownZone => {
            Problem::new(Code::UnknownZone, "The time zone database does not know this name.")
                .with_field("zone")
                .with_allowed("an IANA name like Europe/Berlin")
        }
        TimingRefused::DoesNotExist { edge, next_valid } => {
            Problem::new(Code::TimeDoesNotExist, "The clocks are put forward over this time.")
                .with_field(name(edge))
                .with("next_valid", wall_time(next_valid))
        }
        TimingRefused::OutOfRange { edge } => Problem::invalid(name(edge), "a time between the years 1 and 9999"),
        TimingRefused::EndBeforeStart => {
            Problem::new(Code::EndBeforeStart, "The end must be after the start.").with_field("end")
        }
        TimingRefused::TooLong => Problem::new(Code::TooLong, "A booking lasts at most 24 hours.").with_field("end"),
        TimingRefused::InThePast => Problem::new(Code::InThePast, "The time is over.").with_field("start"),
    }
}

/// A wall time as the forms write it.
pub(crate) fn wall_time(time: jiff::civil::DateTime) -> String {
    let pattern = if time.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    time.strftime(pattern).to_string()
}

/// May this person book for that organiser, and do all people and rooms exist?
/// Takes the rooms' locks; they hold until the unit ends.
pub(crate) async fn check(
    unit: &mut dyn Unit,
    who: &SignedIn,
    organiser: PersonId,
    draft: &Draft,
    changed: Option<BookingId>,
) -> Result<(), BookingRefused> {
    unit.lock_rooms(&draft.rooms).await?;
    let rooms = rooms(unit, draft).await?;
    let span = Span { start: draft.timing.start, end: draft.timing.end };
    if let Some((id, held)) = unit.taken_rooms(&draft.rooms, span, changed).await?.into_iter().min_by_key(|(id, _)| *id)
    {
        let room = rooms.into_iter().find(|room| room.id == id).ok_or(StorageError::RoomTaken(id))?;
        return Err(BookingRefused::RoomTaken { room: Box::new(room), until: held.end });
    }
    if !who.may(Action::BookFor(organiser)) {
        return Err(BookingRefused::NotAllowed);
    }
    capacity::fits(&rooms, draft.headcount(organiser))?;
    people_exist(unit, organiser, draft).await
}

async fn rooms(unit: &mut dyn Unit, draft: &Draft) -> Result<Vec<Room>, BookingRefused> {
    let mut rooms = Vec::with_capacity(draft.rooms.len());
    for id in &draft.rooms {
        let room = unit.room(*id).await?.filter(|room| room.retired_at.is_none());
        rooms.push(room.ok_or_else(|| BookingRefused::Field {
            name: "rooms".into(),
            allowed: "rooms that exist and can be booked",
        })?);
    }
    Ok(rooms)
}

async fn people_exist(unit: &mut dyn Unit, organiser: PersonId, draft: &Draft) -> Result<(), BookingRefused> {
    let mut ids: Vec<PersonId> = draft.people.iter().map(|(person, _)| *person).collect();
    ids.push(organiser);
    let found = unit.people_by_id(&ids).await?;
    let has_account = |id| found.iter().any(|person| person.id == id && person.disabled_at.is_none());
    if !has_account(organiser) {
        let name = "organiser".into();
        return Err(BookingRefused::Field { name, allowed: "a person with an open account" });
    }
    match draft.people.iter().position(|(person, _)| !has_account(*person)) {
        Some(place) => Err(BookingRefused::Field {
            name: format!("people[{place}].person"),
            allowed: "a person with an open account",
        }),
        None => Ok(()),
    }
}

/// Layer three found the room taken after all: the same answer as layer two. The unit that failed
/// must be gone.
pub(crate) async fn explain(
    app: &Arc<App>,
    error: StorageError,
    draft: &Draft,
    changed: Option<BookingId>,
) -> BookingRefused {
    let StorageError::RoomTaken(id) = error else { return error.into() };
    match holder(app, id, draft, changed).await {
        Ok(Some((room, until))) => BookingRefused::RoomTaken { room: Box::new(room), until },
        Ok(None) => StorageError::RoomTaken(id).into(),
        Err(error) => error.into(),
    }
}

async fn holder(
    app: &Arc<App>,
    id: RoomId,
    draft: &Draft,
    changed: Option<BookingId>,
) -> Result<Option<(Room, Timestamp)>, StorageError> {
    let mut unit = app.store.read().await?;
    let span = Span { start: draft.timing.start, end: draft.timing.end };
    let taken = unit.taken_rooms(&[id], span, changed).await?;
    let room = unit.room(id).await?;
    Ok(room.zip(taken.first().map(|(_, held)| held.end)))
}
