use jiff::civil::{Date, Weekday};

use super::Moment;

/// A recurrence rule (RFC 5545, 3.3.10). Made by parsing; every value is in its range.
///
/// Lists are ascending and without repetition; an empty one stands for a part that was not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) ending: Ending,
    pub(super) by_second: Vec<i8>,
    pub(super) by_minute: Vec<i8>,
    pub(super) by_hour: Vec<i8>,
    pub(super) by_day: Vec<NthWeekday>,
    pub(super) by_month_day: Vec<i8>,
    pub(super) by_year_day: Vec<i16>,
    pub(super) by_week_no: Vec<i8>,
    pub(super) by_month: Vec<i8>,
    pub(super) by_set_pos: Vec<i16>,
    pub(super) week_start: Weekday,
}

/// How often: the length of a period. Finer ones are smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// Every second.
    Secondly,
    /// Every minute.
    Minutely,
    /// Every hour.
    Hourly,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// When it stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It does not.
    Never,
    /// After so many dates, the first one counted; at least 1.
    Count(u32),
    /// With the last date that starts then or before.
    Until(Until),
}

/// The last moment a date may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// A moment. The RFC asks for UTC where the start has a time zone.
    Moment(Moment),
    /// The whole day, in the zone of the series: what many calendars write.
    Day(Date),
}

/// A weekday, or the nth one of its month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NthWeekday {
    /// 1 is the first, -1 the last, up to 53 and -53; none means every one.
    pub ordinal: Option<i8>,
    /// Which day.
    pub weekday: Weekday,
}

impl Rule {
    /// The length of a period.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Every how many periods; at least 1.
    pub fn interval(&self) -> u32 {
        self.interval
    }

    /// When it stops.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Does it stop at all?
    pub fn is_endless(&self) -> bool {
        self.ending == Ending::Never
    }

    /// The same rule with another end.
    pub fn ending_with(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }
}
