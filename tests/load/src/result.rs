//! What one run of one scenario against one server showed.

use serde::{Deserialize, Serialize};

/// Printed by the generator as one line of JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Packets that arrived in the window.
    pub packets: u64,
    /// Packets that should have arrived in the window and did not.
    pub lost: u64,
    /// Length of the window.
    pub seconds: f64,
    /// Time of the server's threads in the window.
    pub cpu_seconds: f64,
    /// Time of the generator's own threads in the window.
    pub own_cpu_seconds: f64,
    /// Growth of the server's memory by all participants.
    pub memory_kib: f64,
    /// The same by those who send.
    pub senders_memory_kib: f64,
    /// Those of the participants who send.
    pub senders: usize,
    /// Growth of the server's memory in the window.
    pub growth_kib: f64,
    /// Participants who joined.
    pub participants: usize,
    /// From sending to receiving, milliseconds: half, 99 of 100, the slowest.
    pub delay_ms: [f64; 3],
    /// From connecting to the first media packet, milliseconds, sorted; receivers only.
    pub first_packet_ms: Vec<f64>,
    /// Participants who never received anything they should.
    pub failed: usize,
    /// From the first join to the last.
    pub joining_seconds: f64,
    /// Share of the sound that was not there when it should have been heard, 0 to 1; bad lines only.
    pub concealed: Option<f64>,
    /// Share of the time in which the picture stood still, 0 to 1; bad lines only.
    pub frozen: Option<f64>,
    /// From the end of a dip until 90 % of the rate before it are back; infinite if they never are.
    pub recovery_seconds: Option<f64>,
    /// The highest rate that was held, packets a second.
    pub capacity: Option<f64>,
    /// The load itself was at its end there, so the server can do more.
    pub is_limited_by_load: bool,
    /// Packets strangers sent in the window.
    pub hostile: u64,
}

impl Outcome {
    /// What matters of it, for who watches.
    pub fn line(&self) -> String {
        let mut parts = Vec::new();
        if self.packets > 0 {
            // What a bad line loses and delays says nothing of the server.
            let is_good_line = self.concealed.or(self.frozen).is_none();
            parts.push(format!(
                "{:>6.2} µs/packet {:>9.0} packets/s {}, first packet p95 {:.0} ms, load {:.0} %",
                self.micros(),
                self.packets as f64 / self.seconds,
                if is_good_line {
                    format!("{:>6.3} % lost, p99 {:.1} ms", self.loss() * 100.0, self.delay_ms[1])
                } else {
                    "over a bad line".to_owned()
                },
                self.first_packet(0.95),
                self.own_cpu_seconds * 100.0 / self.seconds.max(0.001),
            ));
        }
        let percent = |what: &str, share: Option<f64>| share.map(|share| format!("{:.2} % {what}", share * 100.0));
        parts.extend(percent("concealed", self.concealed));
        parts.extend(percent("frozen", self.frozen));
        parts.extend(self.recovery_seconds.map(|seconds| format!("back after {seconds:.1} s")));
        parts.extend(self.capacity.map(|rate| format!("{rate:.0} packets/s held")));
        parts.extend((self.hostile > 0).then(|| format!("{} hostile, {:.0} KiB more", self.hostile, self.growth_kib)));
        parts.extend((self.failed > 0).then(|| format!("{} failed", self.failed)));
        parts.join(", ")
    }

    /// Microseconds of the server's CPU for each packet that arrived.
    pub fn micros(&self) -> f64 {
        self.cpu_seconds * 1e6 / (self.packets.max(1) as f64)
    }

    /// Share of packets lost, 0 to 1.
    pub fn loss(&self) -> f64 {
        self.lost as f64 / (self.packets + self.lost).max(1) as f64
    }

    /// The time within which so many of the receivers (0 to 1) had their first packet.
    pub fn first_packet(&self, share: f64) -> f64 {
        at(&self.first_packet_ms, share)
    }
}

/// A quantile of sorted values; 0 if there are none.
pub fn at(sorted: &[f64], share: f64) -> f64 {
    let index = ((sorted.len().max(1) - 1) as f64 * share).round();
    sorted.get(index as usize).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_sorted_values() {
        let values = [1.0, 2.0, 3.0, 4.0, 100.0];
        assert_eq!((at(&values, 0.0), at(&values, 0.5), at(&values, 1.0)), (1.0, 3.0, 100.0));
        assert_eq!(at(&[], 0.5), 0.0);
    }

    #[test]
    fn costs_and_losses_are_shares() {
        let outcome = Outcome { packets: 900, lost: 100, cpu_seconds: 0.009, ..Outcome::default() };
        assert_eq!((outcome.micros(), outcome.loss()), (10.0, 0.1));
        assert_eq!(Outcome::default().loss(), 0.0);
    }
}
