use std::time::{Duration, Instant};

use super::vp8;
use crate::Quality;
use crate::mid::Mid;
use crate::packet::{Codec, Packet, Rewrite};

/// How far back a packet may come late and still be sent on.
const LATEST: u64 = 1_000;

/// The numbering of one section towards one receiver: sequence numbers without gaps of our
/// making and timestamps that go on evenly, whatever feeds it.
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
    /// Incoming + shift = outgoing, wrapping.
    sequence_shift: u64,
    timestamp_shift: u32,
    /// The first incoming number that is sent; older ones belong before a gap of our making.
    first_sequence: u64,
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
            source.sequence_shift = self.next_sequence.wrapping_sub(packet.sequence);
            source.first_sequence = packet.sequence;
        }
    }

    /// The numbers for a packet; `None` if it must not be sent any more.
    pub(crate) fn rewrite(&mut self, packet: &Packet, mid: Mid, now: Instant) -> Option<Rewrite> {
        let descriptor = (packet.codec == Codec::Vp8).then(|| vp8::Descriptor::read(&packet.payload)).flatten();
        let clock_hz = if packet.codec == Codec::Opus { 48_000 } else { 90_000 };
        if self.source.as_ref().is_none_or(|source| source.quality != packet.quality) {
            let timestamp = match self.last {
                Some((timestamp, at)) => {
                    timestamp.wrapping_add(ticks(now.saturating_duration_since(at), clock_hz).max(1))
                }
                None => packet.timestamp,
            };
            self.source = Some(Source {
                quality: packet.quality,
                sequence_shift: self.next_sequence.wrapping_sub(packet.sequence),
                timestamp_shift: timestamp.wrapping_sub(packet.timestamp),
                first_sequence: packet.sequence,
            });
            if let Some(descriptor) = &descriptor {
                self.vp8.follow(descriptor);
            }
        }
        let source = self.source.as_ref().expect("set above");
        if packet.sequence < source.first_sequence {
            return None;
        }
        let sequence = packet.sequence.wrapping_add(source.sequence_shift);
        if sequence + LATEST < self.next_sequence {
            return None;
        }
        let timestamp = packet.timestamp.wrapping_add(source.timestamp_shift);
        if sequence >= self.next_sequence {
            self.next_sequence = sequence + 1;
            self.last = Some((timestamp, now));
        }
        let vp8 = descriptor.and_then(|descriptor| self.vp8.patch(&descriptor));
        Some(Rewrite { mid, sequence, timestamp, vp8 })
    }
}

fn ticks(elapsed: Duration, clock_hz: u32) -> u32 {
    // A pause of half a day may wrap; the receiver starts from a keyframe then anyway.
    #[expect(clippy::cast_possible_truncation, reason = "RTP timestamps wrap by design")]
    let ticks = (elapsed.as_micros() * u128::from(clock_hz) / 1_000_000) as u32;
    ticks
}
