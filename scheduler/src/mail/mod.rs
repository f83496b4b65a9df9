//! Invitations by mail: what is said to whom ([`news`]), in which words ([`words`]), as which
//! message ([`message`]), and how it gets out ([`delivery`], [`smtp`]).
//!
//! A message is written into the outbox in the unit that makes the booking: it goes out if, and
//! only if, the booking was made. Without a mail server in the configuration none is written.

pub(crate) mod asked;
pub(crate) mod clocks;
pub(crate) mod delivery;
pub(crate) mod handed_over;
pub(crate) mod letter;
pub(crate) mod message;
pub(crate) mod news;
pub(crate) mod offered;
mod post;
pub(crate) mod released;
pub(crate) mod reminders;
mod smtp;
mod words;

pub use delivery::{Postman, Round, Undelivered};
pub use smtp::{Encryption, MailSender, SmtpConfig, SmtpPostman, UnusableMailServer};

#[cfg(test)]
mod tests;
