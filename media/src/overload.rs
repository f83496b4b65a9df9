//! Decides, from what a worker measures about itself, how much it takes on. A state machine without
//! input or output: `(busy, delay, now) → level`.
//!
//! A worker with too much to do gives up pictures step by step, one step a second, and takes them
//! back slowly once there is room again. Sound is never given up. When every picture is at its
//! smallest and that is still not enough, the worker is full: nobody new comes in.
//!
//! Too much to do means both: hardly a pause, and packets that wait. A worker that reads in batches
//! is busy long before it is late, and one that was late once may just have been interrupted.

use std::time::{Duration, Instant};

use crate::bandwidth::Ceiling;

/// Packets may wait this long without anything being given up.
const BEARABLE_DELAY: Duration = Duration::from_millis(100);
/// For so long there must be too much to do before the next step is taken: a rush of people who
/// join is over by then.
const STRAIN_BEFORE_STEP: Duration = Duration::from_secs(1);
/// Below this share of the limit there is room again, percent.
const ROOM_PERCENT: u32 = 80;
/// For so long there must be room before a step is taken back.
const FIRST_REST: Duration = Duration::from_secs(5);
/// After a step back that was too much the next one waits twice as long, up to this.
const LONGEST_REST: Duration = Duration::from_secs(60);
/// From here on nobody new comes in.
const FULL_FROM: Ceiling = Ceiling::Least;

/// How much a server or a worker takes on, the mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Burden {
    /// Everything.
    #[default]
    Calm,
    /// Pictures are held back so that sound goes on.
    Shedding,
    /// That, and nobody new can be served.
    Full,
}

impl Burden {
    /// The word reports and metrics use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Shedding => "shedding",
            Self::Full => "full",
        }
    }
}

/// What a worker has measured over the last while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Share of the time not asleep, permille.
    pub(crate) busy_permille: u32,
    /// How long packets had to wait at the worst.
    pub(crate) delay: Duration,
}

/// Remembers how it went so as not to waver.
#[derive(Debug)]
pub(crate) struct Overload {
    /// From here on a worker is too busy, permille; none: nothing is ever given up.
    limit_permille: Option<u32>,
    ceiling: Ceiling,
    strained_since: Option<Instant>,
    rested_since: Option<Instant>,
    rest: Duration,
    raised_at: Option<Instant>,
}

impl Overload {
    pub(crate) fn new(limit_permille: Option<u32>) -> Self {
        Self {
            limit_permille,
            ceiling: Ceiling::Open,
            strained_since: None,
            rested_since: None,
            rest: FIRST_REST,
            raised_at: None,
        }
    }

    /// Takes a reading; call it about twice a second.
    pub(crate) fn read(&mut self, reading: Reading, now: Instant) {
        let Some(limit) = self.limit_permille else { return };
        let is_busy = reading.busy_permille >= limit;
        let has_room = reading.busy_permille < limit * ROOM_PERCENT / 100;
        let is_strained = is_busy && reading.delay >= BEARABLE_DELAY;
        let since = |before: Option<Instant>, holds: bool| holds.then(|| before.unwrap_or(now));
        let lasted = |since: Option<Instant>| since.map(|since| now.saturating_duration_since(since));
        self.strained_since = since(self.strained_since, is_strained);
        self.rested_since = since(self.rested_since, has_room);
        if lasted(self.strained_since).is_some_and(|lasted| lasted >= STRAIN_BEFORE_STEP) {
            let soon = self.raised_at.take().is_some_and(|at| now.saturating_duration_since(at) < self.rest * 2);
            if soon {
                self.rest = (self.rest * 2).min(LONGEST_REST);
            }
            self.ceiling = self.ceiling.lower();
            self.strained_since = Some(now);
        } else if self.ceiling > Ceiling::Open && lasted(self.rested_since).is_some_and(|lasted| lasted >= self.rest) {
            self.ceiling = self.ceiling.higher();
            self.rested_since = Some(now);
            self.raised_at = Some(now);
        }
        let has_forgotten = self.raised_at.is_none_or(|at| now.saturating_duration_since(at) > LONGEST_REST);
        if self.ceiling == Ceiling::Open && has_forgotten {
            self.rest = FIRST_REST;
        }
    }

    /// What is sent of pictures.
    pub(crate) fn ceiling(&self) -> Ceiling {
        self.ceiling
    }

