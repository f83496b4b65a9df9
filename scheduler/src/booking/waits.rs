//! Rooms that somebody waits for: alone, or for the dates of a series that are booked without them.

use domain::policy::Action;
use domain::timing::Timing;
use domain::waiting_list::{MOST_OF_ONE, RoomWait};
use domain::{Booking, Occurrence, OccurrenceState, PersonId, Room, RoomId, RoomWaitId};
use jiff::Timestamp;
use storage::{Span, StorageError, Unit};

use super::plan::BookingRefused;
use super::rules::Rules;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::series::body::{DraftSeries, Exception};

/// Why one cannot wait for a room.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WaitRefused {
    /// There is no such room that can be booked.
    #[error("no such room")]
    NoRoom,
    /// Only others may book it.
    #[error("only others may book the room")]
    NotForYou,
    /// One waits for it at that time already.
    #[error("one waits for it already")]
    Waiting,
    /// One waits for as many as one may.
    #[error("one waits for as many rooms as one may")]
    TooMany,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Puts somebody on the list of a room; the time is in order.
pub(crate) async fn add(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    room: RoomId,
    time: Timing,
) -> Result<(RoomWait, Room), WaitRefused> {
    let now = app.now();
    let room = unit.room(room).await?.filter(|room| room.retired_at.is_none()).ok_or(WaitRefused::NoRoom)?;
    let rules = Rules::read(unit, &[room.id], who, who.id(), now).await?;
    let booked_for = who.actor.delegations.iter().map(|one| one.principal).filter(|one| who.may(Action::BookFor(*one)));
    let organisers: Vec<PersonId> = std::iter::once(who.id()).chain(booked_for).collect();
    if !rules.lets_book(room.id, &organisers) {
        return Err(WaitRefused::NotForYou);
    }
    let mut mine = unit.room_waits_of(who.id()).await?;
    mine.retain(|one| now < one.time.end && one.offered_until.is_none_or(|until| now < until));
    let overlaps = |one: &RoomWait| one.time.start < time.end && time.start < one.time.end;
    if mine.iter().any(|one| one.room == room.id && overlaps(one)) {
        return Err(WaitRefused::Waiting);
    }
    if mine.len() >= MOST_OF_ONE {
        return Err(WaitRefused::TooMany);
    }
    let id = RoomWaitId::from_uuid(app.new_id());
    let wait = RoomWait { id, room: room.id, person: who.id(), time, asked_at: now, offered_until: None };
    unit.add_room_wait(&wait).await?;
    Ok((wait, room))
}

/// What a booking holds as it now stands is waited for no longer; what its dates shall wait for is.
pub(crate) async fn settle(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    booking: &Booking,
    dates: &[Occurrence],
    wanted: Option<&DraftSeries>,
) -> Result<(), BookingRefused> {
    let now = app.now();
    let held: Vec<&Occurrence> = dates.iter().filter(|one| is_to_come(one, now)).collect();
    let claims = held.iter().flat_map(|one| {
        let span = Span { start: one.start, end: one.end };
        one.rooms(booking).iter().map(move |room| (*room, span))
    });
    unit.settle_room_waits(who.id(), &claims.collect::<Vec<_>>()).await?;
    for (place, Exception { key, wait_for, .. }) in wanted.iter().flat_map(|series| &series.exceptions).enumerate() {
        let Some(date) = held.iter().find(|one| one.key == Some(*key)) else { continue };
        for room in wait_for.iter().filter(|room| !date.rooms(booking).contains(room)) {
            let time = Timing { start: date.start, end: date.end };
            match add(app, unit, who, *room, time).await {
                Ok(_) | Err(WaitRefused::Waiting) => {}
                Err(refused) => return Err(refused.at(place)),
            }
        }
    }
    Ok(())
}

fn is_to_come(date: &Occurrence, now: Timestamp) -> bool {
    date.state == OccurrenceState::Held && now < date.end
}

impl WaitRefused {
    /// Of an exception of a series.
    fn at(self, place: usize) -> BookingRefused {
        let allowed = match self {
            Self::Storage(error) => return error.into(),
            Self::NoRoom => "rooms that exist and can be booked",
            Self::NotForYou => "rooms that you may book",
            Self::Waiting | Self::TooMany => "at most 20 rooms and times waited for: wait for fewer",
        };
        BookingRefused::Field { name: format!("recurrence.exceptions[{place}].wait_for"), allowed }
    }
}
