use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::packet::{Packet, Rewrite};

/// Packets kept for repeating, per forwarded video track.
pub(super) const REPEATABLE_PACKETS: usize = 500;
/// A lost packet older than this is of no use to a picture that has moved on.
pub(super) const REPEATABLE_FOR: Duration = Duration::from_secs(1);
/// Repeats may be this share of everything sent before they are given up.
pub(super) const MOST_REPEATS: f32 = 0.4;
/// The same as a part of what is sent for the first time.
const CREDIT: (usize, usize) = (2, 3);
/// No more than this can be saved up.
const MOST_CREDIT: usize = 128 * 1024;
/// Nobody can know sooner that a repeat was lost as well.
const REPEAT_AGAIN: Duration = Duration::from_millis(10);

/// What was sent of a stream lately. The content is there once, however many receive it; here are
/// its numbers.
pub(super) struct Repeats {
    /// By number.
    sent: VecDeque<Sent>,
    credit: usize,
}

struct Sent {
    packet: Arc<Packet>,
    rewrite: Rewrite,
    at: Instant,
    repeated_at: Option<Instant>,
}

impl Default for Repeats {
    fn default() -> Self {
        Self { sent: VecDeque::new(), credit: MOST_CREDIT }
    }
}

impl Repeats {
    pub(super) fn keep(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, now: Instant) {
        let is_old = |sent: &Sent| now.saturating_duration_since(sent.at) > REPEATABLE_FOR;
        while self.sent.len() >= REPEATABLE_PACKETS || self.sent.front().is_some_and(is_old) {
            self.sent.pop_front();
        }
        self.credit = (self.credit + packet.payload.len() * CREDIT.0 / CREDIT.1).min(MOST_CREDIT);
        let sent = Sent { packet: Arc::clone(packet), rewrite: *rewrite, at: now, repeated_at: None };
        // Hardly ever is one late.
        let late = self.sent.iter().rev().take_while(|other| other.rewrite.sequence > rewrite.sequence).count();
        self.sent.insert(self.sent.len() - late, sent);
    }

    /// Whether something is to be repeated for a number that is missing, so many times.
    pub(super) fn ask(&mut self, number: u16, times: usize, now: Instant) -> bool {
        let Some(at) = self.place(number) else { return false };
        let sent = &mut self.sent[at];
        let within = |at: Instant, limit: Duration| now.saturating_duration_since(at) < limit;
        if !within(sent.at, REPEATABLE_FOR) || sent.repeated_at.is_some_and(|at| within(at, REPEAT_AGAIN)) {
            return false;
        }
        let Some(credit) = self.credit.checked_sub(sent.packet.payload.len() * times) else { return false };
        self.credit = credit;
        sent.repeated_at = Some(now);
        true
    }

    /// What was sent under a number.
    pub(super) fn sent(&self, number: u16) -> Option<(Arc<Packet>, Rewrite)> {
        let sent = &self.sent[self.place(number)?];
        Some((Arc::clone(&sent.packet), sent.rewrite))
    }

    /// The last that was sent, if lately.
    pub(super) fn newest(&self, now: Instant) -> Option<(Arc<Packet>, Rewrite)> {
        let sent = self.sent.back()?;
        let is_of_use = now.saturating_duration_since(sent.at) < REPEATABLE_FOR && !sent.rewrite.is_filler;
        is_of_use.then(|| (Arc::clone(&sent.packet), sent.rewrite))
    }

    fn place(&self, number: u16) -> Option<usize> {
        let newest = self.sent.back()?.rewrite.sequence;
        #[expect(clippy::cast_possible_truncation, reason = "the part that is sent")]
        let back = (newest as u16).wrapping_sub(number);
        let sequence = newest.checked_sub(u64::from(back))?;
        self.sent.binary_search_by_key(&sequence, |sent| sent.rewrite.sequence).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mid::Mid;
    use crate::packet::Codec;
    use crate::peer::Carried;
    use crate::{PeerId, Quality};

    fn packet(bytes: usize) -> Arc<Packet> {
        Arc::new(Packet {
            from: PeerId(1),
            mid: Mid::new("0").expect("it is short"),
            quality: Quality::High,
            has_rid: false,
            sequence: 0,
            timestamp: 0,
            marker: false,
            codec: Codec::Vp8,
            payload: Arc::from(vec![0; bytes]),
            level: None,
            carried: Carried::picture(),
        })
    }

    fn keep(repeats: &mut Repeats, packet: &Arc<Packet>, sequence: u64, now: Instant) {
        let mid = Mid::new("0").expect("it is short");
        let rewrite = Rewrite { mid, sequence, timestamp: 0, marker: false, vp8: None, is_filler: false };
        repeats.keep(packet, &rewrite, now);
    }

    #[test]
    fn what_was_sent_lately_can_be_had_again_and_not_twice_at_once() {
        let (mut repeats, packet, now) = (Repeats::default(), packet(1_000), Instant::now());
        for sequence in [65_534, 65_536, 65_535] {
            keep(&mut repeats, &packet, sequence, now);
        }
        let sequence = |number| repeats.sent(number).map(|(_, rewrite)| rewrite.sequence);
        assert_eq!((sequence(0), sequence(65_535), sequence(1)), (Some(65_536), Some(65_535), None));
        assert!(repeats.ask(0, 1, now) && !repeats.ask(0, 1, now) && repeats.ask(0, 1, now + REPEAT_AGAIN));
        assert!(repeats.ask(65_535, 2, now) && !repeats.ask(1, 1, now));
        assert!(!repeats.ask(65_534, 1, now + REPEATABLE_FOR), "too old");
    }

    #[test]
    fn not_more_is_kept_than_is_of_use() {
        let (mut repeats, packet, now) = (Repeats::default(), packet(10), Instant::now());
        for sequence in 0..2_000 {
            keep(&mut repeats, &packet, sequence, now);
        }
        assert_eq!(Arc::strong_count(&packet), REPEATABLE_PACKETS + 1);
        keep(&mut repeats, &packet, 2_000, now + REPEATABLE_FOR * 2);
        assert_eq!(Arc::strong_count(&packet), 2);
    }

    #[test]
    fn repeats_never_become_most_of_what_is_sent() {
        for (times, few, many) in [(1, 700, 900), (2, 350, 450)] {
            let (mut repeats, packet, start) = (Repeats::default(), packet(1_000), Instant::now());
            let mut repeated = 0;
            for sequence in 0..1_000_u16 {
                let now = start + Duration::from_millis(5) * u32::from(sequence);
                keep(&mut repeats, &packet, u64::from(sequence), now);
                repeated += (0..3).filter(|back| repeats.ask(sequence.wrapping_sub(*back), times, now)).count();
            }
            assert!((few..many).contains(&repeated), "{repeated}");
        }
    }
}
