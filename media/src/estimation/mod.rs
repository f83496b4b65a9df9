//! Estimates what the line to one receiver carries, from what the receiver reports about when each
//! packet came (transport-wide feedback). A state machine without input or output: packets that
//! left, reports and the time go in; a rate, padding and probes come out.
//!
//! Three judges: [`growth`] by the delay (a queue that grows or stands means that too much is
//! sent), [`losses`] by what is lost, [`probing`] by clusters that are sent faster than usual. The
//! first two only ever know what was sent; the third finds out whether there is more.

mod capacity;
mod clock;
mod cluster;
mod groups;
mod growth;
mod history;
mod losses;
mod pacing;
mod probe;
mod probing;
mod queue;
mod share;
mod shortest;
mod throughput;
mod trend;

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use clock::Clock;
use groups::Groups;
use growth::{Growth, LEAST_BPS};
use history::{History, Packet};
use losses::Losses;
pub(crate) use pacing::Pacing;
pub(crate) use probe::{Probe, ProbeId};
use probing::Probing;
use queue::Queue;
use share::Share;
use shortest::Shortest;
use throughput::Throughput;
use trend::{Trend, Usage};

use crate::bandwidth::Desire;

/// The round trip is the shortest of so long, twice: receivers keep reports for a while.
const ROUND_TRIP_US: i64 = 1_000_000;
/// Taken until something is known.
const FIRST_ROUND_TRIP_US: i64 = 200_000;
/// Packets wait, if so long at least.
const WAITS_US: i64 = 30_000;
/// Who is sent something and reports nothing for so long is not there, or nothing comes through.
const SILENCE_US: i64 = 2_000_000;
/// From then on the estimate is halved so often.
const HALVE_EVERY_US: i64 = 3_000_000;

/// A thousand years; sums of times never overflow.
const LONGEST_US: i64 = 1_000 * 366 * 86_400 * 1_000_000;

/// What the line to one receiver carries.
#[derive(Debug)]
pub(crate) struct Estimation {
    /// Times are counted from here.
    zero: Instant,
    desire: Desire,
    history: History,
    clock: Clock,
    groups: Groups,
    trend: Trend,
    queue: Queue,
    round_trip: Shortest,
    sent: Throughput,
    received: Throughput,
    growth: Growth,
    losses: Losses,
    share: Share,
    probing: Probing,
    silence: Silence,
}

/// Whether reports come.
#[derive(Debug, Default)]
struct Silence {
    /// There has been a report.
    was_heard: bool,
    /// Something was sent, and nothing reported since; when that becomes silence, or goes on being.
    due_us: Option<i64>,
    lasts: bool,
}

impl Estimation {
    /// Begins with so much, bits per second.
    pub(crate) fn new(first_bps: u64, now: Instant) -> Self {
        Self {
            zero: now,
            desire: Desire::default(),
            history: History::default(),
            clock: Clock::default(),
            groups: Groups::default(),
            trend: Trend::new(),
            queue: Queue::new(),
            round_trip: Shortest::of(ROUND_TRIP_US, 1),
            sent: Throughput::default(),
            received: Throughput::default(),
            growth: Growth::new(first_bps, 0),
            losses: Losses::default(),
            share: Share::default(),
            probing: Probing::new(0),
            silence: Silence::default(),
        }
    }

    /// A packet left. `number`: its transport-wide number, extended to 64 bits and ascending;
    /// `bytes`: as on the wire, with UDP and IP.
    pub(crate) fn sent(&mut self, number: u64, bytes: usize, probe: Option<ProbeId>, now: Instant) {
        let now_us = self.us(now);
        self.history.sent(number, bytes, probe, now_us);
        self.sent.count(u16::try_from(bytes).unwrap_or(u16::MAX), now_us);
        if let Some(id) = probe {
            self.probing.sent(id, number, bytes);
        }
        self.silence.due_us.get_or_insert(now_us + SILENCE_US);
    }

    /// What the receiver reports, in the order of numbers: when each came by its clock, or `None`
    /// if it did not come.
    pub(crate) fn reported(&mut self, arrivals: impl IntoIterator<Item = (u64, Option<Duration>)>, now: Instant) {
        let now_us = self.us(now);
        let mut newest_us = None;
        for (number, arrival) in arrivals {
            let Some(learned) = self.history.learn(number, arrival.is_some()) else { continue };
            let packet = learned.packet;
            match arrival {
                Some(_) if learned.is_late => self.came_late(packet, now_us),
                Some(arrival) => self.came(number, packet, arrival, now_us),
                None => self.missing(packet, now_us),
            }
            newest_us = newest_us.max(arrival.map(|_| packet.sent_us));
        }
        // A report without news is none.
        let Some(newest_us) = newest_us else { return };
        self.round_trip.add((now_us - newest_us).max(0), now_us);
        self.break_silence(now_us);
        self.judge(now_us);
    }

    /// What shall be looked for.
    pub(crate) fn desire(&mut self, desire: Desire, now: Instant) {
        self.probing.desire(desire.all_bps, self.bps(), self.us(now));
        self.desire = desire;
    }

    /// Forgets what it made of the line and begins with so much, bits per second.
    pub(crate) fn begin_anew(&mut self, bps: u64, now: Instant) {
        let now_us = self.us(now);
        self.groups.part();
        self.trend = Trend::new();
        self.queue.forget();
        self.received = Throughput::default();
        self.growth = Growth::new(bps, now_us);
        self.losses = Losses::default();
        self.probing.begin_anew(now_us);
    }

