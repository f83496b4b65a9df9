use domain::{AppPasswordId, PersonId};
use uuid::Uuid;

use super::{at, hash, maybe_at};
use crate::{AppPassword, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct AppPasswordRow {
    id: Uuid,
    person_id: Uuid,
    label: String,
    secret_hash: Vec<u8>,
    created_at: i64,
    used_day: Option<i64>,
}

impl TryFrom<AppPasswordRow> for AppPassword {
    type Error = StorageError;

    fn try_from(row: AppPasswordRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: AppPasswordId::from_uuid(row.id),
            person: PersonId::from_uuid(row.person_id),
            label: row.label,
            secret_hash: hash(row.secret_hash)?,
            created_at: at(row.created_at)?,
            used_day: maybe_at(row.used_day)?,
        })
    }
}
