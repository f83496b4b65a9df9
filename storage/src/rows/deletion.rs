use super::{at, small};
use crate::{Deletion, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct DeletionRow {
    day_s: i64,
    reason: String,
    from_table: String,
    row_count: i64,
    latest_at: i64,
}

impl TryFrom<DeletionRow> for Deletion {
    type Error = StorageError;

    fn try_from(row: DeletionRow) -> Result<Self, StorageError> {
        Ok(Self {
            day: at(row.day_s)?,
            reason: row.reason,
            table: row.from_table,
            rows: small(row.row_count)?,
            latest_at: at(row.latest_at)?,
        })
    }
}
