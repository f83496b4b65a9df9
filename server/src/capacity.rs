//! What is expected on the pools is kept up to date beside everything else, and what they carry is noted.

use std::time::Duration;

use scheduler::Scheduler;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How often it is noted what running meetings take. Shorter peaks are not seen.
const MEASURE_EVERY: Duration = Duration::from_secs(15);
/// How often it is asked whether pools, sites or homes changed, and whether dates are over.
const COUNT_EVERY: Duration = Duration::from_secs(20);

/// Notes what running meetings take, for ever.
pub async fn measure(scheduler: Scheduler) {
    let mut ticks = interval(MEASURE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = scheduler.measure_capacity().await {
            tracing::warn!(%error, "what meetings take could not be noted; it will be tried again");
        }
    }
}

/// Counts bookings anew after changes and learns from dates that are over, for ever.
pub async fn count(scheduler: Scheduler) {
    loop {
        let counted = scheduler.recount_capacity().await;
        let learned = scheduler.learn_turnout().await;
        match (counted, learned) {
            (Ok(0), Ok(0)) => {}
            (Ok(_), Ok(_)) => continue,
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%error, "bookings cannot be counted anew; it will be tried again");
            }
        }
        sleep(COUNT_EVERY).await;
    }
}
