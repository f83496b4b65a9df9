//! What is done about rooms again and again, whoever asks.

use std::time::Duration;

use scheduler::Scheduler;
use tokio::time::sleep;

/// How soon a room that nobody came to, or that has become free, is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// Releases rooms that nobody came to and offers what is free to who waits, for ever.
pub async fn run(scheduler: Scheduler) {
    loop {
        match scheduler.release_rooms().await {
            Ok(0) => {}
            Ok(dates) => {
                tracing::info!(dates, "nobody came to {dates} dates: their rooms are released");
                metrics::counter!("rennsteig_rooms_released_total").increment(dates as u64);
            }
            Err(error) => tracing::warn!(%error, "rooms cannot be released; it will be tried again"),
        }
        match scheduler.offer_rooms().await {
            Ok(0) => {}
            Ok(offers) => tracing::info!(offers, "rooms were offered to {offers} who wait for them"),
            Err(error) => tracing::warn!(%error, "rooms cannot be offered; it will be tried again"),
        }
        sleep(LOOK_EVERY).await;
    }
}
