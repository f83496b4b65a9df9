use sqlx::error::ErrorKind;

use crate::StorageError;
use crate::error::{GONE, ROOM_TAKEN, TAKEN};

/// Primary result codes that say "not now": busy, locked, read-only, interrupted, I/O, full, cannot open.
const NOT_NOW: [i32; 7] = [5, 6, 8, 9, 10, 13, 14];

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
    let code: i32 = cause.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    match cause.kind() {
        ErrorKind::UniqueViolation => StorageError::Conflict(TAKEN),
        ErrorKind::ForeignKeyViolation => StorageError::Conflict(GONE),
        _ if cause.message() == "room_taken" => StorageError::Conflict(ROOM_TAKEN),
        _ if NOT_NOW.contains(&(code & 0xff)) => StorageError::Unavailable(error.into()),
        _ => StorageError::Inconsistent(format!("the engine refused with code {code}")),
    }
}
