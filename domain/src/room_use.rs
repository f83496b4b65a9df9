//! How much of the time a room is open was held, day by day, and how much of that nobody came to. Minutes and counts of
//! rooms and days, of nobody.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::finding::WORKING_HOURS;
use crate::holidays::holiday;
use crate::room_policy::RoomPolicy;
use crate::timing::{self, Timing};

/// A room on one day of its own zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayUse {
    /// The day.
    pub day: Date,
    /// Minutes for which it is open. Without opening hours of its own: on working days from 8 to 18.
    pub open_minutes: u32,
    /// Minutes for which bookings hold it, also while it is not open.
    pub held_minutes: u32,
    /// How much of the time for which it is open it is held, per cent; none while it is closed.
    pub percent: Option<u32>,
    /// Minutes that were released again, because nobody came.
    pub released_minutes: u32,
    /// How many dates on this day that were.
    pub releases: u32,
}

/// Looks at so many days from the first on. `held` and `released` are what touches them, none twice.
pub fn days(policy: &RoomPolicy, first: Date, days: u32, held: &[Timing], released: &[Timing]) -> Vec<DayUse> {
    // The zone was checked when the rules were set; a time zone database may lose names, though.
    let zone = timing::zone(&policy.zone).unwrap_or(TimeZone::UTC);
    let all = first.series(jiff::Span::new().days(1)).take(usize::try_from(days).unwrap_or(0));
    all.map(|day| {
        let whole =
            Timing { start: begin(&zone, day), end: day.tomorrow().map_or(Timestamp::MAX, |next| begin(&zone, next)) };
        let open = open(policy, &zone, day, whole);
        let open_minutes = open.iter().map(|part| minutes(*part)).sum();
        let held_open: u32 = open.iter().map(|part| within(held, *part)).sum();
        let began = released.iter().filter(|span| whole.start <= span.start && span.start < whole.end);
        DayUse {
            day,
            open_minutes,
            held_minutes: within(held, whole),
            percent: (held_open * 100).checked_div(open_minutes),
            released_minutes: within(released, whole),
            releases: u32::try_from(began.count()).unwrap_or(u32::MAX),
        }
    })
    .collect()
}

/// From the first instant of the first day to the last of the last, in the room's own zone.
pub fn span(policy: &RoomPolicy, first: Date, days: u32) -> Timing {
    let zone = timing::zone(&policy.zone).unwrap_or(TimeZone::UTC);
    let after = first.saturating_add(jiff::Span::new().days(i64::from(days)));
    Timing { start: begin(&zone, first), end: begin(&zone, after) }
}

fn begin(zone: &TimeZone, day: Date) -> Timestamp {
    instant(zone, day, Time::midnight())
}

/// Where clocks jump over it, what they show next.
fn instant(zone: &TimeZone, day: Date, time: Time) -> Timestamp {
    zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().unwrap_or(Timestamp::MAX)
}

/// When it is open on the day, by time, without overlaps.
fn open(policy: &RoomPolicy, zone: &TimeZone, day: Date, whole: Timing) -> Vec<Timing> {
    let is_closed = policy.blackouts.iter().any(|blackout| (blackout.from..=blackout.until).contains(&day))
        || (policy.closed_on_holidays && holiday(day).is_some());
    if is_closed {
        return Vec::new();
    }
    let at = |time| instant(zone, day, time);
    if policy.opening_hours.is_empty() {
        let is_off = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holiday(day).is_some();
        let [start, end] = [WORKING_HOURS.start, WORKING_HOURS.end].map(|hour| at(Time::constant(hour, 0, 0, 0)));
        return if is_off { Vec::new() } else { vec![Timing { start, end }] };
    }
    let weekday = day.weekday().to_monday_one_offset();
    let hours = policy.opening_hours.iter().filter(|hours| hours.weekday == weekday);
    let mut parts: Vec<Timing> = hours
        .map(|hours| Timing {
            start: at(hours.from),
            end: if hours.until == Time::midnight() { whole.end } else { at(hours.until) },
        })
        .collect();
    parts.sort_by_key(|part| part.start);
    let mut open: Vec<Timing> = Vec::new();
    for part in parts {
        match open.last_mut().filter(|last| part.start <= last.end) {
            Some(last) => last.end = last.end.max(part.end),
            None => open.push(part),
        }
    }
    open
}

fn within(spans: &[Timing], part: Timing) -> u32 {
    let cut = spans.iter().map(|span| Timing { start: span.start.max(part.start), end: span.end.min(part.end) });
    cut.map(minutes).sum()
}

fn minutes(span: Timing) -> u32 {
    u32::try_from(span.end.duration_since(span.start).as_mins()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::room_policy::{Blackout, OpeningHours};

    fn span(start: &str, end: &str) -> Timing {
        Timing { start: start.parse().expect("an instant"), end: end.parse().expect("an instant") }
    }

    fn hours(weekday: i8, from: i8, until: i8) -> OpeningHours {
        OpeningHours { weekday, from: Time::constant(from, 0, 0, 0), until: Time::constant(until, 0, 0, 0) }
    }

    /// Monday, the 23rd.
    const MONDAY: Date = date(2026, 11, 23);

    #[test]
    fn what_is_held_is_compared_with_when_the_room_is_open() {
        let policy = RoomPolicy {
            opening_hours: vec![hours(1, 8, 12), hours(1, 11, 13), hours(1, 20, 0), hours(2, 8, 10)],
            blackouts: vec![Blackout { from: date(2026, 11, 25), until: date(2026, 11, 25), why: "Umbau".into() }],
            ..RoomPolicy::default()
        };
        let held = [
            // Outside its hours, then half an hour within, and over midnight.
            span("2026-11-23T07:00:00+01:00", "2026-11-23T08:30:00+01:00"),
            span("2026-11-23T23:00:00+01:00", "2026-11-24T01:00:00+01:00"),
        ];
        let released = [span("2026-11-24T08:00:00+01:00", "2026-11-24T09:30:00+01:00")];
        let seen = days(&policy, MONDAY, 3, &held, &released);
        let facts = |at: usize| (seen[at].open_minutes, seen[at].held_minutes, seen[at].percent);
        assert_eq!([seen[0].day, seen[2].day], [MONDAY, date(2026, 11, 25)]);
        assert_eq!(facts(0), (9 * 60, 150, Some(16)));
        assert_eq!(facts(1), (120, 60, Some(0)));
        assert_eq!(facts(2), (0, 0, None), "closed");
        assert_eq!([0, 1].map(|at| (seen[at].releases, seen[at].released_minutes)), [(0, 0), (1, 90)]);
    }

    #[test]
    fn without_hours_of_its_own_a_working_day_counts_and_a_day_is_as_long_as_the_clocks_make_it() {
        let policy = RoomPolicy::default();
        let open = |first| days(&policy, first, 1, &[], &[])[0].open_minutes;
        assert_eq!([MONDAY, date(2026, 11, 28), date(2026, 12, 25)].map(open), [600, 0, 0]);
        let all_day = RoomPolicy { opening_hours: vec![hours(7, 0, 0)], ..RoomPolicy::default() };
        let open = |first| days(&all_day, first, 1, &[], &[])[0].open_minutes / 60;
        assert_eq!([date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 22)].map(open), [23, 25, 24]);
        let fortnight = super::span(&policy, date(2026, 10, 20), 14);
        assert_eq!(fortnight, span("2026-10-20T00:00:00+02:00", "2026-11-03T00:00:00+01:00"));
    }
}
