//! Closed accounts, whoever closed them.

use std::time::Duration;

use scheduler::Scheduler;
use tokio::time::sleep;

/// How soon it is noticed that another process closed an account.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Sends those away from meetings whose account was closed, for ever.
pub async fn shut_out(scheduler: Scheduler) {
    loop {
        match scheduler.shut_out_closed().await {
            Ok(0) => {}
            Ok(people) => {
                tracing::info!(people, "{people} people whose account was closed were shut out of all meetings")
            }
            Err(error) => {
                tracing::warn!(%error, "who has no account any more cannot be shut out of meetings; it will be tried again");
            }
        }
        sleep(LOOK_EVERY).await;
    }
}
