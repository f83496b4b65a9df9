use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// When the benchmark takes place, for the server as well: a Monday, 9:00 in Berlin, in the middle of the data.
pub const NOW: &str = "2026-11-23T08:00:00Z";
/// Working weeks before and after it.
const WEEKS_AROUND: i32 = 130;
/// Quarters of an hour from 8 to 18.
pub const QUARTERS: usize = 40;

/// The working days of five years.
pub struct Calendar {
    /// Each with the instant of 8:00 in Berlin; five to a week.
    days: Vec<(Date, i64)>,
}

impl Calendar {
    /// All of them.
    pub fn new() -> Self {
        let zone = jiff::tz::db().get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let monday = date(2026, 11, 23).saturating_sub((7 * WEEKS_AROUND).days());
        let days = (0..2 * WEEKS_AROUND).flat_map(|week| (0..5).map(move |day| 7 * week + day));
        let days = days.map(|after| {
            let day = monday.saturating_add(after.days());
            let opens = zone.to_timestamp(day.at(8, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
            (day, opens.as_second())
        });
        Self { days: days.collect() }
    }

    /// How many working days.
    pub fn days(&self) -> usize {
        self.days.len()
    }

    /// How many weeks.
    pub fn weeks(&self) -> usize {
        self.days.len() / 5
    }

    /// The instant of a quarter of an hour of a day.
    pub fn second(&self, day: usize, quarter: usize) -> i64 {
        self.days[day].1 + quarter as i64 * 900
    }

    /// The same as the clock on the wall shows it.
    pub fn wall(&self, day: usize, quarter: usize) -> DateTime {
        let minutes = 8 * 60 + quarter as i8 as i16 * 15;
        self.days[day].0.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0)
    }

    /// The first working day that is not over.
    pub fn today(&self) -> usize {
        self.days.len() / 2
    }
}
