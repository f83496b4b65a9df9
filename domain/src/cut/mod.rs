//! A series cut in two: "this and all later dates".
//!
//! What counts is when a date takes place, not what its rule calls it. A date that was moved over the cut is on the side where
//! it takes place: there it is named besides the rule (RDATE), and on the other side it is left out (EXDATE). So each date is
//! on one side, and each side's rule names its own dates, in letters and calendars as well.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::recurrence::{Ending, Moment, Rule};
use crate::{Occurrence, Series};

/// Both halves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The series as it ends.
    pub ending: Series,
    /// Its dates: those that start before the cut. Empty if there are none, and then nothing can be cut.
    pub before: Vec<Occurrence>,
    /// The series as it goes on from the cut: begins with the first date the rule names from there on.
    pub rest: Series,
    /// Its dates.
    pub later: Vec<Occurrence>,
    /// The date the rest begins with, as its rule or as the calendar has it, whichever is earlier.
    at: Timestamp,
}

/// Cuts a series before one of its dates.
pub fn cut(series: &Series, occurrences: &[Occurrence], from: &Occurrence, zone: &TimeZone) -> Cut {
    let (before, later): (Vec<Occurrence>, Vec<Occurrence>) =
        occurrences.iter().cloned().partition(|one| one.start < from.start);
    // Where the rule ends. Of a date that was moved both are possible: so most is called as before.
    let named = from.key.and_then(|key| instant(key, zone));
    let at = named.map_or(from.start, |named| named.min(from.start));
    let ending = ending(series, &before, &later, at, zone);
    let rest = rest(series, &before, &later, from, at, zone);
    Cut { ending, before, rest, later, at }
}

impl Cut {
    /// The dates of the rest for a rule that begins at this wall time, and the rest that names them: dates that were moved
    /// here from before the cut are called by when they take place, because no rule from here on names them otherwise.
    pub fn begin(mut self, start: DateTime, zone: &TimeZone) -> (Series, Vec<Occurrence>) {
        let mut taken: BTreeSet<DateTime> = self.later.iter().filter_map(|one| one.key).collect();
        for one in self.later.iter_mut().filter(|one| one.deviation.is_moved) {
            let Some(key) = one.key else { continue };
            let is_from_before = instant(key, zone).is_some_and(|named| named < self.at) || key.date() < start.date();
            if !is_from_before {
                continue;
            }
            let mut name = zone.to_datetime(one.start);
            while taken.contains(&name) {
                let Ok(next) = name.checked_add(jiff::SignedDuration::from_secs(1)) else { break };
                name = next;
            }
            taken.insert(name);
            one.key = Some(name);
            self.rest.dates.retain(|moment| moment.instance(zone).is_none_or(|date| date.key != key));
            self.rest.dates.push(Moment::Wall(name));
        }
        self.rest.dates.sort_unstable();
        (self.rest, self.later)
    }
}

fn ending(series: &Series, before: &[Occurrence], later: &[Occurrence], at: Timestamp, zone: &TimeZone) -> Series {
    let is_before = |key: DateTime| instant(key, zone).is_some_and(|named| named < at);
    let besides = besides(series, zone);
    let kept: Vec<DateTime> = before.iter().filter_map(|one| one.key).collect();
    let gone = later.iter().filter_map(|one| one.key);
    let mut ending = series.clone().ending_before(at, zone);
    if !series.rule.is_endless() && series.recurrence().rule_from(at, zone).is_none() {
        // It has ended already: another end would let it go on.
        ending.rule = series.rule.clone();
    }
    ending.dates =
        series.dates.iter().filter(|one| key(one, zone).is_some_and(|key| kept.contains(&key))).copied().collect();
    let moved_here = kept.iter().filter(|key| !is_before(**key) && !besides.contains(key));
    ending.dates.extend(moved_here.map(|key| Moment::Wall(*key)));
    ending.except.retain(|one| key(one, zone).is_some_and(is_before));
    ending.except.extend(gone.filter(|key| is_before(*key) && !besides.contains(key)).map(Moment::Wall));
    if let (false, Some(first)) = (is_before(series.start), kept.iter().min()) {
        // The rule begins later than all that is left of it.
        let named_by_rule = Moment::Wall(*first);
        ending.start = *first;
        ending.rule = once();
        ending.dates.retain(|one| *one != named_by_rule);
    }
    sort(&mut ending);
    ending
}

fn rest(
    series: &Series,
    before: &[Occurrence],
    later: &[Occurrence],
    from: &Occurrence,
    at: Timestamp,
    zone: &TimeZone,
) -> Series {
    let is_later = |key: DateTime| instant(key, zone).is_some_and(|named| named >= at);
    let besides = besides(series, zone);
    let mut rest = series.clone();
    let gone_on: Vec<DateTime> = later.iter().filter_map(|one| one.key).collect();
    rest.dates.retain(|one| key(one, zone).is_some_and(|key| gone_on.contains(&key)));
    rest.except.retain(|one| key(one, zone).is_some_and(is_later));
    let stayed = before.iter().filter_map(|one| one.key).filter(|key| is_later(*key) && !besides.contains(key));
    rest.except.extend(stayed.map(Moment::Wall));
    match series.recurrence().rule_from(at, zone) {
        Some((start, earlier)) => {
            rest.start = start;
            if let Ending::Count(count) = rest.rule.ending() {
                rest.rule = rest.rule.ending_with(Ending::Count(count.saturating_sub(earlier).max(1)));
            }
        }
        // Only dates besides the rule are left.
        None => {
            rest.start = from.key.unwrap_or_else(|| zone.to_datetime(from.start));
            rest.rule = once();
            rest.unfolded_until = None;
            let named_by_rule = Moment::Wall(rest.start);
            rest.dates.retain(|one| *one != named_by_rule);
        }
    }
    sort(&mut rest);
    rest
}

/// A rule that names its start and nothing more.
fn once() -> Rule {
    "FREQ=DAILY;COUNT=1".parse().expect("a rule")
}

fn sort(series: &mut Series) {
    for moments in [&mut series.dates, &mut series.except] {
        moments.sort_unstable();
        moments.dedup();
    }
}

/// The dates besides the rule, as they are called.
fn besides(series: &Series, zone: &TimeZone) -> BTreeSet<DateTime> {
    series.dates.iter().filter_map(|moment| key(moment, zone)).collect()
}

fn key(moment: &Moment, zone: &TimeZone) -> Option<DateTime> {
    moment.instance(zone).map(|date| date.key)
}

fn instant(key: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    Moment::Wall(key).instance(zone).map(|date| date.start)
}

#[cfg(test)]
mod tests;
