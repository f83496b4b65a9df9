use async_trait::async_trait;
use domain::{PersonId, RoomId};

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::rows::{RoomPersonRow, RoomPolicyRow, policy_text, room_rules};
use crate::{RoomPolicies, RoomRules, Rooms as _};

#[async_trait]
impl RoomPolicies for EngineUnit {
    async fn save_room_rules(&mut self, rules: &RoomRules) -> Result<()> {
        self.lock_rooms(&[rules.room]).await?;
        let statement = sql("UPDATE rooms SET policy = $2 WHERE id = $1")
            .bind(rules.room.as_uuid())
            .bind(policy_text(&rules.policy));
        self.execute(statement).await?;
        self.execute(sql("DELETE FROM room_people WHERE room_id = $1").bind(rules.room.as_uuid())).await?;
        let bookers = rules.people.bookers.iter().map(|person| (*person, "booker"));
        let delegates = rules.people.delegates.iter().map(|person| (*person, "delegate"));
        for (person, part) in bookers.chain(delegates) {
            self.name_for_room(rules.room, person, part).await?;
        }
        Ok(())
    }

    async fn room_rules(&mut self, rooms: &[RoomId]) -> Result<Vec<RoomRules>> {
        let question = rows::<RoomPolicyRow>(concat!(
            "SELECT id, policy FROM rooms WHERE policy IS NOT NULL AND id ",
            among!("$1"),
            " ORDER BY id"
        ))
        .bind(ids(rooms.iter().map(|id| id.as_uuid())));
        let policies = self.all(question).await?;
        if policies.is_empty() {
            return Ok(Vec::new());
        }
        let question = rows::<RoomPersonRow>(concat!(
            "SELECT room_id, person_id, part FROM room_people WHERE room_id ",
            among!("$1"),
            " ORDER BY room_id, part, person_id"
        ))
        .bind(ids(rooms.iter().map(|id| id.as_uuid())));
        let people = self.all(question).await?;
        policies.into_iter().map(|policy| room_rules(policy, &people)).collect()
    }
}

impl EngineUnit {
    async fn name_for_room(&mut self, room: RoomId, person: PersonId, part: &'static str) -> Result<()> {
        let statement = sql("INSERT INTO room_people (room_id, person_id, part) VALUES ($1, $2, $3)")
            .bind(room.as_uuid())
            .bind(person.as_uuid())
            .bind(part);
        self.execute(statement).await.map(drop)
    }
}
