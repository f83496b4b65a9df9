use super::capacity::Capacity;
use super::trend::Usage;

/// Nothing is estimated below this: sound alone takes as much.
pub(super) const LEAST_BPS: f64 = 30_000.0;
/// And nothing above.
const MOST_BPS: f64 = 1_000_000_000.0;

/// What is left of what really came, when that was too much.
const BACK_TO: f64 = 0.85;
/// While little is sent, what came says little; then no more than so much is given up at once.
const LITTLE_BACK_TO: f64 = 0.7;
/// Growth far from where the line is known to be full, per second.
const PER_SECOND: f64 = 1.08;
/// Near it: a packet more per response, or this share per second if that is more.
const PACKET_BITS: f64 = 9_600.0;
const NEAR_PER_SECOND: f64 = 0.01;
/// How long a receiver takes to notice and report, besides the round trip.
const RESPONSE_US: i64 = 100_000;
/// After a pause of reports nothing grows for the time nobody watched.
const LONGEST_STEP_US: i64 = 1_000_000;
/// No growth beyond so much more than what really came.
const BEYOND_RECEIVED: f64 = 1.5;
const BEYOND_RECEIVED_BPS: f64 = 10_000.0;
/// Less than this share of the estimate is little.
const LITTLE: f64 = 0.7;
/// While packets wait so long, nothing grows.
const WAITS_US: i64 = 40_000;
/// A queue this short is none.
const GONE_US: i64 = 10_000;

/// What is known when a report has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) usage: Usage,
    /// The queue does not grow, but stands and must drain.
    pub(super) must_drain: bool,
    /// How long packets wait on the way.
    pub(super) waits_us: i64,
    pub(super) sent_bps: Option<f64>,
    pub(super) received_bps: Option<f64>,
    pub(super) round_trip_us: i64,
}

/// The rate at which the queue neither grows nor the line is left empty: up bit by bit, down to a
/// share of what came (additive or multiplicative increase, multiplicative decrease).
#[derive(Debug)]
pub(super) struct Growth {
    bps: f64,
    capacity: Capacity,
    seen_us: i64,
    lowered_us: Option<i64>,
}

impl Growth {
    pub(super) fn new(bps: u64, now_us: i64) -> Self {
        Self {
            bps: (bps as f64).clamp(LEAST_BPS, MOST_BPS),
            capacity: Capacity::default(),
            seen_us: now_us,
            lowered_us: None,
        }
    }

    pub(super) fn bps(&self) -> f64 {
        self.bps
    }

    /// A report was read. Whether the line turned out wider than it was known to be.
    pub(super) fn see(&mut self, seen: Seen, now_us: i64) -> bool {
        let elapsed_us = (now_us - self.seen_us).clamp(0, LONGEST_STEP_US);
        self.seen_us = now_us;
        match seen.usage {
            Usage::Over => self.lower(seen, now_us),
            _ if seen.must_drain => self.lower(seen, now_us),
            // What waits must drain first. The trend goes on downwards for a while after that.
            Usage::Under if seen.waits_us > GONE_US => {}
            _ if seen.waits_us > WAITS_US => {}
            Usage::Under | Usage::Normal => return self.raise(seen, elapsed_us),
        }
        false
    }

    /// A probe came through at so much, and filled the line or not.
    pub(super) fn probed(&mut self, bps: f64, is_full: bool, received_bps: Option<f64>) {
        // A cluster that was held up by others must not take away what came anyway.
        let proven = received_bps.map_or(0.0, |received| received.min(self.bps));
        self.bps = bps.max(proven).clamp(LEAST_BPS, MOST_BPS);
        if is_full {
            self.capacity.full_at(self.bps);
        } else {
            self.capacity.is_outgrown(bps);
        }
    }

    /// Nobody reports.
    pub(super) fn halve(&mut self) {
        self.bps = (self.bps / 2.0).max(LEAST_BPS);
    }

    fn raise(&mut self, seen: Seen, elapsed_us: i64) -> bool {
        let Some(received) = seen.received_bps else { return false };
        let wider = self.capacity.is_outgrown(received);
        let seconds = elapsed_us as f64 / 1_000_000.0;
        let far = self.bps * PER_SECOND.powf(seconds);
        let grown = if self.capacity.is_near(self.bps) {
            let responses = elapsed_us as f64 / (seen.round_trip_us + RESPONSE_US) as f64;
            let near = self.bps + (PACKET_BITS * responses).max(self.bps * NEAR_PER_SECOND * seconds);
            near.min(far)
        } else {
            far
        };
        let most = BEYOND_RECEIVED * received + BEYOND_RECEIVED_BPS;
        self.bps = grown.min(most).max(self.bps).min(MOST_BPS);
        wider
    }

    fn lower(&mut self, seen: Seen, now_us: i64) {
        let Some(received) = seen.received_bps else { return };
        let is_early = self.lowered_us.is_some_and(|at| now_us - at < seen.round_trip_us + RESPONSE_US);
        if is_early && self.bps < 2.0 * received {
            return;
        }
        let is_little = seen.sent_bps.is_some_and(|sent| sent < LITTLE * self.bps);
        if is_little && seen.waits_us < WAITS_US {
            // The little that was sent came as it should: a moment's delay, no more.
            return;
        }
        let left = BACK_TO * received;
        let left = if is_little { left.max(LITTLE_BACK_TO * self.bps) } else { left };
        if !is_little {
            self.capacity.full_at(received);
        }
        self.bps = left.min(self.bps).max(LEAST_BPS);
        self.lowered_us = Some(now_us);
    }
}
