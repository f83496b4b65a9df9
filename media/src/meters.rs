use metrics::{Counter, Gauge, counter, gauge};

use crate::bandwidth::Ceiling;
use crate::load::Load;
use crate::{Burden, Limited};

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
    pictures: [(Limited, Gauge); 5],
    counted: [u32; 5],
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
            pictures: [Limited::No, Limited::Wish, Limited::Estimate, Limited::Limit, Limited::Overload]
                .map(|limited| (limited, gauge!("media_pictures", "limited" => limited.word()))),
            counted: [0; 5],
            busy: gauge!("media_worker_busy_ratio", "worker" => worker.clone()),
            delay: gauge!("media_worker_delay_seconds", "worker" => worker.clone()),
            given_up: gauge!("media_worker_given_up_steps", "worker" => worker.clone()),
            full: gauge!("media_worker_full", "worker" => worker),
        }
    }

    /// Tells how many pictures are held back by what. Workers share the gauges, so only the
    /// difference to the last time is told.
    pub(crate) fn count_pictures(&mut self, pictures: impl Iterator<Item = Limited>) {
        let mut counted = [0; 5];
        for picture in pictures {
            let at = self.pictures.iter().position(|(limited, _)| *limited == picture);
            counted[at.expect("every reason has its gauge")] += 1;
        }
        for (at, (_, gauge)) in self.pictures.iter().enumerate() {
            gauge.increment(f64::from(counted[at]) - f64::from(self.counted[at]));
        }
        self.counted = counted;
    }

    pub(crate) fn load(&self, load: &Load, ceiling: Ceiling) {
        self.busy.set(f64::from(load.busy()) / 1_000.0);
        self.delay.set(f64::from(load.delay_micros()) / 1_000_000.0);
        self.given_up.set(f64::from(ceiling.steps()));
        self.full.set(f64::from(u8::from(load.burden() == Burden::Full)));
    }
}
