//! From text to a rule, with an error that names the part.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use super::rule::{Ending, Frequency, NthWeekday, Rule, Until};
use super::{Moment, write};

/// Longest text of a rule, in bytes.
pub const LONGEST_RULE: usize = 1_024;
/// Largest INTERVAL.
const LARGEST_INTERVAL: u32 = 10_000;
/// Largest COUNT.
const LARGEST_COUNT: u32 = 1_000_000;

/// Why a text is no rule: which part, and what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {allowed}")]
pub struct RuleRefused {
    /// The part's name as it is written (`BYDAY`), or `RRULE` for the rule as a whole.
    pub part: &'static str,
    /// What it may hold.
    pub allowed: &'static str,
}

/// The names of the parts.
const PARTS: [&str; 14] = [
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYSECOND",
    "BYMINUTE",
    "BYHOUR",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
];

impl FromStr for Rule {
    type Err = RuleRefused;

    /// Reads a rule: upper or lower case, parts in any order, with or without `RRULE:` in front.
    fn from_str(text: &str) -> Result<Self, RuleRefused> {
        if text.len() > LONGEST_RULE {
            return refuse("RRULE", "up to 1,024 characters");
        }
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let given = Given::read(text.strip_suffix(';').unwrap_or(text))?;
        let rule = given.rule()?;
        fits_together(&rule, &given)?;
        Ok(rule)
    }
}

/// The values by their place in [`PARTS`].
struct Given<'t>([Option<&'t str>; PARTS.len()]);

