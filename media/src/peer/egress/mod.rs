//! What leaves without the library, pictures and sound (decisions 0013 and 0025): numbered, paced
//! where the line is narrow, repeated when lost. The library keeps checks, key exchange, reports
//! and data channels, and sends one packet in so many itself.

mod leaving;
mod line;
mod reports;
mod stream;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) use leaving::LibrarysWay;
use line::Line;
use rustc_hash::FxHashMap;
use stream::Stream;

use super::feedback::Arrival;
use super::numbering::Numbering;
use super::sealing::Learning;
use crate::bandwidth::Desire;
use crate::mid::Mid;
use crate::packet::{Happening, Packet, Rewrite};

/// What header, extensions and seal add to a payload, about.
const AROUND: usize = 60;
/// The estimation is called no sooner than this after the last time.
const LEAST_PAUSE: Duration = Duration::from_millis(5);
/// The same where nothing can be tried out.
const LONG_PAUSE: Duration = Duration::from_millis(100);

/// How packets leave to one receiver.
pub(super) struct Egress {
    streams: FxHashMap<Mid, Stream>,
    pub(super) learning: Learning,
    pub(super) numbering: Option<Box<Numbering>>,
    /// Where the receiver reports what came.
    line: Option<Line>,
    /// Pictures leave evenly.
    is_paced: bool,
    /// Sound is part of the estimation.
    pub(super) with_pictures: bool,
    /// What waits, in its order, and its bytes.
    queue: VecDeque<(Arc<Packet>, Rewrite)>,
    queued_bytes: usize,
    /// Numbers to repeat, and those to repeat once more, each with the time.
    asked: VecDeque<Asked>,
    again: VecDeque<Asked>,
    pub(super) sealed_bytes: u64,
    /// What was told: that the line cannot be estimated.
    is_blind: bool,
    now: Instant,
    arrivals: Vec<Arrival>,
    content: Vec<u8>,
}

/// A packet that is missing.
#[derive(Clone, Copy)]
struct Asked {
    mid: Mid,
    number: u16,
    at: Instant,
}

impl Egress {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            streams: FxHashMap::default(),
            learning: Learning::default(),
            numbering: None,
            line: None,
            is_paced: false,
            with_pictures: false,
            queue: VecDeque::new(),
            queued_bytes: 0,
            asked: VecDeque::new(),
            again: VecDeque::new(),
            sealed_bytes: 0,
            is_blind: true,
            now,
            arrivals: Vec::new(),
            content: Vec::new(),
        }
    }

    /// Sections may be other ones than before. `transport`: of the sections with pictures, the
    /// extension with the transport-wide number, if they have one; `None` without pictures.
    pub(super) fn negotiated(&mut self, transport: Option<Option<u8>>) {
        self.streams.values_mut().for_each(Stream::look_again);
        let Some(transport) = transport else { return };
        let numbering = self.numbering.get_or_insert_default();
        match transport {
            Some(id) => {
                numbering.go_by(id);
                self.line.get_or_insert_with(|| Line::new(self.now));
            }
            None => self.line = None,
        }
    }

    /// Time passes.
    pub(super) fn advance(&mut self, now: Instant) {
        self.now = now;
        if matches!(self.learning, Learning::Impossible) {
            self.line = None;
        }
        let can_pad = self.can_pad();
        if let Some(line) = &mut self.line {
            line.advance(self.queued_bytes, can_pad, now);
        }
    }

    /// Whether there is a stream in whose name something can be sent that nobody needs.
    fn can_pad(&self) -> bool {
        self.learning.is_done() && self.streams.values().any(Stream::can_pad)
    }

    /// What there is to tell of the estimate.
    pub(super) fn news(&mut self) -> Option<Happening> {
        match &mut self.line {
            Some(line) => {
                let bps = line.news(self.now)?;
                self.is_blind = false;
                Some(Happening::Estimated(Some(bps)))
            }
            None if self.is_blind => None,
            None => {
                self.is_blind = true;
                Some(Happening::Estimated(None))
            }
        }
    }

    pub(super) fn pace(&mut self, paced: bool) {
        self.is_paced = paced;
    }

    pub(super) fn desire(&mut self, desire: Desire) {
        if let Some(line) = &mut self.line {
            line.desire(desire, self.now);
        }
    }

    pub(super) fn begin_anew(&mut self, bps: u64) {
        if let Some(line) = &mut self.line {
            line.begin_anew(bps, self.now);
        }
    }

    /// There and back, and the share lost on the way lately, as the receiver reports.
    pub(super) fn measured(&self) -> Option<(Option<Duration>, Option<f32>)> {
        self.line.as_ref().filter(|line| line.has_feedback()).map(|line| (line.round_trip(), line.loss(self.now)))
    }

    /// When something is to leave or to be looked at.
    pub(super) fn due(&self) -> Option<Instant> {
        let bytes_due = |bytes: usize| match &self.line {
            Some(line) if self.is_even(line) => line.due(bytes, self.now),
            _ => self.now,
        };
        let media = self.queue.front().map(|(packet, _)| bytes_due(packet.payload.len() + AROUND));
        let asked = [self.asked.front(), self.again.front()].into_iter().flatten();
        let repeats = asked.map(|asked| asked.at.max(bytes_due(AROUND))).min();
        let padding = self.line.as_ref().and_then(|line| line.padding_due(leaving::PADDING, self.now));
        let can_pad = self.can_pad();
        let padding = padding.filter(|_| can_pad);
        // It is in no greater hurry, and may not get what it waits for.
        let estimation = self.line.as_ref().and_then(Line::estimation_due);
        let estimation = estimation.map(|at| at.max(self.now + if can_pad { LEAST_PAUSE } else { LONG_PAUSE }));
        [media, repeats, padding, estimation].into_iter().flatten().min()
    }

    /// Whether packets wait for their time.
    fn is_even(&self, line: &Line) -> bool {
        self.is_paced || line.is_probing()
    }
}
