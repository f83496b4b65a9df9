//! What invited people answer. Whichever way it comes, [`keep`] decides whether it counts: by mail,
//! by a calendar program ([`note`]), by the page.
//!
//! By mail: which address it goes to ([`address`]), what a message says ([`read`]), and whose it is ([`take()`]).
//! A message is anybody's: nothing in it is believed but what the token proves. The token belongs
//! to one invitation and stands in the address that calendars answer to; UID and attendee must be
//! of that invitation as well.

pub(crate) mod address;
mod read;
mod take;

pub(crate) use take::take;

use domain::policy::{self, Actor, AnsweredBy};
use domain::{Answer, Booking, BookingState, Invitation, Invitee, Reply};
use jiff::Timestamp;
use jiff::civil::DateTime;
use storage::{AuditEntry, StorageError, Unit};

use crate::app::App;
use crate::booking::plan::BookingRefused;
use crate::http::bookings::Rows;
use crate::http::problem::{Code, Problem};

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

/// Notes what a calendar program says that somebody with an account answers, to all or to single dates; what it repeats
/// is no news.
pub(crate) async fn note(
    app: &App,
    unit: &mut dyn Unit,
    rows: &Rows,
    by: &Actor,
    invitation: &Invitation,
    answers: &[(Option<DateTime>, Answer)],
) -> Result<(), ReplyRefused> {
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
    let replies: Vec<Reply> = news
        .into_iter()
        .map(|(key, answer)| {
            let comment = said(*key).and_then(|before| before.comment.clone());
            let awaited = Reply::awaited(invitation.id, *key, rows.booking.sequence);
            let stamped_at = app.now().max(said(*key).map_or(Timestamp::MIN, |before| before.stamped_at));
            Reply { answer: Some(*answer), stamped_at, comment, ..awaited }
        })
        .collect();
    keep(app, unit, rows, AnsweredBy::Person(by), invitation, replies).await
}

/// Keeps what somebody invited answers, whichever way it came: by mail, by a calendar program, by the page.
pub(crate) async fn keep(
    app: &App,
    unit: &mut dyn Unit,
    rows: &Rows,
    by: AnsweredBy<'_>,
    invitation: &Invitation,
    replies: Vec<Reply>,
) -> Result<(), ReplyRefused> {
    if !policy::may_answer(by, &rows.booking, invitation) {
        return Err(ReplyRefused::Unknown);
    }
    if matches!(rows.booking.state, BookingState::Cancelled { .. }) {
        return Err(ReplyRefused::Cancelled);
    }
    let invited = match invitation.invitee {
        Invitee::Person(person) => Some(person),
        Invitee::Guest { .. } => None,
    };
    let actor = match by {
        AnsweredBy::Person(actor) => Some(actor.person.id),
        AnsweredBy::Mailbox => invited,
    };
    let answered_by = actor.filter(|actor| Some(*actor) != invited);
    let earlier = unit.replies_of(rows.booking.id).await?;
    for reply in replies {
        let before = Reply::to_date(&earlier, reply.invitation, reply.key);
        if before.is_some_and(|before| reply.is_older_than(before)) {
            return Err(ReplyRefused::TooLate);
        }
        // Who only proposes another time has not taken an answer back.
        let answer = reply.answer.or(before.and_then(|before| before.answer));
        unit.save_reply(&Reply { answer, answered_by, ..reply }).await?;
    }
    let entry = AuditEntry {
        at: app.now(),
        actor,
        on_behalf_of: answered_by.and(invited),
        action: "invitation.answered".into(),
        subject: format!("invitation {}", invitation.id),
    };
    Ok(unit.add_audit(&entry).await?)
}

impl From<ReplyRefused> for Problem {
    fn from(refused: ReplyRefused) -> Self {
        match refused {
            ReplyRefused::TooLarge | ReplyRefused::Unreadable(_) => {
                Self::new(Code::Malformed, "The answer cannot be read.")
            }
            ReplyRefused::Unknown => Self::not_allowed(),
            ReplyRefused::TooLate => {
                Self::new(Code::ChangedMeanwhile, "The meeting has changed since, or was answered again.")
            }
            ReplyRefused::Cancelled => BookingRefused::Cancelled.into(),
            ReplyRefused::Storage(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
