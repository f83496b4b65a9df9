use std::collections::VecDeque;
use std::time::Duration;

use super::bench::PACKET;
use super::secs;

/// A file fetched over TCP that takes what it can get (RFC 5681, without delayed acknowledgements): it knows no delay,
/// only losses.
pub(super) struct Download {
    /// Packets that may be on the way.
    window: f64,
    /// Up to here the window doubles with every round.
    threshold: f64,
    on_the_way: usize,
    /// Lost since the last that was not.
    missed: usize,
    /// When it is heard that a packet came, how many before it did not, and when it was sent.
    heard: VecDeque<(Duration, usize, Duration)>,
    heard_at: Duration,
    /// The window was halved for everything sent before.
    halved_at: Duration,
    came: u64,
}

impl Download {
    pub(super) fn begun(now: Duration) -> Self {
        Self {
            window: 10.0,
            threshold: f64::INFINITY,
            on_the_way: 0,
            missed: 0,
            heard: VecDeque::new(),
            heard_at: now,
            halved_at: now,
            came: 0,
        }
    }

    /// Whether a packet is to be sent now, and how many were lost just before it.
    pub(super) fn next(&mut self, now: Duration) -> Option<usize> {
        while let Some((_, missed, at)) = self.heard.pop_front_if(|(heard, ..)| *heard <= now) {
            (self.heard_at, self.came) = (now, self.came + PACKET as u64);
            self.on_the_way = self.on_the_way.saturating_sub(missed + 1);
            if missed > 0 && at >= self.halved_at {
                self.threshold = (self.window / 2.0).max(2.0);
                (self.window, self.halved_at) = (self.threshold, now);
            } else if self.window < self.threshold {
                self.window += 1.0;
            } else {
                self.window += 1.0 / self.window;
            }
        }
        if self.on_the_way > 0 && now - self.heard_at > secs(1) {
            // All that was on the way is gone.
            (self.threshold, self.window) = ((self.window / 2.0).max(2.0), 1.0);
            (self.on_the_way, self.missed, self.heard_at, self.halved_at) = (0, 0, now, now);
        }
        (self.on_the_way < self.window as usize).then_some(self.missed)
    }

    /// It was sent.
    pub(super) fn sent(&mut self, is_lost: bool) {
        self.on_the_way += 1;
        self.missed = if is_lost { self.missed + 1 } else { 0 };
    }

    /// A packet came, which will be heard.
    pub(super) fn came(&mut self, missed: usize, sent_at: Duration, heard: Duration) {
        self.heard.push_back((heard, missed, sent_at));
    }

    /// Bytes that came.
    pub(super) fn bytes(&self) -> u64 {
        self.came
    }
}
