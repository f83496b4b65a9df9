use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Claimant, LinePlan, fill};
use crate::{PoolId, SiteId};

/// Sound has this much more than it takes on average: silence ends at any moment.
const SOUND_PERCENT: u64 = 120;
/// A line is held when more of it than this could be asked for...
const HOLD_PERCENT: u64 = 95;
/// ... and let go when no more than this was, for so long.
const RELEASE_PERCENT: u64 = 80;
const CALM: Duration = Duration::from_secs(30);
/// What is given of a line that is held: with [`KEEP_PERCENT`] still below its budget.
const FILL_PERCENT: u64 = 90;
/// Pictures need some room around what they take on average.
const WISH_PERCENT: u64 = 115;
/// A limit that is no more than this of what it should be stays as it is ...
const KEEP_PERCENT: u64 = 105;
/// ... and rises only if it should be at least this much of itself.
const RAISE_PERCENT: u64 = 110;
/// Who lost something waits this long before getting more; twice as long each time it is lost again soon after.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(80);
/// Limits take effect within this time; what is measured before says nothing about them.
const SETTLING: Duration = Duration::from_secs(5);
/// More than this nobody has a use for, bits per second.
const ENOUGH_BPS: u64 = 100_000_000;

/// What somebody takes and could take, bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading<K> {
    /// Who.
    pub who: K,
    /// Where.
    pub site: SiteId,
    /// What sound takes.
    pub sound_bps: u64,
    /// What the shared screens that are wanted would take.
    pub screens_bps: u64,
    /// What all pictures that are wanted would take, screens included.
    pub pictures_bps: u64,
    /// What was measured.
    pub down_bps: u64,
}

/// The same of everybody of one site on a node: sums, no people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crowd {
    /// Where.
    pub site: SiteId,
    /// How many.
    pub people: u32,
    /// What their sound takes.
    pub sound_bps: u64,
    /// What their shared screens would take.
    pub screens_bps: u64,
    /// What all their pictures would take.
    pub pictures_bps: u64,
    /// What was measured.
    pub down_bps: u64,
}

/// Keeps the meetings of sites within the budgets of their lines. Every node has one and comes to the same result
/// for everybody, because each knows the sums of all; it says what its own people may have.
#[derive(Debug)]
pub struct Regulator<K> {
    lines: HashMap<PoolId, Watch>,
    held: BTreeMap<K, Held>,
}

/// What is known of a line over time.
#[derive(Debug, Default)]
struct Watch {
    held_since: Option<Instant>,
    calm_since: Option<Instant>,
    /// What goes over the line beyond all limits: clients that cannot pause, encoders that waver.
    excess_bps: u64,
}

/// Somebody who has a limit.
#[derive(Debug)]
struct Held {
    limit_bps: u64,
    wait: Duration,
    wait_until: Option<Instant>,
    raised_at: Option<Instant>,
}

impl<K> Default for Regulator<K> {
    fn default() -> Self {
        Self { lines: HashMap::new(), held: BTreeMap::new() }
    }
}

impl<K: Copy + Ord> Regulator<K> {
    /// What each of a node's own people may have for pictures, bits per second. Who is not named has no limit.
    pub fn regulate(
        &mut self,
        plan: &LinePlan,
        own: &[Reading<K>],
        others: &[Crowd],
        now: Instant,
    ) -> BTreeMap<K, u64> {
        let ours = crowds(own);
        let all: Vec<Crowd> = ours.iter().chain(others).copied().collect();
        let left = self.watch(plan, &all, now);
        let passed: Vec<Vec<usize>> = all
            .iter()
            .map(|crowd| plan.passed(crowd.site).into_iter().filter(|line| left[*line].is_some()).collect())
            .collect();
        let mut room: Vec<u64> = left.iter().map(|left| left.unwrap_or(u64::MAX)).collect();
        let mut stage = |wants: &dyn Fn(&Crowd) -> u64| {
            let claimants: Vec<Claimant<'_>> = all
                .iter()
                .zip(&passed)
                .map(|(crowd, lines)| Claimant { weight: crowd.people.into(), wants: wants(crowd), lines })
                .collect();
            fill(&mut room, &claimants)
        };
        let screens = stage(&|crowd| wish(crowd.screens_bps));
        let faces = stage(&|crowd| wish(crowd.pictures_bps.saturating_sub(crowd.screens_bps)));
        let rest = stage(&|crowd| u64::from(crowd.people) * ENOUGH_BPS);
        let mut targets = BTreeMap::new();
        for (at, crowd) in ours.iter().enumerate().filter(|(at, _)| !passed[*at].is_empty()) {
            let people: Vec<&Reading<K>> = own.iter().filter(|one| one.site == crowd.site).collect();
            let among = |total: u64, wants: &dyn Fn(&Reading<K>) -> u64| {
                let claimants: Vec<Claimant<'_>> =
                    people.iter().map(|one| Claimant { weight: 1, wants: wants(one), lines: &[0] }).collect();
                fill(&mut [total], &claimants)
            };
            let screens = among(screens[at], &|one| wish(one.screens_bps));
            let faces = among(faces[at], &|one| wish(one.pictures_bps.saturating_sub(one.screens_bps)));
            let rest = rest[at] / u64::from(crowd.people.max(1));
            for (place, one) in people.iter().enumerate() {
                targets.insert(one.who, screens[place] + faces[place] + rest);
            }
        }
        self.settle(targets, now)
    }

