use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::Clock;
use jiff::{SignedDuration, Timestamp};

/// Runs like a real clock, and can be put forward.
#[derive(Clone, Debug, Default)]
pub struct TestClock {
    ahead_seconds: Arc<AtomicI64>,
}

impl TestClock {
    /// Puts the clock forward.
    pub fn put_forward(&self, minutes: i64) {
        self.ahead_seconds.fetch_add(minutes * 60, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.ahead_seconds.load(Ordering::SeqCst))
    }
}
