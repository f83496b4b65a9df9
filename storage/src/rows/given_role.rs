use domain::{GivenRole, Identity};

use super::words;
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct GivenRoleRow {
    identity: String,
    role: String,
}

impl TryFrom<GivenRoleRow> for (Identity, GivenRole) {
    type Error = StorageError;

    fn try_from(row: GivenRoleRow) -> Result<Self, StorageError> {
        let identity = Identity::try_from(row.identity)
            .map_err(|_| StorageError::Inconsistent("a given role has no valid identity".to_owned()))?;
        Ok((identity, words::parse_given_role(&row.role)?))
    }
}
