use sqlx::error::ErrorKind;

use crate::StorageError;
use crate::error::{GONE, ROOM_TAKEN, TAKEN};

/// Classes of SQLSTATE that say "not now": connection, resources, operator intervention, system
/// and, of the transaction roll-backs and locks, those that a second try may not meet again.
const NOT_NOW: [&str; 7] = ["08", "53", "57", "58", "40", "55P03", "25P03"];

/// Says what an error of the engine means. Its text is kept out: it may quote stored values.
pub(super) fn fault(error: sqlx::Error) -> StorageError {
    let sqlx::Error::Database(cause) = &error else {
        return match error {
            sqlx::Error::ColumnDecode { index, .. } => StorageError::Inconsistent(format!("column {index}")),
            sqlx::Error::ColumnNotFound(name) => StorageError::Inconsistent(format!("column {name} is missing")),
            sqlx::Error::Decode(_) | sqlx::Error::Encode(_) => {
                StorageError::Inconsistent("a value does not fit".into())
            }
            other => StorageError::Unavailable(other.into()),
        };
    };
    let code = cause.code().unwrap_or_default().into_owned();
    match cause.kind() {
        ErrorKind::UniqueViolation => StorageError::Conflict(TAKEN),
        ErrorKind::ForeignKeyViolation => StorageError::Conflict(GONE),
        ErrorKind::ExclusionViolation => StorageError::Conflict(ROOM_TAKEN),
        _ if NOT_NOW.iter().any(|class| code.starts_with(class)) => StorageError::Unavailable(error.into()),
        _ => StorageError::Inconsistent(format!("the engine refused with SQLSTATE {code}")),
    }
}

/// The engine said nothing in time.
pub(super) fn silence(_: tokio::time::error::Elapsed) -> StorageError {
    StorageError::Unavailable("the database did not answer in time".into())
}
