//! Books rooms, invites, issues join tokens; the HTTP API for people, assistants and admins.
//!
//! [`Scheduler`] is made of a store, a cluster, a clock and a source of randomness, and gives an
//! axum router that serves `/api/v1`. Rights are asked of `domain::policy`, times and doors of
//! `domain`; tokens are signed with `protocol`. It never opens a WebSocket and never touches
//! media: with `signaling` it shares the join token and the bus, nothing else.
//!
//! To add an operation: a file under `http/<noun>/` named after the verb with its answer, its
//! description, its handler and its tests; one line in `http/router.rs`; then refresh
//! `openapi.json` with `cargo run -p scheduler --example openapi`.

mod app;
mod booking;
mod calendar;
mod capacity;
mod clocks;
mod closed_accounts;
mod config;
mod dav;
mod dial_in;
mod entry;
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod mail;
mod meeting;
mod network;
mod no_shows;
mod open_pages;
mod password;
mod randomness;
mod reply;
mod retention;
mod room_times;
mod room_waits;
mod secret;
mod series;
#[cfg(test)]
mod testing;
mod webhooks;

use std::sync::Arc;

use ::http::Uri;
use cluster::Cluster;
use domain::{Clock, Private};
use jiff::{SignedDuration, Timestamp};
use storage::{Deletion, StorageError, Store};

use crate::app::App;
use crate::secret::Secret;

pub use config::{InvalidAddress, SchedulerConfig};
pub use dial_in::DialInConfig;
pub use http::openapi;
pub use mail::{Encryption, MailSender, Postman, Round, SmtpConfig, SmtpPostman, Undelivered, UnusableMailServer};
pub use randomness::{Randomness, SystemRandomness};
pub use reply::{REPLY_LIMIT, ReplyRefused};
pub use retention::person::{Erasing, NotDone};
pub use room_times::load::LoadedRoomTimes;
pub use webhooks::keeping::NotKept;
pub use webhooks::{Courier, Delivery, KEPT_FOR, NotTaken, SILENT_FOR, SilentRuns, WebhookConfig};

/// How long the link for the first administrator works.
const SETUP_LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The scheduler: wired once, served by `server`.
#[derive(Clone)]
pub struct Scheduler {
    app: Arc<App>,
}

impl Scheduler {
    /// Wires the parts together.
    pub fn new(
        config: SchedulerConfig,
        store: Arc<dyn Store>,
        cluster: Cluster,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        Self { app: Arc::new(App::new(config, store, cluster, clock, randomness)) }
    }

    /// Serves `/api/v1/**`. The caller's address is taken from axum's `ConnectInfo<SocketAddr>`
    /// extension, which `server` fills behind proxies, too; without it all callers count as one
    /// network. A request id in `x-request-id` is kept.
    pub fn router(&self) -> axum::Router {
        http::router(Arc::clone(&self.app))
    }

    /// Describes the API.
    pub fn openapi(&self) -> utoipa::openapi::OpenApi {
        openapi()
    }

    /// How many accounts there are; with none, `server` prints [`Self::create_setup_link`].
    pub async fn count_people(&self) -> Result<u64, StorageError> {
        self.app.store.read().await?.count_people().await
    }

    /// Makes the one-time link that creates the first administrator; ends any earlier one.
    /// The answer is a secret: print it, never log it.
    pub async fn create_setup_link(&self) -> Result<String, StorageError> {
        let secret = Secret::draw(self.app.randomness.as_ref(), secret::SESSION_BYTES);
        let expires_at = self.app.now() + SETUP_LINK_LIFETIME;
        let mut unit = self.app.store.begin().await?;
        unit.set_setup_link(&secret.hash, expires_at).await?;
        unit.commit().await?;
        Ok(format!("{}/setup#{}", self.app.config.base_url, secret.text.expose()))
    }

    /// Sends the messages that are due, a few at a time: call again at once while something was
    /// sent, else in a while. Takes ten minutes at most, whatever the mail server does.
    pub async fn send_mail(&self, postman: &dyn Postman) -> Result<Round, StorageError> {
        mail::delivery::send_due(self.app.store.as_ref(), postman, || self.app.now()).await
    }

