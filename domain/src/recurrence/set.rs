use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::rule::{Ending, Rule, Until};

/// Wall times that the clocks jump over are read with the offset before the jump, so they lie as
/// much later; the longest jump ever made was a day. Only after that much is nothing out of order.
const LONGEST_GAP: SignedDuration = SignedDuration::from_hours(25);

/// A moment as calendars write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A wall time in the zone of the series.
    Wall(DateTime),
    /// An instant, written in UTC.
    Instant(Timestamp),
}

/// Everything that makes a series recur (RFC 5545, 3.8.5): where it starts, its rule, single dates
/// besides, dates that do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// DTSTART: the first wall time. With a rule it counts only if the rule names it; the RFC
    /// calls anything else undefined.
    pub start: DateTime,
    /// RRULE.
    pub rule: Option<Rule>,
    /// RDATE: also then.
    pub dates: Vec<Moment>,
    /// EXDATE: not then.
    pub except: Vec<Moment>,
}

/// One date of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The wall time that names it within its series (RECURRENCE-ID), even if the clocks jump over it.
    pub key: DateTime,
    /// When that is.
    pub start: Timestamp,
}

/// Why a series cannot be unfolded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandRefused {
    /// More dates than asked for.
    #[error("the series has more than {most} dates")]
    TooMany {
        /// What was asked for.
        most: usize,
    },
    /// The search took more than [`MOST_EFFORT`](super::MOST_EFFORT).
    #[error("the rule names dates too rarely")]
    TooRare,
}

impl Recurrence {
    /// All dates that start in `[from, to)`, by start, each instant once; at most `most`.
    ///
    /// A wall time that the clocks jump over is read with the offset before the jump, one that
    /// happens twice is the first (RFC 5545, 3.3.5).
    pub fn instances(
        &self,
        zone: &TimeZone,
        from: Timestamp,
        to: Timestamp,
        most: usize,
    ) -> Result<Vec<Instance>, ExpandRefused> {
        let mut found = self.named_by_rule(zone, from, to, most)?;
        let single = self.dates.iter().filter_map(|moment| moment.instance(zone));
        found.extend(single.filter(|date| from <= date.start && date.start < to));
        let except: Vec<Timestamp> =
            self.except.iter().filter_map(|moment| moment.instance(zone)).map(|date| date.start).collect();
        found.retain(|date| !except.contains(&date.start));
        // Where a jump puts two wall times on one instant, the earlier one names it.
        found.sort_unstable_by_key(|date| (date.start, date.key));
        found.dedup_by_key(|date| date.start);
        if found.len() > most { Err(ExpandRefused::TooMany { most }) } else { Ok(found) }
    }

    /// Does it end by itself?
    pub fn is_endless(&self) -> bool {
        self.rule.as_ref().is_some_and(Rule::is_endless)
    }

    /// The first wall time the rule names, if it is not the start.
    pub fn misses_start(&self) -> Option<Option<DateTime>> {
        let first = self.rule.as_ref()?.walls(self.start).next();
        (first != Some(self.start)).then_some(first)
    }

    /// The first wall time the rule itself names from an instant on, and how many it names before.
    pub fn rule_from(&self, from: Timestamp, zone: &TimeZone) -> Option<(DateTime, u32)> {
        let rule = self.rule.as_ref()?;
        for (earlier, wall) in (0..).zip(rule.walls(self.start)) {
            let date = Moment::Wall(wall).instance(zone).filter(|date| rule.lasts_until(*date, zone))?;
            if date.start >= from {
                return Some((wall, earlier));
            }
        }
        None
    }

    fn named_by_rule(
        &self,
        zone: &TimeZone,
        from: Timestamp,
        to: Timestamp,
        most: usize,
    ) -> Result<Vec<Instance>, ExpandRefused> {
        let Some(rule) = &self.rule else {
            let first = Moment::Wall(self.start).instance(zone);
            return Ok(Vec::from_iter(first.filter(|date| from <= date.start && date.start < to)));
        };
        // What EXDATE takes out does not count against what was asked for.
        let most_found = most.saturating_add(self.except.len());
        let mut found = Vec::new();
        let end = rule.last_instant(zone).map_or(to, |last| last.min(to));
        let end = end.checked_add(LONGEST_GAP).unwrap_or(Timestamp::MAX);
        let mut walls = rule.walls(self.start).ending_about(zone.to_datetime(end).date());
        while let Some(date) = walls.next().and_then(|wall| Moment::Wall(wall).instance(zone)) {
            if date.start > end {
                return Ok(found);
            }
            if from <= date.start && date.start < to && rule.lasts_until(date, zone) {
                if found.len() > most_found {
                    return Err(ExpandRefused::TooMany { most });
                }
                found.push(date);
            }
        }
        if walls.is_exhausted() { Err(ExpandRefused::TooRare) } else { Ok(found) }
    }
}

impl Rule {
    /// The same rule with its end in UTC, as calendars with time zones want it (RFC 5545, 3.3.10).
    pub fn until_in_utc(self, zone: &TimeZone) -> Self {
        let last = match self.ending {
            // The instant a day ends with is not part of it.
            Ending::Until(Until::Day(_)) => {
                self.last_instant(zone).and_then(|last| last.checked_sub(SignedDuration::from_secs(1)).ok())
            }
            _ => self.last_instant(zone),
        };
        match last {
            Some(last) => self.ending_with(Ending::Until(Until::Moment(Moment::Instant(last)))),
            None => self,
        }
    }

    fn last_instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        match self.ending {
            Ending::Until(Until::Moment(moment)) => moment.instance(zone).map(|date| date.start),
            Ending::Until(Until::Day(day)) => {
                let midnight = day.tomorrow().ok()?.to_datetime(jiff::civil::Time::midnight());
                Moment::Wall(midnight).instance(zone).map(|date| date.start)
            }
            Ending::Never | Ending::Count(_) => None,
        }
    }

    /// UNTIL includes the moment it names. A moment in UTC is compared as an instant, a day and a
    /// wall time as what the clocks show.
    fn lasts_until(&self, date: Instance, zone: &TimeZone) -> bool {
        match self.ending {
            Ending::Never | Ending::Count(_) => true,
            Ending::Until(Until::Day(day)) => date.key.date() <= day,
            Ending::Until(Until::Moment(Moment::Wall(wall))) => date.key <= wall,
            Ending::Until(Until::Moment(Moment::Instant(_))) => {
                self.last_instant(zone).is_none_or(|last| date.start <= last)
            }
        }
    }
}

impl Moment {
    /// What the moment means in the zone; none beyond the calendar.
    pub fn instance(self, zone: &TimeZone) -> Option<Instance> {
        match self {
            Self::Instant(start) => Some(Instance { key: zone.to_datetime(start), start }),
            Self::Wall(key) => {
                let start = zone.to_ambiguous_timestamp(key).compatible().ok()?;
                Some(Instance { key, start })
            }
        }
    }
}
