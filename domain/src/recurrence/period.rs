//! Which days of a period a rule names, and at which times of the day.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time, Weekday};

use super::rule::{Frequency, NthWeekday, Rule};

/// A rule with everything filled in that it leaves to its start (RFC 5545, 3.3.10: "information
/// missing from the rule is derived from DTSTART").
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    frequency: Frequency,
    seconds: Vec<i8>,
    minutes: Vec<i8>,
    hours: Vec<i8>,
    days: Vec<NthWeekday>,
    month_days: Vec<i8>,
    year_days: Vec<i16>,
    week_numbers: Vec<i8>,
    months: Vec<i8>,
    week_start: Weekday,
    /// Ordinals count in the month, not in the year.
    counts_in_month: bool,
}

impl Pattern {
    pub(super) fn new(rule: &Rule, start: DateTime) -> Self {
        let mut pattern = Self {
            frequency: rule.frequency,
            // There are no leap seconds in civil time: 60 is 59 (3.3.12).
            seconds: rule.by_second.iter().map(|second| (*second).min(59)).collect(),
            minutes: rule.by_minute.clone(),
            hours: rule.by_hour.clone(),
            days: rule.by_day.clone(),
            month_days: rule.by_month_day.clone(),
            year_days: rule.by_year_day.clone(),
            week_numbers: rule.by_week_no.clone(),
            months: rule.by_month.clone(),
            week_start: rule.week_start,
            counts_in_month: rule.frequency == Frequency::Monthly || !rule.by_month.is_empty(),
        };
        pattern.seconds.dedup();
        pattern.derive_times(start);
        pattern.derive_days(start.date());
        pattern
    }

    fn derive_times(&mut self, start: DateTime) {
        let derive = |list: &mut Vec<i8>, finer_than: bool, value: i8| {
            if list.is_empty() && finer_than {
                list.push(value);
            }
        };
        derive(&mut self.seconds, self.frequency > Frequency::Secondly, start.second());
        derive(&mut self.minutes, self.frequency > Frequency::Minutely, start.minute());
        derive(&mut self.hours, self.frequency > Frequency::Hourly, start.hour());
    }

    fn derive_days(&mut self, start: Date) {
        let every = |weekday| NthWeekday { ordinal: None, weekday };
        let names_days = !self.days.is_empty() || !self.month_days.is_empty() || !self.year_days.is_empty();
        match self.frequency {
            Frequency::Yearly if !names_days && !self.week_numbers.is_empty() => self.days.push(every(start.weekday())),
            Frequency::Yearly if !names_days => {
                self.month_days.push(start.day());
                if self.months.is_empty() {
                    self.months.push(start.month());
                }
            }
            Frequency::Monthly if !names_days => self.month_days.push(start.day()),
            Frequency::Weekly if self.days.is_empty() => self.days.push(every(start.weekday())),
            _ => {}
        }
    }

    pub(super) fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Does the rule name this day, whatever the time?
    pub(super) fn has_day(&self, date: Date) -> bool {
        let from_either_end = |list: &[i8], number: i8, length: i8| {
            list.is_empty() || list.contains(&number) || list.contains(&(number - length - 1))
        };
        (self.months.is_empty() || self.months.contains(&date.month()))
            && from_either_end(&self.month_days, date.day(), date.days_in_month())
            && (self.days.is_empty() || self.days.iter().any(|day| self.is_nth(date, *day)))
            && (self.year_days.is_empty() || self.has_year_day(date))
            && (self.week_numbers.is_empty() || {
                let (number, weeks) = week_number(date, self.week_start);
                from_either_end(&self.week_numbers, number, weeks)
            })
    }

    fn has_year_day(&self, date: Date) -> bool {
        let (number, length) = (date.day_of_year(), date.days_in_year());
        self.year_days.contains(&number) || self.year_days.contains(&(number - length - 1))
    }

    fn is_nth(&self, date: Date, day: NthWeekday) -> bool {
        if date.weekday() != day.weekday {
            return false;
        }
        let Some(ordinal) = day.ordinal else { return true };
        let (number, length) = match self.counts_in_month {
            true => (i16::from(date.day()), i16::from(date.days_in_month())),
            false => (date.day_of_year(), date.days_in_year()),
        };
        let nth = if ordinal > 0 { (number - 1) / 7 + 1 } else { -((length - number) / 7 + 1) };
        nth == i16::from(ordinal)
    }

    pub(super) fn has_hour(&self, hour: i8) -> bool {
        self.hours.is_empty() || self.hours.contains(&hour)
    }

    pub(super) fn has_minute(&self, minute: i8) -> bool {
        self.minutes.is_empty() || self.minutes.contains(&minute)
    }

    pub(super) fn has_second(&self, second: i8) -> bool {
        self.seconds.is_empty() || self.seconds.contains(&second)
    }

    /// All times of a day, of an hour, or of a minute, ascending.
    pub(super) fn times(&self, hour: Option<i8>, minute: Option<i8>) -> Vec<Time> {
        let hours = hour.map_or_else(|| self.hours.clone(), |hour| vec![hour]);
        let minutes = minute.map_or_else(|| self.minutes.clone(), |minute| vec![minute]);
        let mut times = Vec::with_capacity(hours.len() * minutes.len() * self.seconds.len());
        for hour in hours {
            for minute in &minutes {
                times.extend(self.seconds.iter().map(|second| Time::constant(hour, *minute, *second, 0)));
            }
        }
        times
    }
}

/// The first day of the week this day lies in; none before the first week of the calendar.
pub(super) fn week_of(date: Date, week_start: Weekday) -> Option<Date> {
    let back = date.weekday().since(week_start);
    date.checked_sub(i32::from(back).days()).ok()
}

/// The number of the week, and how many its year has. Week 1 is the first with at least four days in the year.
fn week_number(date: Date, week_start: Weekday) -> (i8, i8) {
    // The day in the middle of the week belongs to the week's year.
    let middle = i32::from(date.weekday().since(week_start)) - 3;
    let Ok(middle) = date.checked_sub(middle.days()) else { return (0, 0) };
    let number = (middle.day_of_year() - 1) / 7 + 1;
    let last = (middle.days_in_year() - 1) - (middle.days_in_year() - middle.day_of_year()) % 7;
    let weeks = last / 7 + 1;
    (i8::try_from(number).unwrap_or(0), i8::try_from(weeks).unwrap_or(0))
}
