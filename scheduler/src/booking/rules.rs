//! Do the rooms' own rules allow it? Asked under the rooms' locks, in the unit that books.

use std::collections::{BTreeMap, BTreeSet};

use domain::room_policy::{self, Approval, Breach, RoomPeople, RoomPolicy, Verdict, Wish};
use domain::timing::Timing;
use domain::{BookingId, Occurrence, OccurrenceState, PersonId, Room, RoomId};
use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storage::{RoomRules, Span, StorageError, Unit};

use super::asks::{Ask, Asks};
use super::plan::wall_time;
use crate::http::actor::SignedIn;
use crate::room_times::{Held, RoomTimes};

/// A rule that a date breaks, in words for the caller.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) room: RoomId,
    name: String,
    /// The date of a series.
    pub(crate) key: Option<DateTime>,
    pub(crate) breach: Breach,
}

impl Broken {
    pub(crate) fn json(&self) -> Value {
        let mut reason = json!({ "room": { "id": self.room, "name": self.name } });
        if let Some(key) = self.key {
            reason["date"] = json!(wall_time(key));
        }
        let (rule, allowed, facts) = told(&self.breach);
        reason["rule"] = json!(rule);
        reason["allowed"] = json!(allowed);
        for (name, value) in facts.as_object().into_iter().flatten() {
            reason[name] = value.clone();
        }
        reason
    }
}

/// The rule's name, what it allows in words, and what it allows as values.
fn told(breach: &Breach) -> (&'static str, String, Value) {
    let clock = |time: &Time| time.strftime("%H:%M").to_string();
    match breach {
        Breach::NotForYou => ("bookers", "another room: only some people may book this one".into(), json!({})),
        Breach::TooFarAhead { last } => {
            ("booking_window_days", format!("a day up to {last}"), json!({ "last_day": last }))
        }
        Breach::TooShort { minutes } => {
            ("minimum_minutes", format!("at least {minutes} minutes"), json!({ "minutes": minutes }))
        }
        Breach::TooLong { minutes } => {
            ("maximum_minutes", format!("at most {minutes} minutes"), json!({ "minutes": minutes }))
        }
        Breach::TooClose { minutes } => (
            "buffer",
            format!("a time {minutes} minutes away from the bookings before and after"),
            json!({ "minutes": minutes }),
        ),
        Breach::Blackout(blackout) => (
            "blackout",
            format!("a day not from {} to {}", blackout.from, blackout.until),
            json!({ "from": blackout.from, "until": blackout.until, "why": blackout.why }),
        ),
        Breach::Holiday { day, holiday } => {
            ("holiday", "a day that is no public holiday".into(), json!({ "day": day, "holiday": holiday }))
        }
        Breach::Closed { day, hours } => {
            let open: Vec<Value> =
                hours.iter().map(|(from, until)| json!({ "from": clock(from), "until": clock(until) })).collect();
            ("opening_hours", "a time when the room is open".into(), json!({ "day": day, "open": open }))
        }
    }
}

/// The rules of some rooms, for one who asks.
pub(crate) struct Rules {
    known: Vec<RoomRules>,
    by: PersonId,
    organiser: PersonId,
    now: Timestamp,
}

impl Rules {
    /// Reads them; rooms without rules have none.
    pub(crate) async fn read(
        unit: &mut dyn Unit,
        rooms: &[RoomId],
        who: &SignedIn,
        organiser: PersonId,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        Ok(Self { known: unit.room_rules(rooms).await?, by: who.id(), organiser, now })
    }

    /// The same from memory, if they are there: for whoever searches and proposes.
    pub(crate) async fn known(
        times: &RoomTimes,
        unit: &mut dyn Unit,
        rooms: &[RoomId],
        who: &SignedIn,
        organiser: PersonId,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        Ok(Self::of_known(times.rules(unit, rooms).await?, who, organiser, now))
    }

    /// Of rules that are there already.
    pub(crate) fn of_known(known: Vec<RoomRules>, who: &SignedIn, organiser: PersonId, now: Timestamp) -> Self {
        Self { known, by: who.id(), organiser, now }
    }

