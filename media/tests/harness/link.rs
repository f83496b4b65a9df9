use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The way from the engine to a client, narrower than loopback: so many bits per second, a queue
/// that overflows, a delay, and packets lost by the dice of a seed.
pub struct Link {
    pub bps: u64,
    pub queue: Duration,
    pub delay: Duration,
    /// Of 1,000 packets.
    pub lost: u32,
    seed: u64,
    free_at: Option<Instant>,
    under_way: VecDeque<(Instant, SocketAddr, Vec<u8>)>,
}

impl Link {
    pub fn of(bps: u64) -> Self {
        Self {
            bps,
            queue: Duration::from_millis(300),
            delay: Duration::from_millis(20),
            lost: 0,
            seed: 7,
            free_at: None,
            under_way: VecDeque::new(),
        }
    }

    pub fn losing(mut self, of_a_thousand: u32, seed: u64) -> Self {
        (self.lost, self.seed) = (of_a_thousand, seed);
        self
    }

    /// A packet enters.
    pub fn put(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) {
        // A full-period generator is dice enough.
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let is_lost = (self.seed >> 33) % 1_000 < u64::from(self.lost);
        let free_at = self.free_at.map_or(now, |at| at.max(now));
        if is_lost || free_at.saturating_duration_since(now) > self.queue {
            return;
        }
        let takes = Duration::from_micros(datagram.len() as u64 * 8_000_000 / self.bps.max(1));
        self.free_at = Some(free_at + takes);
        self.under_way.push_back((free_at + takes + self.delay, source, datagram.to_vec()));
    }

    /// The next packet that has come through, with the time it did.
    pub fn take(&mut self, now: Instant) -> Option<(Instant, SocketAddr, Vec<u8>)> {
        if self.under_way.front()?.0 > now {
            return None;
        }
        self.under_way.pop_front()
    }
}
