use async_trait::async_trait;
use domain::retention::Reason;
use domain::{Identity, OccurrenceId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::Exclusions;
use crate::deletions::EXCLUSIONS_KEPT;
use crate::rows::NumberRow;

#[async_trait]
impl Exclusions for EngineUnit {
    async fn exclude(&mut self, occurrence: OccurrenceId, identity: &Identity, at: Timestamp) -> Result<()> {
        let statement = sql("INSERT INTO exclusions (occurrence_id, identity, excluded_at) VALUES ($1, $2, $3)
            ON CONFLICT (occurrence_id, identity) DO NOTHING")
        .bind(occurrence.as_uuid())
        .bind(identity.as_str().to_owned())
        .bind(at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn is_excluded(&mut self, occurrence: OccurrenceId, identity: &Identity) -> Result<bool> {
        let question = rows::<NumberRow>(
            "SELECT excluded_at AS number FROM exclusions WHERE occurrence_id = $1 AND identity = $2",
        )
        .bind(occurrence.as_uuid())
        .bind(identity.as_str().to_owned());
        Ok(self.first(question).await?.is_some())
    }

    async fn delete_old_exclusions(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM exclusions WHERE occurrence_id IN (SELECT exclusions.occurrence_id
            FROM exclusions JOIN occurrences ON occurrences.id = exclusions.occurrence_id
            WHERE occurrences.end_s < $1)")
        .bind(now.as_second() - EXCLUSIONS_KEPT.as_secs());
        self.forget("exclusions", Reason::ItsTime, now, statement).await
    }
}
