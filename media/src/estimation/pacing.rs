use std::time::{Duration, Instant};

/// What may leave at once after a pause: so long at the rate. Bursts are cheap to send and short
/// enough not to be felt in a queue.
const BURST: Duration = Duration::from_millis(10);

/// What leaves without asking is owed for no longer than this: pictures must not wait for ever
/// because sound went on over a line that carries hardly more.
const LONGEST_DEBT: Duration = Duration::from_millis(500);

/// Below this nothing would ever leave.
const LEAST_BPS: u64 = 10_000;

/// When packets may leave, so that they fit the line without a queue: a budget in bits that fills
/// with time. Sound never asks; it is only counted.
#[derive(Debug)]
pub(crate) struct Pacing {
    bps: u64,
    /// What may leave; below zero while something is owed.
    bits: i64,
    filled_at: Instant,
}

impl Pacing {
    pub(crate) fn new(bps: u64, now: Instant) -> Self {
        let mut pacing = Self { bps: bps.max(LEAST_BPS), bits: 0, filled_at: now };
        pacing.bits = pacing.within(BURST);
        pacing
    }

    /// What flows in, bits per second, since somebody last asked.
    pub(crate) fn set_rate(&mut self, bps: u64) {
        self.bps = bps.max(LEAST_BPS);
        self.bits = self.bits.clamp(-self.within(LONGEST_DEBT), self.within(BURST));
    }

    /// Whether a packet of so many bytes may leave. One larger than the whole budget leaves when
    /// the budget is full.
    pub(crate) fn may(&mut self, bytes: usize, now: Instant) -> bool {
        self.fill(now);
        self.bits >= self.needed(bytes)
    }

    /// A packet of so many bytes left, asked for or not.
    pub(crate) fn spent(&mut self, bytes: usize, now: Instant) {
        self.fill(now);
        self.bits = self.bits.saturating_sub(bits(bytes)).max(-self.within(LONGEST_DEBT));
    }

    /// When a packet of so many bytes may leave.
    pub(crate) fn due(&self, bytes: usize, now: Instant) -> Instant {
        let missing = self.needed(bytes).saturating_sub(self.bits).max(0);
        let micros = missing.unsigned_abs().saturating_mul(1_000_000).div_ceil(self.bps);
        (self.filled_at + Duration::from_micros(micros)).max(now)
    }

    fn fill(&mut self, now: Instant) {
        let gained = self.within(now.saturating_duration_since(self.filled_at));
        // Less than a bit is not lost: it counts the next time.
        if gained > 0 {
            self.bits = self.bits.saturating_add(gained).min(self.within(BURST));
            self.filled_at = now;
        }
    }

    /// The bits a packet needs to be there.
    fn needed(&self, bytes: usize) -> i64 {
        bits(bytes).min(self.within(BURST))
    }

    /// The bits that flow in within so long.
    fn within(&self, time: Duration) -> i64 {
        let bits = time.as_micros().saturating_mul(u128::from(self.bps)) / 1_000_000;
        i64::try_from(bits).unwrap_or(i64::MAX)
    }
}

fn bits(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX).saturating_mul(8)
}