    /// Writes the reminders that are due, of a few dates at a time, and answers of how many: call
    /// again at once while there were some, else in a while.
    pub async fn write_reminders(&self) -> Result<usize, StorageError> {
        mail::reminders::write_due(&self.app).await
    }

    /// Releases rooms that nobody came to, and answers of how many dates: call again in a while.
    pub async fn release_rooms(&self) -> Result<usize, NotKept> {
        no_shows::release_due(&self.app).await
    }

    /// Sends those away from meetings whose account was closed, whoever closed it, and answers how many: call again every
    /// few seconds.
    pub async fn shut_out_closed(&self) -> Result<usize, NotKept> {
        closed_accounts::shut_out_due(&self.app).await
    }

    /// Offers rooms that have become free to who waits for them, and answers how many: call again in a while.
    pub async fn offer_rooms(&self) -> Result<usize, StorageError> {
        room_waits::offer_due(&self.app).await
    }

    /// Takes an answer to an invitation that came by mail: a whole message, and the address the mail
    /// server took it for (without it, the message's own header is asked). It counts only if
    /// booking, attendee and the token in that address belong to one invitation.
    pub async fn take_reply(&self, message: &[u8], recipient: Option<&str>) -> Result<(), ReplyRefused> {
        reply::take(&self.app, message, recipient).await
    }

    /// Moves what happened in meetings from the cluster into the database: call again at once
    /// while there was something, else in a moment.
    pub async fn keep_happenings(&self) -> Result<usize, NotKept> {
        webhooks::keeping::keep(&self.app).await
    }

    /// Says `room_finished` for runs whose owner died before it could, and says for how many: call
    /// again every few seconds, with a clock that never goes back.
    pub async fn end_lost_runs(&self, silent: &mut SilentRuns, now: std::time::Instant) -> Result<usize, NotKept> {
        webhooks::ending::end_lost(&self.app, silent, now).await
    }

    /// Sends the webhooks that are due at one of the configured endpoints: call again at once
    /// while something was sent, else in a moment.
    pub async fn send_webhooks(
        &self,
        endpoint: &Private<String>,
        courier: &dyn Courier,
    ) -> Result<Round, StorageError> {
        let Some(config) = &self.app.config.webhooks else { return Ok(Round::default()) };
        webhooks::delivery::send_due(self.app.store.as_ref(), config, endpoint, courier, || self.app.now()).await
    }

    /// Deletes what has expired: sessions, tokens, failed sign-ins, people at closed doors, roles given in
    /// meetings that are over, messages nobody waits for, answers kept for requests sent again, requests for
    /// rooms, rooms kept for a form. Then what the configured periods end: bookings, closed accounts, lines of the
    /// audit trail and of the log of deletions. Answers how many. Extends endless series, so that their dates
    /// stand in the calendar for two years.
    pub async fn tidy_up(&self, now: Timestamp) -> Result<u64, StorageError> {
        let expired = retention::forget::expired(&self.app, now).await?;
        let aged = retention::forget::aged(&self.app, now).await?;
        // A series that cannot be extended now is extended next time.
        match series::extend::extend(&self.app, now).await {
            Ok(0) => {}
            Ok(added) => tracing::info!(added, "endless series were extended"),
            Err(error) => tracing::warn!(error = %error, "endless series could not be extended"),
        }
        Ok(expired + aged)
    }

    /// Lets bookings follow the clocks after an update of the time zone database, some at a time, and answers how many were
    /// looked at: call again at once while there were any, else in a while.
    pub async fn follow_clocks(&self) -> Result<usize, StorageError> {
        clocks::follow(&self.app).await
    }

    /// Counts some bookings anew after pools, sites or homes changed, and answers how many: call again at once while
    /// there were any, else in a while.
    pub async fn recount_capacity(&self) -> Result<usize, StorageError> {
        capacity::recount::recount(&self.app, self.app.now()).await
    }

