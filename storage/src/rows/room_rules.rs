use domain::room_policy::{RoomPeople, RoomPolicy};
use domain::{PersonId, RoomId};
use uuid::Uuid;

use crate::{RoomRules, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct RoomPolicyRow {
    id: Uuid,
    policy: String,
}

#[derive(sqlx::FromRow)]
pub(crate) struct RoomPersonRow {
    room_id: Uuid,
    person_id: Uuid,
    part: String,
}

/// The rules as they are stored.
pub(crate) fn policy_text(policy: &RoomPolicy) -> String {
    serde_json::to_string(policy).expect("days, times and numbers are JSON")
}

/// One room's rules with its people from among those of several rooms.
pub(crate) fn room_rules(row: RoomPolicyRow, people: &[RoomPersonRow]) -> Result<RoomRules, StorageError> {
    let policy: RoomPolicy = serde_json::from_str(&row.policy)
        .map_err(|_| StorageError::Inconsistent(format!("the rules of room {} cannot be read", row.id)))?;
    let named = |part: &str| {
        let of_room = people.iter().filter(|one| one.room_id == row.id && one.part == part);
        of_room.map(|one| PersonId::from_uuid(one.person_id)).collect()
    };
    let people = RoomPeople { bookers: named("booker"), delegates: named("delegate") };
    Ok(RoomRules { room: RoomId::from_uuid(row.id), policy, people })
}
