use async_trait::async_trait;
use domain::{Person, PersonId, Private};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, among, rows, sql};
use crate::rows::{NumberRow, PersonRow, all, maybe, roles};
use crate::{People, StorageError};

#[async_trait]
impl People for EngineUnit {
    async fn add_person(&mut self, person: &Person) -> Result<()> {
        let statement = sql("INSERT INTO people
                (id, name, name_folded, email, password_hash, roles, locale, disabled_at, site_id, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(person.id.as_uuid())
        .bind(person.name.expose().clone())
        .bind(person.name.expose().to_lowercase())
        .bind(person.email.expose().to_lowercase())
        .bind(person.password_hash.as_ref().map(|hash| hash.expose().clone()))
        .bind(roles(&person.roles))
        .bind(person.locale.clone())
        .bind(person.disabled_at.map(|at| at.as_second()))
        .bind(person.site.map(domain::SiteId::as_uuid))
        .bind(person.created_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn save_person(&mut self, person: &Person) -> Result<()> {
        let statement = sql("UPDATE people SET name = $2, name_folded = $3, email = $4, password_hash = $5,
                roles = $6, locale = $7, disabled_at = $8, site_id = $9
            WHERE id = $1 AND erased_at IS NULL")
        .bind(person.id.as_uuid())
        .bind(person.name.expose().clone())
        .bind(person.name.expose().to_lowercase())
        .bind(person.email.expose().to_lowercase())
        .bind(person.password_hash.as_ref().map(|hash| hash.expose().clone()))
        .bind(roles(&person.roles))
        .bind(person.locale.clone())
        .bind(person.disabled_at.map(|at| at.as_second()))
        .bind(person.site.map(domain::SiteId::as_uuid));
        self.execute_versioned(statement).await
    }

    async fn person(&mut self, id: PersonId) -> Result<Option<Person>> {
        let question = rows::<PersonRow>("SELECT * FROM people WHERE id = $1").bind(id.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn people_by_id(&mut self, ids: &[PersonId]) -> Result<Vec<Person>> {
        let question = rows::<PersonRow>(concat!("SELECT * FROM people WHERE id ", among!("$1")))
            .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn person_by_email(&mut self, email: &Private<String>) -> Result<Option<Person>> {
        let question = rows::<PersonRow>("SELECT * FROM people WHERE email = $1").bind(email.expose().to_lowercase());
        maybe(self.first(question).await?)
    }

    async fn find_people(&mut self, text: &str, after: Option<(&str, PersonId)>, limit: u32) -> Result<Vec<Person>> {
        // What changes when the text is taken out contains it: both engines say that in the same words.
        let question = rows::<PersonRow>(
            "SELECT * FROM people
            WHERE erased_at IS NULL AND ($1 = '' OR replace(name_folded, $1, '') <> name_folded OR replace(email, $1, '') <> email)
              AND (CAST($2 AS TEXT) IS NULL OR (name_folded, id) > ($2, $3))
            ORDER BY name_folded, id LIMIT $4",
        )
        .bind(text.to_lowercase())
        .bind(after.map(|(name, _)| name.to_lowercase()))
        .bind(after.map(|(_, id)| id.as_uuid()))
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn people_closed_since(&mut self, since: Timestamp) -> Result<Vec<(PersonId, Timestamp)>> {
        let question = rows::<PersonRow>("SELECT * FROM people WHERE disabled_at >= $1 ORDER BY disabled_at, id")
            .bind(since.as_second());
        let closed: Vec<Person> = all(self.all(question).await?)?;
        Ok(closed.into_iter().filter_map(|person| Some((person.id, person.disabled_at?))).collect())
    }

    async fn count_people(&mut self) -> Result<u64> {
        let row =
            self.first(rows::<NumberRow>("SELECT count(*) AS number FROM people WHERE erased_at IS NULL")).await?;
        row.and_then(|row| u64::try_from(row.number).ok())
            .ok_or_else(|| StorageError::Inconsistent("people cannot be counted".into()))
    }
}
