//! The line to a receiver that reports what comes: estimation, and when packets may leave.

use std::time::{Duration, Instant};

use crate::bandwidth::{Desire, FIRST_ESTIMATE_BPS};
use crate::estimation::{Estimation, Pacing, Probe};
use crate::peer::feedback::Arrival;

/// What IP and UDP add to a packet.
const WRAPPING: usize = 28;
/// Paced packets leave a little faster than the line carries, so that none stay behind for ever.
const PACING_PERCENT: u64 = 115;
/// Nothing waits for longer than about this: what waits leaves faster then.
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// Changes of the estimate that are told at once; others after a while.
const TOLD_PERCENT: u64 = 3;
const TOLD_AFTER: Duration = Duration::from_secs(1);
/// The first guess is not told, unless nothing better was found out for so long: a picture that
/// waits for it comes late, and one that was cut for it has to be asked for anew.
const SETTLES_WITHIN: Duration = Duration::from_secs(1);
/// More packets between two reports than this were not lost.
const MOST_BETWEEN: u64 = 500;
/// A time of the receiver's clock begins anew after so much (24 bits of 64 ms).
const CLOCK_US: i64 = 64_000 << 24;
/// The receiver's clock is taken to begin this late, so that no time lies before its begin.
const CLOCK_BEGINS_US: i64 = CLOCK_US;

pub(super) struct Line {
    estimation: Estimation,
    media: Pacing,
    /// What keeps the line full, and at what rate.
    padding: Option<(u64, Pacing)>,
    probe: Option<Running>,
    told: Option<(u64, Instant)>,
    /// When the receiver reported first.
    heard_at: Option<Instant>,
    /// The number of the last report, and the first packet it says nothing of.
    reported: Option<(u8, u64)>,
    /// The receiver's clock when it last reported.
    clock_us: Option<i64>,
    arrivals: Vec<(u64, Option<Duration>)>,
}

/// A cluster of packets that is being sent.
struct Running {
    probe: Probe,
    pacing: Pacing,
    bytes: usize,
    packets: usize,
}

