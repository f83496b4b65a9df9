//! Wall times at which calendars go wrong, and rules that lead over them.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use rand::Rng;

/// Zones with clocks put forward and back at different times, by half an hour, or never; west, east, and on both sides
/// of the date line.
pub const ZONES: &[&str] = &[
    "Europe/Berlin",
    "Europe/Berlin",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
];

/// So many ordinary days everybody wants.
const ORDINARY: i64 = 60;
/// Two days of every year.
const ENDS: [(i8, i8); 2] = [(12, 31), (1, 1)];

/// How long single meetings last, minutes: one ends with the day it began on, one is as long as may be, two are longer.
const MINUTES: &[i64] = &[30, 30, 60, 60, 60, 90, 120, 240, 720, 1_439, 1_440, 1_441, 1_500];
/// How long dates of a series last, minutes: none reaches the next date.
const SERIES_MINUTES: &[i64] = &[30, 60, 60, 90, 180];

/// The days on which there is booking: always in years to come.
#[derive(Clone, Debug)]
pub struct Days {
    /// Clocks are changed somewhere, a year ends, or there is no such day in most years.
    rare: Vec<Date>,
    /// From here on a few ordinary weeks.
    ordinary: Date,
}

impl Days {
    /// Those of the two years after this day's, and the next leap day after them.
    pub fn after(today: Date) -> Self {
        let first = date(today.year() + 1, 1, 1);
        let end = date(today.year() + 3, 1, 1);
        let mut rare: Vec<Date> = ZONES.iter().flat_map(|zone| changes(zone, first, end)).collect();
        rare.extend((first.year()..end.year()).flat_map(|year| ENDS.map(|(month, day)| date(year, month, day))));
        rare.extend((first.year()..).find_map(|year| Date::new(year, 2, 29).ok()));
        rare.sort_unstable();
        rare.dedup();
        Self { rare, ordinary: date(first.year(), 6, 1) }
    }

    fn any(&self, random: &mut impl Rng) -> Date {
        if random.random_bool(0.4) {
            return self.rare[random.random_range(0..self.rare.len())];
        }
        self.ordinary + random.random_range(0..ORDINARY).days()
    }

    /// A start on the half hour, one time in four in the night, when clocks are changed.
    fn start(&self, random: &mut impl Rng) -> DateTime {
        let hour = if random.random_bool(0.25) { random.random_range(0..4) } else { random.random_range(7..20) };
        self.any(random).at(hour, [0, 30][random.random_range(0..2)], 0, 0)
    }

    /// Start and end of a single meeting, by the wall.
    pub fn single(&self, random: &mut impl Rng) -> (DateTime, DateTime) {
        let start = self.start(random);
        (start, start + MINUTES[random.random_range(0..MINUTES.len())].minutes())
    }

    /// A series with the end of its first date.
    pub fn series(&self, random: &mut impl Rng) -> (Rule, DateTime) {
        let start = self.start(random);
        let every = match random.random_range(0..10) {
            0..=5 => Every::Weeks(random.random_range(1..3)),
            6..=7 => Every::Days(random.random_range(1..4)),
            _ => Every::Months,
        };
        let count = if random.random_ratio(1, 50) { 104 } else { random.random_range(2..14) };
        let end = start + SERIES_MINUTES[random.random_range(0..SERIES_MINUTES.len())].minutes();
        (Rule { start, every, count }, end)
    }
}

/// The days on which a zone changes its clocks.
fn changes(zone: &str, from: Date, to: Date) -> Vec<Date> {
    let zone = TimeZone::get(zone).expect("a known zone");
    let instant = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).expect("years that exist");
    let (from, to) = (instant(from), instant(to));
    let all = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at < to);
    all.map(|at| zone.to_datetime(at).date()).collect()
}

/// A zone of those above.
pub fn zone(random: &mut impl Rng) -> &'static str {
    ZONES[random.random_range(0..ZONES.len())]
}

/// Start and end of a date that is moved away from its series: a quarter past, when no series begins.
pub fn moved(random: &mut impl Rng, from: DateTime) -> (DateTime, DateTime) {
    let day = from.date() + random.random_range(0..2).days();
    let start = day.at(random.random_range(7..20), 15, 0, 0);
    (start, start + 45.minutes())
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Every so many days.
    Days(i64),
    /// Every so many weeks, on the day of the first.
    Weeks(i64),
    /// On the day of the month of the first; months without it are passed over (RFC 5545, 3.3.10).
    Months,
}

