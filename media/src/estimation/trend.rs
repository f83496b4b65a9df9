use std::collections::VecDeque;

use super::groups::Spacing;

/// The line through so many points.
const POINTS: usize = 20;
/// How much of the smoothed delay stays with each group.
const SMOOTHING: f64 = 0.9;
/// The slope is compared with the threshold times this, and times the number of groups up to
/// [`MOST_GROUPS`]: what is short-lived is less certain.
const GAIN: f64 = 4.0;
const MOST_GROUPS: f64 = 60.0;
/// Where the threshold begins, and how far it may go.
const FIRST_THRESHOLD_MS: f64 = 12.5;
const LEAST_THRESHOLD_MS: f64 = 6.0;
const MOST_THRESHOLD_MS: f64 = 600.0;
/// How fast the threshold follows, per millisecond: slowly up, so that over-use is noticed; a bit
/// faster down. With a fixed one a flow beside one that fills the queue would starve.
const UP: f64 = 0.0087;
const DOWN: f64 = 0.039;
/// A spike this far above the threshold does not move it.
const SPIKE_MS: f64 = 15.0;
const LONGEST_STEP_MS: f64 = 100.0;
/// The slope must be too steep for so long.
const OVER_FOR_MS: f64 = 10.0;

/// What becomes of the queue on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Usage {
    #[default]
    Normal,
    /// It grows: more is sent than the line carries.
    Over,
    /// It drains.
    Under,
}

/// Finds out whether the queue grows, from how much further apart packets come than they left.
#[derive(Debug)]
pub(super) struct Trend {
    /// When a group came, and the smoothed delay that had gathered by then.
    points: VecDeque<(f64, f64)>,
    groups: f64,
    gathered_ms: f64,
    smoothed_ms: f64,
    threshold_ms: f64,
    slope: f64,
    over: Option<Over>,
    last_at_ms: Option<f64>,
    usage: Usage,
}

/// The slope is too steep.
#[derive(Clone, Copy, Debug)]
struct Over {
    for_ms: f64,
    groups: u32,
}

impl Trend {
    pub(super) fn new() -> Self {
        Self {
            points: VecDeque::with_capacity(POINTS + 1),
            groups: 0.0,
            gathered_ms: 0.0,
            smoothed_ms: 0.0,
            threshold_ms: FIRST_THRESHOLD_MS,
            slope: 0.0,
            over: None,
            last_at_ms: None,
            usage: Usage::Normal,
        }
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// The clock jumped, or the line is another: what the threshold learned stays.
    pub(super) fn forget(&mut self) {
        self.points.clear();
        self.groups = 0.0;
        self.gathered_ms = 0.0;
        self.smoothed_ms = 0.0;
        self.slope = 0.0;
        self.over = None;
        self.last_at_ms = None;
        self.usage = Usage::Normal;
    }

    pub(super) fn add(&mut self, spacing: Spacing) {
        self.groups = (self.groups + 1.0).min(MOST_GROUPS);
        self.gathered_ms += spacing.came_ms - spacing.sent_ms;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.gathered_ms;
        self.points.push_back((spacing.at_ms, self.smoothed_ms));
        if self.points.len() > POINTS {
            self.points.pop_front();
        }
        let slope = if self.points.len() == POINTS { self.fitted_slope() } else { Some(self.slope) };
        self.judge(slope.unwrap_or(self.slope), spacing);
    }

    fn judge(&mut self, slope: f64, spacing: Spacing) {
        let trend_ms = self.groups * slope * GAIN;
        if trend_ms > self.threshold_ms {
            // Of the first group nobody knows since when it was so.
            let before = self.over.unwrap_or(Over { for_ms: -spacing.sent_ms / 2.0, groups: 0 });
            let over = Over { for_ms: before.for_ms + spacing.sent_ms, groups: before.groups + 1 };
            let is_certain = over.for_ms > OVER_FOR_MS && over.groups > 1 && slope >= self.slope;
            self.over = if is_certain { None } else { Some(over) };
            if is_certain {
                self.usage = Usage::Over;
            }
        } else {
            self.over = None;
            self.usage = if trend_ms < -self.threshold_ms { Usage::Under } else { Usage::Normal };
        }
        self.slope = slope;
        self.adapt(trend_ms.abs(), spacing.at_ms);
    }

    fn adapt(&mut self, trend_ms: f64, at_ms: f64) {
        let elapsed_ms = self.last_at_ms.map_or(0.0, |last| at_ms - last).clamp(0.0, LONGEST_STEP_MS);
        self.last_at_ms = Some(at_ms);
        if trend_ms > self.threshold_ms + SPIKE_MS {
            return;
        }
        let speed = if trend_ms < self.threshold_ms { DOWN } else { UP };
        let moved = self.threshold_ms + speed * (trend_ms - self.threshold_ms) * elapsed_ms;
        self.threshold_ms = moved.clamp(LEAST_THRESHOLD_MS, MOST_THRESHOLD_MS);
    }

    /// The slope of the line that lies closest to all points (least squares).
    fn fitted_slope(&self) -> Option<f64> {
        let count = self.points.len() as f64;
        let mean_at = self.points.iter().map(|(at, _)| at).sum::<f64>() / count;
        let mean_delay = self.points.iter().map(|(_, delay)| delay).sum::<f64>() / count;
        let (mut above, mut below) = (0.0, 0.0);
        for (at, delay) in &self.points {
            above += (at - mean_at) * (delay - mean_delay);
            below += (at - mean_at) * (at - mean_at);
        }
        (below > 0.0).then(|| above / below)
    }
}
