use domain::{ApiTokenId, Delegation, PersonId};
use uuid::Uuid;

use super::{DelegationRow, PersonRow, all, at, hash, maybe_at};
use crate::{ApiToken, AuditEntry, Holder, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct HolderRow {
    #[sqlx(flatten)]
    person: PersonRow,
    used_s: Option<i64>,
    expires_s: i64,
    /// As JSON, if there are any.
    delegations: Option<String>,
}

impl TryFrom<HolderRow> for Holder {
    type Error = StorageError;

    fn try_from(row: HolderRow) -> Result<Self, StorageError> {
        let unreadable = |_| StorageError::Inconsistent("the delegations of somebody cannot be read".into());
        let delegations: Vec<DelegationRow> =
            row.delegations.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text)).map_err(unreadable)?;
        let mut delegations: Vec<Delegation> = all(delegations)?;
        delegations.sort_unstable_by_key(|one| one.id);
        Ok(Self {
            person: row.person.try_into()?,
            delegations,
            used_at: maybe_at(row.used_s)?,
            expires_at: at(row.expires_s)?,
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