/// When a series takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The first date, by the wall.
    pub start: DateTime,
    /// How often.
    pub every: Every,
    /// How many dates.
    pub count: usize,
}

impl Rule {
    /// As RFC 5545 writes it.
    pub fn text(&self) -> String {
        let count = self.count;
        match self.every {
            Every::Days(days) => format!("FREQ=DAILY;INTERVAL={days};COUNT={count}"),
            Every::Weeks(weeks) => format!("FREQ=WEEKLY;INTERVAL={weeks};COUNT={count}"),
            Every::Months => format!("FREQ=MONTHLY;COUNT={count}"),
        }
    }

    /// Its dates, by the wall.
    pub fn dates(&self) -> Vec<DateTime> {
        let at = |place: i64| match self.every {
            Every::Days(days) => self.start + (days * place).days(),
            Every::Weeks(weeks) => self.start + (weeks * place).weeks(),
            Every::Months => self.start + place.months(),
        };
        // Adding months stops at the last day of a shorter one: that is another day.
        let is_meant = |date: &DateTime| self.every != Every::Months || date.day() == self.start.day();
        (0..).map(at).filter(is_meant).take(self.count).collect()
    }
}

/// The instant that a wall time means, and whether the clocks ever show it: in a gap the offset of before counts, of two
/// the first (RFC 5545, 3.3.5).
pub fn instant(wall: DateTime, zone: &str) -> (i64, bool) {
    let zone = TimeZone::get(zone).expect("a known zone");
    let meant = zone.to_ambiguous_timestamp(wall);
    let is_shown = !matches!(meant.offset(), jiff::tz::AmbiguousOffset::Gap { .. });
    (meant.compatible().expect("years that exist").as_second(), is_shown)
}

/// A wall time as the API takes it.
pub fn wall(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Longest booking, seconds.
pub const LONGEST: i64 = SignedDuration::from_hours(24).as_secs();

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(start: DateTime, every: Every, count: usize) -> Rule {
        Rule { start, every, count }
    }

    #[test]
    fn the_days_are_ahead_whenever_it_is_and_clocks_are_changed_on_some() {
        for year in 2026..2032 {
            let today = date(year, 12, 31);
            let days = Days::after(today);
            assert!(days.rare.iter().all(|day| *day > today) && days.ordinary > today, "{days:?}");
            assert!(days.rare.iter().any(|day| day.month() == 2 && day.day() == 29), "{days:?}");
        }
        let days = Days::after(date(2026, 11, 23)).rare;
        for change in [date(2027, 3, 14), date(2027, 3, 28), date(2027, 4, 4), date(2027, 10, 31), date(2028, 11, 5)] {
            assert!(days.contains(&change), "{change}: {days:?}");
        }
    }

    #[test]
    fn months_without_the_day_are_passed_over() {
        let dates = rule(date(2028, 1, 31).at(9, 0, 0, 0), Every::Months, 3).dates();
        let days: Vec<Date> = dates.iter().map(|one| one.date()).collect();
        assert_eq!(days, [date(2028, 1, 31), date(2028, 3, 31), date(2028, 5, 31)]);
    }

    #[test]
    fn weeks_keep_the_wall_time_over_a_change_of_the_clocks() {
        let dates = rule(date(2027, 3, 21).at(9, 0, 0, 0), Every::Weeks(1), 2).dates();
        let instants: Vec<i64> = dates.iter().map(|one| instant(*one, "Europe/Berlin").0).collect();
        assert_eq!(instants[1] - instants[0], 7 * 86_400 - 3_600);
    }

    #[test]
    fn a_gap_is_read_with_the_offset_of_before_and_of_two_times_the_first_is_meant() {
        // 2027-03-28T01:30:00Z and 2027-10-31T00:30:00Z.
        assert_eq!(instant(date(2027, 3, 28).at(2, 30, 0, 0), "Europe/Berlin"), (1_806_197_400, false));
        assert_eq!(instant(date(2027, 10, 31).at(2, 30, 0, 0), "Europe/Berlin"), (1_824_942_600, true));
    }
}
