//! What receivers report: what came, and what is missing.

use std::time::{Duration, Instant};

use super::{Asked, Egress};
use crate::peer::feedback::{self, Kind};

/// Missing packets that are looked for in one report; the rest is asked for again.
const MOST_ASKED: usize = 128;
/// All that wait to be repeated.
const MOST_WAITING: usize = 256;
/// Where more is lost, repeats leave twice: each freezes the picture that is lost as well.
const LOSSY: f32 = 0.04;
/// The second one so much later: losses come in groups.
const APART: Duration = Duration::from_millis(10);

impl Egress {
    /// Looks at what the library was sent last, if it was a report.
    pub(in crate::peer) fn take_report(&mut self, now: Instant) {
        self.now = now;
        let Some(numbering) = self.numbering.as_mut().filter(|numbering| !numbering.report.is_empty()) else { return };
        let mut report = std::mem::take(&mut numbering.report);
        for part in feedback::parts(&report) {
            match part.kind {
                Kind::Arrivals => self.take_arrivals(part.bytes, now),
                Kind::Missing => self.take_missing(part.bytes, now),
                Kind::Other => {}
            }
        }
        report.clear();
        if let Some(numbering) = &mut self.numbering {
            numbering.report = report;
        }
    }

    fn take_arrivals(&mut self, part: &[u8], now: Instant) {
        let Self { line: Some(line), numbering: Some(numbering), arrivals, .. } = self else { return };
        if let Some(report) = feedback::arrivals(part, arrivals) {
            line.reported(report, arrivals, |number| numbering.whole(number), now);
            self.advance(now);
        }
    }

    /// Notes what to send again, as far as it was ours.
    fn take_missing(&mut self, part: &[u8], now: Instant) {
        let Some((source, numbers)) = feedback::missing(part) else { return };
        let is_lossy = self.line.as_ref().and_then(|line| line.loss(now)).is_some_and(|loss| loss > LOSSY);
        let Some((mid, stream)) = self.streams.iter_mut().find(|(_, stream)| stream.source == source) else { return };
        if stream.repeats_source.is_none() {
            return;
        }
        for number in numbers.take(MOST_ASKED) {
            if self.asked.len() >= MOST_WAITING {
                return;
            }
            if stream.repeats.ask(number, if is_lossy { 2 } else { 1 }, now) {
                self.asked.push_back(Asked { mid: *mid, number, at: now });
                if is_lossy {
                    self.again.push_back(Asked { mid: *mid, number, at: now + APART });
                }
            }
        }
    }
}
