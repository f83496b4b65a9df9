use async_trait::async_trait;
use domain::retention::Reason;
use domain::{ApiTokenId, PersonId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, id_text, json_array, json_list, nested, rows, sql};
use crate::repositories::FAILED_SIGN_INS_KEPT;
use crate::rows::{ApiTokenRow, HolderRow, NumberRow, all, maybe};
use crate::{ApiToken, Holder, Sessions, SignIn, WebSession};

/// What somebody may do for others, as one text of JSON.
macro_rules! delegations {
    () => {
        concat!(
            "CAST(",
            nested!(
                "SELECT ",
                json_list!(),
                "(",
                json_array!(),
                "(",
                id_text!("delegations.id"),
                ", ",
                id_text!("principal_id"),
                ", ",
                id_text!("delegate_id"),
                ", rights, valid_until)) FROM delegations WHERE delegate_id = people.id"
            ),
            " AS text) AS delegations"
        )
    };
}

#[async_trait]
impl Sessions for EngineUnit {
    async fn add_session(&mut self, session: &WebSession) -> Result<()> {
        let statement = sql("INSERT INTO web_sessions (secret_hash, person_id, created_at, used_at, expires_at)
            VALUES ($1, $2, $3, $4, $5)")
        .bind(session.secret_hash.to_vec())
        .bind(session.person.as_uuid())
        .bind(session.created_at.as_second())
        .bind(session.used_at.as_second())
        .bind(session.expires_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn session_holder(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Holder>> {
        let question = rows::<HolderRow>(concat!(
            "SELECT people.*, used_at AS used_s, expires_at AS expires_s, ",
            delegations!(),
            " FROM web_sessions JOIN people ON people.id = person_id WHERE secret_hash = $1"
        ))
        .bind(secret_hash.to_vec());
        maybe(self.first(question).await?)
    }

    async fn touch_session(&mut self, secret_hash: &[u8; 32], used_at: Timestamp) -> Result<()> {
        let statement = sql("UPDATE web_sessions SET used_at = $2 WHERE secret_hash = $1")
            .bind(secret_hash.to_vec())
            .bind(used_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn end_session(&mut self, secret_hash: &[u8; 32]) -> Result<()> {
        let statement = sql("DELETE FROM web_sessions WHERE secret_hash = $1").bind(secret_hash.to_vec());
        self.execute(statement).await.map(drop)
    }

    async fn end_sessions_of(&mut self, person: PersonId) -> Result<()> {
        let statement = sql("DELETE FROM web_sessions WHERE person_id = $1").bind(person.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn end_access_of(&mut self, person: PersonId) -> Result<()> {
        for statement in [
            "DELETE FROM web_sessions WHERE person_id = $1",
            "DELETE FROM api_tokens WHERE person_id = $1",
            "DELETE FROM app_passwords WHERE person_id = $1",
            "DELETE FROM calendar_feeds WHERE person_id = $1",
        ] {
            self.execute(sql(statement).bind(person.as_uuid())).await?;
        }
        Ok(())
    }

    async fn add_api_token(&mut self, token: &ApiToken) -> Result<()> {
        let statement = sql("INSERT INTO api_tokens (id, secret_hash, person_id, label, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(token.id.as_uuid())
        .bind(token.secret_hash.to_vec())
        .bind(token.person.as_uuid())
        .bind(token.label.clone())
        .bind(token.created_at.as_second())
        .bind(token.expires_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn token_holder(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Holder>> {
        let question = rows::<HolderRow>(concat!(
            "SELECT people.*, CAST(NULL AS bigint) AS used_s, expires_at AS expires_s, ",
            delegations!(),
            " FROM api_tokens JOIN people ON people.id = person_id WHERE secret_hash = $1"
        ))
        .bind(secret_hash.to_vec());
        maybe(self.first(question).await?)
    }

    async fn api_tokens_of(&mut self, person: PersonId) -> Result<Vec<ApiToken>> {
        let question =
            rows::<ApiTokenRow>("SELECT * FROM api_tokens WHERE person_id = $1 ORDER BY created_at DESC, id DESC")
                .bind(person.as_uuid());
        all(self.all(question).await?)
    }

    async fn end_api_token(&mut self, person: PersonId, id: ApiTokenId) -> Result<bool> {
        let statement =
            sql("DELETE FROM api_tokens WHERE id = $1 AND person_id = $2").bind(id.as_uuid()).bind(person.as_uuid());
        Ok(self.execute(statement).await? > 0)
    }

    async fn add_failed_sign_in(&mut self, attempt: &SignIn) -> Result<()> {
        let statement = sql("INSERT INTO failed_sign_ins (subject_hash, failed_at) VALUES ($1, $2)")
            .bind(attempt.subject_hash.to_vec())
            .bind(attempt.at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn failed_sign_ins(&mut self, subject_hash: &[u8; 32], since: Timestamp) -> Result<u32> {
        let question = rows::<NumberRow>(
            "SELECT count(*) AS number FROM failed_sign_ins WHERE subject_hash = $1 AND failed_at >= $2",
        )
        .bind(subject_hash.to_vec())
        .bind(since.as_second());
        let number = self.first(question).await?.map_or(0, |row| row.number);
        Ok(u32::try_from(number).unwrap_or(u32::MAX))
    }

    async fn delete_expired_sessions(&mut self, now: Timestamp) -> Result<u64> {
        let kept_since = now.as_second() - FAILED_SIGN_INS_KEPT.as_secs();
        let sessions = sql("DELETE FROM web_sessions WHERE expires_at <= $1").bind(now.as_second());
        let tokens = sql("DELETE FROM api_tokens WHERE expires_at <= $1").bind(now.as_second());
        let attempts = sql("DELETE FROM failed_sign_ins WHERE failed_at < $1").bind(kept_since);
        Ok(self.forget("web_sessions", Reason::ItsTime, now, sessions).await?
            + self.forget("api_tokens", Reason::ItsTime, now, tokens).await?
            + self.forget("failed_sign_ins", Reason::ItsTime, now, attempts).await?)
    }
}