    /// Gives bookings that have none their PIN for telephones, some at a time, and answers how many: call again at once
    /// while there were any, else in a while.
    pub async fn give_dial_in_pins(&self) -> Result<usize, StorageError> {
        dial_in::give(&self.app).await
    }

    /// Notes what running meetings take of the pools and how many are in them, and answers how many run: call again
    /// every few seconds.
    pub async fn measure_capacity(&self) -> Result<usize, NotKept> {
        capacity::measure::measure(&self.app, self.app.now()).await
    }

    /// Learns how many of those invited come to a series, from a few dates that are over, and answers from how many:
    /// call again at once while there were any, else in a while.
    pub async fn learn_turnout(&self) -> Result<usize, StorageError> {
        capacity::measure::learn(&self.app, self.app.now()).await
    }

    /// Loads into memory when rooms are held from now on, so that free rooms and times are found without the database.
    pub async fn load_room_times(&self) -> Result<LoadedRoomTimes, StorageError> {
        room_times::load::load(&self.app).await
    }

    /// The same, again and again, and listens to what other nodes book in between. Never ends.
    pub async fn keep_room_times(&self) {
        room_times::load::keep(&self.app).await;
    }

    /// Everything that is stored about the person, or guest, with this mail address.
    pub async fn export_person(&self, address: &Private<String>) -> Result<serde_json::Value, NotDone> {
        retention::person::export(&self.app, address).await
    }

    /// What [`Self::erase_person`] would do.
    pub async fn ask_to_erase(&self, address: &Private<String>) -> Result<Erasing, NotDone> {
        retention::person::ask(&self.app, address).await
    }

    /// Erases the person, or guest, with this mail address: cancels the bookings to come of which the
    /// person is the organiser and tells those invited, then deletes what is stored, or takes the person
    /// out of what others need. Doing it again finishes what was interrupted.
    pub async fn erase_person(&self, address: &Private<String>) -> Result<Erasing, NotDone> {
        retention::person::erase(&self.app, address).await
    }

    /// What was deleted, of what and why, the newest day first, at most `limit` lines.
    pub async fn deletions(&self, limit: u32) -> Result<Vec<Deletion>, StorageError> {
        self.app.store.read().await?.deletions(limit).await
    }
}

/// Host and port of an absolute address, as browsers send them in `Origin` and `Host`.
fn authority(address: &str) -> Option<String> {
    address.parse::<Uri>().ok()?.authority().map(|authority| authority.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;
    use storage::SignIn;

    use crate::testing::Bench;

    #[tokio::test]
    async fn tidying_up_deletes_what_is_over_and_nothing_else() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        bench.post("/api-tokens").by(&anna).json(&json!({ "label": "kurz", "days": 1 })).await.is(201);
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        let mut unit = bench.store.begin().await.expect("the database is there");
        let attempt = SignIn { subject_hash: [7; 32], at: domain::Clock::now(bench.clock.as_ref()) };
        unit.add_failed_sign_in(&attempt).await.expect("writable");
        unit.commit().await.expect("writable");
        assert_eq!(tidied(&bench).await, 0);

        bench.clock.set("2026-11-24T09:00:00Z");
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        let join = format!("/meetings/{}/join", shown["meeting_id"].as_str().expect("an id"));
        bench.post(&join).json(&json!({ "secret": secret })).await.is(200);
        assert_eq!(tidied(&bench).await, 2, "the API token and the failed attempt are a day old");
        bench.clock.advance(SignedDuration::from_hours(3));
        assert_eq!(tidied(&bench).await, 1, "who waited at a door that is closed now");
        let anna = bench.signed_in(anna.id).await;
        bench.get(&format!("/bookings/{}", shown["id"].as_str().expect("an id"))).by(&anna).send().await.is(200);
    }

    async fn tidied(bench: &Bench) -> u64 {
        let now = domain::Clock::now(bench.clock.as_ref());
        bench.scheduler.tidy_up(now).await.expect("the database is there")
    }
}
