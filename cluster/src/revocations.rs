use async_trait::async_trait;
use domain::{Identity, MeetingName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ClusterError;

/// Tokens of a meeting that no longer open it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Of which meeting.
    pub meeting: MeetingName,
    /// Whose; everybody's if none.
    pub identity: Option<Identity>,
    /// Tokens issued at or before this instant are over.
    pub issued_until: Timestamp,
    /// Later ones are over as well: whoever was removed for good shall not come back with a token
    /// that was issued in advance and does not say so.
    #[serde(default)]
    pub for_good: bool,
    /// When the revocation itself may be forgotten: no such token lives longer.
    pub forget_at: Timestamp,
}

/// What a revocation is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFacts {
    /// The meeting it opens.
    pub meeting: MeetingName,
    /// Whose it is.
    pub identity: Identity,
    /// Its `iat` or `nbf`, the earlier one, whole seconds; without `iat`, when it could first be used.
    pub issued_at: Timestamp,
}

/// The list of tokens that are over.
#[async_trait]
pub trait Revocations: Send + Sync {
    /// Revokes; every node knows within two seconds and hears [`Event::Revoked`](crate::Event::Revoked).
    async fn revoke(&self, revocation: Revocation) -> Result<(), ClusterError>;
    /// Is this token over?
    async fn is_revoked(&self, token: &TokenFacts, now: Timestamp) -> Result<bool, ClusterError>;
}
