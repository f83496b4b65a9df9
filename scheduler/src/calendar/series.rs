//! A series: one event with the rule and what is left out, and one more for every date that differs.

use std::collections::BTreeSet;

use domain::recurrence::Moment;
use domain::{Occurrence, OccurrenceId, OccurrenceState, Series};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use storage::Span;

use super::line::Lines;
use super::{Clock, Entry, Form, Shape, event};

pub(super) fn write(lines: &mut Lines, entry: &Entry<'_>, zone: &TimeZone, (series, form): (&Series, Form)) {
    let name = zone.iana_name().unwrap_or("UTC");
    let wall = |key: DateTime| Moment::Wall(key).to_string();
    // Dates that took place before the rule was changed are not the rule's any more.
    let differs = |one: &Occurrence| one.state == OccurrenceState::Cancelled || !one.deviation.is_none();
    // Most series have none that differ, and need not be unfolded.
    let named = if entry.occurrences.iter().any(differs) { named(series, zone, entry) } else { BTreeSet::new() };
    let of_rule = || entry.occurrences.iter().filter(|one| one.key.is_some_and(|key| named.contains(&key)));

    let mut left_out: BTreeSet<DateTime> =
        series.except.iter().filter_map(|moment| moment.instance(zone)).map(|date| date.key).collect();
    left_out.extend(of_rule().filter(|one| one.state == OccurrenceState::Cancelled).filter_map(|one| one.key));
    if !matches!(entry.booking.state, domain::BookingState::Active) {
        // A cancelled series is cancelled as a whole.
        left_out.clear();
    }
    let mut recurring = vec![("RRULE".to_owned(), series.rule.clone().until_in_utc(zone).to_string())];
    let besides = series.dates.iter().filter_map(|moment| moment.instance(zone)).map(|date| date.key);
    recurring.extend(besides.map(|key| (format!("RDATE;TZID={name}"), wall(key))));
    recurring.extend(left_out.iter().map(|key| (format!("EXDATE;TZID={name}"), wall(*key))));
    let master = whole(entry, zone, series);
    event(lines, entry, &master, &Shape { clock: Clock::Wall(zone), recurring: &recurring, own: None });
    let shown_by_themselves: BTreeSet<DateTime> =
        of_rule().filter(|one| !one.deviation.is_none()).filter_map(|one| one.key).collect();
    let dates: BTreeSet<DateTime> = entry.kept.iter().flat_map(|kept| kept.dates()).collect();
    for key in dates.into_iter().filter(|key| named_by(series, zone, *key) && !shown_by_themselves.contains(key)) {
        let Some(date) = Moment::Wall(key).instance(zone).filter(|_| !left_out.contains(&key)) else { continue };
        let end = date.start.checked_add(series.duration).unwrap_or(Timestamp::MAX);
        let date = Occurrence { key: Some(key), start: date.start, end, ..master.clone() };
        if form.shows(&date) {
            write_date(lines, entry, zone, &date);
        }
    }
    let is_shown =
        |one: &&Occurrence| !one.deviation.is_none() && one.state != OccurrenceState::Cancelled && form.shows(one);
    for one in of_rule().filter(is_shown) {
        write_date(lines, entry, zone, one);
    }
}

/// What holds for every date that is as the rule has it, at the first of them.
fn whole(entry: &Entry<'_>, zone: &TimeZone, series: &Series) -> Occurrence {
    let begins = entry.span.map_or(entry.written_at, |span| span.start);
    let start = Moment::Wall(series.start).instance(zone).map_or(begins, |date| date.start);
    Occurrence {
        // It is no date of its own, and no calendar shows the id of one.
        id: OccurrenceId::from_uuid(entry.booking.id.as_uuid()),
        booking: entry.booking.id,
        start,
        end: start.checked_add(series.duration).unwrap_or(Timestamp::MAX),
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: domain::Deviation::default(),
    }
}

/// One date by itself, named by the wall time the rule gives it.
pub(super) fn write_date(lines: &mut Lines, entry: &Entry<'_>, zone: &TimeZone, date: &Occurrence) {
    let name = zone.iana_name().unwrap_or("UTC");
    let named = date.key.map(|key| (format!("RECURRENCE-ID;TZID={name}"), Moment::Wall(key).to_string()));
    event(lines, entry, date, &Shape { clock: Clock::Wall(zone), recurring: named.as_slice(), own: date.key });
}

/// Each date by itself, for a reader that unfolds no rules.
pub(super) fn expand(lines: &mut Lines, entry: &Entry<'_>, zone: &TimeZone, (series, span): (&Series, Span)) {
    let whole = whole(entry, zone, series);
    // Of those that are as the rule has them, only some are told.
    let told: BTreeSet<DateTime> = entry.occurrences.iter().filter_map(|one| one.key).collect();
    let from = span.start.checked_sub(series.duration).unwrap_or(span.start);
    let until = series.unfolded_until.map_or(span.end, |until| until.min(span.end));
    let regular = series.dates(zone, from, until).unwrap_or_default();
    let regular = regular.into_iter().filter(|date| !told.contains(&date.key)).map(|date| Occurrence {
        key: Some(date.key),
        start: date.start,
        end: date.start.checked_add(series.duration).unwrap_or(Timestamp::MAX),
        ..whole.clone()
    });
    let mut dates: Vec<Occurrence> = entry.occurrences.iter().cloned().chain(regular).collect();
    dates.retain(|one| one.state != OccurrenceState::Cancelled && Form::Expanded(span).shows(one));
    dates.sort_by_key(|one| one.start);
    for date in &dates {
        let named = date.key.and_then(|key| Moment::Wall(key).instance(zone));
        let named = named.map(|named| ("RECURRENCE-ID".to_owned(), Moment::Instant(named.start).to_string()));
        // What was kept for all dates holds for each that has nothing of its own.
        let own = date.key.filter(|key| entry.kept.is_some_and(|kept| kept.own(Some(*key)).next().is_some()));
        event(lines, entry, date, &Shape { clock: Clock::Utc, recurring: named.as_slice(), own });
    }
}

/// Does the rule have this date?
fn named_by(series: &Series, zone: &TimeZone, key: DateTime) -> bool {
    let single = || series.dates.iter().filter_map(|moment| moment.instance(zone)).any(|date| date.key == key);
    series.rule.walls(series.start).take_while(|wall| *wall <= key).any(|wall| wall == key) || single()
}

/// The wall times the series names, as far as it has dates.
fn named(series: &Series, zone: &TimeZone, entry: &Entry<'_>) -> BTreeSet<DateTime> {
    let last = entry.occurrences.iter().filter_map(|one| one.key).max();
    let by_rule = series.rule.walls(series.start).take_while(|wall| Some(*wall) <= last);
    let single = series.dates.iter().filter_map(|moment| moment.instance(zone)).map(|date| date.key);
    by_rule.chain(single).collect()
}
