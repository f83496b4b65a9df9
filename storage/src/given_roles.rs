use async_trait::async_trait;
use domain::{GivenRole, Identity, OccurrenceId};
use jiff::Timestamp;

use crate::StorageError;

/// What the moderation made of people in single meetings.
#[async_trait]
pub trait GivenRoles {
    /// Gives this identity the role in this meeting, instead of one given before, until `expires_at`.
    async fn save_given_role(
        &mut self,
        occurrence: OccurrenceId,
        identity: &Identity,
        role: GivenRole,
        expires_at: Timestamp,
    ) -> Result<(), StorageError>;
    /// Every role given in this meeting, by identity.
    async fn given_roles_of(&mut self, occurrence: OccurrenceId) -> Result<Vec<(Identity, GivenRole)>, StorageError>;
    /// The invitation counts again.
    async fn take_given_role(&mut self, occurrence: OccurrenceId, identity: &Identity) -> Result<(), StorageError>;
    /// Deletes what expired at `now` or before; answers how many rows.
    async fn delete_expired_given_roles(&mut self, now: Timestamp) -> Result<u64, StorageError>;
}
