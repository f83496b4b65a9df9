use jiff::Timestamp;

/// Where "now" comes from. The one real clock lives in `server`; tests pass their own.
pub trait Clock: Send + Sync {
    /// The current instant (UTC).
    fn now(&self) -> Timestamp;
}
