use domain::{Delegation, DelegationId, PersonId};
use serde::Deserialize;
use uuid::Uuid;

use super::{maybe_at, words};
use crate::StorageError;

/// As JSON, its values stand in this order.
#[derive(sqlx::FromRow, Deserialize)]
pub(crate) struct DelegationRow {
    id: Uuid,
    principal_id: Uuid,
    delegate_id: Uuid,
    rights: String,
    valid_until: Option<i64>,
}

impl TryFrom<DelegationRow> for Delegation {
    type Error = StorageError;

    fn try_from(row: DelegationRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: DelegationId::from_uuid(row.id),
            principal: PersonId::from_uuid(row.principal_id),
            delegate: PersonId::from_uuid(row.delegate_id),
            rights: words::parse_rights(&row.rights)?,
            valid_until: maybe_at(row.valid_until)?,
        })
    }
}
