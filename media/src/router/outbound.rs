use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::vp8;
use crate::Quality;
use crate::mid::Mid;
use crate::packet::{Codec, Packet, Rewrite};

/// How far back a packet may come late and still be sent on.
const LATEST: u64 = 1_000;
/// How many packets left out are remembered for the sake of late ones.
const MOST_SPANS: usize = 256;

/// The numbering of one section towards one receiver: sequence numbers without gaps of our
/// making and timestamps that go on evenly, whatever feeds it and whatever is left out.
#[derive(Debug)]
pub(crate) struct Outbound {
    next_sequence: u64,
    source: Option<Source>,
    /// The newest timestamp sent and when.
    last: Option<(u32, Instant)>,
    vp8: vp8::Counters,
}

#[derive(Debug)]
struct Source {
    quality: Quality,
    timestamp_shift: u32,
    /// The first incoming number that is sent; older ones belong before a gap of our making.
    first_sequence: u64,
    /// The newest incoming number, sent or left out.
    newest: u64,
    /// How numbers are shifted, oldest first; never empty.
    spans: VecDeque<Span>,
    last_left_out: Option<u16>,
}

/// From an incoming number on, until the next span.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: u64,
    /// Incoming + shift = outgoing, wrapping.
    shift: u64,
    /// Pictures left out before it.
    left_out: u16,
}

impl Source {
    fn span(&self, sequence: u64) -> Option<Span> {
        self.spans.iter().rev().find(|span| span.from <= sequence).copied()
    }
}

impl Outbound {
    pub(crate) fn new(first_sequence: u64) -> Self {
        Self { next_sequence: first_sequence, source: None, last: None, vp8: vp8::Counters::default() }
    }

    /// The next packet comes from somewhere else (or after a pause of any length).
    pub(crate) fn cut(&mut self) {
        self.source = None;
    }

    /// The next packet of the same source leaves no gap, although some were not sent. The
    /// timestamps stay true: the pause was real.
    pub(crate) fn resume(&mut self, packet: &Packet) {
        if let Some(source) = &mut self.source {
            let left_out = source.spans.back().map_or(0, |span| span.left_out);
            let shift = self.next_sequence.wrapping_sub(packet.sequence);
            source.spans.clear();
            source.spans.push_back(Span { from: packet.sequence, shift, left_out });
            source.first_sequence = packet.sequence;
            source.newest = packet.sequence;
        }
    }

    /// The numbers for a packet; `None` if it must not be sent any more.
    pub(crate) fn rewrite(
        &mut self,
        packet: &Packet,
        descriptor: Option<&vp8::Descriptor>,
        mid: Mid,
        now: Instant,
    ) -> Option<Rewrite> {
        self.follow(packet, descriptor, now);
        let source = self.source.as_mut().expect("set by `follow`");
        let (sequence, span) = place(source, packet.sequence, self.next_sequence)?;
        source.newest = source.newest.max(packet.sequence);
        let timestamp = packet.timestamp.wrapping_add(source.timestamp_shift);
        if sequence >= self.next_sequence {
            self.next_sequence = sequence + 1;
            self.last = Some((timestamp, now));
        }
        let vp8 = descriptor.and_then(|descriptor| self.vp8.patch(descriptor, span.left_out));
        Some(Rewrite { mid, sequence, timestamp, marker: packet.marker, vp8, is_filler: false })
    }

    /// Leaves a packet out: the following ones close up. One that comes late has its number
    /// taken already, so an empty packet must stand in for it.
    pub(crate) fn leave_out(
        &mut self,
        packet: &Packet,
        descriptor: Option<&vp8::Descriptor>,
        mid: Mid,
        now: Instant,
    ) -> Option<Rewrite> {
        self.follow(packet, descriptor, now);
        let source = self.source.as_mut().expect("set by `follow`");
        let (sequence, span) = place(source, packet.sequence, self.next_sequence)?;
        if packet.sequence < source.newest || sequence < self.next_sequence {
            let timestamp = packet.timestamp.wrapping_add(source.timestamp_shift);
            return Some(Rewrite { mid, sequence, timestamp, marker: packet.marker, vp8: None, is_filler: true });
        }
        source.newest = packet.sequence;
        let picture = descriptor.and_then(|descriptor| descriptor.picture_id).map(|(id, _)| id);
        let is_new_picture = picture.is_some() && picture != source.last_left_out;
        source.last_left_out = picture;
        if source.spans.len() == MOST_SPANS {
            source.spans.pop_front();
        }
        source.spans.push_back(Span {
            from: packet.sequence + 1,
            shift: span.shift.wrapping_sub(1),
            left_out: span.left_out.wrapping_add(u16::from(is_new_picture)),
        });
        // Those still missing before it may come yet and have their numbers.
        self.next_sequence = sequence;
        None
    }

    /// Goes over to the source of a packet, if it is another than before.
    fn follow(&mut self, packet: &Packet, descriptor: Option<&vp8::Descriptor>, now: Instant) {
        if self.source.as_ref().is_some_and(|source| source.quality == packet.quality) {
            return;
        }
        let clock_hz = if packet.codec == Codec::Opus { 48_000 } else { 90_000 };
        let timestamp = match self.last {
            Some((timestamp, at)) => timestamp.wrapping_add(ticks(now.saturating_duration_since(at), clock_hz).max(1)),
            None => packet.timestamp,
        };
        let shift = self.next_sequence.wrapping_sub(packet.sequence);
        self.source = Some(Source {
            quality: packet.quality,
            timestamp_shift: timestamp.wrapping_sub(packet.timestamp),
            first_sequence: packet.sequence,
            newest: packet.sequence,
            spans: VecDeque::from([Span { from: packet.sequence, shift, left_out: 0 }]),
            last_left_out: None,
        });
        if let Some(descriptor) = descriptor {
            self.vp8.follow(descriptor);
        }
    }
}

/// Where a packet belongs; `None` if it is too old.
fn place(source: &Source, sequence: u64, next: u64) -> Option<(u64, Span)> {
    if sequence < source.first_sequence {
        return None;
    }
    let span = source.span(sequence)?;
    let outgoing = sequence.wrapping_add(span.shift);
    (outgoing + LATEST >= next).then_some((outgoing, span))
}

fn ticks(elapsed: Duration, clock_hz: u32) -> u32 {
    // A pause of half a day may wrap; the receiver starts from a keyframe then anyway.
    #[expect(clippy::cast_possible_truncation, reason = "RTP timestamps wrap by design")]
    let ticks = (elapsed.as_micros() * u128::from(clock_hz) / 1_000_000) as u32;
    ticks
}
