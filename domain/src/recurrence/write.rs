//! From a rule to its text. Parts in the order of the RFC's grammar; what is a default is left out.

use std::fmt::{self, Display};

use jiff::civil::Weekday;

use super::rule::{Ending, Frequency, NthWeekday, Rule, Until};
use super::set::Moment;

pub(super) const FREQUENCIES: [(Frequency, &str); 7] = [
    (Frequency::Secondly, "SECONDLY"),
    (Frequency::Minutely, "MINUTELY"),
    (Frequency::Hourly, "HOURLY"),
    (Frequency::Daily, "DAILY"),
    (Frequency::Weekly, "WEEKLY"),
    (Frequency::Monthly, "MONTHLY"),
    (Frequency::Yearly, "YEARLY"),
];

/// From Monday on.
pub(super) const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
pub(super) const WEEKDAYS_ALLOWED: &str = "MO, TU, WE, TH, FR, SA or SU";

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FREQUENCIES.iter().find(|(frequency, _)| *frequency == self.frequency).map_or("", |(_, name)| name);
        write!(f, "FREQ={name}")?;
        match self.ending {
            Ending::Never => {}
            Ending::Count(count) => write!(f, ";COUNT={count}")?,
            Ending::Until(Until::Day(day)) => write!(f, ";UNTIL={}", day.strftime("%Y%m%d"))?,
            Ending::Until(Until::Moment(moment)) => write!(f, ";UNTIL={moment}")?,
        }
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        part(f, "BYSECOND", &self.by_second)?;
        part(f, "BYMINUTE", &self.by_minute)?;
        part(f, "BYHOUR", &self.by_hour)?;
        part(f, "BYDAY", &self.by_day)?;
        part(f, "BYMONTHDAY", &self.by_month_day)?;
        part(f, "BYYEARDAY", &self.by_year_day)?;
        part(f, "BYWEEKNO", &self.by_week_no)?;
        part(f, "BYMONTH", &self.by_month)?;
        part(f, "BYSETPOS", &self.by_set_pos)?;
        match self.week_start {
            Weekday::Monday => Ok(()),
            other => write!(f, ";WKST={}", weekday(other)),
        }
    }
}

impl Display for NthWeekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ordinal) = self.ordinal {
            write!(f, "{ordinal}")?;
        }
        f.write_str(weekday(self.weekday))
    }
}

/// As iCalendar writes it: `20271231T225959Z`, a wall time without the Z.
impl Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wall(wall) => write!(f, "{}", wall.strftime("%Y%m%dT%H%M%S")),
            Self::Instant(instant) => write!(f, "{}", instant.strftime("%Y%m%dT%H%M%SZ")),
        }
    }
}

fn weekday(day: Weekday) -> &'static str {
    WEEKDAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())]
}

fn part(f: &mut fmt::Formatter<'_>, name: &str, values: &[impl Display]) -> fmt::Result {
    for (place, value) in values.iter().enumerate() {
        match place {
            0 => write!(f, ";{name}={value}")?,
            _ => write!(f, ",{value}")?,
        }
    }
    Ok(())
}
