use domain::RoomId;

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database is away or did not answer in time; try again later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Stored data does not fit the model; a person must look.
    #[error("stored data is inconsistent: {0}")]
    Inconsistent(String),
    /// Somebody else was first: a unique value is taken or the version moved on.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The room is held by another booking at that time (the database's own backstop).
    #[error("the room {0} is taken")]
    RoomTaken(RoomId),
}
