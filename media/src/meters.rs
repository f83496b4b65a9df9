use metrics::{Counter, Gauge, counter, gauge};

use crate::bandwidth::Ceiling;
use crate::load::Load;
use crate::{Burden, Limited};

/// Upper ends of the classes that lines are counted in; the last class has none.
const RTT_MS: [u16; 4] = [50, 150, 300, 700];
const LOSS_PERCENT: [u16; 4] = [1, 3, 8, 20];
const JITTER_MS: [u16; 4] = [10, 30, 60, 120];

/// How the way between a peer and us is, as far as it was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LineFigures {
    pub(crate) rtt_ms: Option<f32>,
    /// Shares, 0..=1.
    pub(crate) loss_up: Option<f32>,
    pub(crate) loss_down: Option<f32>,
    /// The greatest of what it sends.
    pub(crate) jitter_ms: Option<f32>,
}

/// How many are in which class. Workers share the gauges, so only the difference to the last time
/// is told. Not a histogram: that would count each second of each line, for ever.
struct Tally {
    ends: [u16; 4],
    gauges: [Gauge; 5],
    counted: [u32; 5],
}

impl Tally {
    fn new(ends: [u16; 4], gauge: impl Fn(String) -> Gauge) -> Self {
        let class = |at: usize| ends.get(at).map_or("more".to_owned(), u16::to_string);
        Self { ends, gauges: [0, 1, 2, 3, 4].map(|at| gauge(class(at))), counted: [0; 5] }
    }

    fn count(&mut self, values: impl Iterator<Item = f32>) {
        let mut counted = [0; 5];
        for value in values {
            let class = self.ends.iter().position(|end| value <= f32::from(*end));
            counted[class.unwrap_or(self.ends.len())] += 1;
        }
        self.tell(counted);
    }

    fn tell(&mut self, counted: [u32; 5]) {
        for ((gauge, now), before) in self.gauges.iter().zip(counted).zip(self.counted) {
            gauge.increment(f64::from(now) - f64::from(before));
        }
        self.counted = counted;
    }
}

fn lost(direction: &'static str, class: String) -> Gauge {
    gauge!("media_peers_by_loss", "direction" => direction, "up_to_percent" => class)
}

/// The figures of a worker, looked up once: naming a counter costs more than counting.
pub(crate) struct Meters {
    pub(crate) packets_in: Counter,
    pub(crate) bytes_in: Counter,
    pub(crate) packets_out: Counter,
    pub(crate) bytes_out: Counter,
    pub(crate) forwarded: Counter,
    /// From nobody we know.
    pub(crate) dropped_stranger: Counter,
    /// Not from where the peer has proved to be, or not understood.
    pub(crate) dropped_refused: Counter,
    /// The receiver did not agree to the format.
    pub(crate) dropped_format: Counter,
    /// The kernel did not take it.
    pub(crate) dropped_send: Counter,
    /// Another worker did not keep up.
    pub(crate) dropped_handover: Counter,
    /// Too many handshakes wait; the client tries again.
    pub(crate) dropped_handshake: Counter,
    /// Messages nobody took in time, or too long.
    pub(crate) dropped_data: Counter,
    /// More than a participant may send.
    pub(crate) dropped_limit: Counter,
    pub(crate) faults: Counter,
    pub(crate) peers: Gauge,
    /// Pictures that receivers want, by what holds them back.
    pictures: [(Limited, Gauge); Limited::ALL.len()],
    counted: [u32; Limited::ALL.len()],
    /// Peers by how long the way to them is, and by how much is lost on it.
    rtt: Tally,
    loss_up: Tally,
    loss_down: Tally,
    jitter: Tally,
    busy: Gauge,
    delay: Gauge,
    given_up: Gauge,
    full: Gauge,
}

impl Meters {
    pub(crate) fn new(worker: usize) -> Self {
        let worker = worker.to_string();
        let dropped = |reason: &'static str| counter!("media_dropped_total", "reason" => reason);
        Self {
            packets_in: counter!("media_packets_in_total"),
            bytes_in: counter!("media_bytes_in_total"),
            packets_out: counter!("media_packets_out_total"),
            bytes_out: counter!("media_bytes_out_total"),
            forwarded: counter!("media_packets_forwarded_total"),
            dropped_stranger: dropped("stranger"),
            dropped_refused: dropped("refused"),
            dropped_format: dropped("format"),
            dropped_send: dropped("send"),
            dropped_handover: dropped("handover"),
            dropped_handshake: dropped("handshake"),
            dropped_data: dropped("data"),
            dropped_limit: dropped("limit"),
            faults: counter!("media_faults_total"),
            peers: gauge!("media_peers"),
            pictures: Limited::ALL.map(|limited| (limited, gauge!("media_pictures", "limited" => limited.word()))),
            counted: [0; Limited::ALL.len()],
            rtt: Tally::new(RTT_MS, |class| gauge!("media_peers_by_rtt", "up_to_ms" => class)),
            loss_up: Tally::new(LOSS_PERCENT, |class| lost("up", class)),
            loss_down: Tally::new(LOSS_PERCENT, |class| lost("down", class)),
            jitter: Tally::new(JITTER_MS, |class| gauge!("media_peers_by_jitter", "up_to_ms" => class)),
            busy: gauge!("media_worker_busy_ratio", "worker" => worker.clone()),
            delay: gauge!("media_worker_delay_seconds", "worker" => worker.clone()),
            given_up: gauge!("media_worker_given_up_steps", "worker" => worker.clone()),
            full: gauge!("media_worker_full", "worker" => worker),
        }
    }

    /// Tells how many pictures are held back by what. Workers share the gauges, so only the
    /// difference to the last time is told.
    pub(crate) fn count_pictures(&mut self, pictures: impl Iterator<Item = Limited>) {
        let mut counted = [0; Limited::ALL.len()];
        for picture in pictures {
            let at = self.pictures.iter().position(|(limited, _)| *limited == picture);
            counted[at.expect("every reason has its gauge")] += 1;
        }
        for (at, (_, gauge)) in self.pictures.iter().enumerate() {
            gauge.increment(f64::from(counted[at]) - f64::from(self.counted[at]));
        }
        self.counted = counted;
    }

    /// Tells how many peers have how good a line. What was not measured counts nowhere.
    pub(crate) fn count_lines(&mut self, lines: &[LineFigures]) {
        self.rtt.count(lines.iter().filter_map(|line| line.rtt_ms));
        self.loss_up.count(lines.iter().filter_map(|line| line.loss_up.map(|loss| loss * 100.0)));
        self.loss_down.count(lines.iter().filter_map(|line| line.loss_down.map(|loss| loss * 100.0)));
        self.jitter.count(lines.iter().filter_map(|line| line.jitter_ms));
    }

    pub(crate) fn load(&self, load: &Load, ceiling: Ceiling) {
        self.busy.set(f64::from(load.busy()) / 1_000.0);
        self.delay.set(f64::from(load.delay_micros()) / 1_000_000.0);
        self.given_up.set(f64::from(ceiling.steps()));
        self.full.set(f64::from(u8::from(load.burden() == Burden::Full)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_in_the_class_they_are_in_and_forgotten_when_they_are_gone() {
        let mut tally = Tally::new(RTT_MS, |_| Gauge::noop());
        tally.count([12.0, 50.0, 51.0, 699.0, 5_000.0].into_iter());
        assert_eq!(tally.counted, [2, 1, 0, 1, 1]);
        tally.count([300.0].into_iter());
        assert_eq!(tally.counted, [0, 0, 1, 0, 0]);
    }
}
