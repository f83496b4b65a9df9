use std::collections::VecDeque;

use super::ProbeId;

/// What was sent longer ago is not reported on any more.
const KEPT_US: i64 = 2_000_000;
/// And no more than so many packets are remembered.
const MOST: usize = 4_096;

/// A packet that left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    pub(super) sent_us: i64,
    pub(super) bytes: u16,
    pub(super) probe: Option<ProbeId>,
    fate: Fate,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Its number was left out.
    NeverSent,
    Unknown,
    /// Reported as missing; it may still come.
    Missing,
    Came,
}

/// A packet a report says something new about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learned {
    pub(super) packet: Packet,
    /// It was reported as missing before, and came.
    pub(super) is_late: bool,
}

/// The packets of the last seconds by their numbers.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The number of the oldest.
    first: u64,
    packets: VecDeque<Packet>,
}

impl History {
    /// Numbers ascend; one that does not is not remembered.
    pub(super) fn sent(&mut self, number: u64, bytes: usize, probe: Option<ProbeId>, now_us: i64) {
        let oldest_us = now_us.saturating_sub(KEPT_US);
        while self.packets.front().is_some_and(|packet| packet.sent_us < oldest_us) {
            self.forget_oldest();
        }
        let next = self.first.saturating_add(self.packets.len() as u64);
        if self.packets.is_empty() || number.saturating_sub(next) >= MOST as u64 {
            self.packets.clear();
            self.first = number;
        } else if number < next {
            return;
        }
        let packet =
            Packet { sent_us: now_us, bytes: u16::try_from(bytes).unwrap_or(u16::MAX), probe, fate: Fate::NeverSent };
        while self.first.saturating_add(self.packets.len() as u64) < number {
            self.keep(Packet { probe: None, ..packet });
        }
        self.keep(Packet { fate: Fate::Unknown, ..packet });
    }

    /// What is new in the report on a packet; nothing if it was never sent, is forgotten, or has
    /// been reported before.
    pub(super) fn learn(&mut self, number: u64, came: bool) -> Option<Learned> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let packet = self.packets.get_mut(at)?;
        let is_late = packet.fate == Fate::Missing;
        match (packet.fate, came) {
            (Fate::Unknown, _) | (Fate::Missing, true) => {}
            (Fate::Missing, false) | (Fate::Came | Fate::NeverSent, _) => return None,
        }
        packet.fate = if came { Fate::Came } else { Fate::Missing };
        Some(Learned { packet: *packet, is_late })
    }

    /// How many are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }

    fn keep(&mut self, packet: Packet) {
        if self.packets.len() == MOST {
            self.forget_oldest();
        }
        self.packets.push_back(packet);
    }

    fn forget_oldest(&mut self) {
        self.packets.pop_front();
        self.first += 1;
    }
}
