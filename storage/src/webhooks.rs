use async_trait::async_trait;
use domain::{MeetingName, Private};
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// Something that happened in a meeting, on its way to another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where it shall go.
    pub endpoint: String,
    /// In which meeting it happened.
    pub meeting: MeetingName,
    /// In which run of it.
    pub run: String,
    /// Counts what happened in one run, from 1.
    pub sequence: u64,
    /// What happened, as a stable word.
    pub event: String,
    /// All of it, as JSON.
    pub body: Private<String>,
    /// When it happened.
    pub created_at: Timestamp,
    /// When nobody wants to know any more: it is deleted then, delivered or not.
    pub give_up_at: Timestamp,
}

/// The same, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Rises with every row; whoever polls goes on after the last one seen.
    pub position: i64,
    /// What it says.
    pub what: NewWebhook,
    /// Attempts in vain.
    pub attempts: u32,
    /// When the next attempt is due, or until when somebody tries.
    pub due_at: Timestamp,
    /// When it was taken; none while it waits.
    pub delivered_at: Option<Timestamp>,
    /// Why the last attempt was in vain, in a few words.
    pub last_answer: Option<String>,
}

/// Which rows a list shows.
#[derive(Clone, Debug, Default)]
pub struct WebhookFilter {
    /// Only those after this position.
    pub after: i64,
    /// The newest first, and only those before this position; 0: from the last one.
    pub newest_before: Option<i64>,
    /// Only those of this meeting.
    pub meeting: Option<MeetingName>,
    /// Only delivered ones, or only those that wait.
    pub is_delivered: Option<bool>,
}

/// What happened in meetings, until it is delivered and for a while after.
///
/// Of one run only the first row that waits may be taken: what happened later waits for it, so
/// every endpoint hears everything in order.
#[async_trait]
pub trait Webhooks {
    /// Adds one; answers whether it is new. The same sequence of the same run is kept once.
    async fn add_webhook(&mut self, webhook: &NewWebhook) -> Result<bool>;
    /// Takes those that are due at one endpoint, oldest first, at most one of a run and `limit`
    /// altogether. Nobody else gets them before `until`.
    async fn take_due_webhooks(
        &mut self,
        endpoint: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Webhook>>;
    /// Notes that it was taken.
    async fn settle_webhook(&mut self, position: i64, delivered_at: Timestamp) -> Result<()>;
    /// Notes one more attempt in vain, why, and when the next is due.
    async fn postpone_webhook(&mut self, position: i64, due_at: Timestamp, answer: &str) -> Result<()>;
    /// Lets it wait again from now on, also if it was delivered; answers whether it is there.
    async fn renew_webhook(&mut self, position: i64, due_at: Timestamp) -> Result<bool>;
    /// Rows by position, at most `limit`.
    async fn webhooks(&mut self, filter: &WebhookFilter, limit: u32) -> Result<Vec<Webhook>>;
    /// The last row of each run that has not ended with `final_event`, of one endpoint, at most `limit`.
    async fn last_webhooks_of_open_runs(
        &mut self,
        endpoint: &str,
        final_event: &str,
        limit: u32,
    ) -> Result<Vec<Webhook>>;
    /// What happened in one run after a number, by number, as it is kept for one endpoint, at most `limit`.
    async fn webhooks_of_run(&mut self, endpoint: &str, run: &str, after: u64, limit: u32) -> Result<Vec<Webhook>>;
    /// Deletes those whose time is over, and of the rest all but the `most` newest; answers how many.
    async fn delete_old_webhooks(&mut self, now: Timestamp, most: u32) -> Result<u64>;
}