    /// Time passes.
    pub(crate) fn advance(&mut self, now: Instant) {
        let now_us = self.us(now);
        self.conclude_probe(now_us);
        if self.silence.due_us.is_some_and(|due_us| now_us >= due_us) {
            self.silence.lasts = true;
            self.silence.due_us = Some(now_us + HALVE_EVERY_US);
            // Who never reported may not know how to.
            if self.silence.was_heard {
                self.growth.halve();
            }
        }
    }

    /// When [`Self::advance`] or [`Self::probe`] have something to do.
    pub(crate) fn due(&self) -> Option<Instant> {
        let probing_us = self.probing.due_us(self.bps(), self.is_calm());
        let due_us = probing_us.into_iter().chain(self.silence.due_us).min()?;
        Some(self.zero + Duration::from_micros(due_us.max(0).unsigned_abs()))
    }

    /// What the line carries, bits per second, with everything that is sent on it.
    pub(crate) fn estimate_bps(&self) -> u64 {
        self.bps() as u64
    }

    /// Whether the estimate rests on more than the first guess: what is desired was looked for, or
    /// something speaks against it.
    pub(crate) fn is_settled(&self) -> bool {
        !self.is_calm() || self.probing.has_searched(self.bps())
    }

    /// There and back, without the time the receiver kept the report for, as far as known.
    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip.us().map(|us| Duration::from_micros(us.unsigned_abs()))
    }

    /// Share of lost packets of the last seconds, 0 to 1; nothing if none of these was reported on.
    pub(crate) fn loss(&self, now: Instant) -> Option<f32> {
        self.share.of_lost(self.us(now))
    }

    /// A cluster of packets to be sent now, all marked with its id.
    pub(crate) fn probe(&mut self, now: Instant) -> Option<Probe> {
        let (bps, is_calm, now_us) = (self.bps(), self.is_calm(), self.us(now));
        self.probing.begin(bps, is_calm, now_us)
    }

    /// Padding keeps what is sent up to this rate, bits per second; 0: none.
    pub(crate) fn padding_bps(&self) -> u64 {
        if self.is_calm() { self.desire.next_bps.min(self.estimate_bps()) } else { 0 }
    }

    fn came(&mut self, number: u64, packet: Packet, arrival: Duration, now_us: i64) {
        let came = self.clock.read(arrival, packet.sent_us);
        if came.jumped {
            self.groups.part();
            self.trend.forget();
            self.queue.forget();
            self.received = Throughput::default();
            self.probing.give_up(now_us);
        }
        self.queue.add(came.at_us - packet.sent_us, now_us);
        self.received.count(packet.bytes, came.at_us);
        self.share.count(1, 0, now_us);
        if self.probing.came(number, packet, came.at_us) || packet.probe.is_some() {
            // The queue a cluster makes is its own, and no sign of anything.
            self.groups.part();
            return;
        }
        self.losses.count(1, 0);
        if let Some(spacing) = self.groups.add(packet.sent_us, came.at_us) {
            self.trend.add(spacing);
        }
    }

    /// It was overtaken: that it came counts, when it came does not.
    fn came_late(&mut self, packet: Packet, now_us: i64) {
        self.share.take_back(now_us);
        if packet.probe.is_none() {
            self.losses.take_back();
        }
    }

    fn missing(&mut self, packet: Packet, now_us: i64) {
        self.share.count(0, 1, now_us);
        self.probing.missing(packet);
        if packet.probe.is_none() {
            self.losses.count(0, 1);
        }
    }

    fn break_silence(&mut self, now_us: i64) {
        let was_away = self.silence.lasts || !self.silence.was_heard;
        self.silence = Silence { was_heard: true, ..Silence::default() };
        if was_away {
            self.probing.look_soon(now_us);
        }
    }

    fn judge(&mut self, now_us: i64) {
        let round_trip_us = self.round_trip.us().unwrap_or(FIRST_ROUND_TRIP_US);
        let waits_us = self.queue.waits_us();
        let seen = growth::Seen {
            usage: self.trend.usage(),
            must_drain: self.queue.must_drain(now_us),
            waits_us,
            sent_bps: self.sent.bps(now_us),
            received_bps: self.received.last_bps(),
            round_trip_us,
        };
        if self.growth.see(seen, now_us) {
            self.probing.look_soon(now_us);
        }
        let waits = waits_us >= WAITS_US;
        self.losses.judge(losses::Seen { bps: self.growth.bps(), waits, round_trip_us }, now_us);
        self.conclude_probe(now_us);
        self.probing.watch(self.received.last_bps().unwrap_or(0.0), now_us);
    }

    fn conclude_probe(&mut self, now_us: i64) {
        let Some(found) = self.probing.conclude(self.bps(), now_us) else { return };
        if self.trend.usage() == Usage::Over && found.bps > self.bps() {
            return;
        }
        self.growth.probed(found.bps, found.is_full, self.received.last_bps());
        self.losses.probed(found.bps);
    }

    /// Nothing speaks against sending more than is needed.
    fn is_calm(&self) -> bool {
        self.trend.usage() != Usage::Over
            && self.queue.waits_us() < WAITS_US
            && self.losses.are_harmless()
            && !self.silence.lasts
    }

    fn bps(&self) -> f64 {
        let bps = self.growth.bps();
        let bps = self.losses.bound_bps().map_or(bps, |bound| bound.min(bps));
        (bps * self.queue.leaves()).max(LEAST_BPS)
    }

    fn us(&self, now: Instant) -> i64 {
        let us = now.saturating_duration_since(self.zero).as_micros();
        i64::try_from(us).unwrap_or(i64::MAX).min(LONGEST_US)
    }
}
