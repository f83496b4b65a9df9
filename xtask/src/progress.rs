//! Lines that say what happens and how long it has taken.

use std::time::{Duration, Instant};

/// A clock that starts with the chore.
pub struct Progress {
    started_at: Instant,
}

impl Progress {
    /// Starts the clock.
    pub fn start() -> Progress {
        Progress { started_at: Instant::now() }
    }

    /// Says what happens next.
    pub fn say(&self, what: &str) {
        println!("[{:>6}] {what}", in_words(self.elapsed()));
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started_at.elapsed()
    }
}

/// `0:07`, `12:30`: minutes and seconds.
pub fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_and_seconds() {
        assert_eq!(in_words(Duration::from_millis(7_900)), "0:07");
        assert_eq!(in_words(Duration::from_secs(750)), "12:30");
    }
}
