use domain::recurrence::{Frequency, Rule, RuleRefused};
use domain::text;
use domain::timing::{self, Timing};
use domain::{OccurrenceId, RoomId};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::booking::draft::whole_seconds;
use crate::booking::plan::BookingRefused;

/// Most exceptions named with one request.
const EXCEPTIONS_LIMIT: usize = 200;

/// What makes a booking recur. Its `start` and `end` are those of the first date.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RecurrenceBody {
    /// As RFC 5545 writes it: `FREQ=WEEKLY;BYDAY=TU;COUNT=10`. Daily, weekly, monthly or yearly; at
    /// most 1,000 dates within ten years; without an end only if no room is held.
    #[schema(example = "FREQ=WEEKLY;BYDAY=TU;COUNT=10")]
    pub(crate) rule: String,
    /// Dates besides those of the rule (RDATE), by their wall times: up to 200. When a series is changed, those it has
    /// stay if absent.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) dates: Option<Vec<DateTime>>,
    /// Dates that shall differ, each named by the wall time the rule gives it.
    #[serde(default)]
    pub(crate) exceptions: Vec<ExceptionBody>,
    /// Changed or cancelled dates that may be lost, because the changed rule no longer has them.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pub(crate) give_up: Vec<OccurrenceId>,
}

/// A date of a series that shall differ.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ExceptionBody {
    /// The wall time the rule gives the date.
    #[schema(value_type = String, example = "2026-12-01T09:30")]
    pub(crate) date: DateTime,
    /// The date does not take place.
    #[serde(default)]
    pub(crate) skip: bool,
    /// Another wall time; together with `end`.
    #[schema(value_type = Option<String>)]
    pub(crate) start: Option<DateTime>,
    /// Its end.
    #[schema(value_type = Option<String>)]
    pub(crate) end: Option<DateTime>,
    /// Another title.
    pub(crate) title: Option<String>,
    /// Other rooms.
    #[schema(value_type = Option<Vec<Uuid>>)]
    pub(crate) rooms: Option<Vec<RoomId>>,
    /// Rooms that others have then, to wait for: as with `POST /room-waits`, at the time of this date.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pub(crate) wait_for: Vec<RoomId>,
}

/// A recurrence whose every field is in order by itself.
pub(crate) struct DraftSeries {
    pub(crate) start: DateTime,
    pub(crate) rule: Rule,
    /// Besides those of the rule; as they were if absent.
    pub(crate) dates: Option<Vec<DateTime>>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) give_up: Vec<OccurrenceId>,
}

pub(crate) struct Exception {
    pub(crate) key: DateTime,
    pub(crate) skip: bool,
    pub(crate) timing: Option<Timing>,
    pub(crate) title: Option<String>,
    pub(crate) rooms: Option<Vec<RoomId>>,
    pub(crate) wait_for: Vec<RoomId>,
}

impl RecurrenceBody {
    pub(crate) fn check(self, start: DateTime, zone: &TimeZone) -> Result<DraftSeries, BookingRefused> {
        let rule: Rule = self.rule.parse().map_err(|refused: RuleRefused| BookingRefused::Rule(refused))?;
        if rule.frequency() < Frequency::Daily {
            let allowed = "YEARLY, MONTHLY, WEEKLY or DAILY";
            return Err(BookingRefused::Rule(RuleRefused { part: "FREQ", allowed }));
        }
        if self.exceptions.len() > EXCEPTIONS_LIMIT {
            let name = "recurrence.exceptions".into();
            return Err(BookingRefused::Field { name, allowed: "up to 200 exceptions" });
        }
        if self.dates.as_ref().is_some_and(|dates| dates.len() > EXCEPTIONS_LIMIT) {
            return Err(BookingRefused::Field { name: "recurrence.dates".into(), allowed: "up to 200 dates" });
        }
        let dates = self.dates.map(|mut dates| {
            dates.iter_mut().for_each(|date| *date = whole_seconds(*date));
            dates.sort_unstable();
            dates.dedup();
            dates
        });
        let exceptions: Result<Vec<Exception>, BookingRefused> =
            self.exceptions.into_iter().enumerate().map(|(place, body)| body.check(place, zone)).collect();
        Ok(DraftSeries { start: whole_seconds(start), rule, dates, exceptions: exceptions?, give_up: self.give_up })
    }
}

impl ExceptionBody {
    fn check(self, place: usize, zone: &TimeZone) -> Result<Exception, BookingRefused> {
        let timing = match (self.start, self.end) {
            (None, None) => None,
            (Some(start), Some(end)) => Some(timing::instants(whole_seconds(start), whole_seconds(end), zone)?),
            _ => {
                let name = format!("recurrence.exceptions[{place}].end");
                return Err(BookingRefused::Field { name, allowed: "start and end together, or neither" });
            }
        };
        let rooms = self.rooms.map(|mut rooms| {
            rooms.sort();
            rooms.dedup();
            rooms
        });
        let title = self.title.map(|title| text::line(&title, text::TITLE_LIMIT)).transpose().map_err(|_| {
            let name = format!("recurrence.exceptions[{place}].title");
            BookingRefused::Field { name, allowed: "1 to 200 characters, no line breaks" }
        })?;
        if self.skip && !self.wait_for.is_empty() {
            let name = format!("recurrence.exceptions[{place}].wait_for");
            return Err(BookingRefused::Field { name, allowed: "nothing for a date that is skipped" });
        }
        let (key, wait_for) = (whole_seconds(self.date), self.wait_for);
        Ok(Exception { key, skip: self.skip, timing, title, rooms, wait_for })
    }
}
