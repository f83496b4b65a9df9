use std::time::{Duration, Instant};

/// How long bytes are counted before they move the rate.
const WINDOW: Duration = Duration::from_millis(500);

/// How many bits per second something takes. Rises quickly and falls slowly, so that what is
/// granted by it also fits when a still picture begins to move.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rate {
    bps: u64,
    bytes: u64,
    since: Option<Instant>,
}

impl Rate {
    pub(crate) fn count(&mut self, bytes: usize, now: Instant) {
        self.bytes += bytes as u64;
        self.since.get_or_insert(now);
    }

    /// Time passes.
    pub(crate) fn tick(&mut self, now: Instant) {
        let Some(since) = self.since else { return };
        let elapsed = now.saturating_duration_since(since);
        if elapsed < WINDOW {
            return;
        }
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let seen = self.bytes.saturating_mul(8_000_000) / micros;
        self.bps = if seen >= self.bps { (self.bps + seen) / 2 } else { (self.bps * 7 + seen) / 8 };
        if self.bps == 0 {
            self.bps = seen;
        }
        self.bytes = 0;
        self.since = Some(now);
    }

    /// Bits per second; 0 until enough was seen.
    pub(crate) fn bps(&self) -> u64 {
        self.bps
    }
}
