//! A booking that recurs: what makes it recur, and how a single date may differ.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::recurrence::{Ending, ExpandRefused, Instance, Moment, Recurrence, Rule, Until};
use crate::{Booking, Occurrence, OccurrenceState, RoomId};

/// Most dates of one series.
pub const MOST_DATES: usize = 1_000;
/// How far ahead the dates of an endless series stand in the calendar.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 731);

/// What makes a booking recur. The wall times are those of the booking's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// DTSTART: the wall time of the first date.
    pub start: DateTime,
    /// How long every date lasts: the exact duration of the first (RFC 5545, 3.8.5.3).
    pub duration: SignedDuration,
    /// RRULE.
    pub rule: Rule,
    /// RDATE: also then.
    pub dates: Vec<Moment>,
    /// EXDATE: not then.
    pub except: Vec<Moment>,
    /// An endless series has its dates in the calendar up to here; one that ends has all of them.
    pub unfolded_until: Option<Timestamp>,
}

/// In what a single date differs from its series; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deviation {
    /// It takes place at another time.
    pub is_moved: bool,
    /// It has a title of its own, 1..=200 characters.
    pub title: Option<String>,
    /// It has rooms of its own, ascending by id.
    pub rooms: Option<Vec<RoomId>>,
}

impl Deviation {
    /// Is it as the series says?
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Occurrence {
    /// The title of this date.
    pub fn title<'a>(&'a self, booking: &'a Booking) -> &'a str {
        self.deviation.title.as_deref().unwrap_or(&booking.title)
    }

    /// The rooms of this date, ascending.
    pub fn rooms<'a>(&'a self, booking: &'a Booking) -> &'a [RoomId] {
        self.deviation.rooms.as_deref().unwrap_or(&booking.rooms)
    }

    /// Changed or cancelled by itself: what an edit of the whole series must not lose unasked.
    pub fn is_exception(&self) -> bool {
        self.key.is_some() && (!self.deviation.is_none() || self.state == OccurrenceState::Cancelled)
    }

    /// Has it begun, or been ended: is it history that no edit of the series changes?
    pub fn is_history(&self, now: Timestamp) -> bool {
        self.start <= now || matches!(self.state, OccurrenceState::Ended { .. })
    }
}

impl Series {
    /// The dates that start in `[from, to)`.
    pub fn dates(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Result<Vec<Instance>, ExpandRefused> {
        self.recurrence().instances(zone, from, to, MOST_DATES)
    }

    /// As the expander takes it.
    pub fn recurrence(&self) -> Recurrence {
        Recurrence {
            start: self.start,
            rule: Some(self.rule.clone()),
            dates: self.dates.clone(),
            except: self.except.clone(),
        }
    }

    /// Ends the series before the date that starts then.
    pub fn ending_before(mut self, start: Timestamp, zone: &TimeZone) -> Self {
        self.dates.retain(|moment| moment.instance(zone).is_some_and(|date| date.start < start));
        let last = start.checked_sub(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MIN);
        self.rule = self.rule.ending_with(Ending::Until(Until::Moment(Moment::Instant(last))));
        self.unfolded_until = None;
        self
    }
}

/// Which dates of an edited series are which of before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// For every new date, the place of the earlier one it continues.
    pub kept: Vec<Option<usize>>,
    /// The places of earlier dates that have no successor.
    pub gone: Vec<usize>,
}

/// Matches new dates with earlier ones: by name, else by day where a day has one date before and
/// after. "All, at a new time" keeps every date so; another weekday is another date.
pub fn match_dates(earlier: &[DateTime], dates: &[DateTime]) -> Matched {
    let only = |list: &[DateTime], day| -> Option<usize> {
        let mut places = (0..list.len()).filter(|place| list[*place].date() == day);
        places.next().filter(|_| places.next().is_none())
    };
    let kept: Vec<Option<usize>> = dates
        .iter()
        .map(|key| {
            earlier.iter().position(|one| one == key).or_else(|| {
                let place = only(earlier, key.date())?;
                (!dates.contains(&earlier[place]) && only(dates, key.date()).is_some()).then_some(place)
            })
        })
        .collect();
    let gone = (0..earlier.len()).filter(|place| !kept.contains(&Some(*place))).collect();
    Matched { kept, gone }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walls(texts: &[&str]) -> Vec<DateTime> {
        texts.iter().map(|text| text.parse().expect("a wall time")).collect()
    }

    #[test]
    fn a_new_time_of_day_keeps_every_date() {
        let earlier = walls(&["2026-11-24T09:30", "2026-12-01T09:30", "2026-12-08T09:30"]);
        let dates = walls(&["2026-11-24T14:00", "2026-12-01T14:00", "2026-12-08T14:00", "2026-12-15T14:00"]);
        let matched = match_dates(&earlier, &dates);
        assert_eq!(matched, Matched { kept: vec![Some(0), Some(1), Some(2), None], gone: vec![] });
    }

    #[test]
    fn another_weekday_and_an_earlier_end_leave_dates_without_successor() {
        let earlier = walls(&["2026-11-24T09:30", "2026-12-01T09:30"]);
        assert_eq!(match_dates(&earlier, &walls(&["2026-11-25T09:30", "2026-12-02T09:30"])).gone, [0, 1]);
        assert_eq!(match_dates(&earlier, &earlier[..1]).gone, [1]);
    }

    #[test]
    fn days_with_several_dates_are_matched_by_name_only() {
        let earlier = walls(&["2026-11-24T09:00", "2026-11-24T14:00"]);
        let matched = match_dates(&earlier, &walls(&["2026-11-24T14:00", "2026-11-24T15:00"]));
        assert_eq!(matched, Matched { kept: vec![Some(1), None], gone: vec![0] });
    }

    #[test]
    fn a_series_that_is_cut_ends_before_the_date() {
        let zone = crate::timing::zone("Europe/Berlin").expect("a known zone");
        let series = Series {
            start: "2026-11-24T09:30".parse().expect("a wall time"),
            duration: SignedDuration::from_hours(1),
            rule: "FREQ=WEEKLY;COUNT=10".parse().expect("a rule"),
            dates: Vec::new(),
            except: Vec::new(),
            unfolded_until: None,
        };
        let dates = series.dates(&zone, Timestamp::MIN, Timestamp::MAX).expect("ten");
        let cut = series.ending_before(dates[3].start, &zone).dates(&zone, Timestamp::MIN, Timestamp::MAX);
        assert_eq!(cut.expect("three"), dates[..3]);
    }
}
