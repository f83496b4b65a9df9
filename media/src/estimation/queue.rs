use super::shortest::Shortest;

/// The way through an empty queue is the shortest of so long, twice.
const BASE_US: i64 = 5_000_000;
/// The queue of now is the shortest way of so long and of so many packets, twice: single ones may
/// be late.
const RECENT_US: i64 = 100_000;
const RECENT: u32 = 6;
/// A queue this long stands and must go, although it does not grow.
const STANDS_US: i64 = 80_000;
/// After the rate was lowered for a queue, it has this much time to drain.
const DRAINS_US: i64 = 700_000;
/// It was lowered so often and the queue stands as before: somebody else fills it. Then the longer
/// way is the way, for whoever gave in for ever would get nothing.
const MOST_DRAINS: u32 = 4;
/// A queue that became shorter than this share of what it was drains.
const DRAINED_TO: f64 = 0.8;
/// Of a queue longer than this, the rest shall be gone within about a second.
const LONG_US: i64 = 100_000;
const GONE_WITHIN_US: f64 = 1_000_000.0;
/// But so much is sent all the same.
const LEAST_SENT: f64 = 0.4;

/// How long packets wait on the way: the shortest way of now compared with the shortest of the last
/// seconds.
#[derive(Debug)]
pub(super) struct Queue {
    base: Shortest,
    recent: Shortest,
    drain: Option<Drain>,
}

/// The rate was lowered because the queue stands.
#[derive(Clone, Copy, Debug)]
struct Drain {
    times: u32,
    last_us: i64,
    /// How long packets waited then.
    waits_us: i64,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { base: Shortest::of(BASE_US, 1), recent: Shortest::of(RECENT_US, RECENT), drain: None }
    }

    /// A packet took so long, by two clocks that only differ.
    pub(super) fn add(&mut self, way_us: i64, now_us: i64) {
        self.base.add(way_us, now_us);
        self.recent.add(way_us, now_us);
    }

    /// How long packets wait at least, as far as known.
    pub(super) fn waits_us(&self) -> i64 {
        match (self.recent.us(), self.base.us()) {
            (Some(recent), Some(base)) => recent.saturating_sub(base).max(0),
            _ => 0,
        }
    }

    /// The share of the rate that is sent while a long queue drains.
    pub(super) fn leaves(&self) -> f64 {
        let long_us = (self.waits_us() - LONG_US).max(0);
        (1.0 - long_us as f64 / GONE_WITHIN_US).max(LEAST_SENT)
    }

    /// Whether the rate must be lowered for the queue to drain. Asked once: then it has time.
    pub(super) fn must_drain(&mut self, now_us: i64) -> bool {
        let waits_us = self.waits_us();
        if self.drain.is_some_and(|drain| now_us - drain.last_us < DRAINS_US) {
            return false;
        }
        if waits_us < STANDS_US {
            self.drain = None;
            return false;
        }
        let in_vain = self.drain.filter(|drain| waits_us as f64 > DRAINED_TO * drain.waits_us as f64);
        let times = in_vain.map_or(0, |drain| drain.times) + 1;
        if times > MOST_DRAINS {
            self.forget();
            return false;
        }
        self.drain = Some(Drain { times, last_us: now_us, waits_us });
        true
    }

    /// The clock jumped, or the way is another.
    pub(super) fn forget(&mut self) {
        *self = Self::new();
    }
}
