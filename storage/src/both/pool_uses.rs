use std::ops::Range;

use async_trait::async_trait;
use domain::capacity::Turnout;
use domain::retention::{Period, Reason};
use domain::{BookingId, OccurrenceId, PoolId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::rows::{AttendanceRow, PoolUseRow, TurnoutRow, all, maybe, small};
use crate::{PoolUse, PoolUses};

#[async_trait]
impl PoolUses for EngineUnit {
    async fn note_pool_use(&mut self, pool: PoolId, quarter: i64, used: PoolUse) -> Result<()> {
        let statement = sql("INSERT INTO pool_uses (pool_id, quarter, people, kbps)
            SELECT id, $2, $3, $4 FROM pools WHERE id = $1
            ON CONFLICT (pool_id, quarter) DO UPDATE SET
                people = CASE WHEN excluded.people > pool_uses.people THEN excluded.people ELSE pool_uses.people END,
                kbps = CASE WHEN excluded.kbps > pool_uses.kbps THEN excluded.kbps ELSE pool_uses.kbps END")
        .bind(pool.as_uuid())
        .bind(quarter)
        .bind(i64::from(used.people))
        .bind(i64::try_from(used.kbps).unwrap_or(i64::MAX));
        self.execute(statement).await.map(drop)
    }

    async fn pool_uses(&mut self, pools: &[PoolId], quarters: Range<i64>) -> Result<Vec<(PoolId, i64, PoolUse)>> {
        let question = rows::<PoolUseRow>(concat!(
            "SELECT * FROM pool_uses WHERE pool_id ",
            among!("$1"),
            " AND quarter >= $2 AND quarter < $3 ORDER BY pool_id, quarter"
        ))
        .bind(ids(pools.iter().map(|id| id.as_uuid())))
        .bind(quarters.start)
        .bind(quarters.end);
        all(self.all(question).await?)
    }

    async fn delete_old_pool_figures(&mut self, before: i64, now: Timestamp) -> Result<u64> {
        let loads = sql("DELETE FROM pool_loads WHERE quarter < $1").bind(before);
        let loads = self.forget("pool_loads", Reason::Period(Period::PoolFigures), now, loads).await?;
        let uses = sql("DELETE FROM pool_uses WHERE quarter < $1").bind(before);
        Ok(loads + self.forget("pool_uses", Reason::Period(Period::PoolFigures), now, uses).await?)
    }

    async fn note_attendance(&mut self, occurrence: OccurrenceId, people: u32) -> Result<()> {
        let statement = sql("INSERT INTO attendances (occurrence_id, most)
            SELECT id, $2 FROM occurrences WHERE id = $1
            ON CONFLICT (occurrence_id) DO UPDATE SET
                most = CASE WHEN excluded.most > attendances.most THEN excluded.most ELSE attendances.most END")
        .bind(occurrence.as_uuid())
        .bind(i64::from(people));
        self.execute(statement).await.map(drop)
    }

    async fn take_attendances(&mut self, before: Timestamp, limit: u32) -> Result<Vec<(OccurrenceId, u32)>> {
        let question = rows::<AttendanceRow>(
            "SELECT occurrence_id, most FROM attendances WHERE occurrence_id IN (
                SELECT id FROM occurrences WHERE end_s <= $1 OR ended_at <= $1)
            ORDER BY occurrence_id LIMIT $2",
        )
        .bind(before.as_second())
        .bind(i64::from(limit));
        let mut taken = Vec::new();
        for row in self.all(question).await? {
            let delete = sql("DELETE FROM attendances WHERE occurrence_id = $1").bind(row.occurrence_id);
            // Of several nodes that count at the same time one deletes it, and counts it.
            if self.execute(delete).await? == 1 {
                taken.push((OccurrenceId::from_uuid(row.occurrence_id), small(row.most)?));
            }
        }
        Ok(taken)
    }

    async fn turnout_of(&mut self, booking: BookingId) -> Result<Turnout> {
        let question = rows::<TurnoutRow>("SELECT dates, invited, came FROM turnouts WHERE booking_id = $1")
            .bind(booking.as_uuid());
        Ok(maybe(self.first(question).await?)?.unwrap_or_default())
    }

    async fn save_turnout(&mut self, booking: BookingId, turnout: Turnout) -> Result<()> {
        let statement = sql("INSERT INTO turnouts (booking_id, dates, invited, came) VALUES ($1, $2, $3, $4)
            ON CONFLICT (booking_id) DO UPDATE SET
                dates = excluded.dates, invited = excluded.invited, came = excluded.came")
        .bind(booking.as_uuid())
        .bind(i64::from(turnout.dates))
        .bind(i64::try_from(turnout.invited).unwrap_or(i64::MAX))
        .bind(i64::try_from(turnout.came).unwrap_or(i64::MAX));
        self.execute(statement).await.map(drop)
    }
}
