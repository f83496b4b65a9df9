use domain::{Person, PersonId, Private, SiteId};
use uuid::Uuid;

use super::{at, maybe_at, words};
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct PersonRow {
    id: Uuid,
    name: String,
    email: String,
    password_hash: Option<String>,
    roles: String,
    locale: String,
    site_id: Option<Uuid>,
    disabled_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<PersonRow> for Person {
    type Error = StorageError;

    fn try_from(row: PersonRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: PersonId::from_uuid(row.id),
            name: Private::new(row.name),
            email: Private::new(row.email),
            password_hash: row.password_hash.map(Private::new),
            roles: words::parse_roles(&row.roles)?,
            locale: row.locale,
            site: row.site_id.map(SiteId::from_uuid),
            disabled_at: maybe_at(row.disabled_at)?,
            created_at: at(row.created_at)?,
        })
    }
}
