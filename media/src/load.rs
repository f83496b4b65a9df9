//! How busy a worker is, measured by itself and read by whoever places meetings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a measurement takes: short enough to notice a rush, long enough not to jump.
const WINDOW: Duration = Duration::from_millis(500);

/// What a worker says about itself; cheap to share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load(Arc<Figures>);

#[derive(Debug, Default)]
struct Figures {
    busy_permille: AtomicU32,
    delay_micros: AtomicU32,
}

impl Load {
    /// Share of the time not asleep, permille.
    pub(crate) fn busy(&self) -> u32 {
        self.0.busy_permille.load(Ordering::Relaxed)
    }

    /// How long packets had to wait for their turn, at the worst of the last window, microseconds.
    pub(crate) fn delay_micros(&self) -> u32 {
        self.0.delay_micros.load(Ordering::Relaxed)
    }

    pub(crate) fn tell(&self, busy_permille: u32, delay_micros: u32) {
        self.0.busy_permille.store(busy_permille, Ordering::Relaxed);
        self.0.delay_micros.store(delay_micros, Ordering::Relaxed);
    }
}

/// Adds up the turns of a worker.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    since: Instant,
    busy: Duration,
    longest: Duration,
}

impl Stopwatch {
    pub(crate) fn new(now: Instant) -> Self {
        Self { since: now, busy: Duration::ZERO, longest: Duration::ZERO }
    }

    /// A turn lasted from `began` to `ended`. Whatever came in meanwhile waited for its end.
    pub(crate) fn turn(&mut self, began: Instant, ended: Instant) {
        let lasted = ended.saturating_duration_since(began);
        self.busy += lasted;
        self.longest = self.longest.max(lasted);
    }

    /// Tells the figures when a window is over.
    pub(crate) fn read(&mut self, now: Instant, load: &Load) -> bool {
        let elapsed = now.saturating_duration_since(self.since);
        if elapsed < WINDOW {
            return false;
        }
        let permille = self.busy.as_micros() * 1_000 / elapsed.as_micros().max(1);
        let busy = u32::try_from(permille.min(1_000)).expect("it is at most 1,000");
        load.tell(busy, u32::try_from(self.longest.as_micros()).unwrap_or(u32::MAX));
        *self = Self::new(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busyness_is_the_share_of_time_in_turns_and_delay_the_longest_one() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let (mut stopwatch, load) = (Stopwatch::new(start), Load::default());
        stopwatch.turn(at(0), at(100));
        stopwatch.turn(at(200), at(250));
        assert!(!stopwatch.read(at(300), &load), "too early");
        assert!(stopwatch.read(at(500), &load));
        assert_eq!((load.busy(), load.delay_micros()), (300, 100_000));
        assert!(stopwatch.read(at(1_000), &load));
        assert_eq!((load.busy(), load.delay_micros()), (0, 0));
    }
}
