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
    /// Only the token with this `jti` (RFC 7519, 4.1.7), if any is named: nobody is sent away for
    /// that. Makers that give all their tokens the same one are bound by the instant all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
    /// Tokens issued at or before this instant are over.
    pub issued_until: Timestamp,
    /// Later ones are over as well: whoever was removed for good shall not come back with a token
    /// that was issued in advance and does not say so.
    #[serde(default)]
    pub for_good: bool,
    /// The token that somebody is inside with is over as well, whenever it says it was issued: the
    /// owner, which alone knows it, revokes it by its `jti`.
    #[serde(default)]
    pub in_use: bool,
    /// Of every meeting, whatever [`Self::meeting`] says: the account of this identity is closed. Nodes of an older version
    /// end the tokens of that one meeting only.
    #[serde(default)]
    pub everywhere: bool,
    /// When the revocation itself may be forgotten: no such token lives longer.
    pub forget_at: Timestamp,
}

impl Revocation {
    /// Does it end this token?
    #[must_use]
    pub fn ends(&self, token: &TokenFacts) -> bool {
        let is_meant = (self.everywhere || self.meeting == token.meeting)
            && self.identity.as_ref().is_none_or(|identity| *identity == token.identity)
            && self.token_id.as_ref().is_none_or(|id| token.token_id.as_ref() == Some(id));
        is_meant && (self.for_good || token.issued_at <= self.issued_until)
    }
}

/// What a revocation is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFacts {
    /// The meeting it opens.
    pub meeting: MeetingName,
    /// Whose it is.
    pub identity: Identity,
    /// Its `jti`, if it has one.
    pub token_id: Option<String>,
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