impl Line {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            estimation: Estimation::new(FIRST_ESTIMATE_BPS, now),
            media: Pacing::new(FIRST_ESTIMATE_BPS * PACING_PERCENT / 100, now),
            padding: None,
            probe: None,
            told: None,
            heard_at: None,
            reported: None,
            clock_us: None,
            arrivals: Vec::new(),
        }
    }

    /// A packet leaves; `marked`: as part of the cluster that is being sent.
    pub(super) fn left(&mut self, number: u64, bytes: usize, marked: bool, now: Instant) {
        let wire = bytes + WRAPPING;
        self.media.spent(wire, now);
        if let Some((_, padding)) = &mut self.padding {
            padding.spent(wire, now);
        }
        let mut id = None;
        if let Some(running) = self.probe.as_mut().filter(|_| marked) {
            id = Some(running.probe.id);
            running.pacing.spent(wire, now);
            running.bytes += wire;
            running.packets += 1;
            if running.is_over() {
                self.probe = None;
            }
        }
        self.estimation.sent(number, wire, id, now);
    }

    /// The receiver says what came and when; numbers as whole ones. What lies between a report and
    /// the one before is missing: some receivers begin a report with what came.
    pub(super) fn reported(&mut self, report: u8, arrivals: &[Arrival], whole: impl Fn(u16) -> u64, now: Instant) {
        self.arrivals.clear();
        let Some((first, last)) = arrivals.first().zip(arrivals.last()).map(|(a, b)| (whole(a.0), whole(b.0))) else {
            return;
        };
        if let Some((before, next)) = self.reported
            && report == before.wrapping_add(1)
            && first.saturating_sub(next) < MOST_BETWEEN
        {
            self.arrivals.extend((next..first).map(|number| (number, None)));
        }
        let next = self.reported.map_or(0, |(_, next)| next);
        self.reported = Some((report, next.max(last + 1)));
        for (number, came) in arrivals {
            let came = came.map(|came| self.clock(came));
            self.arrivals.push((whole(*number), came));
        }
        self.heard_at.get_or_insert(now);
        self.estimation.reported(self.arrivals.iter().copied(), now);
    }

    /// A time of the receiver's clock that does not begin anew.
    fn clock(&mut self, came_us: i64) -> Duration {
        let last = self.clock_us.unwrap_or(CLOCK_BEGINS_US + came_us.rem_euclid(CLOCK_US));
        let step = (came_us - last + CLOCK_US / 2).rem_euclid(CLOCK_US) - CLOCK_US / 2;
        let time = last + step;
        self.clock_us = Some(time);
        Duration::from_micros(time.unsigned_abs())
    }

    /// Time passes; `waiting`: bytes that wait to leave; `can_pad`: clusters can be made.
    pub(super) fn advance(&mut self, waiting: usize, can_pad: bool, now: Instant) {
        self.estimation.advance(now);
        let bps = self.estimation.estimate_bps();
        let least = waiting as u64 * 8_000 / LONGEST_WAIT.as_millis() as u64;
        self.media.set_rate((bps * PACING_PERCENT / 100).max(least));
        let wanted = self.estimation.padding_bps();
        if self.padding.as_ref().map_or(0, |(bps, _)| *bps) != wanted {
            self.padding = match self.padding.take() {
                _ if wanted == 0 => None,
                Some((_, mut padding)) => {
                    padding.set_rate(wanted);
                    Some((wanted, padding))
                }
                None => Some((wanted, Pacing::new(wanted, now))),
            };
        }
        if self.probe.is_none() && can_pad {
            self.probe = self.estimation.probe(now).map(|probe| Running {
                pacing: Pacing::new(probe.bps, now),
                probe,
                bytes: 0,
                packets: 0,
            });
        }
    }

    /// Whether a paced packet of so many bytes may leave.
    pub(super) fn may(&mut self, bytes: usize, now: Instant) -> bool {
        match &mut self.probe {
            Some(running) => running.pacing.may(bytes + WRAPPING, now),
            None => self.media.may(bytes + WRAPPING, now),
        }
    }

    /// Whether it is time to send something although there is nothing to say.
    pub(super) fn may_pad(&mut self, bytes: usize, now: Instant) -> bool {
        match (&mut self.probe, &mut self.padding) {
            (Some(running), _) => running.pacing.may(bytes + WRAPPING, now),
            (None, Some((_, padding))) => padding.may(bytes + WRAPPING, now),
            (None, None) => false,
        }
    }

    /// When [`Self::may`] changes.
    pub(super) fn due(&self, bytes: usize, now: Instant) -> Instant {
        match &self.probe {
            Some(running) => running.pacing.due(bytes + WRAPPING, now),
            None => self.media.due(bytes + WRAPPING, now),
        }
    }

    /// When [`Self::may_pad`] changes.
    pub(super) fn padding_due(&self, bytes: usize, now: Instant) -> Option<Instant> {
        match (&self.probe, &self.padding) {
            (Some(running), _) => Some(running.pacing.due(bytes + WRAPPING, now)),
            (None, Some((_, padding))) => Some(padding.due(bytes + WRAPPING, now)),
            (None, None) => None,
        }
    }

    /// When the estimation has something to do.
    pub(super) fn estimation_due(&self) -> Option<Instant> {
        self.estimation.due()
    }

    pub(super) fn is_probing(&self) -> bool {
        self.probe.is_some()
    }

    pub(super) fn desire(&mut self, desire: Desire, now: Instant) {
        self.estimation.desire(desire, now);
    }

    pub(super) fn begin_anew(&mut self, bps: u64, now: Instant) {
        self.estimation.begin_anew(bps, now);
        self.probe = None;
    }

    pub(super) fn has_feedback(&self) -> bool {
        self.heard_at.is_some()
    }

    /// An estimate that is worth a word.
    pub(super) fn news(&mut self, now: Instant) -> Option<u64> {
        if self.told.is_none() && !self.is_settled(now) {
            return None;
        }
        let bps = self.estimation.estimate_bps();
        let is_new = self.told.is_none_or(|(told, at)| {
            bps.abs_diff(told) * 100 > told * TOLD_PERCENT
                || bps != told && now.saturating_duration_since(at) >= TOLD_AFTER
        });
        is_new.then(|| {
            self.told = Some((bps, now));
            bps
        })
    }

    fn is_settled(&self, now: Instant) -> bool {
        self.heard_at.is_some_and(|heard_at| {
            self.estimation.is_settled() || now.saturating_duration_since(heard_at) >= SETTLES_WITHIN
        })
    }

    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.estimation.round_trip()
    }

    pub(super) fn loss(&self, now: Instant) -> Option<f32> {
        self.estimation.loss(now)
    }
}

impl Running {
    fn is_over(&self) -> bool {
        self.bytes >= self.probe.bytes && self.packets >= self.probe.packets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receivers_clock_goes_on_where_it_begins_anew() {
        let mut line = Line::new(Instant::now());
        let before = line.clock(CLOCK_US / 2 - 1_000);
        let after = line.clock(-CLOCK_US / 2 + 1_000);
        assert_eq!(after - before, Duration::from_micros(2_000));
        assert_eq!(line.clock(-CLOCK_US / 2) + Duration::from_micros(1_000), after);
    }
}
