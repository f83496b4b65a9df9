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

/// A unique value exists already.
pub(crate) const TAKEN: &str = "a unique value is taken";
/// A row points to another that does not exist.
pub(crate) const GONE: &str = "something it refers to does not exist";
/// The version in the database is not the one that was changed.
pub(crate) const CHANGED: &str = "it was changed meanwhile";
/// The unit had an error before.
pub(crate) const FAILED: &str = "the unit of work failed earlier";
/// What the backstop says before the repository adds which room.
pub(crate) const ROOM_TAKEN: &str = "the room is taken";

/// Others were in the way for a moment; nothing of the unit stands.
#[derive(Debug, thiserror::Error)]
#[error("others were in the way: {0}")]
pub(crate) struct InTheWay(pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl StorageError {
    /// Others were in the way for a moment: a lock or a connection did not come free in time, or two units waited for each
    /// other and one had to go. Nothing of the unit stands, so doing all of it again does nothing twice.
    #[must_use]
    pub fn is_momentary(&self) -> bool {
        matches!(self, Self::Unavailable(source) if source.is::<InTheWay>())
    }

    /// One of these.
    pub fn momentary(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Box::new(InTheWay(source.into())))
    }

    /// A unit opened by [`Store::read`](crate::Store::read) was asked to write.
    pub(crate) fn read_only() -> Self {
        Self::Inconsistent("a reading unit was asked to write".into())
    }
}
