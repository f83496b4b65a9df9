//! Sound for lines that lose much. Browsers send each piece once; some clients send it twice, in its
//! own packet and in the next (RFC 2198). Of a line that loses one packet in ten, one piece in ten is
//! then missing, or one in a hundred. Whoever has such a line gets each piece three times: the packet
//! is made anew once, for all of them.
//!
//! Nothing is kept or made for streams that only go to good lines.

mod hardship;
mod history;
mod red;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use hardship::Hardship;
use history::History;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::PeerId;
use crate::mid::Mid;
use crate::packet::{Codec, Packet};

/// A stream that no bad line got for so long is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2);

/// Who gets sound three times, and what that needs.
#[derive(Default)]
pub(crate) struct Redundancy {
    receivers: FxHashSet<PeerId>,
    streams: FxHashMap<(PeerId, Mid), Stream>,
}

struct Stream {
    history: History,
    used_at: Instant,
    /// The latest packet by its number, and what became of it.
    latest: Option<(u64, Option<Arc<Packet>>)>,
}

impl Redundancy {
    /// Whether a receiver's line is that bad.
    pub(crate) fn set(&mut self, receiver: PeerId, is_hard: bool) {
        if is_hard {
            self.receivers.insert(receiver);
        } else {
            self.receivers.remove(&receiver);
        }
    }

    /// Whether a receiver gets sound three times.
    pub(crate) fn has(&self, receiver: PeerId) -> bool {
        self.receivers.contains(&receiver)
    }

    /// The packet for a receiver, if it is to get another than the publisher sent. `may_repeat`: what
    /// came alone may be sent again.
    pub(crate) fn packet(
        &mut self,
        receiver: PeerId,
        packet: &Packet,
        may_repeat: impl FnOnce() -> bool,
        now: Instant,
    ) -> Option<Arc<Packet>> {
        if self.receivers.is_empty() || packet.codec != Codec::Opus || !self.receivers.contains(&receiver) {
            return None;
        }
        let came_alone = !packet.carried.is_redundant();
        let alone = if came_alone { Some(packet.carried.repeatable().filter(|_| may_repeat())?) } else { None };
        let stream = self.streams.entry((packet.from, packet.mid)).or_insert_with(|| Stream {
            history: History::default(),
            used_at: now,
            latest: None,
        });
        stream.used_at = now;
        match &stream.latest {
            Some((sequence, made)) if *sequence == packet.sequence => made.clone(),
            _ => {
                let payload = stream.history.thrice(packet.timestamp, &packet.payload, alone);
                let made = payload.map(|payload| Arc::new(packet.with_earlier(payload)));
                stream.latest = Some((packet.sequence, made.clone()));
                made
            }
        }
    }

    /// Forgets streams that are not needed any more.
    pub(crate) fn tick(&mut self, now: Instant) {
        self.streams.retain(|_, stream| now.saturating_duration_since(stream.used_at) < FORGOTTEN_AFTER);
    }
}

/// Reads a stream of any bytes, three before each packet: how much later it is, and its length, of which the
/// highest bit says that it is a piece alone.
pub(crate) fn fuzz(bytes: &[u8]) {
    let (mut history, mut timestamp, mut rest) = (History::default(), 0_u32, bytes);
    while let [ticks, high, low, tail @ ..] = rest {
        let alone = (high & 0x80 != 0).then_some(111);
        let length = usize::from(u16::from_be_bytes([high & 0x7f, *low])).min(tail.len());
        let (payload, after) = tail.split_at(length);
        rest = after;
        timestamp = timestamp.wrapping_add(u32::from(*ticks) * 120);
        let own = |packet: &[u8]| red::read(packet).and_then(|blocks| Some(blocks.last()?.content.to_vec()));
        let packet: Arc<[u8]> = Arc::from(payload);
        if let Some(more) = history.thrice(timestamp, &packet, alone) {
            let before = if alone.is_some() { Some(packet.to_vec()) } else { own(&packet) };
            assert_eq!(own(&more), before, "its own piece stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quality;
    use crate::peer::Carried;

    fn packet(number: u8, carried: Carried) -> Packet {
        let payload = [0x80 | 111, 0x0f, 0x00, 1, 111, number.wrapping_sub(1), number];
        Packet {
            from: PeerId(1),
            mid: Mid::new("0").expect("it is short"),
            quality: Quality::High,
            has_rid: false,
            sequence: number.into(),
            timestamp: u32::from(number) * 960,
            marker: false,
            codec: Codec::Opus,
            payload: Arc::from(payload),
            level: None,
            carried,
        }
    }

    #[test]
    fn packets_are_made_once_for_all_bad_lines_and_never_for_good_ones() {
        let (mut redundancy, now) = (Redundancy::default(), Instant::now());
        assert!(redundancy.packet(PeerId(2), &packet(1, Carried::redundant()), || true, now).is_none());
        redundancy.set(PeerId(2), true);
        redundancy.set(PeerId(3), true);
        assert!(redundancy.packet(PeerId(4), &packet(1, Carried::redundant()), || true, now).is_none());
        assert!(redundancy.streams.is_empty(), "nothing is kept for a good line");
        redundancy.packet(PeerId(2), &packet(2, Carried::redundant()), || true, now);
        let third = packet(3, Carried::redundant());
        let made = [2, 3].map(|peer| redundancy.packet(PeerId(peer), &third, || true, now).expect("three pieces go"));
        assert!(Arc::ptr_eq(&made[0], &made[1]));
        assert_eq!(made[0].payload.len(), third.payload.len() + 5);
        redundancy.set(PeerId(2), false);
        assert!(redundancy.packet(PeerId(2), &third, || true, now).is_none());
    }

    #[test]
    fn sound_without_redundancy_stays_as_it_is() {
        let (mut redundancy, now) = (Redundancy::default(), Instant::now());
        redundancy.set(PeerId(2), true);
        for number in 1..5 {
            assert!(redundancy.packet(PeerId(2), &packet(number, Carried::plain()), || true, now).is_none());
        }
        assert!(redundancy.streams.is_empty());
    }

    #[test]
    fn what_came_alone_is_repeated_if_that_is_allowed() {
        let (mut redundancy, now) = (Redundancy::default(), Instant::now());
        redundancy.set(PeerId(2), true);
        assert!(
            redundancy.packet(PeerId(2), &packet(1, Carried::once()), || true, now).is_none(),
            "nothing was before"
        );
        let second = packet(2, Carried::once());
        let made = redundancy.packet(PeerId(2), &second, || true, now).expect("two pieces go");
        assert!(made.carried.is_redundant());
        assert_eq!(made.payload.len(), 4 + 1 + 2 * second.payload.len());
        assert!(redundancy.packet(PeerId(2), &packet(3, Carried::once()), || false, now).is_none());
    }

    #[test]
    fn streams_are_forgotten_when_nobody_needs_them() {
        let (mut redundancy, now) = (Redundancy::default(), Instant::now());
        redundancy.set(PeerId(2), true);
        redundancy.packet(PeerId(2), &packet(1, Carried::redundant()), || true, now);
        redundancy.tick(now + FORGOTTEN_AFTER / 2);
        assert_eq!(redundancy.streams.len(), 1);
        redundancy.tick(now + FORGOTTEN_AFTER);
        assert!(redundancy.streams.is_empty());
    }
}
