//! Answers that come back by mail: which address they go to ([`address`]), what a message says
//! ([`read`]), and whether it counts ([`take`]).
//!
//! A message is anybody's: nothing in it is believed but what the token proves. The token belongs
//! to one invitation and stands in the address that calendars answer to; UID and attendee must be
//! of that invitation as well.

pub(crate) mod address;
mod read;
mod take;

pub(crate) use take::take;

use domain::{Answer, Booking, Invitation, PersonId, Reply};
use jiff::civil::DateTime;
use storage::{AuditEntry, StorageError, Unit};

use crate::app::App;

/// Largest message that is read, in bytes.
pub const REPLY_LIMIT: usize = 1024 * 1024;

/// Why an answer does not count. Says nothing about whom it was from.
#[derive(Debug, thiserror::Error)]
pub enum ReplyRefused {
    /// More than [`REPLY_LIMIT`].
    #[error("the message is larger than 1 MiB")]
    TooLarge,
    /// Not a message, or one without an answer a calendar wrote.
    #[error("the message holds no answer of a calendar: {0}")]
    Unreadable(&'static str),
    /// Address, booking and attendee do not belong together; not told apart.
    #[error("the answer belongs to no invitation")]
    Unknown,
    /// The meeting has changed since, or a later answer is there.
    #[error("the answer is too late: the meeting has changed since, or was answered again")]
    TooLate,
    /// The booking was cancelled.
    #[error("the meeting was cancelled")]
    Cancelled,
    /// The database; the same message may be taken later.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Time or place have changed: earlier answers, to one date or to all, count no longer.
pub(crate) async fn ask_anew(
    app: &App,
    unit: &mut dyn Unit,
    booking: &Booking,
    invitations: &[Invitation],
    key: Option<DateTime>,
) -> Result<(), StorageError> {
    // Where no mail comes in, only calendar programs have answered.
    let answered = match app.config.answers_to {
        Some(_) => None,
        None => Some(unit.replies_of(booking.id).await?),
    };
    if key.is_none() {
        unit.delete_replies_to_dates(booking.id).await?;
    }
    let may_answer = |one: &&Invitation| {
        answered.as_ref().is_none_or(|answered| answered.iter().any(|reply| reply.invitation == one.id))
    };
    for invitation in invitations.iter().filter(may_answer) {
        unit.save_reply(&Reply::awaited(invitation.id, key, booking.sequence)).await?;
    }
    Ok(())
}

/// Notes what somebody with an account answers by their own calendar program, to all or to single dates.
pub(crate) async fn note(
    app: &App,
    unit: &mut dyn Unit,
    by: PersonId,
    invitation: &Invitation,
    sequence: i32,
    answers: &[(Option<DateTime>, Answer)],
) -> Result<(), StorageError> {
    let earlier = unit.replies_of(invitation.booking).await?;
    let said = |key| Reply::to_date(&earlier, invitation.id, key);
    let is_news =
        |(key, answer): &&(Option<DateTime>, Answer)| said(*key).is_none_or(|one| one.answer != Some(*answer));
    // A newer answer to the whole would stand before those to dates.
    let all_anew = answers.iter().filter(|(key, _)| key.is_none()).any(|one| is_news(&one));
    let news: Vec<_> = answers.iter().filter(|one| all_anew || is_news(one)).collect();
    if news.is_empty() {
        return Ok(());
    }
    for (key, answer) in news {
        let comment = said(*key).and_then(|before| before.comment.clone());
        let awaited = Reply::awaited(invitation.id, *key, sequence);
        unit.save_reply(&Reply { answer: Some(*answer), stamped_at: app.now(), comment, ..awaited }).await?;
    }
    let entry = AuditEntry {
        at: app.now(),
        actor: Some(by),
        on_behalf_of: None,
        action: "invitation.answered".into(),
        subject: format!("invitation {}", invitation.id),
    };
    unit.add_audit(&entry).await
}

#[cfg(test)]
mod tests;
