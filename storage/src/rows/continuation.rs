use domain::BookingId;
use uuid::Uuid;

use crate::Continuation;

#[derive(sqlx::FromRow)]
pub(crate) struct ContinuationRow {
    id: Uuid,
    continues: Uuid,
    begins_with: Option<Uuid>,
}

impl From<ContinuationRow> for Continuation {
    fn from(row: ContinuationRow) -> Self {
        Self {
            earlier: BookingId::from_uuid(row.continues),
            later: BookingId::from_uuid(row.id),
            first: BookingId::from_uuid(row.begins_with.unwrap_or(row.continues)),
        }
    }
}
