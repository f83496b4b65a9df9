use async_trait::async_trait;
use domain::Private;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use storage::{StorageError, Store, Webhook};

use super::WebhookConfig;
use crate::Round;

/// Carries one message to another program.
#[async_trait]
pub trait Courier: Send + Sync {
    /// Answers when it was taken or refused, within ten seconds.
    async fn carry(&self, delivery: Delivery) -> Result<(), NotTaken>;
}

/// What a courier carries.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where to.
    pub endpoint: Private<String>,
    /// The header that says that it comes from here.
    pub authorization: Private<String>,
    /// Which run of a meeting.
    pub run: String,
    /// Counts what happened in it.
    pub sequence: u64,
    /// JSON.
    pub body: Private<String>,
}

/// Why it was not taken, in a few words without personal data: `503`, `no answer`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not taken: {0}")]
pub struct NotTaken(pub String);

/// Sent at once, each of another meeting.
const AT_ONCE: u32 = 20;
/// For how long taken rows are out of others' reach: longer than a courier may need.
const TAKEN_FOR: SignedDuration = SignedDuration::from_secs(30);
/// The longest pause between two attempts.
const LONGEST_PAUSE_SECONDS: i64 = 60;

/// How long to wait after that many attempts in vain: a second, doubled each time up to a minute.
fn pause(attempts: u32) -> SignedDuration {
    SignedDuration::from_secs((1_i64 << attempts.saturating_sub(1).min(16)).min(LONGEST_PAUSE_SECONDS))
}

/// Sends what is due at one endpoint. What was taken when this process dies is sent again.
pub(crate) async fn send_due(
    store: &dyn Store,
    config: &WebhookConfig,
    endpoint: &Private<String>,
    courier: &dyn Courier,
    now: impl Fn() -> Timestamp,
) -> Result<Round, StorageError> {
    let taken_at = now();
    let mut unit = store.begin().await?;
    let due = unit.take_due_webhooks(endpoint.expose(), taken_at, taken_at + TAKEN_FOR, AT_ONCE).await?;
    unit.commit().await?;
    if due.is_empty() {
        return Ok(Round::default());
    }
    let sent = due.into_iter().map(|webhook| async {
        let authorization =
            protocol::webhook::authorization(webhook.what.body.expose().as_bytes(), &config.key, now().as_second());
        let delivery = Delivery {
            endpoint: endpoint.clone(),
            authorization: Private::new(authorization),
            run: webhook.what.run.clone(),
            sequence: webhook.what.sequence,
            body: webhook.what.body.clone(),
        };
        let outcome = courier.carry(delivery).await;
        (webhook, outcome)
    });
    let sent = join_all(sent).await;
    let mut round = Round::default();
    let mut unit = store.begin().await?;
    for (webhook, outcome) in sent {
        match outcome {
            Ok(()) => {
                unit.settle_webhook(webhook.position, now()).await?;
                round.sent += 1;
            }
            Err(NotTaken(answer)) => {
                let due_at = now() + pause(webhook.attempts + 1);
                complain(&webhook, &answer);
                unit.postpone_webhook(webhook.position, due_at, &answer).await?;
                round.postponed += 1;
            }
        }
    }
    unit.commit().await?;
    Ok(round)
}

/// Said at the first attempt in vain and then now and again.
fn complain(webhook: &Webhook, answer: &str) {
    let attempts = webhook.attempts + 1;
    if attempts == 1 || attempts.is_multiple_of(60) {
        let (meeting, position) = (&webhook.what.meeting, webhook.position);
        tracing::warn!(meeting.id = %meeting, webhook.position = position, attempts, answer, "a webhook was not taken, it waits");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use protocol::token::TokenKey;
    use storage::{NewWebhook, SqliteStore, WebhookFilter};

    use super::*;

    /// Answers as told, and remembers what came.
    struct Scripted {
        answers: Mutex<Vec<Result<(), NotTaken>>>,
        came: Mutex<Vec<(String, u64)>>,
    }

    #[async_trait]
    impl Courier for Scripted {
        async fn carry(&self, delivery: Delivery) -> Result<(), NotTaken> {
            self.came.lock().expect("no test panics with it").push((delivery.run, delivery.sequence));
            self.answers.lock().expect("no test panics with it").pop().unwrap_or(Ok(()))
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("in range")
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let seconds: Vec<i64> = [1, 2, 3, 6, 7, 8, 100, u32::MAX].map(|n| pause(n).as_secs()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 32, 60, 60, 60, 60]);
    }

    #[tokio::test]
    async fn what_is_not_taken_comes_again_later_and_in_order() {
        let store = SqliteStore::in_memory().await.expect("a throw-away database");
        let endpoint = Private::from("https://sink.example.org/");
        let key = TokenKey::new("hooks", *b"0123456789abcdef0123456789abcdef").expect("32 bytes");
        let config = WebhookConfig { endpoints: vec![endpoint.clone()], key };
        let mut unit = store.begin().await.expect("writable");
        for (run, sequence) in [("a", 1), ("a", 2), ("b", 1)] {
            let webhook = NewWebhook {
                endpoint: endpoint.expose().clone(),
                meeting: "daily".parse().expect("a name"),
                run: run.into(),
                sequence,
                event: "room_started".into(),
                body: Private::from("{}"),
                created_at: at(0),
                give_up_at: at(1_000_000),
            };
            unit.add_webhook(&webhook).await.expect("writable");
        }
        unit.commit().await.expect("writable");
        let answers = vec![Ok(()), Err(NotTaken("503".into()))];
        let courier = Scripted { answers: Mutex::new(answers), came: Mutex::default() };
        let round = async |seconds| {
            let sent = send_due(&store, &config, &endpoint, &courier, || at(seconds)).await.expect("a database");
            (sent.sent, sent.postponed)
        };
        assert_eq!(round(0).await, (1, 1));
        assert_eq!(round(0).await, (0, 0), "the second waits for the first");
        assert_eq!(round(1).await, (1, 0));
        assert_eq!(round(1).await, (1, 0));
        let came = courier.came.lock().expect("nobody else has it").clone();
        let of_a: Vec<u64> = came.iter().filter(|(run, _)| run == "a").map(|(_, sequence)| *sequence).collect();
        assert_eq!((of_a, came.len()), (vec![1, 1, 2], 4));
        let mut unit = store.read().await.expect("readable");
        let rest = WebhookFilter { is_delivered: Some(false), ..WebhookFilter::default() };
        assert_eq!(unit.webhooks(&rest, 10).await.expect("readable"), []);
    }
}
