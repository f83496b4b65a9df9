use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::Private;
use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use storage::{Mail, StorageError, Store};

/// Carries messages to where mail goes out.
#[async_trait]
pub trait Postman: Send + Sync {
    /// Looks, before the first message, whether any is taken at all.
    async fn begin(&self) -> Result<(), Undelivered> {
        Ok(())
    }

    /// Hands one message over; answers only when it was taken or refused, within two minutes. May be asked for several at
    /// once.
    async fn deliver(&self, recipient: &Private<String>, message: &Private<Vec<u8>>) -> Result<(), Undelivered>;

    /// There is nothing more to hand over for now.
    async fn rest(&self) {}
}

/// Why a message was not taken. Says nothing about whom it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// This message may be taken later: the server asks for patience (4xx), or falls silent.
    #[error("not now: {0}")]
    Later(String),
    /// This message will never be taken: the server refuses its recipient or what is in it (5xx).
    #[error("refused: {0}")]
    Never(String),
    /// No message is taken now: the server cannot be reached, is silent or busy.
    #[error("not now: {0}")]
    Away(String),
    /// No message is taken before somebody changes the settings, here or there: the server refuses the name and password, or
    /// the sender.
    #[error("not let in: {0}")]
    LockedOut(String),
}

impl Undelivered {
    /// Would every other message be kept back as well?
    fn concerns_all(&self) -> bool {
        matches!(self, Self::Away(_) | Self::LockedOut(_))
    }
}

/// Messages taken at once.
const AT_ONCE: u32 = 20;
/// Handed over side by side: one the server is silent about does not hold up the others.
const SIDE_BY_SIDE: usize = 4;
/// For how long taken messages are out of others' reach: longer than handing all of them over may take.
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
    /// Kept until somebody changes the settings; tried now and then.
    pub locked_out: u32,
}

/// Sends what is due, and deletes what was sent. A message handed over when this process dies is
/// sent again: twice is better than never, and calendars know the entry by its id.
pub(crate) async fn send_due(
    store: &dyn Store,
    postman: &dyn Postman,
    now: impl Fn() -> Timestamp,
) -> Result<Round, StorageError> {
    let taken_at = now();
    let mut unit = store.begin().await?;
    let due = unit.take_due_mail(taken_at, taken_at + TAKEN_FOR, AT_ONCE).await?;
    unit.commit().await?;
    let mut round = Round::default();
    if due.is_empty() {
        return Ok(round);
    }
    // Once the server takes nothing, the others of this round wait without asking it again.
    let closed = Mutex::new(None);
    note(&closed, &postman.begin().await);
    let tried = due.into_iter().map(|mail| async {
        if let Some(reason) = known(&closed) {
            return (mail, Err(reason));
        }
        let outcome = postman.deliver(&mail.recipient, &mail.message).await;
        note(&closed, &outcome);
        (mail, outcome)
    });
    let mut tried = stream::iter(tried).buffer_unordered(SIDE_BY_SIDE);
    while let Some((mail, outcome)) = tried.next().await {
        settle(store, &mail, outcome, now(), &mut round).await?;
    }
    postman.rest().await;
    Ok(round)
}

fn known(closed: &Mutex<Option<Undelivered>>) -> Option<Undelivered> {
    closed.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Keeps, and says once, why nothing is taken.
fn note(closed: &Mutex<Option<Undelivered>>, outcome: &Result<(), Undelivered>) {
    let Some(reason) = outcome.as_ref().err().filter(|reason| reason.concerns_all()) else { return };
    let mut closed = closed.lock().unwrap_or_else(PoisonError::into_inner);
    if closed.is_some() {
        return;
    }
    if let Undelivered::LockedOut(reason) = reason {
        tracing::error!(
            reason,
            "the mail server refuses our name and password, or our sender: check [mail], messages wait"
        );
    } else {
        tracing::warn!(reason = %reason, "the mail server takes nothing now: messages wait");
    }
    *closed = Some(reason.clone());
}

async fn settle(
    store: &dyn Store,
    mail: &Mail,
    outcome: Result<(), Undelivered>,
    now: Timestamp,
    round: &mut Round,
) -> Result<(), StorageError> {
    let next = now + pause(mail.attempts + 1);
    let mut unit = store.begin().await?;
    match outcome {
        Ok(()) => {
            unit.delete_mail(mail.id).await?;
            round.sent += 1;
        }
        Err(Undelivered::Later(reason)) => {
            tracing::warn!(mail.id = %mail.id, attempts = mail.attempts + 1, reason, "a message waits for the mail server");
            unit.postpone_mail(mail.id, next).await?;
            round.postponed += 1;
        }
        Err(Undelivered::Away(_)) => {
            unit.postpone_mail(mail.id, next).await?;
            round.postponed += 1;
        }
        Err(Undelivered::LockedOut(_)) => {
            unit.postpone_mail(mail.id, next).await?;
            round.locked_out += 1;
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
        let round = |seconds| send_due(store.as_ref(), &postman, move || at(seconds));
        assert_eq!(
            round(0).await.expect("a database"),
            Round { sent: 1, postponed: 1, refused: 1, ..Round::default() }
        );
        assert_eq!(round(59).await.expect("a database"), Round::default());
        assert_eq!(round(60).await.expect("a database"), Round { sent: 1, ..Round::default() });
        assert_eq!(store.read().await.expect("readable").count_mail().await.expect("readable"), 0);
    }
}
