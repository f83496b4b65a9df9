use domain::Clock;
use jiff::Timestamp;

/// The machine's clock: the one place that reads it for the rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
