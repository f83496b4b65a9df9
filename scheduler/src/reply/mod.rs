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

use domain::{Booking, Invitation, Reply};
use jiff::civil::DateTime;
use storage::{StorageError, Unit};

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
    if app.config.answers_to.is_none() {
        return Ok(());
    }
    if key.is_none() {
        unit.delete_replies_to_dates(booking.id).await?;
    }
    for invitation in invitations {
        unit.save_reply(&Reply::awaited(invitation.id, key, booking.sequence)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
