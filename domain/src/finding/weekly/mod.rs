//! The best time of the week for a series in one of many rooms.
//!
//! A working day is a word of bits, one for each quarter of an hour. For every room and day of the week the words of all
//! weeks are counted at once, a bit of the count in each of eight words: so hundreds of rooms are looked through in
//! milliseconds. Then the best are judged by the rooms' rules, as many as are needed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::{WORKING_HOURS, weight};
use crate::holidays::holiday;
use crate::timing::Timing;
use crate::{Room, RoomId};

/// Quarters of an hour of a working day.
const QUARTERS: u32 = (WORKING_HOURS.end - WORKING_HOURS.start) as u32 * 4;
const QUARTER_SECONDS: i64 = 900;
/// Where the hour from twelve to one begins among them.
const NOON: u32 = (12 - WORKING_HOURS.start) as u32 * 4;
/// Monday to Friday.
const DAYS: usize = 5;
/// Words that hold a count.
const PLANES: usize = 8;
/// Most weeks: what the words can count.
pub const MOST_WEEKS: usize = 156;
/// Most times in rooms with rules that are judged by them, date by date.
const MOST_JUDGED: usize = 200;
/// A date that cannot be had.
const DATE_TAKEN: u32 = 50;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct WeeklySearch<'a> {
    /// The first day that counts.
    pub from: Date,
    /// How many weeks, up to [`MOST_WEEKS`].
    pub weeks: usize,
    /// How long it lasts, in quarters of an hour, within a working day.
    pub quarters: u32,
    /// Where working hours and holidays are looked up.
    pub zone: &'a TimeZone,
    /// What begins before this can no more be had than what is taken.
    pub after: Timestamp,
    /// Rooms that may be proposed.
    pub rooms: &'a [Room],
    /// How many shall sit in it.
    pub seats: u32,
    /// Where it should be.
    pub site: Option<&'a str>,
    /// How many proposals at most.
    pub limit: usize,
}

/// A time of the week in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklyProposal {
    /// When it takes place first, wall time.
    pub first: DateTime,
    /// In which room.
    pub room: RoomId,
    /// How many dates, without those on public holidays.
    pub dates: usize,
    /// Which of them cannot be had.
    pub taken: Vec<Date>,
    /// What speaks for and against it.
    pub reasons: Vec<WeeklyReason>,
    /// The less the better; only to be compared within one search.
    pub penalty: u32,
}

/// Something to know about a time of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeeklyReason {
    /// Every date can be had.
    AllDatesFree,
    /// So many cannot.
    DatesTaken(u32),
    /// So many dates are public holidays in Thuringia, and left out.
    Holidays(u32),
    /// It touches the hour from twelve to one.
    Lunch,
    /// The room is elsewhere.
    OtherSite,
    /// The room has so many seats more than needed.
    SpareSeats(u32),
}

/// A time of the week in a room, by what speaks against it. There are tens of thousands: it is small.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    penalty: u32,
    weekday: u8,
    quarter: u8,
    /// Among those that are large enough.
    place: u32,
    /// By the rules of the room as well, if it has any.
    is_judged: bool,
}

/// A working day.
struct Day {
    date: Date,
    opens: i64,
    is_holiday: bool,
}

