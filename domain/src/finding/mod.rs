//! Finds a time for some people, and a room for them: ranked, with the reasons.
//!
//! Every quarter of an hour in the window is looked at and weighed by what speaks against it, the
//! weights below. The best are proposed, as far as they do not overlap: five times that are a quarter of
//! an hour apart help nobody.

mod weekly;

use std::cell::{Cell, OnceCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

pub use weekly::{MOST_WEEKS, WeeklyProposal, WeeklyReason, WeeklySearch, best_weekly};

use jiff::civil::{Date, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::freetime::{FreeTime, SLOT, Slots};
use crate::holidays::{Holiday, holiday};
use crate::timing::Timing;
use crate::{PersonId, Room, RoomId, RoomKind};

/// Proposals begin at a full quarter of an hour.
pub const STEP: SignedDuration = SignedDuration::from_mins(15);
/// People work between these hours, wall time, on weekdays.
pub const WORKING_HOURS: std::ops::Range<i8> = 8..18;
/// A site is busy from this share of its rooms on, per cent.
pub const BUSY_PERCENT: u32 = 75;

/// What speaks against a time. Whoever cannot come weighs most; that the site is full least.
mod weight {
    pub const BUSY_PERSON: u32 = 1_000;
    pub const NO_ROOM: u32 = 800;
    pub const DAY_OFF: u32 = 600;
    pub const OUTSIDE_WORKING_HOURS: u32 = 300;
    pub const OTHER_SITE: u32 = 100;
    pub const LUNCH: u32 = 60;
    /// For a room twice as large as needed or more.
    pub const TOO_LARGE: u32 = 40;
    /// For a site of which every room is taken.
    pub const FULL_SITE: u32 = 20;
    /// A week later.
    pub const LATER: u32 = 30;
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// It begins and ends in here.
    pub window: Timing,
    /// How long it lasts.
    pub length: SignedDuration,
    /// Where working hours and holidays are looked up.
    pub zone: &'a TimeZone,
    /// Who shall come, as far as it is known when they are free.
    pub people: &'a [PersonId],
    /// Rooms, of which those with a door may be proposed, by preference where they are as good; none: no room is looked for.
    pub rooms: Option<&'a [Room]>,
    /// How many shall sit in it.
    pub seats: u32,
    /// Where it should be.
    pub site: Option<&'a str>,
    /// How many proposals at most.
    pub limit: usize,
}

/// A time, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// When.
    pub timing: Timing,
    /// Where, if a room was looked for and one is free.
    pub room: Option<RoomId>,
    /// Who has something else then.
    pub busy: Vec<PersonId>,
    /// What speaks for and against it.
    pub reasons: Vec<Reason>,
    /// The less the better; only to be compared within one search.
    pub penalty: u32,
}

/// Something to know about a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// All of whom it is known are free.
    EverybodyFree,
    /// So many are not.
    PeopleBusy(u32),
    /// It is Saturday or Sunday.
    Weekend,
    /// It is a public holiday in Thuringia.
    Holiday(Holiday),
    /// It begins before or ends after working hours.
    OutsideWorkingHours,
    /// It touches the hour from twelve to one.
    Lunch,
    /// No room that is large enough can be had.
    NoRoomFree,
    /// The room has so many seats more than needed.
    SpareSeats(u32),
    /// The room is elsewhere.
    OtherSite,
    /// So many per cent of the rooms at its site are taken then.
    BusySite(u32),
}

/// The best times, the best first. `beginnings` says where so many free slots of a room begin, on the grid of the people;
/// it is asked at most once for a room. `may_use` says whether the rules of a room allow it then.
pub fn find(
    search: &Search<'_>,
    people: &FreeTime<PersonId>,
    beginnings: impl Fn(RoomId, usize) -> Slots,
    may_use: impl Fn(RoomId, Timing) -> bool,
) -> Vec<Proposal> {
    let looker = Looker::new(search, people, beginnings);
    // Looking for a room takes longest and can only speak against a time: it is done for those that may be among the best.
    let has_room = search.rooms.is_none();
    let ranks = (0..).map_while(|number| looker.timing(number).map(|timing| (number, timing)));
    let ranks = ranks.map(|(number, timing)| Reverse((looker.penalty(timing), number, has_room)));
    let mut ranks: BinaryHeap<Reverse<(u32, i64, bool)>> = ranks.collect();
    let mut weighed: BTreeMap<i64, Proposal> = BTreeMap::new();
    let mut best: Vec<Proposal> = Vec::new();
    while best.len() < search.limit {
        let Some(Reverse((_, number, has_room))) = ranks.pop() else { break };
        let Some(timing) = looker.timing(number) else { continue };
        if best.iter().any(|one| one.timing.start < timing.end && timing.start < one.timing.end) {
            continue;
        }
        let mut proposal = weighed.remove(&number).unwrap_or_else(|| looker.proposal(timing));
        if has_room {
            best.push(proposal);
        } else {
            looker.weigh_room(&mut proposal, &may_use);
            ranks.push(Reverse((proposal.penalty, number, true)));
            weighed.insert(number, proposal);
        }
    }
    best
}

