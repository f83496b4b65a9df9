use async_trait::async_trait;
use domain::retention::Reason;
use domain::{PersonId, RoomId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{RoomHoldRow, all};
use crate::{RoomHold, RoomHolds, Span};

#[async_trait]
impl RoomHolds for EngineUnit {
    async fn save_holds(&mut self, person: PersonId, holds: &[RoomHold]) -> Result<()> {
        self.execute(sql("DELETE FROM room_holds WHERE person_id = $1").bind(person.as_uuid())).await?;
        for hold in holds {
            let statement = sql("INSERT INTO room_holds (person_id, room_id, start_s, end_s, expires_at)
                VALUES ($1, $2, $3, $4, $5)")
            .bind(person.as_uuid())
            .bind(hold.room.as_uuid())
            .bind(hold.span.start.as_second())
            .bind(hold.span.end.as_second())
            .bind(hold.expires_at.as_second());
            self.execute(statement).await?;
        }
        Ok(())
    }

    async fn held_rooms_at(
        &mut self,
        rooms: &[RoomId],
        spans: &[Span],
        by_others_than: PersonId,
        now: Timestamp,
    ) -> Result<Vec<RoomHold>> {
        // People fill in few forms at a time: what is live is few rows, whatever is asked for, and hundreds of rooms are not
        // sent along to find those.
        let question = rows::<RoomHoldRow>(
            "SELECT person_id, room_id, start_s, end_s, expires_at FROM room_holds
            WHERE expires_at > $1 AND person_id <> $2
            UNION ALL
            SELECT person_id, room_id, start_s, end_s, offered_until FROM room_waits
            WHERE offered_until > $1 AND person_id <> $2
            ORDER BY room_id, start_s, person_id",
        )
        .bind(now.as_second())
        .bind(by_others_than.as_uuid());
        let mut held: Vec<RoomHold> = all(self.all(question).await?)?;
        held.retain(|hold| {
            let is_touched = |span: &Span| hold.span.start < span.end && span.start < hold.span.end;
            rooms.contains(&hold.room) && spans.iter().any(is_touched)
        });
        Ok(held)
    }

    async fn delete_old_holds(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM room_holds WHERE expires_at <= $1").bind(now.as_second());
        self.forget("room_holds", Reason::ItsTime, now, statement).await
    }
}
