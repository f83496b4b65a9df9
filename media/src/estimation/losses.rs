/// Losses are judged after so many packets and so long.
const PACKETS: u32 = 50;
const WHILE_US: i64 = 500_000;
/// Or after so long with what there is, if it is not too little.
const LONGEST_US: i64 = 2_000_000;
const FEWEST: u32 = 10;

/// Fewer do no harm.
const HARMLESS: f64 = 0.02;
/// More are too many.
const TOO_MANY: f64 = 0.1;
/// What is given up for losses while packets wait: this times their share.
const GIVEN_UP: f64 = 0.5;
/// How fast the bound grows while losses do no harm, per second.
const RAISE: f64 = 1.1;
/// A bound this far above what the delay allows is none.
const FREE: f64 = 1.2;

/// Losses that stay when less is sent, at least so many of what they were, do not come from what is
/// sent.
const STAYS: f64 = 0.5;
/// More than so many are never taken for the line's own.
const MOST_EXCUSED: f64 = 0.35;
/// How fast it is noticed that the line has become better.
const FORGET: f64 = 0.15;

/// What is known when losses are judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// What the delay allows, bits per second.
    pub(super) bps: f64,
    /// Packets wait on the way.
    pub(super) waits: bool,
    pub(super) round_trip_us: i64,
}

/// Bounds the rate by losses. Those that come from a full queue are answered by sending less. Those
/// that come while no packet waits may be the line's own (radio) or those of a line that cuts off
/// what is too much: a trial tells one from the other. Less is sent for a moment; if as many are
/// lost, they are the line's own and excused.
#[derive(Debug, Default)]
pub(super) struct Losses {
    came: u32,
    lost: u32,
    since_us: Option<i64>,
    bound_bps: Option<f64>,
    /// The share that is lost whatever is sent.
    excused: f64,
    trial: Option<Trial>,
}

/// Less is sent, to see whether less is lost.
#[derive(Clone, Copy, Debug)]
struct Trial {
    before_bps: Option<f64>,
    share: f64,
}

impl Losses {
    pub(super) fn count(&mut self, came: u32, lost: u32) {
        self.came = self.came.saturating_add(came);
        self.lost = self.lost.saturating_add(lost);
    }

    /// One that was taken for lost came late.
    pub(super) fn take_back(&mut self) {
        self.lost = self.lost.saturating_sub(1);
        self.came = self.came.saturating_add(1);
    }

    /// No more than this, bits per second.
    pub(super) fn bound_bps(&self) -> Option<f64> {
        self.bound_bps
    }

    /// Whether looking for more makes sense.
    pub(super) fn are_harmless(&self) -> bool {
        self.trial.is_none()
    }

    /// A probe came through at so much.
    pub(super) fn probed(&mut self, bps: f64) {
        self.bound_bps = self.bound_bps.map(|bound| bound.max(bps));
    }

    pub(super) fn judge(&mut self, seen: Seen, now_us: i64) {
        let since_us = *self.since_us.get_or_insert(now_us);
        let (elapsed_us, packets) = (now_us - since_us, self.came + self.lost);
        let is_enough = elapsed_us >= WHILE_US && packets >= PACKETS;
        let is_late = elapsed_us >= LONGEST_US && packets >= FEWEST;
        if elapsed_us < 0 {
            // What was sent before the trial is still being reported.
            (self.came, self.lost) = (0, 0);
        } else if is_enough || is_late {
            let share = f64::from(self.lost) / f64::from(packets);
            self.begin(now_us);
            self.conclude(share, elapsed_us as f64 / 1_000_000.0, seen, now_us);
        }
    }

    fn begin(&mut self, from_us: i64) {
        self.since_us = Some(from_us);
        (self.came, self.lost) = (0, 0);
    }

    fn conclude(&mut self, share: f64, seconds: f64, seen: Seen, now_us: i64) {
        if let Some(trial) = self.trial.take() {
            if share >= STAYS * trial.share && !seen.waits {
                self.excused = share.max(trial.share);
                self.bound_bps = trial.before_bps;
            }
            return;
        }
        if share < self.excused {
            self.excused -= FORGET * (self.excused - share);
        }
        let excess = share - self.excused;
        let allowed_bps = self.bound_bps.map_or(seen.bps, |bound| bound.min(seen.bps));
        if excess > TOO_MANY && (seen.waits || share > MOST_EXCUSED) {
            self.bound_bps = Some(allowed_bps * (1.0 - GIVEN_UP * excess));
        } else if excess > TOO_MANY {
            self.trial = Some(Trial { before_bps: self.bound_bps, share });
            self.bound_bps = Some(allowed_bps * (1.0 - share));
            self.begin(now_us + seen.round_trip_us * 3 / 2);
        } else if excess <= HARMLESS {
            let raised = self.bound_bps.map(|bound| bound * RAISE.powf(seconds));
            self.bound_bps = raised.filter(|bound| *bound < FREE * seen.bps);
        }
    }
}