/// The best times, the best first; two on one day of the week do not overlap. `taken` says which quarters of an hour of a
/// room are taken, so many from each of some seconds since 1970 on, a word of bits for each; `has_rules` whether a room
/// has rules at all, and `may_use` whether they allow a time.
pub fn best_weekly(
    search: &WeeklySearch<'_>,
    taken: impl Fn(RoomId, &[i64], u32) -> Vec<u64>,
    has_rules: impl Fn(RoomId) -> bool,
    may_use: impl Fn(RoomId, Timing) -> bool,
) -> Vec<WeeklyProposal> {
    if !(1..=QUARTERS).contains(&search.quarters) {
        return Vec::new();
    }
    let looker = Looker::new(search);
    let opens: Vec<i64> = looker.days.iter().map(|day| day.opens).collect();
    let over: Vec<u64> = looker.days.iter().map(|day| looker.over(day)).collect();
    let suitable: Vec<&Room> = search.rooms.iter().filter(|room| room.capacity >= search.seats).collect();
    let blocked = |room: &&Room| {
        let mut words = taken(room.id, &opens, QUARTERS);
        words.iter_mut().zip(&over).for_each(|(word, over)| *word = looker.blocked(*word | over));
        words
    };
    let blocked: Vec<Vec<u64>> = suitable.iter().map(blocked).collect();

    // Every time in every room by what speaks against it, as far as is known without the rules.
    let mut all = Vec::with_capacity(suitable.len() * DAYS * QUARTERS as usize);
    for (place, (room, blocked)) in suitable.iter().zip(&blocked).enumerate() {
        let (of_room, is_judged) = (looker.penalty_of(room), !has_rules(room.id));
        for weekday in 0..DAYS {
            let planes = looker.count(blocked, weekday);
            for quarter in 0..=QUARTERS - search.quarters {
                let taken = counted(&planes, quarter);
                let penalty = taken * DATE_TAKEN + of_room + looker.penalty_at(quarter);
                all.push(Reverse(Rank {
                    penalty,
                    weekday: weekday as u8,
                    quarter: quarter as u8,
                    place: place as u32,
                    is_judged,
                }));
            }
        }
    }
    let mut heap = BinaryHeap::from(all);
    let (mut best, mut judged): (Vec<(usize, u32, WeeklyProposal)>, usize) = (Vec::new(), 0);
    while let Some(Reverse(rank)) = heap.pop() {
        let Rank { penalty, is_judged, .. } = rank;
        let (weekday, quarter, place) = (usize::from(rank.weekday), u32::from(rank.quarter), rank.place as usize);
        let overlaps = |(day, other, _): &(usize, u32, WeeklyProposal)| {
            *day == weekday && quarter < other + search.quarters && *other < quarter + search.quarters
        };
        if best.len() == search.limit {
            break;
        }
        if best.iter().any(overlaps) {
            continue;
        }
        let room = suitable[place];
        let may_use = |timing| may_use(room.id, timing);
        if is_judged {
            let has_rules = has_rules(room.id);
            let taken = looker.taken_dates(&blocked[place], weekday, quarter, |time| !has_rules || may_use(time));
            best.extend(looker.proposal(room, weekday, quarter, taken, penalty).map(|one| (weekday, quarter, one)));
        } else if judged < MOST_JUDGED {
            judged += 1;
            let all = looker.taken_dates(&blocked[place], weekday, quarter, may_use).len();
            let known = looker.taken_dates(&blocked[place], weekday, quarter, |_| true).len();
            let more = u32::try_from(all - known).unwrap_or(u32::MAX).saturating_mul(DATE_TAKEN);
            heap.push(Reverse(Rank { penalty: penalty.saturating_add(more), is_judged: true, ..rank }));
        }
    }
    best.into_iter().map(|(.., proposal)| proposal).collect()
}

impl Day {
    /// From Monday, 0.
    fn weekday(&self) -> usize {
        usize::from(self.date.weekday().to_monday_zero_offset().unsigned_abs())
    }
}

struct Looker<'a> {
    search: &'a WeeklySearch<'a>,
    /// Five for each week, by time.
    days: Vec<Day>,
    /// Where those of each day of the week are among them, without holidays.
    places: [Vec<usize>; DAYS],
}

impl<'a> Looker<'a> {
    fn new(search: &'a WeeklySearch<'a>) -> Self {
        let since_monday = i32::from(search.from.weekday().to_monday_zero_offset());
        let monday = search.from.saturating_sub(since_monday.days());
        let weeks = search.weeks.min(MOST_WEEKS) as i32;
        // The days of the first week that are over come last: each day of the week has as many dates.
        let days = (0..=weeks).flat_map(|week| (0..DAYS as i32).map(move |day| (week, day)));
        let counts =
            days.filter(|(week, day)| (*week > 0 || *day >= since_monday) && (*week < weeks || *day < since_monday));
        let days = counts.filter_map(|(week, day)| {
            let date = monday.checked_add((7 * week + day).days()).ok()?;
            let opens = search.zone.to_timestamp(date.at(WORKING_HOURS.start, 0, 0, 0)).ok()?;
            Some(Day { date, opens: opens.as_second(), is_holiday: holiday(date).is_some() })
        });
        let days: Vec<Day> = days.collect();
        let mut places = [const { Vec::new() }; DAYS];
        for (place, day) in days.iter().enumerate().filter(|(_, day)| !day.is_holiday) {
            places[day.weekday()].push(place);
        }
        Self { search, days, places }
    }

    /// Which quarters of an hour of a day are over.
    fn over(&self, day: &Day) -> u64 {
        let length = i64::from(QUARTERS) * QUARTER_SECONDS;
        let seconds = (self.search.after.as_second() - day.opens).clamp(0, length);
        (1 << ((seconds + QUARTER_SECONDS - 1) / QUARTER_SECONDS)) - 1
    }

