use async_trait::async_trait;
use domain::{AppPasswordId, PersonId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{AppPasswordRow, all, maybe};
use crate::{AppPassword, AppPasswords};

#[async_trait]
impl AppPasswords for EngineUnit {
    async fn add_app_password(&mut self, password: &AppPassword) -> Result<()> {
        let statement = sql("INSERT INTO app_passwords (id, person_id, label, secret_hash, created_at, used_day)
            VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(password.id.as_uuid())
        .bind(password.person.as_uuid())
        .bind(password.label.clone())
        .bind(password.secret_hash.to_vec())
        .bind(password.created_at.as_second())
        .bind(password.used_day.map(Timestamp::as_second));
        self.execute(statement).await.map(drop)
    }

    async fn app_password(&mut self, secret_hash: &[u8; 32]) -> Result<Option<AppPassword>> {
        let question =
            rows::<AppPasswordRow>("SELECT * FROM app_passwords WHERE secret_hash = $1").bind(secret_hash.to_vec());
        maybe(self.first(question).await?)
    }

    async fn app_passwords_of(&mut self, person: PersonId) -> Result<Vec<AppPassword>> {
        let question =
            rows::<AppPasswordRow>("SELECT * FROM app_passwords WHERE person_id = $1 ORDER BY created_at, id")
                .bind(person.as_uuid());
        all(self.all(question).await?)
    }

    async fn use_app_password(&mut self, id: AppPasswordId, day: Timestamp) -> Result<()> {
        let statement =
            sql("UPDATE app_passwords SET used_day = $2 WHERE id = $1").bind(id.as_uuid()).bind(day.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn end_app_password(&mut self, person: PersonId, id: AppPasswordId) -> Result<bool> {
        let statement =
            sql("DELETE FROM app_passwords WHERE id = $1 AND person_id = $2").bind(id.as_uuid()).bind(person.as_uuid());
        Ok(self.execute(statement).await? > 0)
    }
}
