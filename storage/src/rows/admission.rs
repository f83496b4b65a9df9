use domain::{Admission, AdmissionId, Identity, OccurrenceId, Private};
use uuid::Uuid;

use super::{at, hash, words};
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct AdmissionRow {
    id: Uuid,
    occurrence_id: Uuid,
    identity: String,
    name: String,
    ticket_hash: Vec<u8>,
    state: String,
    requested_at: i64,
    expires_at: i64,
    words: Option<String>,
}

impl TryFrom<AdmissionRow> for Admission {
    type Error = StorageError;

    fn try_from(row: AdmissionRow) -> Result<Self, StorageError> {
        let identity = Identity::try_from(row.identity)
            .map_err(|_| StorageError::Inconsistent(format!("admission {} has no valid identity", row.id)))?;
        Ok(Self {
            id: AdmissionId::from_uuid(row.id),
            occurrence: OccurrenceId::from_uuid(row.occurrence_id),
            identity,
            name: Private::new(row.name),
            ticket_hash: hash(row.ticket_hash)?,
            state: words::parse_admission_state(&row.state)?,
            requested_at: at(row.requested_at)?,
            expires_at: at(row.expires_at)?,
            words: row.words.map(Private::new),
        })
    }
}
