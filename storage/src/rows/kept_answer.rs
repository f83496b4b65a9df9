use super::hash;
use crate::{KeptAnswer, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct KeptAnswerRow {
    request_hash: Vec<u8>,
    answer: Vec<u8>,
}

impl TryFrom<KeptAnswerRow> for KeptAnswer {
    type Error = StorageError;

    fn try_from(row: KeptAnswerRow) -> Result<Self, StorageError> {
        Ok(Self { request_hash: hash(row.request_hash)?, answer: row.answer })
    }
}
