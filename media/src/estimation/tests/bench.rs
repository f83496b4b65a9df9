use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use impairment::{Conditions, Line};

use super::download::Download;
use super::ms;
use crate::bandwidth::{Desire, FIRST_ESTIMATE_BPS};
use crate::estimation::{Estimation, Pacing, Probe, ProbeId};

const TICK: Duration = Duration::from_millis(1);
pub(super) const PACKET: usize = 1_200;
/// Pictures come so often.
const FRAME: u64 = 33;
/// The pacer lets a bit more through than the estimate, so that pictures do not pile up.
const PACE_PERCENT: u64 = 125;

/// A sender and a receiver at the two ends of a line.
pub(super) struct Bench {
    pub(super) estimation: Estimation,
    pacing: Pacing,
    zero: Instant,
    pub(super) now: Duration,
    line: Line<Put>,
    delay: Duration,
    number: u64,
    /// What pictures would take, bits per second; they take no more than the estimate.
    pub(super) pictures_bps: u64,
    pub(super) desire: Desire,
    /// Somebody else sends so much over the same line.
    pub(super) other_bps: u64,
    other_owed: u64,
    /// Somebody fetches a file over the same line.
    pub(super) download: Option<Download>,
    waiting: usize,
    cluster: Option<Leaving>,
    pub(super) receiver: Receiver,
    /// What the receiver's clock shows more than ours.
    pub(super) skew: Duration,
    reports: VecDeque<(Duration, Report)>,
    /// What was estimated each millisecond.
    estimates: Vec<u64>,
    /// When each packet came, how many bytes, and how long it waited.
    came: Vec<(Duration, usize, Duration)>,
    padded: VecDeque<(Duration, usize)>,
    /// What was sent for nothing but clusters.
    pub(super) probed_bytes: usize,
}

/// The numbers reported on, and when each came.
type Report = Vec<(u64, Option<Duration>)>;

/// What the line carries.
enum Put {
    Ours {
        number: u64,
        bytes: usize,
        at: Duration,
    },
    Other,
    /// After so many of the same that were lost.
    Download {
        missed: usize,
        at: Duration,
    },
}

struct Leaving {
    probe: Probe,
    since: Duration,
    bytes: usize,
    packets: usize,
}

/// How the far end reports.
pub(super) struct Receiver {
    pub(super) every: Duration,
    /// Nothing is reported.
    pub(super) is_silent: bool,
    next_at: Duration,
    /// The lowest number not reported on.
    expected: u64,
    came: BTreeMap<u64, Duration>,
}

impl Bench {
    pub(super) fn on(conditions: Conditions) -> Self {
        let zero = Instant::now();
        let delay = conditions.delay;
        Self {
            estimation: Estimation::new(FIRST_ESTIMATE_BPS, zero),
            pacing: Pacing::new(FIRST_ESTIMATE_BPS, zero),
            zero,
            now: Duration::ZERO,
            line: Line::new(conditions, 11),
            delay,
            number: 60_000,
            pictures_bps: 0,
            desire: Desire::default(),
            other_bps: 0,
            other_owed: 0,
            download: None,
            waiting: 0,
            cluster: None,
            receiver: Receiver {
                every: ms(100),
                is_silent: false,
                next_at: ms(100),
                expected: 60_000,
                came: BTreeMap::new(),
            },
            skew: Duration::ZERO,
            reports: VecDeque::new(),
            estimates: Vec::new(),
            came: Vec::new(),
            padded: VecDeque::new(),
            probed_bytes: 0,
        }
    }

    /// Pictures that take all there is, up to so much.
    pub(super) fn wanting(mut self, bps: u64) -> Self {
        self.want(bps);
        self
    }

    pub(super) fn want(&mut self, bps: u64) {
        self.pictures_bps = bps;
        self.desire = Desire { next_bps: 0, all_bps: bps };
        self.estimation.desire(self.desire, self.instant());
    }

    pub(super) fn instant(&self) -> Instant {
        self.zero + self.now
    }

    /// The share of lost packets of the last seconds, as it is told.
    pub(super) fn loss(&self) -> f32 {
        self.estimation.loss(self.instant()).expect("something was reported")
    }

