use std::time::Duration;

/// What an offer costs; an ordinary message costs one, every full 4 KiB one more.
pub const OFFER_COST: f64 = 20.0;
/// What it costs to come in.
pub const JOIN_COST: f64 = 20.0;

/// How fast something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Units that come back per second.
    pub per_second: u32,
    /// Units that may be spent at once.
    pub burst: u32,
}

/// What is left to spend (a token bucket). Times are since a common beginning.
#[derive(Debug)]
pub struct Bucket {
    rate: Rate,
    left: f64,
    at: Duration,
}

impl Bucket {
    /// A full one.
    pub fn new(rate: Rate, now: Duration) -> Self {
        Self { rate, left: rate.burst.into(), at: now }
    }

    /// Pays, or refuses what is too much.
    pub fn pay(&mut self, cost: f64, now: Duration) -> bool {
        self.refill(now);
        let enough = self.left >= cost;
        if enough {
            self.left -= cost;
        }
        enough
    }

    /// Pays in any case, and answers how long to wait until what was borrowed has come back.
    pub fn borrow(&mut self, cost: f64, now: Duration) -> Duration {
        self.refill(now);
        self.left -= cost;
        Duration::from_secs_f64((-self.left).max(0.0) / f64::from(self.rate.per_second.max(1)))
    }

    /// Has nothing been spent lately?
    pub fn is_full(&mut self, now: Duration) -> bool {
        self.refill(now);
        self.left >= self.rate.burst.into()
    }

    fn refill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        self.left = (self.left + passed * f64::from(self.rate.per_second)).min(self.rate.burst.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 100, burst: 1000 };

    #[test]
    fn a_burst_is_fine_a_flood_is_not_and_patience_refills() {
        let mut pace = Bucket::new(RATE, Duration::ZERO);
        assert!((0..1000).all(|_| pace.pay(1.0, Duration::ZERO)));
        assert!(!pace.pay(1.0, Duration::ZERO));
        assert!(pace.pay(50.0, Duration::from_secs(1)));
        assert!(!pace.pay(OFFER_COST * 5.0, Duration::from_secs(1)));
        assert!(!pace.is_full(Duration::from_secs(10)));
        assert!(pace.is_full(Duration::from_secs(12)));
    }

    #[test]
    fn time_that_stands_still_or_goes_back_gives_nothing() {
        let mut pace = Bucket::new(RATE, Duration::from_secs(9));
        assert!(pace.pay(1000.0, Duration::from_secs(9)));
        assert!(!pace.pay(1.0, Duration::from_secs(3)));
    }

    #[test]
    fn who_borrows_waits_until_it_has_come_back() {
        let mut pace = Bucket::new(RATE, Duration::ZERO);
        assert_eq!(pace.borrow(1000.0, Duration::ZERO), Duration::ZERO);
        assert_eq!(pace.borrow(50.0, Duration::ZERO), Duration::from_millis(500));
        assert_eq!(pace.borrow(50.0, Duration::from_millis(500)), Duration::from_millis(500));
    }
}
