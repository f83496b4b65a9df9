use std::collections::VecDeque;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::period::{Pattern, week_of};
use super::rule::{Ending, Frequency, Rule};

/// How many days, hours, minutes or seconds are looked at before a rule counts as one that names
/// nothing more: the days of 500 years, after 400 of which the calendar repeats. Some milliseconds.
pub const MOST_EFFORT: u32 = 200_000;

/// The wall times a rule names from its start on, ascending, each once. COUNT ends it; UNTIL does
/// not, because it is an instant: [`Recurrence`](super::Recurrence) sees to that.
#[derive(Clone, Debug)]
pub struct Walls {
    pattern: Pattern,
    start: DateTime,
    step: i64,
    set_positions: Vec<i16>,
    left: Option<u32>,
    /// The period looked at next, counted in steps of the frequency from that of the start.
    next: i64,
    found: VecDeque<DateTime>,
    effort: u32,
    is_over: bool,
    /// No period that begins later is looked at.
    last: Date,
    /// The first day of the period of the start.
    origin: Option<Date>,
}

impl Rule {
    /// Unfolds the rule from `start` on. The start itself is among the dates only if the rule names it.
    pub fn walls(&self, start: DateTime) -> Walls {
        let date = start.date();
        let origin = match self.frequency {
            Frequency::Yearly => Date::new(date.year(), 1, 1).ok(),
            Frequency::Monthly => Some(date.first_of_month()),
            Frequency::Weekly => week_of(date, self.week_start),
            _ => Some(date),
        };
        let time = start.time();
        let (hour, minute, second) = (i64::from(time.hour()), i64::from(time.minute()), i64::from(time.second()));
        let first = match self.frequency {
            Frequency::Hourly => hour,
            Frequency::Minutely => hour * 60 + minute,
            Frequency::Secondly => (hour * 60 + minute) * 60 + second,
            _ => 0,
        };
        Walls {
            pattern: Pattern::new(self, start),
            start,
            step: i64::from(self.interval),
            set_positions: self.by_set_pos.clone(),
            left: match self.ending {
                Ending::Count(count) => Some(count),
                Ending::Never | Ending::Until(_) => None,
            },
            next: first,
            found: VecDeque::new(),
            effort: 0,
            is_over: false,
            last: Date::MAX,
            origin,
        }
    }
}

impl Walls {
    /// Ends the search with the period that holds this day; what it names after the day still comes.
    pub fn ending_about(mut self, last: Date) -> Self {
        self.last = last;
        self
    }

    /// Did it stop because the search took more than [`MOST_EFFORT`]?
    pub fn is_exhausted(&self) -> bool {
        self.effort >= MOST_EFFORT
    }

    /// Looks at one period; none when the calendar ends.
    fn look(&mut self) -> Option<()> {
        let origin = self.origin?;
        let candidates = match self.pattern.frequency() {
            Frequency::Yearly => {
                let year = i16::try_from(i64::from(origin.year()) + self.next).ok()?;
                let first = Date::new(year, 1, 1).ok()?;
                self.days(first, i32::from(first.days_in_year()))?
            }
            Frequency::Monthly => {
                let month = i64::from(origin.month()) - 1 + self.next;
                let year = i16::try_from(i64::from(origin.year()) + month / 12).ok()?;
                let first = Date::new(year, i8::try_from(month % 12 + 1).ok()?, 1).ok()?;
                self.days(first, i32::from(first.days_in_month()))?
            }
            Frequency::Weekly => self.days(after(origin, self.next.checked_mul(7)?)?, 7)?,
            Frequency::Daily => self.days(after(origin, self.next)?, 1)?,
            Frequency::Hourly => return self.look_in_day(origin, 24),
            Frequency::Minutely => return self.look_in_day(origin, 24 * 60),
            Frequency::Secondly => return self.look_in_day(origin, 24 * 60 * 60),
        };
        self.next = self.next.checked_add(self.step)?;
        self.keep(candidates);
        Some(())
    }

    fn days(&mut self, first: Date, count: i32) -> Option<Vec<DateTime>> {
        if first > self.last {
            return None;
        }
        let mut found = Vec::new();
        let times = self.pattern.times(None, None);
        let mut day = Some(first);
        for _ in 0..count {
            self.effort = self.effort.saturating_add(1);
            let Some(date) = day else { break };
            if self.pattern.has_day(date) {
                found.extend(times.iter().map(|time| date.to_datetime(*time)));
            }
            day = date.tomorrow().ok();
        }
        Some(found)
    }

    /// One hour, minute or second; days and hours the rule does not name are skipped as a whole.
    fn look_in_day(&mut self, origin: Date, per_day: i64) -> Option<()> {
        self.effort = self.effort.saturating_add(1);
        let date = after(origin, self.next / per_day).filter(|date| *date <= self.last)?;
        if !self.pattern.has_day(date) {
            self.skip_to((self.next / per_day + 1) * per_day);
            return Some(());
        }
        let (in_day, per_hour) = (self.next % per_day, per_day / 24);
        let small = |number: i64| i8::try_from(number).expect("hours, minutes and seconds are small");
        let hour = small(in_day / per_hour);
        if !self.pattern.has_hour(hour) {
            self.skip_to((self.next / per_hour + 1) * per_hour);
            return Some(());
        }
        let times = match per_hour {
            1 => self.pattern.times(Some(hour), None),
            60 => match small(in_day % 60) {
                minute if self.pattern.has_minute(minute) => self.pattern.times(Some(hour), Some(minute)),
                _ => Vec::new(),
            },
            _ => {
                let (minute, second) = (small(in_day / 60 % 60), small(in_day % 60));
                let is_named = self.pattern.has_minute(minute) && self.pattern.has_second(second);
                Vec::from_iter(is_named.then(|| jiff::civil::Time::constant(hour, minute, second, 0)))
            }
        };
        self.next = self.next.checked_add(self.step)?;
        self.keep(times.into_iter().map(|time| date.to_datetime(time)).collect());
        Some(())
    }

    /// The first period at or after this one that the interval reaches.
    fn skip_to(&mut self, period: i64) {
        let steps = (period - self.next).div_euclid(self.step) + i64::from((period - self.next) % self.step != 0);
        self.next += steps.max(1) * self.step;
    }

    /// Applies BYSETPOS to the period and drops what lies before the start.
    fn keep(&mut self, candidates: Vec<DateTime>) {
        let start = self.start;
        if self.set_positions.is_empty() {
            self.found.extend(candidates.into_iter().filter(|wall| *wall >= start));
            return;
        }
        let length = i64::try_from(candidates.len()).expect("a period is short");
        let mut places: Vec<i64> = self
            .set_positions
            .iter()
            .map(|position| i64::from(*position))
            .map(|position| if position > 0 { position - 1 } else { length + position })
            .filter(|place| (0..length).contains(place))
            .collect();
        places.sort_unstable();
        places.dedup();
        let chosen = places.into_iter().filter_map(|place| candidates.get(usize::try_from(place).ok()?).copied());
        self.found.extend(chosen.filter(|wall| *wall >= start));
    }
}

impl Iterator for Walls {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        if self.left == Some(0) {
            return None;
        }
        while self.found.is_empty() {
            self.is_over = self.is_over || self.is_exhausted() || self.look().is_none();
            if self.is_over && self.found.is_empty() {
                return None;
            }
        }
        if let Some(left) = &mut self.left {
            *left -= 1;
        }
        self.found.pop_front()
    }
}

fn after(origin: Date, days: i64) -> Option<Date> {
    origin.checked_add(i32::try_from(days).ok()?.days()).ok()
}
