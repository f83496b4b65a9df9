use super::cluster::{Cluster, Found};
use super::history::Packet;
use super::probe::{Probe, ProbeId};

/// The first cluster, and the first after more is desired, is so many times as fast as what is
/// estimated; each that comes through is followed by one twice as fast.
const FIRST_TIMES: f64 = 3.0;
const TIMES: f64 = 2.0;
/// A cluster takes so long to leave, and has so many packets at least.
const LASTS_US: i64 = 15_000;
const PACKETS: usize = 5;
/// So long after it was asked for, what is known of a cluster must do.
const PATIENCE_US: i64 = 1_500_000;
/// While something is held back: look for more so often, and half as often each time nothing was
/// found.
const FIRST_WAIT_US: i64 = 1_500_000;
const LONGEST_WAIT_US: i64 = 24_000_000;
/// A result that is higher by so much was worth it.
const FOUND: f64 = 1.05;
/// What is desired is there, within so much.
const NEARLY: f64 = 0.95;
/// Below this share of what came lately, the estimate fell suddenly.
const FELL_TO: f64 = 0.66;
/// For so long after that, look for what it was, and often.
const FALL_US: i64 = 30_000_000;
const FALL_WAIT_US: i64 = 2_500_000;
const OF_BEFORE: f64 = 0.95;

/// When to look for more than the estimate says, and how much more.
#[derive(Debug)]
pub(super) struct Probing {
    all_bps: f64,
    /// The most that was looked for since there was enough: what is desired wavers.
    looked_for_bps: f64,
    cluster: Option<Cluster>,
    last_id: u32,
    times: f64,
    wait_us: i64,
    next_us: i64,
    /// A search came to its end.
    has_searched: bool,
    high: High,
}

/// The most that came lately.
#[derive(Clone, Copy, Debug)]
struct High {
    bps: f64,
    at_us: i64,
}

impl Probing {
    pub(super) fn new(now_us: i64) -> Self {
        Self {
            all_bps: 0.0,
            looked_for_bps: 0.0,
            cluster: None,
            last_id: 0,
            times: FIRST_TIMES,
            wait_us: FIRST_WAIT_US,
            next_us: now_us,
            has_searched: false,
            high: High { bps: 0.0, at_us: now_us },
        }
    }

    /// The estimation begins anew. A cluster on its way is forgotten.
    pub(super) fn begin_anew(&mut self, now_us: i64) {
        *self = Self { all_bps: self.all_bps, last_id: self.last_id, ..Self::new(now_us) };
    }

    /// So much is desired from now on, and that is estimated.
    pub(super) fn desire(&mut self, all_bps: u64, bps: f64, now_us: i64) {
        self.all_bps = all_bps as f64;
        if !self.wants(bps) {
            self.looked_for_bps = self.all_bps;
        } else if self.all_bps * NEARLY > self.looked_for_bps {
            self.looked_for_bps = self.all_bps;
            self.times = FIRST_TIMES;
            self.look_soon(now_us);
        }
    }

    /// Something changed for the better.
    pub(super) fn look_soon(&mut self, now_us: i64) {
        self.wait_us = FIRST_WAIT_US;
        self.next_us = self.next_us.min(now_us);
    }

    /// So much came.
    pub(super) fn watch(&mut self, bps: f64, now_us: i64) {
        if bps >= self.high.bps || now_us - self.high.at_us > FALL_US {
            self.high = High { bps, at_us: now_us };
        }
    }

    /// A cluster to be sent now. `is_calm`: nothing speaks against it.
    pub(super) fn begin(&mut self, bps: f64, is_calm: bool, now_us: i64) -> Option<Probe> {
        if !is_calm || self.cluster.is_some() || !self.wants(bps) || now_us < self.next_us {
            return None;
        }
        let before = if self.fell(bps) { OF_BEFORE * self.high.bps } else { 0.0 };
        let rate = (self.times * bps).max(before).min(self.all_bps / NEARLY);
        self.last_id = self.last_id.wrapping_add(1);
        let bytes = rate * LASTS_US as f64 / 8_000_000.0;
        let probe = Probe { id: ProbeId(self.last_id), bps: rate as u64, bytes: bytes as usize, packets: PACKETS };
        self.cluster = Some(Cluster::new(probe, now_us + PATIENCE_US));
        Some(probe)
    }

    /// When [`Self::begin`] or [`Self::conclude`] have something to do.
    pub(super) fn due_us(&self, bps: f64, is_calm: bool) -> Option<i64> {
        match &self.cluster {
            Some(cluster) => Some(cluster.until_us),
            None => (is_calm && self.wants(bps)).then_some(self.next_us),
        }
    }

    /// A packet of the cluster left.
    pub(super) fn sent(&mut self, id: ProbeId, number: u64, bytes: usize) {
        if let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.id() == id) {
            cluster.sent(number, bytes);
        }
    }

    /// A packet came. Whether it left amidst the cluster.
    pub(super) fn came(&mut self, number: u64, packet: Packet, came_us: i64) -> bool {
        let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.spans(number)) else { return false };
        cluster.came(packet, came_us);
        true
    }

    /// A packet did not come.
    pub(super) fn missing(&mut self, packet: Packet) {
        if let Some(cluster) = &mut self.cluster {
            cluster.missing(packet);
        }
    }

    /// The cluster cannot be judged any more.
    pub(super) fn give_up(&mut self, now_us: i64) {
        if self.cluster.take().is_some() {
            self.next_us = now_us + FIRST_WAIT_US;
        }
    }

    /// What the cluster found, when it is over.
    pub(super) fn conclude(&mut self, bps: f64, now_us: i64) -> Option<Found> {
        let cluster = self.cluster.take_if(|cluster| cluster.is_over(now_us))?;
        let found = cluster.found();
        let is_more = found.is_some_and(|found| found.bps > FOUND * bps);
        let goes_on = is_more && found.is_some_and(|found| !found.is_full);
        if is_more {
            self.wait_us = FIRST_WAIT_US;
        }
        let longest_us = if self.fell(bps) { FALL_WAIT_US } else { LONGEST_WAIT_US };
        let wait_us = self.wait_us.min(longest_us);
        self.has_searched |= !goes_on;
        self.next_us = if goes_on { now_us } else { now_us + wait_us };
        self.wait_us = (wait_us * 2).min(longest_us);
        self.times = TIMES;
        found
    }

    /// Whether what is desired was looked for, as far as it is not there.
    pub(super) fn has_searched(&self, bps: f64) -> bool {
        self.has_searched || !self.wants(bps)
    }

    /// More is desired than is estimated.
    fn wants(&self, bps: f64) -> bool {
        bps < NEARLY * self.all_bps
    }

    fn fell(&self, bps: f64) -> bool {
        bps < FELL_TO * self.high.bps
    }
}