    pub(super) fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.now += TICK;
            self.arrive();
            self.report();
            self.hear();
            self.send();
            self.estimates.push(self.estimation.estimate_bps());
        }
    }

    fn arrive(&mut self) {
        while let Some(due) = self.line.next().filter(|due| *due <= self.now) {
            match self.line.take(self.now) {
                Some(Put::Ours { number, bytes, at }) => {
                    self.receiver.came.insert(number, due + self.skew);
                    self.came.push((due, bytes, (due - at).saturating_sub(self.delay)));
                }
                Some(Put::Download { missed, at }) => {
                    let download = self.download.as_mut();
                    download.into_iter().for_each(|download| download.came(missed, at, due + self.delay));
                }
                _ => {}
            }
        }
    }

    fn report(&mut self) {
        if self.now < self.receiver.next_at {
            return;
        }
        self.receiver.next_at += self.receiver.every;
        let receiver = &mut self.receiver;
        let (Some(first), Some(last)) = (receiver.came.keys().next(), receiver.came.keys().next_back()) else { return };
        let numbers = (*first).min(receiver.expected)..=*last;
        let report = numbers.clone().map(|number| (number, receiver.came.get(&number).copied())).collect();
        receiver.expected = receiver.expected.max(numbers.end() + 1);
        receiver.came.clear();
        if !receiver.is_silent {
            self.reports.push_back((self.now + self.delay, report));
        }
    }

    fn hear(&mut self) {
        while self.reports.front().is_some_and(|(due, _)| *due <= self.now) {
            if let Some((_, report)) = self.reports.pop_front() {
                self.estimation.reported(report, self.instant());
            }
        }
        if self.estimation.due().is_some_and(|due| due <= self.instant()) {
            self.estimation.advance(self.instant());
        }
        if let Some(probe) = self.estimation.probe(self.instant()) {
            self.cluster = Some(Leaving { probe, since: self.now, bytes: 0, packets: 0 });
        }
        let due = self.estimation.due();
        assert!(due.is_none_or(|due| due > self.instant()), "nothing is due any more");
    }

    fn send(&mut self) {
        self.other_owed += self.other_bps / 1_000;
        while self.other_owed >= 8 * PACKET as u64 {
            self.other_owed -= 8 * PACKET as u64;
            self.line.put(self.now, PACKET, Put::Other);
        }
        while let Some(missed) = self.download.as_mut().and_then(|download| download.next(self.now)) {
            let is_lost = !self.line.put(self.now, PACKET, Put::Download { missed, at: self.now });
            self.download.as_mut().into_iter().for_each(|download| download.sent(is_lost));
        }
        self.send_cluster();
        let estimate = self.estimation.estimate_bps();
        self.pacing.set_rate(estimate * PACE_PERCENT / 100);
        if (self.now.as_millis() as u64).is_multiple_of(FRAME) {
            let taken = self.pictures_bps.min(estimate);
            self.waiting = (self.waiting + (taken * FRAME / 8_000) as usize).min(taken as usize / 8 + PACKET);
        }
        // A cluster is made of what waits, as far as that goes, and nothing leaves beside it.
        if self.cluster.is_some() {
            return;
        }
        while self.waiting >= PACKET && self.pacing.may(PACKET, self.instant()) {
            self.waiting -= PACKET;
            self.put(PACKET, None);
            self.pacing.spent(PACKET, self.instant());
        }
        self.pad();
    }

    fn pad(&mut self) {
        while self.padded.front().is_some_and(|(at, _)| *at + ms(100) < self.now) {
            self.padded.pop_front();
        }
        let sent: usize = self.padded.iter().map(|(_, bytes)| bytes).sum();
        let lacks = self.estimation.padding_bps() / 80 > sent as u64;
        if lacks && self.pacing.may(250, self.instant()) {
            self.put(250, None);
            self.pacing.spent(250, self.instant());
        }
    }

    fn send_cluster(&mut self) {
        let Some(mut leaving) = self.cluster.take() else { return };
        let Probe { id, bps, bytes, packets } = leaving.probe;
        let elapsed = (self.now - leaving.since + TICK).as_micros() as u64;
        while leaving.bytes as u64 * 8_000_000 / bps < elapsed {
            if leaving.bytes >= bytes && leaving.packets >= packets {
                return;
            }
            self.put(PACKET, Some(id));
            if self.waiting >= PACKET {
                self.waiting -= PACKET;
            } else {
                self.probed_bytes += PACKET;
            }
            self.pacing.spent(PACKET, self.instant());
            leaving.bytes += PACKET;
            leaving.packets += 1;
        }
        self.cluster = Some(leaving);
    }

    fn put(&mut self, bytes: usize, probe: Option<ProbeId>) {
        let (number, at) = (self.number, self.now);
        self.number += 1;
        self.estimation.sent(number, bytes, probe, self.instant());
        self.padded.push_back((at, bytes));
        self.line.put(at, bytes, Put::Ours { number, bytes, at });
    }

    /// The mean of the estimates from one time to another, bits per second.
    pub(super) fn estimated(&self, from: Duration, to: Duration) -> u64 {
        let estimates = &self.estimates[from.as_millis() as usize..to.as_millis() as usize];
        estimates.iter().sum::<u64>() / estimates.len() as u64
    }

    /// The least of the estimates from one time to another, bits per second.
    pub(super) fn least(&self, from: Duration, to: Duration) -> u64 {
        let estimates = &self.estimates[from.as_millis() as usize..to.as_millis() as usize];
        estimates.iter().copied().min().unwrap_or(0)
    }

    /// How long after `from` so much was estimated for the first time.
    pub(super) fn reached(&self, bps: u64, from: Duration) -> Option<Duration> {
        let estimates = &self.estimates[from.as_millis() as usize..];
        estimates.iter().position(|estimate| *estimate >= bps).map(|at| ms(at as u64))
    }

    /// What came from one time to another, bits per second.
    pub(super) fn received(&self, from: Duration, to: Duration) -> u64 {
        let bytes: usize = self.between(from, to).map(|(_, bytes, _)| bytes).sum();
        bytes as u64 * 8_000 / (to - from).as_millis() as u64
    }

    /// How long packets waited on average.
    pub(super) fn waited(&self, from: Duration, to: Duration) -> Duration {
        let waits: Vec<_> = self.between(from, to).map(|(.., waited)| *waited).collect();
        waits.iter().sum::<Duration>() / waits.len().max(1) as u32
    }

    /// How long all but one in twenty packets waited at most.
    pub(super) fn waited_mostly(&self, from: Duration, to: Duration) -> Duration {
        let mut waits: Vec<_> = self.between(from, to).map(|(.., waited)| *waited).collect();
        waits.sort_unstable();
        waits.get(waits.len() * 19 / 20).copied().unwrap_or_default()
    }

    fn between(&self, from: Duration, to: Duration) -> impl Iterator<Item = &(Duration, usize, Duration)> {
        self.came.iter().filter(move |(at, ..)| (from..to).contains(at))
    }
}