    /// How many lines are held.
    pub fn held_lines(&self) -> usize {
        self.lines.values().filter(|line| line.held_since.is_some()).count()
    }

    /// What may be given on each line that is held.
    fn watch(&mut self, plan: &LinePlan, all: &[Crowd], now: Instant) -> Vec<Option<u64>> {
        self.lines.retain(|pool, _| plan.lines.iter().any(|line| line.pool == *pool));
        let mut sums = vec![(0_u64, 0_u64, 0_u64); plan.lines.len()];
        for crowd in all {
            for line in plan.passed(crowd.site) {
                let (sound, wanted, measured) = &mut sums[line];
                *sound += percent(crowd.sound_bps, SOUND_PERCENT);
                *wanted += crowd.pictures_bps;
                *measured += crowd.down_bps;
            }
        }
        let watched = plan.lines.iter().zip(sums).map(|(line, (sound, wanted, measured))| {
            let watch = self.lines.entry(line.pool).or_default();
            watch.look(line.limit_bps, sound + wanted, measured, now);
            let given = percent(line.limit_bps, FILL_PERCENT).saturating_sub(sound).saturating_sub(watch.excess_bps);
            watch.held_since.map(|_| given)
        });
        watched.collect()
    }

    /// Leads limits to where they should be: down at once, up slowly.
    fn settle(&mut self, targets: BTreeMap<K, u64>, now: Instant) -> BTreeMap<K, u64> {
        self.held.retain(|who, _| targets.contains_key(who));
        let lead = |(who, target): (K, u64)| {
            let new = Held { limit_bps: target, wait: FIRST_WAIT, wait_until: None, raised_at: None };
            let held = self.held.entry(who).or_insert(new);
            held.lead_to(target, now);
            (who, held.limit_bps)
        };
        targets.into_iter().map(lead).collect()
    }
}

impl Watch {
    fn look(&mut self, limit: u64, could_be: u64, measured: u64, now: Instant) {
        let Some(since) = self.held_since else {
            if could_be.max(measured) > percent(limit, HOLD_PERCENT) {
                self.held_since = Some(now);
            }
            return;
        };
        if now.saturating_duration_since(since) >= SETTLING {
            self.excess_bps = match measured.checked_sub(limit) {
                Some(over) => (self.excess_bps + over / 4).min(limit),
                None => self.excess_bps - self.excess_bps.div_ceil(32),
            };
        }
        let is_calm = could_be.max(measured) <= percent(limit, RELEASE_PERCENT);
        self.calm_since = is_calm.then(|| self.calm_since.unwrap_or(now));
        if self.calm_since.is_some_and(|since| now.saturating_duration_since(since) >= CALM) {
            *self = Self::default();
        }
    }
}

impl Held {
    fn lead_to(&mut self, target: u64, now: Instant) {
        if self.limit_bps > percent(target, KEEP_PERCENT) {
            let soon = self.raised_at.is_some_and(|at| now.saturating_duration_since(at) < self.wait * 2);
            self.wait = if soon { (self.wait * 2).min(LONGEST_WAIT) } else { FIRST_WAIT };
            self.wait_until = Some(now + self.wait);
            self.limit_bps = target;
        } else if target > percent(self.limit_bps, RAISE_PERCENT) && self.wait_until.is_none_or(|until| until <= now) {
            self.raised_at = Some(now);
            self.limit_bps = target;
        }
    }
}

/// What everybody of each site takes together, by site.
pub fn crowds<K>(readings: &[Reading<K>]) -> Vec<Crowd> {
    let mut crowds: BTreeMap<SiteId, Crowd> = BTreeMap::new();
    for reading in readings {
        let site = reading.site;
        let none = Crowd { site, people: 0, sound_bps: 0, screens_bps: 0, pictures_bps: 0, down_bps: 0 };
        let crowd = crowds.entry(site).or_insert(none);
        crowd.people += 1;
        crowd.sound_bps += reading.sound_bps;
        crowd.screens_bps += reading.screens_bps;
        crowd.pictures_bps += reading.pictures_bps;
        crowd.down_bps += reading.down_bps;
    }
    crowds.into_values().collect()
}

fn percent(number: u64, percent: u64) -> u64 {
    number.saturating_mul(percent) / 100
}

fn wish(bps: u64) -> u64 {
    percent(bps, WISH_PERCENT)
}

#[cfg(test)]
mod tests;
