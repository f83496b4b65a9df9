use std::time::{Duration, Instant};

use super::FIRST_ESTIMATE_BPS;

/// Shorter breaks between pictures leave the estimate as good as it was.
const LEAST_REST: Duration = Duration::from_secs(1);

/// An estimation that began anew counts from then on: before, its reports are means over a time
/// that reaches back into the rest.
const SETTLES_WITHIN: Duration = Duration::from_secs(3);

/// What an estimate is worth that fell while no picture was sent: a moment's delay makes it as small
/// as the little that was sent, and the line itself was not tried. Whoever wants pictures again
/// begins where pictures last went well.
#[derive(Debug)]
pub(crate) struct Resting {
    /// The estimate while pictures last were sent.
    backed_bps: u64,
    /// Since when no picture has been wanted.
    since: Option<Instant>,
    /// The estimation began anew from so much, and has not settled until then.
    anew: Option<(u64, Instant)>,
}

impl Default for Resting {
    fn default() -> Self {
        Self { backed_bps: FIRST_ESTIMATE_BPS, since: None, anew: None }
    }
}

impl Resting {
    /// Nobody wants a picture.
    pub(crate) fn rest(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// Pictures are wanted: what to begin the estimation with anew, bits per second, if the present
    /// one is worth less than that.
    pub(crate) fn wake(&mut self, estimate_bps: u64, now: Instant) -> Option<u64> {
        let since = self.since.take()?;
        // The line may be another by now: no more than with a new one.
        let begin_bps = self.backed_bps.min(FIRST_ESTIMATE_BPS);
        let has_rested = now.saturating_duration_since(since) >= LEAST_REST;
        if !has_rested || estimate_bps >= begin_bps {
            return None;
        }
        self.anew = Some((begin_bps, now + SETTLES_WITHIN));
        Some(begin_bps)
    }

    /// Pictures are sent, and this is estimated meanwhile.
    pub(crate) fn back(&mut self, estimate_bps: u64, now: Instant) {
        self.backed_bps = self.worth(estimate_bps, now);
    }

    /// What to make of an estimate, bits per second.
    pub(crate) fn worth(&self, estimate_bps: u64, now: Instant) -> u64 {
        match self.anew {
            Some((begin_bps, until)) if now < until => estimate_bps.max(begin_bps),
            _ => estimate_bps,
        }
    }
}
