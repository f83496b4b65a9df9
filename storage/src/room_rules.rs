use async_trait::async_trait;
use domain::RoomId;
use domain::room_policy::{RoomPeople, RoomPolicy};

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// The rules of one room and the people they name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRules {
    /// Whose they are.
    pub room: RoomId,
    /// What is allowed.
    pub policy: RoomPolicy,
    /// Whom they name, by id.
    pub people: RoomPeople,
}

/// Who may book which room, and when.
#[async_trait]
pub trait RoomPolicies {
    /// Replaces the rules of a room. Locks the room, so that nobody books by the old rules meanwhile.
    async fn save_room_rules(&mut self, rules: &RoomRules) -> Result<()>;
    /// Those of these rooms that have rules, in any order. With the rooms locked they stay so until
    /// the unit ends.
    async fn room_rules(&mut self, rooms: &[RoomId]) -> Result<Vec<RoomRules>>;
}
