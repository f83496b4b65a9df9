use async_trait::async_trait;
use domain::retention::Reason;
use domain::waiting_list::RoomWait;
use domain::{PersonId, RoomId, RoomWaitId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{IdRow, RoomWaitRow, all};
use crate::{RoomWaits, Span};

#[async_trait]
impl RoomWaits for EngineUnit {
    async fn add_room_wait(&mut self, wait: &RoomWait) -> Result<()> {
        let statement = sql("INSERT INTO room_waits (id, room_id, person_id, start_s, end_s, asked_at, offered_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(wait.id.as_uuid())
        .bind(wait.room.as_uuid())
        .bind(wait.person.as_uuid())
        .bind(wait.time.start.as_second())
        .bind(wait.time.end.as_second())
        .bind(wait.asked_at.as_second())
        .bind(wait.offered_until.map(|at| at.as_second()));
        self.execute(statement).await.map(drop)
    }

    async fn room_waits_of(&mut self, person: PersonId) -> Result<Vec<RoomWait>> {
        let question = rows::<RoomWaitRow>("SELECT * FROM room_waits WHERE person_id = $1 ORDER BY start_s, id")
            .bind(person.as_uuid());
        all(self.all(question).await?)
    }

    async fn awaited_rooms(&mut self) -> Result<Vec<RoomId>> {
        let question = rows::<IdRow>("SELECT DISTINCT room_id AS id FROM room_waits ORDER BY room_id");
        Ok(self.all(question).await?.into_iter().map(|row| RoomId::from_uuid(row.id)).collect())
    }

    async fn room_waits_for(&mut self, room: RoomId) -> Result<Vec<RoomWait>> {
        let question = rows::<RoomWaitRow>("SELECT * FROM room_waits WHERE room_id = $1 ORDER BY asked_at, id")
            .bind(room.as_uuid());
        all(self.all(question).await?)
    }

    async fn offer_room(&mut self, id: RoomWaitId, until: Timestamp) -> Result<bool> {
        let statement = sql("UPDATE room_waits SET offered_until = $2 WHERE id = $1 AND offered_until IS NULL")
            .bind(id.as_uuid())
            .bind(until.as_second());
        Ok(self.execute(statement).await? == 1)
    }

    async fn delete_room_wait(&mut self, id: RoomWaitId) -> Result<bool> {
        Ok(self.execute(sql("DELETE FROM room_waits WHERE id = $1").bind(id.as_uuid())).await? == 1)
    }

    async fn settle_room_waits(&mut self, person: PersonId, booked: &[(RoomId, Span)]) -> Result<()> {
        if booked.is_empty() {
            return Ok(());
        }
        for wait in self.room_waits_of(person).await? {
            let meets = |span: Span| wait.time.start < span.end && span.start < wait.time.end;
            if booked.iter().any(|(room, span)| *room == wait.room && meets(*span)) {
                self.delete_room_wait(wait.id).await?;
            }
        }
        Ok(())
    }

    async fn delete_old_room_waits(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM room_waits WHERE end_s <= $1").bind(now.as_second());
        self.forget("room_waits", Reason::ItsTime, now, statement).await
    }
}
