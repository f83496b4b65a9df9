//! Can it be booked? Layers one and two against double booking, rights, capacity; and what is
//! answered when not.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::capacity::{self, OverCapacity};
use domain::policy::Action;
use domain::recurrence::RuleRefused;
use domain::timing::{self, Edge, TimingRefused};
use domain::{Booking, BookingId, Occurrence, OccurrenceId, OccurrenceState, PersonId, Room, RoomId};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::json;
use storage::{RoomHold, Span, StorageError, Unit};

use super::asks::Asks;
use super::draft::Draft;
use super::rules::{self, Asked, Broken, Judged, Kept, Rules};
use crate::app::App;
use crate::capacity::findings::CapacityAnswer;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem};
use crate::series::conflicts::{self, Conflict, Look, Wanted};

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
    /// Somebody keeps the room while filling in a form.
    #[error("a room is held")]
    RoomHeld {
        /// Which.
        room: Box<Room>,
        /// Until when.
        until: Timestamp,
    },
    /// A recurrence rule cannot be read.
    #[error(transparent)]
    Rule(RuleRefused),
    /// The rule does not name the start.
    #[error("the rule does not name the start")]
    StartMissed {
        /// The first wall time it names.
        first: Option<DateTime>,
    },
    /// Others hold rooms on some dates of the series.
    #[error("rooms are taken on some dates")]
    DatesTaken(Vec<Conflict>),
    /// A room's own rules do not allow it.
    #[error("a rule of a room does not allow it")]
    AgainstRules(Vec<Broken>),
    /// A pool that refuses has not enough left.
    #[error("a pool is full")]
    PoolFull(Box<CapacityAnswer>),
    /// Changed or cancelled dates would be lost.
    #[error("changed dates would be lost")]
    ExceptionsLost(Vec<Occurrence>),
    /// Too many people.
    #[error(transparent)]
    OverCapacity(#[from] OverCapacity),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Goes on unless it would hide somebody else's booking.
pub(crate) fn may_be_private(who: &SignedIn, booking: &Booking) -> Result<(), BookingRefused> {
    if booking.is_private && !who.may(Action::MakePrivate(booking.organiser)) {
        let allowed = "false: only who organises a booking makes it private";
        return Err(BookingRefused::Field { name: "is_private".into(), allowed });
    }
    Ok(())
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
            BookingRefused::RoomHeld { room, until } => {
                Self::new(Code::RoomHeld, "Somebody is about to book the room at that time.")
                    .with_field("rooms")
                    .with("room", json!({ "id": room.id, "name": room.name }))
                    .with("until", json!(Instant(until)))
            }
            BookingRefused::Rule(refused) => {
                Self::invalid("recurrence.rule", refused.allowed).with("part", refused.part)
            }
            BookingRefused::StartMissed { first } => {
                let problem = Self::invalid("start", "the first date of the rule");
                match first {
                    Some(first) => problem.with("next_valid", wall_time(first)),
                    None => problem,
                }
            }
            BookingRefused::DatesTaken(conflicts) => {
                Self::new(Code::DatesTaken, "Rooms are taken on some dates of the series.")
                    .with_field("recurrence.exceptions")
                    .with("conflicts", conflicts.iter().map(Conflict::json).collect::<Vec<_>>())
            }
            BookingRefused::AgainstRules(broken) => {
                Self::new(Code::AgainstRules, "The rules of a room do not allow this.")
                    .with_field("rooms")
                    .with("reasons", broken.iter().map(Broken::json).collect::<Vec<_>>())
            }
            BookingRefused::PoolFull(answer) => {
                let answer = serde_json::to_value(answer).expect("it is made of words and numbers");
                Self::new(Code::PoolFull, "The lines have not enough left at that time.").with("capacity", answer)
            }
            BookingRefused::ExceptionsLost(lost) => {
                let lost = lost.iter().map(|one| {
                    json!({ "id": one.id, "date": one.key.map(wall_time), "start": Instant(one.start),
                        "end": Instant(one.end), "is_cancelled": one.state == OccurrenceState::Cancelled })
                });
                Self::new(Code::ExceptionsLost, "Changed or cancelled dates would be lost. Give them up by id.")
                    .with_field("recurrence.give_up")
                    .with("occurrences", lost.collect::<Vec<_>>())
            }
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

pub(crate) fn timing_problem(refused: TimingRefused) -> Problem {
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
/// Takes the rooms' locks; they hold until the unit ends. Answers which rooms have to be asked for.
/// `kept` is what the booking, or the one it goes on from, had of rooms before.
pub(crate) async fn check(
    unit: &mut dyn Unit,
    who: &SignedIn,
    organiser: PersonId,
    draft: &Draft,
    now: Timestamp,
    kept: &Kept,
) -> Result<Asks, BookingRefused> {
    unit.lock_rooms(&draft.rooms).await?;
    let rooms = rooms(unit, &draft.rooms).await?;
    let span = Span { start: draft.timing.start, end: draft.timing.end };
    if let Some((id, held)) =
        unit.taken_rooms(&draft.rooms, span, kept.changed).await?.into_iter().min_by_key(|(id, _)| *id)
    {
        let room = rooms.into_iter().find(|room| room.id == id).ok_or(StorageError::RoomTaken(id))?;
        return Err(BookingRefused::RoomTaken { room: Box::new(room), until: held.end });
    }
    if !who.may(Action::BookFor(organiser)) {
        return Err(BookingRefused::NotAllowed);
    }
    let asked = Asked { key: None, span, rooms: &draft.rooms };
    nobody_holds(unit, who, &rooms, &[asked], now).await?;
    let rules = Rules::read(unit, &draft.rooms, who, organiser, now).await?;
    capacity::fits(rooms.iter().filter(|room| rules.enforce_capacity(room.id)), draft.headcount(organiser))?;
    let Judged { broken, asks, .. } = rules::judge(unit, &rules, &rooms, &[asked], kept).await?;
    if !broken.is_empty() {
        return Err(BookingRefused::AgainstRules(broken));
    }
    people_exist(unit, organiser, draft).await?;
    Ok(asks)
}

/// The same for a series: rights and people, and every date to come against what others hold.
pub(crate) async fn check_dates(
    unit: &mut dyn Unit,
    who: &SignedIn,
    draft: &Draft,
    booking: &Booking,
    occurrences: &[Occurrence],
    app: &App,
    kept: &Kept,
) -> Result<Asks, BookingRefused> {
    unit.lock_rooms(&booking.rooms_with(occurrences)).await?;
    let seen = look_at_dates(unit, who, draft, booking, occurrences, app, kept, Look::ToBook).await?;
    if seen.conflicts.is_empty() { Ok(seen.asks) } else { Err(BookingRefused::DatesTaken(seen.conflicts)) }
}

/// What a look at the dates of a booking shows.
pub(crate) struct Seen {
    /// Those that cannot be had as they are wanted.
    pub(crate) conflicts: Vec<Conflict>,
    /// Which rooms have to be asked for.
    pub(crate) asks: Asks,
    /// On which dates; none is the only date of a single meeting.
    pub(crate) asking: BTreeSet<Option<DateTime>>,
}

/// The same without the rooms' locks.
#[expect(clippy::too_many_arguments, reason = "those of the check, and why")]
pub(crate) async fn look_at_dates(
    unit: &mut dyn Unit,
    who: &SignedIn,
    draft: &Draft,
    booking: &Booking,
    occurrences: &[Occurrence],
    app: &App,
    kept: &Kept,
    look: Look,
) -> Result<Seen, BookingRefused> {
    let now = app.now();
    // Dates that are over may have had rooms that are retired since.
    let to_come = occurrences.iter().filter(|one| !one.is_history(now));
    let ids = booking.rooms_with(to_come.clone());
    let rooms = match app.room_times.rooms_by_id(&ids).filter(|_| look == Look::ToTell) {
        Some(rooms) => rooms,
        None => rooms(unit, &ids).await?,
    };
    if !who.may(Action::BookFor(booking.organiser)) {
        return Err(BookingRefused::NotAllowed);
    }
    if conflicts::overlapping(booking, occurrences).is_some() {
        let name = "recurrence.exceptions".into();
        return Err(BookingRefused::Field { name, allowed: "dates that do not overlap each other" });
    }
    let held: Vec<Asked<'_>> = asked(booking, to_come.clone());
    nobody_holds(unit, who, &rooms, &held, now).await?;
    let headcount = draft.headcount(booking.organiser);
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let rules = match look {
        Look::ToBook => Rules::read(unit, &ids, who, booking.organiser, now).await?,
        Look::ToTell => Rules::known(&app.room_times, unit, &ids, who, booking.organiser, now).await?,
    };
    capacity::fits(rooms.iter().filter(|room| rules.enforce_capacity(room.id)), headcount)?;
    let Judged { broken, asks, asking } = judge_dates(unit, &rules, &rooms, &asked(booking, to_come), kept).await?;
    let zone = timing::zone(&booking.zone)?;
    let wanted = Wanted {
        booking,
        occurrences,
        headcount,
        zone: &zone,
        now,
        changed: kept.changed,
        rules: &rules,
        broken: &broken,
        times: &app.room_times,
        look,
    };
    let conflicts = conflicts::find(unit, &wanted).await?;
    if conflicts.is_empty() {
        people_exist(unit, booking.organiser, draft).await?;
    }
    Ok(Seen { conflicts, asks, asking })
}

/// The dates that are held, and the rooms each of them needs.
fn asked<'a>(booking: &'a Booking, dates: impl Iterator<Item = &'a Occurrence>) -> Vec<Asked<'a>> {
    let held = dates.filter(|one| one.state == OccurrenceState::Held);
    held.map(|one| Asked { key: one.key, span: Span { start: one.start, end: one.end }, rooms: one.rooms(booking) })
        .collect()
}

/// Goes on only if nobody else keeps one of the rooms while filling in a form.
async fn nobody_holds(
    unit: &mut dyn Unit,
    who: &SignedIn,
    rooms: &[Room],
    dates: &[Asked<'_>],
    now: Timestamp,
) -> Result<(), BookingRefused> {
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let spans: Vec<Span> = dates.iter().map(|date| date.span).collect();
    let mut held = unit.held_rooms_at(&ids, &spans, who.id(), now).await?;
    yield_to_keepers(unit, who, &mut held).await?;
    // The dates of a series may need different rooms.
    let is_needed = |hold: &&RoomHold| {
        let meets = |span: Span| span.start < hold.span.end && hold.span.start < span.end;
        dates.iter().any(|date| date.rooms.contains(&hold.room) && meets(date.span))
    };
    let named = |hold: &RoomHold| Some((rooms.iter().find(|room| room.id == hold.room)?, hold.expires_at));
    let first = held.iter().filter(is_needed).find_map(named);
    match first {
        Some((room, until)) => Err(BookingRefused::RoomHeld { room: Box::new(room.clone()), until }),
        None => Ok(()),
    }
}

/// A form that somebody fills in stands in nobody's way who looks after the room, or after all rooms.
pub(crate) async fn yield_to_keepers(
    unit: &mut dyn Unit,
    who: &SignedIn,
    held: &mut Vec<RoomHold>,
) -> Result<(), StorageError> {
    if held.is_empty() {
        return Ok(());
    }
    if who.may(Action::DecideForRoom { keeps_it: false }) {
        held.clear();
        return Ok(());
    }
    let kept = unit.rooms_kept_by(who.id()).await?;
    held.retain(|hold| !kept.contains(&hold.room));
    Ok(())
}

/// What the dates to come break. Where another day or time helps, that is a conflict of this date;
/// where it does not, nothing can be booked.
async fn judge_dates(
    unit: &mut dyn Unit,
    rules: &Rules,
    rooms: &[Room],
    dates: &[Asked<'_>],
    kept: &Kept,
) -> Result<Judged, BookingRefused> {
    let Judged { broken, asks, asking } = rules::judge(unit, rules, rooms, dates, kept).await?;
    let (of_a_date, lasting): (Vec<Broken>, Vec<Broken>) =
        broken.into_iter().partition(|one| one.key.is_some() && one.breach.is_about_the_time());
    match lasting.is_empty() {
        true => Ok(Judged { broken: of_a_date, asks, asking }),
        false => Err(BookingRefused::AgainstRules(lasting)),
    }
}

async fn rooms(unit: &mut dyn Unit, ids: &[RoomId]) -> Result<Vec<Room>, BookingRefused> {
    let mut rooms = unit.rooms_by_id(ids).await?;
    rooms.retain(|room| room.retired_at.is_none());
    if ids.iter().all(|id| rooms.iter().any(|room| room.id == *id)) {
        return Ok(rooms);
    }
    Err(BookingRefused::Field { name: "rooms".into(), allowed: "rooms that exist and can be booked" })
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

/// One date of a series that is changed by itself: its rooms against what others hold, and against
/// the other dates of its series.
pub(crate) async fn check_one(
    unit: &mut dyn Unit,
    booking: &Booking,
    occurrences: &[Occurrence],
    changed: OccurrenceId,
    headcount: u32,
    who: &SignedIn,
    app: &App,
) -> Result<Asks, BookingRefused> {
    let now = app.now();
    unit.lock_rooms(&booking.rooms_with(occurrences)).await?;
    let Some(one) = occurrences.iter().find(|one| one.id == changed) else { return Ok(Asks::default()) };
    let rooms = rooms(unit, one.rooms(booking)).await?;
    if conflicts::overlapping(booking, occurrences).is_some() {
        let name = "start".into();
        return Err(BookingRefused::Field { name, allowed: "a time that does not overlap other dates of the series" });
    }
    nobody_holds(unit, who, &rooms, &asked(booking, std::iter::once(one)), now).await?;
    let rules = Rules::read(unit, one.rooms(booking), who, booking.organiser, now).await?;
    capacity::fits(rooms.iter().filter(|room| rules.enforce_capacity(room.id)), headcount)?;
    let kept = Kept::of(unit, booking.id).await?;
    // A request stands for all dates of the series that have the room.
    let to_come = occurrences.iter().filter(|one| !one.is_history(now));
    let judged = judge_dates(unit, &rules, &rooms, &asked(booking, to_come), &kept).await?;
    let zone = timing::zone(&booking.zone)?;
    let wanted = Wanted {
        booking,
        occurrences: std::slice::from_ref(one),
        headcount,
        zone: &zone,
        now,
        changed: Some(booking.id),
        rules: &rules,
        broken: &judged.broken,
        times: &app.room_times,
        look: Look::ToBook,
    };
    let taken = conflicts::find(unit, &wanted).await?;
    if taken.is_empty() { Ok(judged.asks) } else { Err(BookingRefused::DatesTaken(taken)) }
}
