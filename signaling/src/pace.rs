use std::time::Duration;

/// Units a connection may spend at once: room for what a large meeting's layout change asks.
pub const BURST: f64 = 1000.0;
/// Units that come back per second. An ordinary message costs one, an offer twenty, every 4 KiB
/// one more.
pub const PER_SECOND: f64 = 100.0;
/// What an offer costs.
pub const OFFER_COST: f64 = 20.0;

/// How fast one connection may talk (a token bucket).
#[derive(Debug)]
pub struct Pace {
    left: f64,
    /// Since the connection began.
    at: Duration,
}

impl Pace {
    /// A full bucket.
    pub fn new() -> Self {
        Self { left: BURST, at: Duration::ZERO }
    }

    /// Pays for a message at `now` (since the connection began); `false` if it is too much.
    pub fn pay(&mut self, cost: f64, now: Duration) -> bool {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        self.left = (self.left + passed * PER_SECOND).min(BURST) - cost;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_fine_a_flood_is_not_and_patience_refills() {
        let mut pace = Pace::new();
        assert!((0..1000).all(|_| pace.pay(1.0, Duration::ZERO)));
        assert!(!pace.pay(1.0, Duration::ZERO));
        assert!(pace.pay(50.0, Duration::from_secs(1)));
        assert!(!pace.pay(OFFER_COST * 5.0, Duration::from_secs(1)));
    }

    #[test]
    fn time_that_stands_still_or_goes_back_gives_nothing() {
        let mut pace = Pace::new();
        assert!(pace.pay(BURST, Duration::from_secs(9)));
        assert!(!pace.pay(1.0, Duration::from_secs(3)));
    }
}
