use std::ops::RangeInclusive;

use super::history::Packet;
use super::probe::{Probe, ProbeId};

/// So much of a cluster must have come.
const ENOUGH_PERCENT: u64 = 80;
/// A cluster that took longer to leave or to come says nothing.
const LONGEST_US: i64 = 1_000_000;
/// One that came so many times faster than it left was held up and let go somewhere.
const MOST_FASTER: f64 = 2.0;
/// With less than this of the rate it left at, it filled the line.
const THROUGH: f64 = 0.9;
/// Then so much of what came is sure.
const OF_FULL: f64 = 0.95;

/// A cluster on its way. What else leaves between its first packet and its last takes part of the
/// line, so it counts for how fast things left and came.
#[derive(Debug)]
pub(super) struct Cluster {
    probe: Probe,
    /// From the first of its packets to the last.
    numbers: Option<RangeInclusive<u64>>,
    sent_bytes: usize,
    sent_packets: usize,
    /// Of its own packets, as are the next two.
    reported: usize,
    came_packets: usize,
    came_bytes: u64,
    /// Of all packets.
    all_bytes: u64,
    left: Option<Span>,
    came: Option<Span>,
    /// What is not complete by then never will be.
    pub(super) until_us: i64,
}

/// From the first packet to the last.
#[derive(Clone, Copy, Debug)]
struct Span {
    first_us: i64,
    first_bytes: u16,
    last_us: i64,
    last_bytes: u16,
}

/// What a cluster found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) bps: f64,
    /// The line carries no more.
    pub(super) is_full: bool,
}

impl Cluster {
    pub(super) fn new(probe: Probe, until_us: i64) -> Self {
        Self {
            probe,
            numbers: None,
            sent_bytes: 0,
            sent_packets: 0,
            reported: 0,
            came_packets: 0,
            came_bytes: 0,
            all_bytes: 0,
            left: None,
            came: None,
            until_us,
        }
    }

    pub(super) fn id(&self) -> ProbeId {
        self.probe.id
    }

    /// A packet of the cluster left.
    pub(super) fn sent(&mut self, number: u64, bytes: usize) {
        let first = self.numbers.as_ref().map_or(number, |numbers| *numbers.start());
        self.numbers = Some(first..=number);
        self.sent_bytes = self.sent_bytes.saturating_add(bytes);
        self.sent_packets += 1;
    }

    /// Whether a packet left between the first and the last of the cluster.
    pub(super) fn spans(&self, number: u64) -> bool {
        self.numbers.as_ref().is_some_and(|numbers| numbers.contains(&number))
    }

    /// A packet that it spans came.
    pub(super) fn came(&mut self, packet: Packet, came_us: i64) {
        if self.has(packet) {
            self.reported += 1;
            self.came_packets += 1;
            self.came_bytes += u64::from(packet.bytes);
        }
        self.all_bytes += u64::from(packet.bytes);
        Span::widen(&mut self.left, packet.sent_us, packet.bytes);
        Span::widen(&mut self.came, came_us, packet.bytes);
    }

    /// A packet did not come.
    pub(super) fn missing(&mut self, packet: Packet) {
        if self.has(packet) {
            self.reported += 1;
        }
    }

    /// Everything was sent and reported on, or it is too late for that.
    pub(super) fn is_over(&self, now_us: i64) -> bool {
        let is_sent = self.sent_bytes >= self.probe.bytes && self.sent_packets >= self.probe.packets;
        is_sent && self.reported >= self.sent_packets || now_us >= self.until_us
    }

    /// Judged when it is over.
    pub(super) fn found(&self) -> Option<Found> {
        let is_enough = |came: u64, of: usize| came * 100 >= of as u64 * ENOUGH_PERCENT;
        if !is_enough(self.came_bytes, self.probe.bytes) || !is_enough(self.came_packets as u64, self.probe.packets) {
            return None;
        }
        let (left, came) = (self.left?, self.came?);
        // Without the last packet, which only ends the time, and without the first, which only begins it.
        let left_bps = match left.lasted_us() {
            // All in one go: then the line alone spaced them.
            0 => f64::INFINITY,
            us => rate(self.all_bytes - u64::from(left.last_bytes), us)?,
        };
        let came_bps = rate(self.all_bytes - u64::from(came.first_bytes), came.lasted_us())?;
        if came_bps > MOST_FASTER * left_bps {
            return None;
        }
        let offered_bps = left_bps.min(self.probe.bps as f64);
        let is_full = came_bps < THROUGH * offered_bps;
        let bps = if is_full { OF_FULL * came_bps } else { came_bps.min(offered_bps) };
        Some(Found { bps, is_full })
    }

    fn has(&self, packet: Packet) -> bool {
        packet.probe == Some(self.probe.id)
    }
}

impl Span {
    fn widen(span: &mut Option<Self>, at_us: i64, bytes: u16) {
        let span = span.get_or_insert(Self { first_us: at_us, first_bytes: bytes, last_us: at_us, last_bytes: bytes });
        if at_us < span.first_us {
            (span.first_us, span.first_bytes) = (at_us, bytes);
        }
        if at_us >= span.last_us {
            (span.last_us, span.last_bytes) = (at_us, bytes);
        }
    }

    fn lasted_us(self) -> i64 {
        self.last_us - self.first_us
    }
}

/// Bits per second; `None` if that makes no sense.
fn rate(bytes: u64, us: i64) -> Option<f64> {
    (1..=LONGEST_US).contains(&us).then(|| bytes as f64 * 8_000_000.0 / us as f64)
}
