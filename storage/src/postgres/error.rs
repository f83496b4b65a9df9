use sqlx::error::ErrorKind;

use crate::StorageError;
use crate::error::{GONE, ROOM_TAKEN, TAKEN};

/// Classes of SQLSTATE that say "not now": connection, resources, operator intervention, system.
const NOT_NOW: [&str; 5] = ["08", "53", "57", "58", "25P03"];
/// Those by which a unit is rolled back because of others, which a second try may not meet again: a deadlock, a lock
/// that did not come free. Not 40003, after which nobody knows.
const IN_THE_WAY: [&str; 3] = ["40001", "40P01", "55P03"];

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
        _ if IN_THE_WAY.contains(&code.as_str()) => StorageError::momentary(error),
        _ if code.starts_with("40") => StorageError::Unavailable(error.into()),
        _ if NOT_NOW.iter().any(|class| code.starts_with(class)) => StorageError::Unavailable(error.into()),
        _ => StorageError::Inconsistent(format!("the engine refused with SQLSTATE {code}")),
    }
}

/// The engine said nothing in time.
pub(super) fn silence(_: tokio::time::error::Elapsed) -> StorageError {
    StorageError::Unavailable("the database did not answer in time".into())
}
