use async_trait::async_trait;
use domain::Private;
use jiff::{SignedDuration, Timestamp};
use storage::{Mail, StorageError, Store};

/// Carries messages to where mail goes out.
#[async_trait]
pub trait Postman: Send + Sync {
    /// Hands one message over; answers only when it was taken or refused.
    async fn deliver(&self, recipient: &Private<String>, message: &Private<Vec<u8>>) -> Result<(), Undelivered>;
}

/// Why a message was not taken. Says nothing about whom it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// May work later: the server is away, busy, or asks for patience (4xx).
    #[error("not now: {0}")]
    Later(String),
    /// Will never work: the server refuses (5xx).
    #[error("refused: {0}")]
    Never(String),
}

/// Messages taken at once.
const AT_ONCE: u32 = 20;
/// For how long taken messages are out of others' reach: far longer than handing them over takes.
const TAKEN_FOR: SignedDuration = SignedDuration::from_mins(15);
/// The pause after the first attempt in vain; it doubles with each further one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// How long to wait after that many attempts in vain (RFC 5321, 4.5.4.1, quicker at first: an
/// invitation is often for today).
fn pause(attempts: u32) -> SignedDuration {
    let minutes = FIRST_PAUSE.as_mins().saturating_mul(1 << attempts.saturating_sub(1).min(16));
    SignedDuration::from_mins(minutes).min(LONGEST_PAUSE)
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Handed over.
    pub sent: u32,
    /// Kept for later.
    pub postponed: u32,
    /// Refused for good and deleted.
    pub refused: u32,
}

/// Sends what is due, and deletes what was sent. A message handed over when this process dies is
/// sent again: twice is better than never, and calendars know the entry by its id.
pub(crate) async fn send_due(store: &dyn Store, postman: &dyn Postman, now: Timestamp) -> Result<Round, StorageError> {
    let mut unit = store.begin().await?;
    let due = unit.take_due_mail(now, now + TAKEN_FOR, AT_ONCE).await?;
    unit.commit().await?;
    let mut round = Round::default();
    for mail in due {
        settle(store, postman, &mail, now, &mut round).await?;
    }
    Ok(round)
}

async fn settle(
    store: &dyn Store,
    postman: &dyn Postman,
    mail: &Mail,
    now: Timestamp,
    round: &mut Round,
) -> Result<(), StorageError> {
    let outcome = postman.deliver(&mail.recipient, &mail.message).await;
    let mut unit = store.begin().await?;
    match outcome {
        Ok(()) => {
            unit.delete_mail(mail.id).await?;
            round.sent += 1;
        }
        Err(Undelivered::Later(reason)) => {
            let next = now + pause(mail.attempts + 1);
            tracing::warn!(mail.id = %mail.id, attempts = mail.attempts + 1, reason, "a message waits for the mail server");
            unit.postpone_mail(mail.id, next).await?;
            round.postponed += 1;
        }
        Err(Undelivered::Never(reason)) => {
            tracing::warn!(mail.id = %mail.id, reason, "the mail server refused a message for good");
            unit.delete_mail(mail.id).await?;
            round.refused += 1;
        }
    }
    unit.commit().await
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use domain::MailId;
    use storage::SqliteStore;
    use uuid::Uuid;

    use super::*;

    /// Answers as told, and counts.
    struct Scripted(Mutex<Vec<Result<(), Undelivered>>>);

    #[async_trait]
    impl Postman for Scripted {
        async fn deliver(&self, _: &Private<String>, _: &Private<Vec<u8>>) -> Result<(), Undelivered> {
            self.0.lock().expect("no test panics with the lock").remove(0)
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("in range")
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let minutes: Vec<i64> = [1, 2, 3, 6, 7, 8, 100, u32::MAX].map(|n| pause(n).as_mins()).to_vec();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60, 60, 60]);
    }

    #[tokio::test]
    async fn sent_is_gone_postponed_comes_back_and_refused_is_given_up() {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::in_memory().await.expect("a throw-away database"));
        let mut unit = store.begin().await.expect("writable");
        for n in 0..3 {
            let mail = Mail {
                id: MailId::from_uuid(Uuid::from_u128(n)),
                recipient: Private::from("gast@example.org"),
                message: Private::new(b"text".to_vec()),
                attempts: 0,
                created_at: at(0),
                due_at: at(0),
                give_up_at: at(1_000_000),
            };
            unit.add_mail(&mail).await.expect("writable");
        }
        unit.commit().await.expect("writable");
        let answers = [Ok(()), Err(Undelivered::Later("451".into())), Err(Undelivered::Never("550".into())), Ok(())];
        let postman = Scripted(Mutex::new(answers.to_vec()));
        let round = |seconds| send_due(store.as_ref(), &postman, at(seconds));
        assert_eq!(round(0).await.expect("a database"), Round { sent: 1, postponed: 1, refused: 1 });
        assert_eq!(round(59).await.expect("a database"), Round::default());
        assert_eq!(round(60).await.expect("a database"), Round { sent: 1, ..Round::default() });
        assert_eq!(store.read().await.expect("readable").count_mail().await.expect("readable"), 0);
    }
}
