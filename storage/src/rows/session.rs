use domain::{ApiTokenId, PersonId};
use uuid::Uuid;

use super::{at, hash};
use crate::{ApiToken, AuditEntry, StorageError, WebSession};

#[derive(sqlx::FromRow)]
pub(crate) struct SessionRow {
    secret_hash: Vec<u8>,
    person_id: Uuid,
    created_at: i64,
    used_at: i64,
    expires_at: i64,
}

impl TryFrom<SessionRow> for WebSession {
    type Error = StorageError;

    fn try_from(row: SessionRow) -> Result<Self, StorageError> {
        Ok(Self {
            secret_hash: hash(row.secret_hash)?,
            person: PersonId::from_uuid(row.person_id),
            created_at: at(row.created_at)?,
            used_at: at(row.used_at)?,
            expires_at: at(row.expires_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ApiTokenRow {
    id: Uuid,
    secret_hash: Vec<u8>,
    person_id: Uuid,
    label: String,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<ApiTokenRow> for ApiToken {
    type Error = StorageError;

    fn try_from(row: ApiTokenRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: ApiTokenId::from_uuid(row.id),
            secret_hash: hash(row.secret_hash)?,
            person: PersonId::from_uuid(row.person_id),
            label: row.label,
            created_at: at(row.created_at)?,
            expires_at: at(row.expires_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct AuditRow {
    at_s: i64,
    actor_id: Option<Uuid>,
    on_behalf_of: Option<Uuid>,
    action: String,
    subject: String,
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StorageError;

    fn try_from(row: AuditRow) -> Result<Self, StorageError> {
        Ok(Self {
            at: at(row.at_s)?,
            actor: row.actor_id.map(PersonId::from_uuid),
            on_behalf_of: row.on_behalf_of.map(PersonId::from_uuid),
            action: row.action,
            subject: row.subject,
        })
    }
}