/// A day where it is looked for, and when its hours are there.
#[derive(Clone, Copy)]
struct Day {
    begins: i64,
    ends: i64,
    opens: i64,
    closes: i64,
    /// The hour from twelve to one.
    lunch: (i64, i64),
    /// Why nobody works then.
    off: Option<Reason>,
}

impl Day {
    /// The one with this instant.
    fn of(zone: &TimeZone, at: Timestamp) -> Self {
        let date = zone.to_datetime(at).date();
        // Nothing but the ends of the calendar is no instant anywhere.
        let clock = |date: Date, hour: i8| {
            zone.to_timestamp(date.to_datetime(time(hour, 0, 0, 0))).map_or(at.as_second(), Timestamp::as_second)
        };
        let off = match holiday(date) {
            Some(holiday) => Some(Reason::Holiday(holiday)),
            None if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) => Some(Reason::Weekend),
            None => None,
        };
        Self {
            begins: clock(date, 0),
            ends: date.tomorrow().map_or(at.as_second(), |next| clock(next, 0)),
            opens: clock(date, WORKING_HOURS.start),
            closes: clock(date, WORKING_HOURS.end),
            lunch: (clock(date, 12), clock(date, 13)),
            off,
        }
    }
}

/// When each of them could begin.
struct Looker<'a, B> {
    search: &'a Search<'a>,
    people: &'a FreeTime<PersonId>,
    person_free: Vec<(PersonId, Slots)>,
    beginnings: B,
    /// In slots.
    length: usize,
    /// Every room, and when it could begin there, once that was asked.
    rooms: Vec<(&'a Room, OnceCell<Slots>)>,
    /// Large enough, the best first, with their places among all.
    suitable: Vec<(&'a Room, usize)>,
    /// Where the rooms of a site are among all, whatever their size.
    sites: BTreeMap<&'a str, Vec<usize>>,
    /// The day looked at last: it has many beginnings.
    day: Cell<Option<Day>>,
    /// The first full quarter of an hour in the window, in seconds since 1970.
    first: i64,
}

impl<'a, B: Fn(RoomId, usize) -> Slots> Looker<'a, B> {
    fn new(search: &'a Search<'a>, people: &'a FreeTime<PersonId>, beginnings: B) -> Self {
        // A length that is no whole number of slots, and a beginning within one, touch one more.
        let length = usize::try_from(search.length.as_secs().max(0)).unwrap_or(0).div_ceil(SLOT.as_secs() as usize);
        let person_free = search.people.iter().map(|person| (*person, people.beginnings(*person, length))).collect();
        let known = search.rooms.unwrap_or_default().iter().filter(|room| room.kind == RoomKind::Physical);
        let known: Vec<&Room> = known.collect();
        let is_suitable = |(room, _): &(&Room, usize)| room.capacity >= search.seats;
        let mut suitable: Vec<(&Room, usize)> =
            known.iter().enumerate().map(|(place, room)| (*room, place)).filter(is_suitable).collect();
        suitable.sort_by_key(|(room, _)| (search.is_elsewhere(room), room.capacity));
        let mut sites: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, room) in known.iter().enumerate() {
            if let Some(site) = &room.site {
                sites.entry(site).or_default().push(place);
            }
        }
        let rooms = known.into_iter().map(|room| (room, OnceCell::new())).collect();
        let (step, start) = (STEP.as_secs(), search.window.start);
        let first = start.as_second().div_euclid(step) * step;
        let first = if Timestamp::from_second(first).is_ok_and(|at| at >= start) { first } else { first + step };
        Self { search, people, person_free, beginnings, length, rooms, suitable, sites, day: Cell::new(None), first }
    }

    /// The time with this number, from 0, if it ends within the window.
    fn timing(&self, number: i64) -> Option<Timing> {
        let start = Timestamp::from_second(self.first + number * STEP.as_secs()).ok()?;
        let end = start.saturating_add(self.search.length).unwrap_or(start);
        (end <= self.search.window.end && start < end).then_some(Timing { start, end })
    }

    /// What speaks against a time before a room is looked for.
    fn penalty(&self, timing: Timing) -> u32 {
        let mut sum = self.later(timing);
        self.weigh(timing, self.busy(timing).count(), |weight, _| sum = sum.saturating_add(weight));
        sum
    }

    /// The same with what is to be said about it.
    fn proposal(&self, timing: Timing) -> Proposal {
        let busy: Vec<PersonId> = self.busy(timing).collect();
        let mut found =
            Proposal { timing, room: None, busy: Vec::new(), reasons: Vec::new(), penalty: self.later(timing) };
        self.weigh(timing, busy.len(), |weight, reason| found.against(weight, reason));
        Proposal { busy, ..found }
    }

    fn busy(&self, timing: Timing) -> impl Iterator<Item = PersonId> + '_ {
        let slot = self.people.grid().touched(timing).start;
        self.person_free.iter().filter(move |(_, free)| !free.has(slot)).map(|(person, _)| *person)
    }

    /// Tells everything that is to be said about people and hours.
    fn weigh(&self, timing: Timing, busy: usize, mut tell: impl FnMut(u32, Reason)) {
        match u32::try_from(busy).unwrap_or(u32::MAX) {
            0 if self.person_free.is_empty() => {}
            0 => tell(0, Reason::EverybodyFree),
            busy => tell(weight::BUSY_PERSON.saturating_mul(busy), Reason::PeopleBusy(busy)),
        }
        let (start, end) = (timing.start.as_second(), timing.end.as_second());
        let day = self.day.get().filter(|day| (day.begins..day.ends).contains(&start));
        let day = day.unwrap_or_else(|| Day::of(self.search.zone, timing.start));
        self.day.set(Some(day));
        if let Some(reason) = day.off {
            tell(weight::DAY_OFF, reason);
        }
        if start < day.opens || end > day.closes {
            tell(weight::OUTSIDE_WORKING_HOURS, Reason::OutsideWorkingHours);
        } else if start < day.lunch.1 && end > day.lunch.0 {
            tell(weight::LUNCH, Reason::Lunch);
        }
    }

    /// Of two times that are as good the earlier one is better.
    fn later(&self, timing: Timing) -> u32 {
        let week = SignedDuration::from_hours(7 * 24).as_secs();
        let later = timing.start.duration_since(self.search.window.start).as_secs().max(0);
        u32::try_from(i64::from(weight::LATER) * later / week).unwrap_or(0)
    }

    fn weigh_room(&self, found: &mut Proposal, may_use: impl Fn(RoomId, Timing) -> bool) {
        let slot = self.people.grid().touched(found.timing).start;
        let is_free = |place: usize| {
            let (room, free) = &self.rooms[place];
            free.get_or_init(|| (self.beginnings)(room.id, self.length)).has(slot)
        };
        let is_good = |(room, place): &&(&Room, usize)| is_free(*place) && may_use(room.id, found.timing);
        let Some((room, _)) = self.suitable.iter().find(is_good) else {
            return found.against(weight::NO_ROOM, Reason::NoRoomFree);
        };
        found.room = Some(room.id);
        if self.search.is_elsewhere(room) {
            found.against(weight::OTHER_SITE, Reason::OtherSite);
        }
        let (seats, spare) = (self.search.seats.max(1), room.capacity - self.search.seats);
        found.against(weight::TOO_LARGE.saturating_mul(spare.min(seats)) / seats, Reason::SpareSeats(spare));
        let site = room.site.as_deref().and_then(|site| self.sites.get(site));
        if let Some(all) = site.filter(|all| !all.is_empty()) {
            let taken = all.iter().filter(|place| !is_free(**place)).count();
            let percent = u32::try_from(taken * 100 / all.len()).unwrap_or(100);
            found.penalty += weight::FULL_SITE * percent / 100;
            if percent >= BUSY_PERCENT {
                found.reasons.push(Reason::BusySite(percent));
            }
        }
    }
}

impl Search<'_> {
    fn is_elsewhere(&self, room: &Room) -> bool {
        self.site.is_some_and(|site| room.site.as_deref() != Some(site))
    }
}

impl Proposal {
    fn against(&mut self, weight: u32, reason: Reason) {
        self.penalty = self.penalty.saturating_add(weight);
        self.reasons.push(reason);
    }
}

#[cfg(test)]
mod tests;
