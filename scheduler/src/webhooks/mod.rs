//! Webhooks: what happens in meetings is kept in the database ([`keeping`]) and sent to other
//! programs ([`delivery`]), in order, until it is taken or its time is over. What an owner could
//! not say any more is said for it ([`ending`]).

pub(crate) mod delivery;
pub(crate) mod ending;
pub(crate) mod keeping;

use domain::Private;
use jiff::SignedDuration;
use protocol::token::TokenKey;

pub use delivery::{Courier, Delivery, NotTaken};
pub use ending::{SILENT_FOR, SilentRuns};

/// What happened is tried, listed and may be sent again for this long; then it is deleted.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(72);
/// More rows than this are not kept: the oldest go first.
pub const MOST_KEPT: u32 = 200_000;

/// Where webhooks go and how they are signed.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Addresses (`https://…`) that hear everything. They may hold secrets: never logged.
    pub endpoints: Vec<Private<String>>,
    /// Signs what is sent.
    pub key: TokenKey,
}
