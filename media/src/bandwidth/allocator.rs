use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Budget, Demand, Limited, Rank, Rung};
use crate::TrackSid;

/// What is sent already may take this much of the budget: estimates and encoders waver.
const KEEP_PERCENT: u64 = 105;
/// What would be more than before must leave some room.
const RAISE_PERCENT: u64 = 90;
/// A picture that lost something waits this long before it gets it back; twice as long each time
/// it loses it again soon after.
const FIRST_HOLD: Duration = Duration::from_secs(2);
const LONGEST_HOLD: Duration = Duration::from_secs(32);

/// The picture that matters most goes on for so long although the estimate says that not even its
/// worst rung fits. A moment's delay lowers an estimate below what is sent at present; a line that
/// really is too narrow stays short.
const PATIENCE: Duration = Duration::from_secs(5);

/// Divides the budget of one receiver, and remembers what it decided so as not to waver.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    had: HashMap<TrackSid, Had>,
}

/// What a picture had so far.
#[derive(Debug)]
struct Had {
    rung: Option<Rung>,
    /// No more than it has before that.
    hold_until: Option<Instant>,
    hold: Duration,
    raised_at: Option<Instant>,
    /// Not even its worst rung has fitted since then.
    short_since: Option<Instant>,
}

/// What became of the demands.
#[derive(Debug, Default)]
pub(crate) struct Allocation {
    /// One for each demand, in their order.
    pub(crate) grants: Vec<Grant>,
    /// What all demands together would take, bits per second.
    pub(crate) wanted_bps: u64,
    /// Of that, what the shared screens would take.
    pub(crate) screens_bps: u64,
    /// What is granted, bits per second.
    pub(crate) granted_bps: u64,
    /// What the line would have to carry for one more of the pictures that pause, bits per second;
    /// 0 if none does.
    pub(crate) next_bps: u64,
    /// Something that is held back may be granted then.
    pub(crate) look_again_at: Option<Instant>,
}

/// What a picture gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// `None`: nothing, it pauses.
    pub(crate) rung: Option<Rung>,
    /// Why no more; [`Limited::No`] if it gets all it wants.
    pub(crate) limited: Limited,
}

impl Allocator {
    pub(crate) fn divide(&mut self, budget: Budget, demands: &[Demand], now: Instant) -> Allocation {
        let order = order(demands);
        let first = order.first().copied();
        let kept = first.filter(|at| self.is_kept(&demands[*at], budget, now));
        let rungs = vec![None; demands.len()];
        let mut till = Till { had: &self.had, budget, now, kept, spent: 0, rungs, short: Vec::new() };
        let of = |ranks: &'static [Rank]| order.iter().copied().filter(|at| ranks.contains(&demands[*at].rank));
        // A picture of everything that matters, that sharp, then a picture of the rest.
        of(&[Rank::Screen, Rank::Pinned, Rank::Speaking]).for_each(|at| till.start(at, &demands[at]));
        of(&[Rank::Screen, Rank::Pinned]).for_each(|at| while till.raise(at, &demands[at]) {});
        of(&[Rank::Shown]).for_each(|at| till.start(at, &demands[at]));
        of(&[Rank::Speaking]).for_each(|at| while till.raise(at, &demands[at]) {});
        // The rest grows evenly.
        while of(&[Rank::Shown]).filter(|at| till.raise(*at, &demands[*at])).count() > 0 {}
        let is_short = first.is_some_and(|at| till.short.contains(&at));
        let (rungs, granted_bps) = (till.rungs, till.spent);
        let paused = demands.iter().zip(&rungs).filter(|(_, rung)| rung.is_none());
        let firsts = paused.filter_map(|(demand, _)| demand.ladder().next());
        let next_bps = firsts.map(|(_, cost)| (granted_bps + cost) * 100 / RAISE_PERCENT).min().unwrap_or(0);
        self.remember(demands, &rungs, now);
        let matters_most = first.map(|at| &demands[at].track);
        for (track, had) in &mut self.had {
            let is_it = is_short && Some(track) == matters_most;
            had.short_since = is_it.then(|| had.short_since.unwrap_or(now));
        }
        let takes = |demand: &Demand| demand.ladder().last().map_or(0, |(_, cost)| cost);
        Allocation {
            grants: demands.iter().zip(rungs).map(|(demand, rung)| grant(demand, rung, budget)).collect(),
            wanted_bps: demands.iter().map(takes).sum(),
            screens_bps: demands.iter().filter(|demand| demand.rank == Rank::Screen).map(takes).sum(),
            granted_bps,
            next_bps,
            look_again_at: self.had.values().filter_map(|had| had.hold_until.filter(|until| *until > now)).min(),
        }
    }

