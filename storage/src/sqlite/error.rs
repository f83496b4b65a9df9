use sqlx::error::ErrorKind;

use crate::StorageError;
use crate::error::{GONE, ROOM_TAKEN, TAKEN};

/// Primary result codes that say "not now": read-only, interrupted, I/O, full, cannot open.
const NOT_NOW: [i32; 5] = [8, 9, 10, 13, 14];
/// Those that say that another unit writes: busy, locked.
const IN_THE_WAY: [i32; 2] = [5, 6];

/// Says what an error of the engine means. Its text is kept out: it may quote stored values.
pub(super) fn fault(error: sqlx::Error) -> StorageError {
    let sqlx::Error::Database(cause) = &error else {
        return match error {
            sqlx::Error::ColumnDecode { index, .. } => StorageError::Inconsistent(format!("column {index}")),
            sqlx::Error::ColumnNotFound(name) => StorageError::Inconsistent(format!("column {name} is missing")),
            sqlx::Error::Decode(_) | sqlx::Error::Encode(_) => {
                StorageError::Inconsistent("a value does not fit".into())
            }
            // The one that writes is in use: the file is there.
            sqlx::Error::PoolTimedOut => StorageError::momentary(error),
            other => StorageError::Unavailable(other.into()),
        };
    };
    let code: i32 = cause.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    match cause.kind() {
        ErrorKind::UniqueViolation => StorageError::Conflict(TAKEN),
        ErrorKind::ForeignKeyViolation => StorageError::Conflict(GONE),
        _ if cause.message() == "room_taken" => StorageError::Conflict(ROOM_TAKEN),
        _ if IN_THE_WAY.contains(&(code & 0xff)) => StorageError::momentary(error),
        _ if NOT_NOW.contains(&(code & 0xff)) => StorageError::Unavailable(error.into()),
        _ => StorageError::Inconsistent(format!("the engine refused with code {code}")),
    }
}
