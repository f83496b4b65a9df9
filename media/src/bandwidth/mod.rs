//! Divides what a receiver's line carries among the pictures it shows. A state machine without
//! input or output: `(budget, demands, now) → grants`.
//!
//! The order is fixed: sound first (taken off before anything is divided), then shared screens,
//! pinned pictures, who speaks, the others by displayed size. A picture loses resolution before
//! frame rate, and is paused only when not even that helps. Why it is so: decision 0011.

mod allocator;
mod budget;
mod ceiling;
mod rate;
mod resting;

#[cfg(test)]
mod tests;

pub(crate) use allocator::{Allocator, Grant};
pub(crate) use budget::Budget;
pub(crate) use ceiling::Ceiling;
pub(crate) use rate::Rate;
pub(crate) use resting::Resting;

use crate::{Quality, TrackSid};

/// What a line is taken to carry before anything is known; probes find out the rest at once.
pub(crate) const FIRST_ESTIMATE_BPS: u64 = 800_000;

/// What the estimation shall look for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Desire {
    /// For one more of the pictures that pause, bits per second: kept up with padding as far as the
    /// estimate goes, so that it can grow; 0 if none pauses.
    pub(crate) next_bps: u64,
    /// For everything that is wanted, bits per second: probed for.
    pub(crate) all_bps: u64,
}

impl Desire {
    /// Whether it is another by more than so many percent.
    pub(crate) fn differs_from(self, other: Self, percent: u64) -> bool {
        let differs = |a: u64, b: u64| a.abs_diff(b) * 100 > b * percent;
        differs(self.next_bps, other.next_bps) || differs(self.all_bps, other.all_bps)
    }
}

/// How much of a picture is sent, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Rung {
    /// The smallest step there is, without its topmost temporal layer: half the frame rate.
    Thinned,
    Low,
    Medium,
    High,
}

/// From the worst to the best.
pub(crate) const RUNGS: [Rung; 4] = [Rung::Thinned, Rung::Low, Rung::Medium, Rung::High];

impl From<Quality> for Rung {
    fn from(quality: Quality) -> Self {
        match quality {
            Quality::Low => Self::Low,
            Quality::Medium => Self::Medium,
            Quality::High => Self::High,
        }
    }
}

/// Whose turn it is, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A shared screen.
    Screen,
    /// The receiver fixed it: somebody who signs, a speaker.
    Pinned,
    /// Its owner speaks, or did a moment ago.
    Speaking,
    /// Everything else.
    Shown,
}

/// A picture a receiver would like to have.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) track: TrackSid,
    pub(crate) rank: Rank,
    /// The receiver's own order within a rank, lower first; 0 comes last.
    pub(crate) priority: u32,
    /// Displayed pixels; 0 if unknown.
    pub(crate) area: u64,
    /// The most that is of use.
    pub(crate) wanted: Rung,
    /// What each rung takes, in bits per second; `None` where there is none.
    pub(crate) costs: [Option<u64>; 4],
    /// Must not be paused: the client said it cannot stand it.
    pub(crate) keeps: bool,
}

impl Demand {
    /// The useful rungs there are, worst first, with what they take.
    fn ladder(&self) -> impl Iterator<Item = (Rung, u64)> + '_ {
        // If everything there is lies above the wish, the least of it.
        let least = RUNGS.into_iter().zip(self.costs).find_map(|(rung, cost)| cost.map(|_| rung));
        let top = self.wanted.max(least.unwrap_or(self.wanted));
        RUNGS.into_iter().zip(self.costs).filter_map(move |(rung, cost)| Some((rung, cost.filter(|_| rung <= top)?)))
    }
}

/// Why a receiver gets no more of a picture than it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Limited {
    /// It gets the best there is.
    #[default]
    No,
    /// It asked for no more.
    Wish,
    /// Its line carries no more, as estimated.
    Estimate,
    /// The participant's or the meeting's download limit.
    Limit,
    /// Its part of a line that it shares with others.
    Share,
    /// This server is too busy.
    Overload,
}

impl Limited {
    /// Every reason there is.
    pub(crate) const ALL: [Self; 6] = [Self::No, Self::Wish, Self::Estimate, Self::Share, Self::Limit, Self::Overload];

    /// The word reports and metrics use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Wish => "wish",
            Self::Estimate => "estimate",
            Self::Limit => "limit",
            Self::Share => "share",
            Self::Overload => "overload",
        }
    }
}