    /// The same person's view of other rooms' rules, from memory if they are there.
    pub(crate) async fn over(
        &self,
        times: &RoomTimes,
        unit: &mut dyn Unit,
        rooms: &[RoomId],
    ) -> Result<Self, StorageError> {
        let known = times.rules(unit, rooms).await?;
        Ok(Self { known, by: self.by, organiser: self.organiser, now: self.now })
    }

    fn of(&self, room: RoomId) -> Option<(&RoomPolicy, &RoomPeople)> {
        self.known.iter().find(|rules| rules.room == room).map(|rules| (&rules.policy, &rules.people))
    }

    /// Has the room rules at all?
    pub(crate) fn bind(&self, room: RoomId) -> bool {
        self.of(room).is_some()
    }

    /// Is a booking for more people than fit refused?
    pub(crate) fn enforce_capacity(&self, room: RoomId) -> bool {
        self.of(room).is_none_or(|(policy, _)| policy.enforce_capacity)
    }

    /// May the person book the room at all, or ask for it, for one of these organisers?
    pub(crate) fn lets_book(&self, room: RoomId, organisers: &[PersonId]) -> bool {
        let Some((policy, people)) = self.of(room) else { return true };
        policy.approval != Approval::Never
            || organisers.iter().any(|organiser| room_policy::may_book(policy, people, self.by, *organiser))
    }

    /// The longest time that one of the rooms must be free between two bookings.
    pub(crate) fn widest_gap(&self) -> SignedDuration {
        self.known.iter().map(|rules| rules.policy.gap()).max().unwrap_or_default()
    }

    /// What becomes of the span by the room's rules; `held` is what others hold around it.
    pub(crate) fn decide<'a>(
        &self,
        room: RoomId,
        span: Span,
        held: impl IntoIterator<Item = &'a (RoomId, Span)>,
    ) -> Verdict {
        self.decide_for(self.by, room, span, held)
    }

    /// May it be booked then, as far as the room's rules go? `held` knows what others than `except` hold around it.
    pub(crate) fn allow(&self, room: RoomId, span: Span, held: &Held, except: Option<BookingId>) -> bool {
        if !self.bind(room) {
            return true;
        }
        let wide = wider(span, self.widest_gap());
        let near = held.taken(&[room], &[Timing { start: wide.start, end: wide.end }], except);
        let near: Vec<(RoomId, Span)> =
            near.into_iter().map(|(room, time)| (room, Span { start: time.start, end: time.end })).collect();
        self.decide(room, span, &near) == Verdict::Book
    }

    /// The same if somebody else had asked.
    fn decide_for<'a>(
        &self,
        by: PersonId,
        room: RoomId,
        span: Span,
        held: impl IntoIterator<Item = &'a (RoomId, Span)>,
    ) -> Verdict {
        let Some((policy, people)) = self.of(room) else { return Verdict::Book };
        // What others hold around it matters only where time is needed in between.
        let of_room = held.into_iter().filter(|(other, _)| *other == room && !policy.gap().is_zero());
        let held: Vec<(Timestamp, Timestamp)> = of_room.map(|(_, span)| (span.start, span.end)).collect();
        let wish = Wish { start: span.start, end: span.end, by, organiser: self.organiser, held: &held };
        room_policy::decide(policy, people, &wish, self.now)
    }
}

/// A date that is asked for, and the rooms it needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Its name within a series.
    pub(crate) key: Option<DateTime>,
    pub(crate) span: Span,
    pub(crate) rooms: &'a [RoomId],
}

/// What the rules say to all dates of a booking.
#[derive(Default)]
pub(crate) struct Judged {
    /// Why it is refused.
    pub(crate) broken: Vec<Broken>,
    /// Which rooms have to be asked for.
    pub(crate) asks: Asks,
    /// On which dates; none is the only date of a single meeting.
    pub(crate) asking: BTreeSet<Option<DateTime>>,
}

/// What a booking has of rooms before it is changed.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The booking that is changed: what it holds itself is in nobody's way.
    pub(crate) changed: Option<BookingId>,
    held: BTreeSet<(RoomId, Timestamp, Timestamp)>,
    /// Rooms whose keeper has not answered yet, and who asked for them.
    waiting: BTreeMap<RoomId, PersonId>,
}

