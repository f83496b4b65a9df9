use domain::{MailId, Private};
use uuid::Uuid;

use super::{at, small};
use crate::{Mail, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct MailRow {
    id: Uuid,
    recipient: String,
    message: Vec<u8>,
    attempts: i64,
    created_at: i64,
    due_at: i64,
    give_up_at: i64,
}

impl TryFrom<MailRow> for Mail {
    type Error = StorageError;

    fn try_from(row: MailRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: MailId::from_uuid(row.id),
            recipient: Private::new(row.recipient),
            message: Private::new(row.message),
            attempts: small(row.attempts)?,
            created_at: at(row.created_at)?,
            due_at: at(row.due_at)?,
            give_up_at: at(row.give_up_at)?,
        })
    }
}