    /// Whether a picture goes on for now, whatever the estimate says.
    fn is_kept(&self, demand: &Demand, budget: Budget, now: Instant) -> bool {
        let Some(had) = self.had.get(&demand.track).filter(|had| had.rung.is_some()) else { return false };
        let is_recent = had.short_since.is_none_or(|since| now.saturating_duration_since(since) < PATIENCE);
        let is_allowed = budget.ceiling.allows(demand.rank, None, Rung::Thinned);
        budget.reason == Limited::Estimate && is_recent && is_allowed
    }

    fn remember(&mut self, demands: &[Demand], rungs: &[Option<Rung>], now: Instant) {
        self.had.retain(|track, _| demands.iter().any(|demand| demand.track == *track));
        for (demand, rung) in demands.iter().zip(rungs) {
            let had = self.had.entry(demand.track.clone()).or_insert(Had {
                rung: *rung,
                hold_until: None,
                hold: FIRST_HOLD,
                raised_at: None,
                short_since: None,
            });
            // What nobody wants or sends any more is no loss.
            let could = demand.ladder().map(|(rung, _)| rung).filter(|rung| Some(*rung) <= had.rung).last();
            if *rung < could {
                let soon = had.raised_at.is_some_and(|at| now.saturating_duration_since(at) < had.hold * 2);
                had.hold = if soon { (had.hold * 2).min(LONGEST_HOLD) } else { FIRST_HOLD };
                had.hold_until = Some(now + had.hold);
            } else if *rung > had.rung {
                had.raised_at = Some(now);
            }
            had.rung = *rung;
        }
    }
}

/// Indexes of the demands, the most important first.
fn order(demands: &[Demand]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    let last_if_unset = |priority: u32| if priority == 0 { u32::MAX } else { priority };
    order.sort_by(|a, b| {
        let (a, b) = (&demands[*a], &demands[*b]);
        (a.rank, last_if_unset(a.priority), std::cmp::Reverse(a.area), &a.track).cmp(&(
            b.rank,
            last_if_unset(b.priority),
            std::cmp::Reverse(b.area),
            &b.track,
        ))
    });
    order
}

/// Where the budget is spent.
struct Till<'a> {
    had: &'a HashMap<TrackSid, Had>,
    budget: Budget,
    now: Instant,
    /// The one picture that starts in any case.
    kept: Option<usize>,
    spent: u64,
    rungs: Vec<Option<Rung>>,
    /// Those that did not even fit with their worst rung.
    short: Vec<usize>,
}

impl Till<'_> {
    /// The worst rung, so that there is a picture at all.
    fn start(&mut self, at: usize, demand: &Demand) {
        if self.raise(at, demand) {
            return;
        }
        self.short.push(at);
        if let Some((rung, cost)) = demand.ladder().next().filter(|_| demand.keeps || self.kept == Some(at)) {
            self.rungs[at] = Some(rung);
            self.spent += cost;
        }
    }

    /// The next better rung, if it can be had.
    fn raise(&mut self, at: usize, demand: &Demand) -> bool {
        let has = self.rungs[at];
        let paid = demand.ladder().filter(|(rung, _)| Some(*rung) <= has).last().map_or(0, |(_, cost)| cost);
        let Some((rung, cost)) = demand.ladder().find(|(rung, _)| Some(*rung) > has) else { return false };
        let more = cost.saturating_sub(paid);
        if !self.budget.ceiling.allows(demand.rank, has, rung) || !self.affords(demand, rung, has, more) {
            return false;
        }
        self.rungs[at] = Some(rung);
        self.spent += more;
        true
    }

    fn affords(&self, demand: &Demand, rung: Rung, has: Option<Rung>, more: u64) -> bool {
        let Some(total) = self.budget.video_bps else { return true };
        let percent = match self.had.get(&demand.track) {
            Some(had) if Some(rung) <= had.rung => KEEP_PERCENT,
            Some(had) if had.hold_until.is_some_and(|until| self.now < until) => return false,
            // The first picture of a new track must not wait.
            None if has.is_none() => 100,
            _ => RAISE_PERCENT,
        };
        self.spent + more <= total.saturating_mul(percent) / 100
    }
}

fn grant(demand: &Demand, rung: Option<Rung>, budget: Budget) -> Grant {
    let wanted = demand.ladder().last().map(|(rung, _)| rung);
    let next = demand.ladder().map(|(next, _)| next).find(|next| Some(*next) > rung);
    let limited = match next {
        _ if rung == wanted => Limited::No,
        Some(next) if !budget.ceiling.allows(demand.rank, rung, next) => Limited::Overload,
        _ => budget.reason,
    };
    Grant { rung, limited }
}
