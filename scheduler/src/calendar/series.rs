//! A series: one event with the rule and what is left out, and one more for every date that differs.

use std::collections::BTreeSet;

use domain::recurrence::Moment;
use domain::{Occurrence, OccurrenceState, Series};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::line::Lines;
use super::{Entry, event};

pub(super) fn write(lines: &mut Lines, entry: &Entry<'_>, zone: &TimeZone, series: &Series, first: &Occurrence) {
    let name = zone.iana_name().unwrap_or("UTC");
    let wall = |key: DateTime| Moment::Wall(key).to_string();
    // Dates that took place before the rule was changed are not the rule's any more.
    let named: BTreeSet<DateTime> = named(series, zone, entry);
    let of_rule = || entry.occurrences.iter().filter(|one| one.key.is_some_and(|key| named.contains(&key)));

    let mut left_out: BTreeSet<DateTime> =
        series.except.iter().filter_map(|moment| moment.instance(zone)).map(|date| date.key).collect();
    left_out.extend(of_rule().filter(|one| one.state == OccurrenceState::Cancelled).filter_map(|one| one.key));
    if !matches!(entry.booking.state, domain::BookingState::Active) {
        // A cancelled series is cancelled as a whole.
        left_out.clear();
    }
    let mut recurring = vec![("RRULE".to_owned(), series.rule.clone().until_in_utc(zone).to_string())];
    recurring.extend(left_out.iter().map(|key| (format!("EXDATE;TZID={name}"), wall(*key))));
    let start = Moment::Wall(series.start).instance(zone).map_or(first.start, |date| date.start);
    let master = Occurrence {
        start,
        end: start.checked_add(series.duration).unwrap_or(Timestamp::MAX),
        // That the first date is cancelled by itself says nothing about the others.
        state: OccurrenceState::Held,
        deviation: domain::Deviation::default(),
        ..first.clone()
    };
    event(lines, entry, zone, &master, &recurring);
    let is_shown = |one: &&Occurrence| !one.deviation.is_none() && one.state != OccurrenceState::Cancelled;
    for one in of_rule().filter(is_shown) {
        write_date(lines, entry, zone, one);
    }
}

/// One date by itself, named by the wall time the rule gives it.
pub(super) fn write_date(lines: &mut Lines, entry: &Entry<'_>, zone: &TimeZone, date: &Occurrence) {
    let name = zone.iana_name().unwrap_or("UTC");
    let named = date.key.map(|key| (format!("RECURRENCE-ID;TZID={name}"), Moment::Wall(key).to_string()));
    event(lines, entry, zone, date, named.as_slice());
}

/// The wall times the series names, as far as it has dates.
fn named(series: &Series, zone: &TimeZone, entry: &Entry<'_>) -> BTreeSet<DateTime> {
    let last = entry.occurrences.iter().filter_map(|one| one.key).max();
    let by_rule = series.rule.walls(series.start).take_while(|wall| Some(*wall) <= last);
    let single = series.dates.iter().filter_map(|moment| moment.instance(zone)).map(|date| date.key);
    by_rule.chain(single).collect()
}