    /// At which quarters of a day nothing so long can begin.
    fn blocked(&self, taken: u64) -> u64 {
        let (mut word, mut known) = (taken, 1);
        while known < self.search.quarters {
            let step = known.min(self.search.quarters - known);
            word |= word >> step;
            known += step;
        }
        word
    }

    /// The days of one day of the week that count, with their words.
    fn of_weekday<'w>(&'w self, words: &'w [u64], weekday: usize) -> impl Iterator<Item = (&'w Day, u64)> + 'w {
        self.places[weekday].iter().map(|place| (&self.days[*place], words[*place]))
    }

    /// On how many days each quarter is blocked: bit by bit of the count.
    fn count(&self, blocked: &[u64], weekday: usize) -> [u64; PLANES] {
        let mut planes = [0; PLANES];
        for (_, word) in self.of_weekday(blocked, weekday) {
            let mut carry = word;
            for plane in &mut planes {
                // Most words have few bits that carry far.
                if carry == 0 {
                    break;
                }
                (*plane, carry) = (*plane ^ carry, *plane & carry);
            }
        }
        planes
    }

    fn taken_dates(
        &self,
        blocked: &[u64],
        weekday: usize,
        quarter: u32,
        may_use: impl Fn(Timing) -> bool,
    ) -> Vec<Date> {
        let length = i64::from(self.search.quarters) * QUARTER_SECONDS;
        let of_day = |day: &Day| {
            let start = day.opens + i64::from(quarter) * QUARTER_SECONDS;
            timing(start, start + length)
        };
        let cannot = |(day, word): &(&Day, u64)| word >> quarter & 1 == 1 || !of_day(day).is_some_and(&may_use);
        self.of_weekday(blocked, weekday).filter(cannot).map(|(day, _)| day.date).collect()
    }

    fn penalty_of(&self, room: &Room) -> u32 {
        let (needed, spare) = (self.search.seats.max(1), room.capacity - self.search.seats);
        let elsewhere = if self.is_elsewhere(room) { weight::OTHER_SITE } else { 0 };
        elsewhere + weight::TOO_LARGE.saturating_mul(spare.min(needed)) / needed
    }

    fn penalty_at(&self, quarter: u32) -> u32 {
        if self.is_lunch(quarter) { weight::LUNCH } else { 0 }
    }

    fn is_lunch(&self, quarter: u32) -> bool {
        quarter < NOON + 4 && quarter + self.search.quarters > NOON
    }

    fn is_elsewhere(&self, room: &Room) -> bool {
        self.search.site.is_some_and(|site| room.site.as_deref() != Some(site))
    }

    fn proposal(
        &self,
        room: &Room,
        weekday: usize,
        quarter: u32,
        taken: Vec<Date>,
        penalty: u32,
    ) -> Option<WeeklyProposal> {
        let first = self.days[*self.places[weekday].first()?].date;
        let dates = self.places[weekday].len();
        let holidays = self.days.iter().filter(|day| day.is_holiday && day.weekday() == weekday).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let mut reasons = vec![match taken.len() {
            0 => WeeklyReason::AllDatesFree,
            taken => WeeklyReason::DatesTaken(number(taken)),
        }];
        if self.is_elsewhere(room) {
            reasons.push(WeeklyReason::OtherSite);
        }
        if self.is_lunch(quarter) {
            reasons.push(WeeklyReason::Lunch);
        }
        reasons.push(WeeklyReason::SpareSeats(room.capacity - self.search.seats));
        if holidays > 0 {
            reasons.push(WeeklyReason::Holidays(number(holidays)));
        }
        let opens = first.at(WORKING_HOURS.start, 0, 0, 0);
        let first = opens.saturating_add((i64::from(quarter) * 15).minutes());
        Some(WeeklyProposal { first, room: room.id, dates, taken, reasons, penalty })
    }
}

fn counted(planes: &[u64; PLANES], quarter: u32) -> u32 {
    planes.iter().enumerate().map(|(place, plane)| u32::from(plane >> quarter & 1 == 1) << place).sum()
}

fn timing(start: i64, end: i64) -> Option<Timing> {
    Some(Timing { start: Timestamp::from_second(start).ok()?, end: Timestamp::from_second(end).ok()? })
}

#[cfg(test)]
mod tests;
