//! How busy a worker is, measured by itself and read by whoever places meetings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::Burden;
use crate::overload::Reading;

/// How long a measurement takes: short enough to notice a rush, long enough not to jump.
const WINDOW: Duration = Duration::from_millis(500);

/// What a worker says about itself; cheap to share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    figures: Arc<Figures>,
    /// A [`Burden`].
    burden: Arc<AtomicU8>,
    /// Measuring changes nothing: the figures are somebody else's.
    is_rehearsed: bool,
}

/// Plays a load to an engine, in place of what its workers measure: for tests of what it does then.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal(Arc<Figures>);

impl Rehearsal {
    /// From now on every worker is that busy (permille), and packets wait that long.
    pub fn play(&self, busy_permille: u32, delay: Duration) {
        self.0.tell(busy_permille, u32::try_from(delay.as_micros()).unwrap_or(u32::MAX));
    }
}

#[derive(Debug, Default)]
struct Figures {
    busy_permille: AtomicU32,
    delay_micros: AtomicU32,
}

impl Figures {
    fn tell(&self, busy_permille: u32, delay_micros: u32) {
        self.busy_permille.store(busy_permille, Ordering::Relaxed);
        self.delay_micros.store(delay_micros, Ordering::Relaxed);
    }
}

impl Load {
    /// The load of a worker to which one is played.
    pub(crate) fn rehearsed(rehearsal: &Rehearsal) -> Self {
        Self { figures: rehearsal.0.clone(), burden: Arc::default(), is_rehearsed: true }
    }

    /// Share of the time not asleep, permille.
    pub(crate) fn busy(&self) -> u32 {
        self.figures.busy_permille.load(Ordering::Relaxed)
    }

    /// How long packets may have had to wait, at the worst of the last window, microseconds.
    pub(crate) fn delay_micros(&self) -> u32 {
        self.figures.delay_micros.load(Ordering::Relaxed)
    }

    /// Both.
    pub(crate) fn reading(&self) -> Reading {
        Reading { busy_permille: self.busy(), delay: Duration::from_micros(self.delay_micros().into()) }
    }

    /// What the worker has decided to take on.
    pub(crate) fn burden(&self) -> Burden {
        match self.burden.load(Ordering::Relaxed) {
            0 => Burden::Calm,
            1 => Burden::Shedding,
            _ => Burden::Full,
        }
    }

    pub(crate) fn tell(&self, busy_permille: u32, delay_micros: u32) {
        if !self.is_rehearsed {
            self.figures.tell(busy_permille, delay_micros);
        }
    }

    pub(crate) fn bear(&self, burden: Burden) {
        self.burden.store(burden as u8, Ordering::Relaxed);
    }
}

/// Adds up the turns of a worker.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    since: Instant,
    busy: Duration,
    longest: Duration,
    /// There was more to read than could be read, ever since.
    behind_since: Option<Instant>,
}

impl Stopwatch {
    pub(crate) fn new(now: Instant) -> Self {
        Self { since: now, busy: Duration::ZERO, longest: Duration::ZERO, behind_since: None }
    }

    /// A turn lasted from `began` to `ended`. Whatever came in meanwhile waited for its end, or, if
    /// there was more to read than one turn takes, for the end of the first that was not behind.
    pub(crate) fn turn(&mut self, began: Instant, ended: Instant, is_behind: bool) {
        self.busy += ended.saturating_duration_since(began);
        let waits_since = self.behind_since.unwrap_or(began);
        self.longest = self.longest.max(ended.saturating_duration_since(waits_since));
        self.behind_since = is_behind.then_some(waits_since);
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
        let behind_since = self.behind_since.map(|_| now);
        *self = Self { behind_since, ..Self::new(now) };
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
        stopwatch.turn(at(0), at(100), false);
        stopwatch.turn(at(200), at(250), false);
        assert!(!stopwatch.read(at(300), &load), "too early");
        assert!(stopwatch.read(at(500), &load));
        assert_eq!((load.busy(), load.delay_micros()), (300, 100_000));
        assert!(stopwatch.read(at(1_000), &load));
        assert_eq!((load.busy(), load.delay_micros()), (0, 0));
    }

    #[test]
    fn who_does_not_catch_up_is_late_by_all_the_time_since_then() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let (mut stopwatch, load) = (Stopwatch::new(start), Load::default());
        for turn in 0..60 {
            stopwatch.turn(at(turn * 10), at(turn * 10 + 10), (20..55).contains(&turn));
            stopwatch.read(at(turn * 10 + 10), &load);
        }
        assert_eq!((load.busy(), load.delay_micros()), (1_000, 300_000), "since 200 until 500, where the window ends");
        stopwatch.read(at(1_000), &load);
        assert_eq!((load.busy(), load.delay_micros()), (200, 60_000), "the rest of it, from 500 until 560");
    }

    #[test]
    fn a_rehearsed_load_is_not_measured() {
        let rehearsal = Rehearsal::default();
        let load = Load::rehearsed(&rehearsal);
        rehearsal.play(970, Duration::from_millis(200));
        load.tell(10, 10);
        assert_eq!(load.reading(), Reading { busy_permille: 970, delay: Duration::from_millis(200) });
    }
}