impl<'t> Given<'t> {
    fn read(text: &'t str) -> Result<Self, RuleRefused> {
        let mut given = Self([None; PARTS.len()]);
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return refuse("RRULE", "parts like FREQ=WEEKLY, with semicolons between");
            };
            let Some(place) = PARTS.iter().position(|known| *known == name) else {
                return refuse("RRULE", "the parts of RFC 5545 only: FREQ, INTERVAL, COUNT, UNTIL, BY…, WKST");
            };
            if given.0[place].replace(value).is_some() {
                return refuse(PARTS[place], "to be given once");
            }
        }
        Ok(given)
    }

    fn value(&self, part: &str) -> Option<&'t str> {
        PARTS.iter().position(|known| *known == part).and_then(|place| self.0[place])
    }

    fn has(&self, part: &str) -> bool {
        self.value(part).is_some()
    }

    fn rule(&self) -> Result<Rule, RuleRefused> {
        Ok(Rule {
            frequency: self.frequency()?,
            interval: match self.value("INTERVAL") {
                None => 1,
                Some(text) => number(text, LARGEST_INTERVAL)
                    .ok_or(RuleRefused { part: "INTERVAL", allowed: "a number from 1 to 10000" })?,
            },
            ending: self.ending()?,
            by_second: self.list("BYSECOND", "0 to 60", |text| ranged(text, 0, 60))?,
            by_minute: self.list("BYMINUTE", "0 to 59", |text| ranged(text, 0, 59))?,
            by_hour: self.list("BYHOUR", "0 to 23", |text| ranged(text, 0, 23))?,
            by_day: self.days()?,
            by_month_day: self.list("BYMONTHDAY", "1 to 31 or -31 to -1", |text| signed(text, 31))?,
            by_year_day: self.list("BYYEARDAY", "1 to 366 or -366 to -1", |text| signed(text, 366))?,
            by_week_no: self.list("BYWEEKNO", "1 to 53 or -53 to -1", |text| signed(text, 53))?,
            by_month: self.list("BYMONTH", "1 to 12", |text| ranged(text, 1, 12))?,
            by_set_pos: self.list("BYSETPOS", "1 to 366 or -366 to -1", |text| signed(text, 366))?,
            week_start: match self.value("WKST") {
                None => Weekday::Monday,
                Some(text) => weekday(text).ok_or(RuleRefused { part: "WKST", allowed: write::WEEKDAYS_ALLOWED })?,
            },
        })
    }

    fn frequency(&self) -> Result<Frequency, RuleRefused> {
        let name = self.value("FREQ").ok_or(RuleRefused { part: "FREQ", allowed: "to be given" })?;
        write::FREQUENCIES.iter().find(|(_, known)| *known == name).map(|(frequency, _)| *frequency).ok_or(
            RuleRefused { part: "FREQ", allowed: "YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY or SECONDLY" },
        )
    }

    fn ending(&self) -> Result<Ending, RuleRefused> {
        match (self.value("COUNT"), self.value("UNTIL")) {
            (None, None) => Ok(Ending::Never),
            (Some(_), Some(_)) => refuse("UNTIL", "not to be given together with COUNT"),
            (Some(text), None) => number(text, LARGEST_COUNT)
                .map(Ending::Count)
                .ok_or(RuleRefused { part: "COUNT", allowed: "a number from 1 to 1000000" }),
            (None, Some(text)) => until(text).map(Ending::Until).ok_or(RuleRefused {
                part: "UNTIL",
                allowed: "a moment in UTC like 20271231T225959Z, or a day like 20271231",
            }),
        }
    }

    fn list<T: Ord>(
        &self,
        part: &'static str,
        allowed: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, RuleRefused> {
        let Some(text) = self.value(part) else { return Ok(Vec::new()) };
        let values: Option<Vec<T>> = text.split(',').map(read).collect();
        let mut values = values.ok_or(RuleRefused { part, allowed })?;
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn days(&self) -> Result<Vec<NthWeekday>, RuleRefused> {
        let key = |day: &NthWeekday| (day.ordinal.unwrap_or(0), day.weekday.to_monday_zero_offset());
        let Some(text) = self.value("BYDAY") else { return Ok(Vec::new()) };
        let days: Option<Vec<NthWeekday>> = text.split(',').map(nth_weekday).collect();
        let mut days = days.ok_or(RuleRefused {
            part: "BYDAY",
            allowed: "weekdays (MO to SU), each with an ordinal from 1 to 53 or -53 to -1 before it, or none",
        })?;
        days.sort_unstable_by_key(key);
        days.dedup_by_key(|day| key(day));
        Ok(days)
    }
}

/// What the RFC forbids to combine (3.3.10).
fn fits_together(rule: &Rule, given: &Given<'_>) -> Result<(), RuleRefused> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    let has_ordinal = rule.by_day.iter().any(|day| day.ordinal.is_some());
    let is = |frequencies: &[Frequency]| frequencies.contains(&rule.frequency);
    let has_by = PARTS.iter().any(|part| part.starts_with("BY") && *part != "BYSETPOS" && given.has(part));
    if has_ordinal && !is(&[Monthly, Yearly]) {
        refuse("BYDAY", "ordinals with FREQ=MONTHLY or FREQ=YEARLY only")
    } else if has_ordinal && given.has("BYWEEKNO") {
        refuse("BYDAY", "no ordinals together with BYWEEKNO")
    } else if given.has("BYMONTHDAY") && is(&[Weekly]) {
        refuse("BYMONTHDAY", "not to be given with FREQ=WEEKLY")
    } else if given.has("BYYEARDAY") && is(&[Daily, Weekly, Monthly]) {
        refuse("BYYEARDAY", "not to be given with FREQ=DAILY, WEEKLY or MONTHLY")
    } else if given.has("BYWEEKNO") && !is(&[Yearly]) {
        refuse("BYWEEKNO", "to be given with FREQ=YEARLY only")
    } else if given.has("BYSETPOS") && !has_by {
        refuse("BYSETPOS", "to be given together with another BY… part only")
    } else {
        Ok(())
    }
}

fn refuse<T>(part: &'static str, allowed: &'static str) -> Result<T, RuleRefused> {
    Err(RuleRefused { part, allowed })
}

fn number(text: &str, largest: u32) -> Option<u32> {
    is_digits(text).then(|| text.parse().ok())?.filter(|number| (1..=largest).contains(number))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn ranged(text: &str, lowest: i8, highest: i8) -> Option<i8> {
    is_digits(text).then(|| text.parse().ok())?.filter(|number| (lowest..=highest).contains(number))
}

/// Not zero; `+2` is 2.
fn signed<T: TryFrom<i16>>(text: &str, largest: i16) -> Option<T> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = is_digits(digits).then(|| text.parse::<i16>().ok())??;
    if number == 0 || number.abs() > largest { None } else { T::try_from(number).ok() }
}

fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let (ordinal, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let ordinal = if ordinal.is_empty() { None } else { Some(signed(ordinal, 53)?) };
    Some(NthWeekday { ordinal, weekday: weekday(name)? })
}

fn weekday(name: &str) -> Option<Weekday> {
    let place = write::WEEKDAYS.iter().position(|known| *known == name)?;
    Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()
}

fn until(text: &str) -> Option<Until> {
    match text.split_once('T') {
        None => day(text).map(Until::Day),
        Some(_) => moment(text).map(Until::Moment),
    }
}

/// `20271231T225959Z`, or without the Z in the zone of the series. A leap second is the second before it.
fn moment(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once('T')?;
    let (time, is_utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    if time.len() != 6 || !is_digits(time) {
        return None;
    }
    let two = |from: usize| time[from..from + 2].parse::<i8>().ok();
    let wall = DateTime::from_parts(day(date)?, Time::new(two(0)?, two(2)?, two(4)?.min(59), 0).ok()?);
    if !is_utc {
        return Some(Moment::Wall(wall));
    }
    wall.to_zoned(TimeZone::UTC).ok().map(|zoned| Moment::Instant(Timestamp::from(&zoned)))
}

impl FromStr for Moment {
    type Err = RuleRefused;

    /// Reads what its `Display` writes.
    fn from_str(text: &str) -> Result<Self, RuleRefused> {
        moment(text).ok_or(RuleRefused { part: "RDATE", allowed: "a moment like 20271231T235959 or, in UTC, with a Z" })
    }
}

fn day(text: &str) -> Option<Date> {
    if text.len() != 8 || !is_digits(text) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

#[cfg(test)]
#[path = "tests/parse.rs"]
mod tests;
