use async_trait::async_trait;
use domain::retention::Reason;
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{KeptAnswerRow, maybe};
use crate::{KeptAnswer, KeptAnswers, RequestKey};

#[async_trait]
impl KeptAnswers for EngineUnit {
    async fn take_key(
        &mut self,
        key: RequestKey,
        request_hash: &[u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let over = sql("DELETE FROM kept_answers WHERE person_id = $1 AND key_hash = $2 AND expires_at <= $3")
            .bind(key.person.as_uuid())
            .bind(key.hash.to_vec())
            .bind(now.as_second());
        self.execute(over).await?;
        let statement = sql("INSERT INTO kept_answers (person_id, key_hash, request_hash, answer, expires_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person_id, key_hash) DO NOTHING")
        .bind(key.person.as_uuid())
        .bind(key.hash.to_vec())
        .bind(request_hash.to_vec())
        .bind(Vec::<u8>::new())
        .bind(expires_at.as_second());
        Ok(self.execute(statement).await? == 1)
    }

    async fn keep_answer(&mut self, key: RequestKey, answer: &[u8]) -> Result<()> {
        let statement = sql("UPDATE kept_answers SET answer = $3 WHERE person_id = $1 AND key_hash = $2")
            .bind(key.person.as_uuid())
            .bind(key.hash.to_vec())
            .bind(answer.to_vec());
        self.execute(statement).await.map(drop)
    }

    async fn kept_answer(&mut self, key: RequestKey, now: Timestamp) -> Result<Option<KeptAnswer>> {
        let question = rows::<KeptAnswerRow>(
            "SELECT request_hash, answer FROM kept_answers
            WHERE person_id = $1 AND key_hash = $2 AND expires_at > $3",
        )
        .bind(key.person.as_uuid())
        .bind(key.hash.to_vec())
        .bind(now.as_second());
        maybe(self.first(question).await?)
    }

    async fn delete_old_answers(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM kept_answers WHERE expires_at <= $1").bind(now.as_second());
        self.forget("kept_answers", Reason::ItsTime, now, statement).await
    }
}