impl Kept {
    /// Of a booking as it stands in the database.
    pub(crate) async fn of(unit: &mut dyn Unit, id: BookingId) -> Result<Self, StorageError> {
        let Some(booking) = unit.booking(id).await? else { return Ok(Self::default()) };
        let dates = unit.occurrences_of(id).await?;
        let is_held = |one: &&Occurrence| one.state == OccurrenceState::Held;
        let held = dates.iter().filter(is_held);
        let held = held.flat_map(|one| one.rooms(&booking).iter().map(|room| (*room, one.start, one.end))).collect();
        let requests = unit.room_requests_of(id).await?;
        let waiting = requests.iter().filter(|one| one.refusal.is_none()).map(|one| (one.room, one.asked_by)).collect();
        Ok(Self { changed: Some(id), held, waiting })
    }

    /// The same for a booking that goes on from it: what the earlier one still holds is another's.
    pub(crate) fn for_another(self) -> Self {
        Self { changed: None, ..self }
    }
}

/// What the rules say to these dates. What a booking holds already it may keep: rules that
/// became stricter, or time that went by, do not stand in the way of another change. What it waits for
/// goes on waiting, as long as it would have to be asked for.
pub(crate) async fn judge(
    unit: &mut dyn Unit,
    rules: &Rules,
    rooms: &[Room],
    dates: &[Asked<'_>],
    kept: &Kept,
) -> Result<Judged, StorageError> {
    let mut judged = Judged::default();
    judged.asks.judged = rooms.iter().map(|room| room.id).collect();
    if rules.known.is_empty() {
        return Ok(judged);
    }
    let mut near: Vec<(RoomId, Span)> = Vec::new();
    let gap = rules.widest_gap();
    if !gap.is_zero() {
        let ids: Vec<RoomId> = rules.known.iter().map(|rules| rules.room).collect();
        let spans: Vec<Span> = dates.iter().map(|date| wider(date.span, gap)).collect();
        near = unit.taken_rooms_at(&ids, &spans, kept.changed).await?;
        // The dates of a series need their time between each other as well.
        near.extend(dates.iter().flat_map(|date| date.rooms.iter().map(|room| (*room, date.span))));
    }
    let near = by_room(near);
    for date in dates {
        for room in rooms.iter().filter(|room| date.rooms.contains(&room.id)) {
            let is_kept = kept.held.contains(&(room.id, date.span.start, date.span.end));
            let near = near.get(&room.id).into_iter().flatten().filter(|(_, span)| *span != date.span);
            let verdict = match kept.waiting.get(&room.id) {
                _ if !is_kept => rules.decide(room.id, date.span, near),
                None => continue,
                Some(asked_by) => match rules.decide_for(*asked_by, room.id, date.span, near) {
                    // The question stands; whoever keeps the room answers it.
                    Verdict::Refuse(breaches) => Verdict::Ask(breaches),
                    verdict => verdict,
                },
            };
            let broken = |breach| Broken { room: room.id, name: room.name.clone(), key: date.key, breach };
            match verdict {
                Verdict::Book => {}
                Verdict::Refuse(breaches) => judged.broken.extend(breaches.into_iter().map(broken)),
                Verdict::Ask(breaches) => {
                    judged.asking.insert(date.key);
                    let reasons = breaches.into_iter().map(|breach| broken(breach).json());
                    let asks = &mut judged.asks.rooms;
                    let place = asks.iter().position(|ask| ask.room == room.id).unwrap_or_else(|| {
                        asks.push(Ask { room: room.id, reasons: Vec::new(), is_new: false });
                        asks.len() - 1
                    });
                    asks[place].reasons.extend(reasons);
                    asks[place].is_new |= !is_kept;
                }
            }
        }
    }
    Ok(judged)
}

/// What is held, room by room: nobody searches all rooms for what one of them has.
pub(crate) fn by_room(held: impl IntoIterator<Item = (RoomId, Span)>) -> BTreeMap<RoomId, Vec<(RoomId, Span)>> {
    let mut rooms: BTreeMap<RoomId, Vec<(RoomId, Span)>> = BTreeMap::new();
    held.into_iter().for_each(|one| rooms.entry(one.0).or_default().push(one));
    rooms
}

/// The span with that much on either side.
pub(crate) fn wider(span: Span, by: SignedDuration) -> Span {
    Span {
        start: span.start.checked_sub(by).unwrap_or(Timestamp::MIN),
        end: span.end.checked_add(by).unwrap_or(Timestamp::MAX),
    }
}
