use std::time::{Duration, Instant};

/// Something is held back: look for more this soon, and twice as late each time nothing was found.
const FIRST_WAIT: Duration = Duration::from_millis(1_500);
const LONGEST_WAIT: Duration = Duration::from_secs(24);
/// Between taking the wish back and renewing it.
const BREATH: Duration = Duration::from_millis(50);
/// An estimate that grew by this much was worth the probe.
const FOUND_PERCENT: u64 = 105;
/// What is desired while the wish is taken back.
const LESS_PERCENT: u64 = 90;

/// When to look for more than the estimate says. The library probes when more is desired than
/// before, and else only after long; so the wish is taken back for a moment and renewed.
#[derive(Debug, Default)]
pub(crate) struct Probing {
    state: State,
    /// What was known when the last probe was asked for.
    estimate_bps: u64,
    wait: Option<Duration>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// Until the next probe.
    Waiting(Instant),
    /// The wish was taken back then.
    Breathing(Instant),
}

impl Probing {
    /// What to desire now, if that shall change, given what all demands would take.
    pub(crate) fn desire(&mut self, is_short: bool, estimate_bps: u64, desired_bps: u64, now: Instant) -> Option<u64> {
        if !is_short {
            *self = Self::default();
            return None;
        }
        match self.state {
            State::Idle => {
                self.wait = Some(FIRST_WAIT);
                self.estimate_bps = estimate_bps;
                self.state = State::Waiting(now + FIRST_WAIT);
                None
            }
            State::Waiting(until) if now >= until => {
                let found = estimate_bps * 100 > self.estimate_bps * FOUND_PERCENT;
                let wait = if found { FIRST_WAIT } else { (self.wait.unwrap_or(FIRST_WAIT) * 2).min(LONGEST_WAIT) };
                self.wait = Some(wait);
                self.estimate_bps = estimate_bps;
                self.state = State::Breathing(now);
                Some(desired_bps * LESS_PERCENT / 100)
            }
            State::Breathing(since) if now >= since + BREATH => {
                self.state = State::Waiting(now + self.wait.unwrap_or(FIRST_WAIT));
                Some(desired_bps)
            }
            State::Waiting(_) | State::Breathing(_) => None,
        }
    }

    /// When to ask again.
    pub(crate) fn due(&self) -> Option<Instant> {
        match self.state {
            State::Idle => None,
            State::Waiting(until) => Some(until),
            State::Breathing(since) => Some(since + BREATH),
        }
    }
}
