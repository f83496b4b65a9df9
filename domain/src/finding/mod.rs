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
    let mut all: Vec<Proposal> = looker.without_rooms().collect();
    // Looking for a room takes longest and can only speak against a time: it is done for those that may be among the best.
    let has_room = search.rooms.is_none();
    let ranks = all.iter().enumerate().map(|(number, proposal)| Reverse((proposal.penalty, number, has_room)));
    let mut ranks: BinaryHeap<Reverse<(u32, usize, bool)>> = ranks.collect();
    let mut best: Vec<Proposal> = Vec::new();
    while best.len() < search.limit {
        let Some(Reverse((_, number, has_room))) = ranks.pop() else { break };
        let proposal = &mut all[number];
        let overlaps =
            |one: &Proposal| one.timing.start < proposal.timing.end && proposal.timing.start < one.timing.end;
        if best.iter().any(overlaps) {
            continue;
        }
        if has_room {
            best.push(proposal.clone());
        } else {
            looker.weigh_room(proposal, &may_use);
            ranks.push(Reverse((proposal.penalty, number, true)));
        }
    }
    best
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
    /// The day looked at last, and which holiday it is: a day has many beginnings.
    day: Cell<Option<(Date, Option<Holiday>)>>,
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
        Self { search, people, person_free, beginnings, length, rooms, suitable, sites, day: Cell::new(None) }
    }

    /// Every beginning in the window, by time, with what is known before a room is looked for.
    fn without_rooms(&self) -> impl Iterator<Item = Proposal> + '_ {
        let Timing { start, end } = self.search.window;
        let step = STEP.as_secs();
        let first = start.as_second().div_euclid(step) * step;
        let first = if Timestamp::from_second(first).is_ok_and(|at| at >= start) { first } else { first + step };
        let starts = (0..).map_while(move |number: i64| Timestamp::from_second(first + number * step).ok());
        let timings =
            starts.map(|start| Timing { start, end: start.saturating_add(self.search.length).unwrap_or(start) });
        timings.take_while(move |timing| timing.end <= end && timing.start < timing.end).map(move |timing| {
            let mut found = Proposal { timing, room: None, busy: Vec::new(), reasons: Vec::new(), penalty: 0 };
            self.weigh_people(&mut found);
            self.weigh_time(&mut found);
            found
        })
    }

    fn weigh_people(&self, found: &mut Proposal) {
        let slot = self.people.grid().touched(found.timing).start;
        let busy = self.person_free.iter().filter(|(_, free)| !free.has(slot));
        found.busy = busy.map(|(person, _)| *person).collect();
        match u32::try_from(found.busy.len()).unwrap_or(u32::MAX) {
            0 if self.person_free.is_empty() => {}
            0 => found.reasons.push(Reason::EverybodyFree),
            busy => found.against(weight::BUSY_PERSON.saturating_mul(busy), Reason::PeopleBusy(busy)),
        }
    }

    fn weigh_time(&self, found: &mut Proposal) {
        let (start, end) =
            (self.search.zone.to_datetime(found.timing.start), self.search.zone.to_datetime(found.timing.end));
        let day = start.date();
        let holiday = match self.day.get() {
            Some((known, holiday)) if known == day => holiday,
            _ => holiday(day),
        };
        self.day.set(Some((day, holiday)));
        match holiday {
            Some(holiday) => found.against(weight::DAY_OFF, Reason::Holiday(holiday)),
            None if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) => {
                found.against(weight::DAY_OFF, Reason::Weekend);
            }
            None => {}
        }
        let opens = day.to_datetime(time(WORKING_HOURS.start, 0, 0, 0));
        let closes = day.to_datetime(time(WORKING_HOURS.end, 0, 0, 0));
        if start < opens || end > closes {
            found.against(weight::OUTSIDE_WORKING_HOURS, Reason::OutsideWorkingHours);
        } else if start < day.to_datetime(time(13, 0, 0, 0)) && end > day.to_datetime(time(12, 0, 0, 0)) {
            found.against(weight::LUNCH, Reason::Lunch);
        }
        let week = SignedDuration::from_hours(7 * 24).as_secs();
        let later = found.timing.start.duration_since(self.search.window.start).as_secs().max(0);
        found.penalty += u32::try_from(i64::from(weight::LATER) * later / week).unwrap_or(0);
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