    pub(crate) fn burden(&self) -> Burden {
        match self.ceiling {
            Ceiling::Open => Burden::Calm,
            ceiling if ceiling < FULL_FROM => Burden::Shedding,
            _ => Burden::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HALF_A_SECOND: Duration = Duration::from_millis(500);
    const TOO_MUCH: Reading = Reading { busy_permille: 990, delay: Duration::from_millis(400) };
    const BUSY: Reading = Reading { busy_permille: 990, delay: Duration::from_millis(5) };
    const HALF: Reading = Reading { busy_permille: 500, delay: Duration::from_millis(5) };

    struct Script {
        overload: Overload,
        now: Instant,
    }

    impl Script {
        fn new() -> Self {
            Self { overload: Overload::new(Some(950)), now: Instant::now() }
        }

        /// So many seconds like this, read twice in each; where it ends.
        fn pass(&mut self, seconds: u32, reading: Reading) -> (Ceiling, Burden) {
            for _ in 0..seconds * 2 {
                self.now += HALF_A_SECOND;
                self.overload.read(reading, self.now);
            }
            (self.overload.ceiling(), self.overload.burden())
        }

        /// How many seconds like this until the ceiling changes.
        fn until_changed(&mut self, reading: Reading) -> u32 {
            let before = self.overload.ceiling();
            (1..=1_000).find(|_| self.pass(1, reading).0 != before).expect("it changes some time")
        }
    }

    #[test]
    fn too_much_to_do_takes_a_step_each_second_and_ends_with_sound_alone() {
        let mut script = Script::new();
        script.pass(10, HALF);
        let half = |script: &mut Script| {
            script.now += HALF_A_SECOND;
            script.overload.read(TOO_MUCH, script.now);
            script.overload.ceiling()
        };
        let ceilings: Vec<Ceiling> = (0..13).map(|_| half(&mut script)).collect();
        use Ceiling::{Essential, Least, Low, Medium, Nothing, Open};
        let expected =
            [Open, Open, Medium, Medium, Low, Low, Least, Least, Essential, Essential, Nothing, Nothing, Nothing];
        assert_eq!(ceilings, expected);
    }

    #[test]
    fn nobody_new_comes_in_once_every_picture_is_at_its_smallest() {
        let mut script = Script::new();
        assert_eq!(script.pass(3, TOO_MUCH), (Ceiling::Low, Burden::Shedding));
        assert_eq!(script.pass(1, TOO_MUCH), (Ceiling::Least, Burden::Full));
        assert_eq!(script.pass(5, HALF), (Ceiling::Least, Burden::Full));
        assert_eq!(script.pass(1, HALF), (Ceiling::Low, Burden::Shedding));
    }

    #[test]
    fn a_busy_worker_that_keeps_up_gives_nothing_up_and_neither_does_one_that_was_late_once() {
        let mut script = Script::new();
        assert_eq!(script.pass(60, BUSY), (Ceiling::Open, Burden::Calm));
        let late = Reading { busy_permille: 300, delay: Duration::from_secs(2) };
        assert_eq!(script.pass(60, late), (Ceiling::Open, Burden::Calm));
        for _ in 0..60 {
            // A rush of a second, again and again.
            script.pass(1, TOO_MUCH);
            assert_eq!(script.pass(1, HALF), (Ceiling::Open, Burden::Calm));
        }
    }

    #[test]
    fn pictures_come_back_slowly_and_more_slowly_each_time_it_was_too_soon() {
        let mut script = Script::new();
        script.pass(2, TOO_MUCH);
        assert_eq!(script.overload.ceiling(), Ceiling::Medium);
        let mut waited = Vec::new();
        for _ in 0..6 {
            waited.push(script.until_changed(HALF));
            script.until_changed(TOO_MUCH);
        }
        assert_eq!(waited, [6, 11, 21, 41, 61, 61]);
        script.until_changed(HALF);
        script.pass(120, HALF);
        script.until_changed(TOO_MUCH);
        assert_eq!(script.until_changed(HALF), 6, "long ago is forgotten");
    }

    #[test]
    fn between_room_and_too_much_everything_stays_as_it_is() {
        let mut script = Script::new();
        script.pass(3, TOO_MUCH);
        let between = Reading { busy_permille: 800, ..HALF };
        assert_eq!(script.pass(600, between), (Ceiling::Low, Burden::Shedding));
    }

    #[test]
    fn without_a_limit_nothing_is_given_up() {
        let mut script = Script { overload: Overload::new(None), now: Instant::now() };
        assert_eq!(script.pass(60, TOO_MUCH), (Ceiling::Open, Burden::Calm));
    }

    proptest! {
        #[test]
        fn whatever_is_read_at_most_one_step_is_taken_at_a_time_and_half_idle_for_long_ends_calm(
            readings in prop::collection::vec((0..=1_000_u32, 0..1_000_u64, 0..5_000_u64), 0..200),
        ) {
            let mut script = Script::new();
            for (busy_permille, delay, after) in readings {
                let before = script.overload.ceiling();
                script.now += Duration::from_millis(after);
                script.overload.read(Reading { busy_permille, delay: Duration::from_millis(delay) }, script.now);
                let after = script.overload.ceiling();
                prop_assert!(after.steps().abs_diff(before.steps()) <= 1);
            }
            prop_assert_eq!(script.pass(400, HALF), (Ceiling::Open, Burden::Calm));
        }
    }
}
