use domain::recurrence::{Frequency, Rule, RuleRefused};
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
    rule: String,
    /// Dates that shall differ, each named by the wall time the rule gives it.
    #[serde(default)]
    exceptions: Vec<ExceptionBody>,
    /// Changed or cancelled dates that may be lost, because the changed rule no longer has them.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    give_up: Vec<OccurrenceId>,
}

/// A date of a series that shall differ.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ExceptionBody {
    /// The wall time the rule gives the date.
    #[schema(value_type = String, example = "2026-12-01T09:30")]
    date: DateTime,
    /// The date does not take place.
    #[serde(default)]
    skip: bool,
    /// Another wall time; together with `end`.
    #[schema(value_type = Option<String>)]
    start: Option<DateTime>,
    /// Its end.
    #[schema(value_type = Option<String>)]
    end: Option<DateTime>,
    /// Other rooms.
    #[schema(value_type = Option<Vec<Uuid>>)]
    rooms: Option<Vec<RoomId>>,
    /// Rooms that others have then, to wait for: as with `POST /room-waits`, at the time of this date.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    wait_for: Vec<RoomId>,
}

/// A recurrence whose every field is in order by itself.
pub(crate) struct DraftSeries {
    pub(crate) start: DateTime,
    pub(crate) rule: Rule,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) give_up: Vec<OccurrenceId>,
}

pub(crate) struct Exception {
    pub(crate) key: DateTime,
    pub(crate) skip: bool,
    pub(crate) timing: Option<Timing>,
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
        let exceptions: Result<Vec<Exception>, BookingRefused> =
            self.exceptions.into_iter().enumerate().map(|(place, body)| body.check(place, zone)).collect();
        Ok(DraftSeries { start: whole_seconds(start), rule, exceptions: exceptions?, give_up: self.give_up })
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
        if self.skip && !self.wait_for.is_empty() {
            let name = format!("recurrence.exceptions[{place}].wait_for");
            return Err(BookingRefused::Field { name, allowed: "nothing for a date that is skipped" });
        }
        let (key, wait_for) = (whole_seconds(self.date), self.wait_for);
        Ok(Exception { key, skip: self.skip, timing, rooms, wait_for })
    }
}
