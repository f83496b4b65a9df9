use async_trait::async_trait;
use domain::{BookingId, OccurrenceId, RoomId};
use jiff::Timestamp;

use crate::{AuditEntry, Span, StorageError};

type Result<T> = std::result::Result<T, StorageError>;

/// What is known of one date: whether somebody came, never who.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attended {
    /// Somebody was in the meeting, or said so at the door.
    pub is_attended: bool,
    /// Nobody came, or not to all rooms, and those were released.
    pub is_released: bool,
}

/// A room that was released, because nobody came to this date: what the audit trail says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomRelease {
    /// Of which date.
    pub date: OccurrenceId,
    /// Which room.
    pub room: RoomId,
}

/// What the audit trail calls it.
pub(crate) const RELEASED: &str = "room.released";

impl RoomRelease {
    /// A line for the audit trail.
    pub fn entry(self, at: Timestamp) -> AuditEntry {
        let subject = format!("occurrence {}, room {}", self.date, self.room);
        AuditEntry { at, actor: None, on_behalf_of: None, action: RELEASED.to_owned(), subject }
    }

    pub(crate) fn read(subject: &str) -> Option<Self> {
        let (date, room) = subject.strip_prefix("occurrence ")?.split_once(", room ")?;
        Some(Self { date: date.parse().ok()?, room: room.parse().ok()? })
    }
}

/// Whether somebody came to what was booked.
#[async_trait]
pub trait Attendance {
    /// Notes that somebody came to this date, if it is held and not over: the series has no no-shows in a row any more.
    /// Answers whether that was not known before.
    async fn note_attended(&mut self, date: OccurrenceId, at: Timestamp) -> Result<bool>;
    /// Notes that somebody was at this room's door, if the date is held and not over: the series has no no-shows in a row any
    /// more. Answers whether the date is.
    async fn note_room_seen(&mut self, date: OccurrenceId, room: RoomId, at: Timestamp) -> Result<bool>;
    /// At which rooms' doors somebody was, for the start this date has now.
    async fn rooms_seen(&mut self, date: OccurrenceId) -> Result<Vec<RoomId>>;
    /// What is known of this date, for the start it has now.
    async fn attended(&mut self, date: OccurrenceId) -> Result<Attended>;
    /// Dates that run, hold a room with rules, were not released and to which nobody came yet.
    async fn unattended_dates(&mut self, now: Timestamp) -> Result<Vec<OccurrenceId>>;
    /// Notes that rooms of a date that began then are released, and counts it if it is one of a series and nobody was at
    /// another room's door; answers whether it begins then, nobody is known to have come to the whole of it, and it was not noted before. Of many who note one date, one hears yes.
    async fn note_release(&mut self, date: OccurrenceId, start: Timestamp) -> Result<bool>;
    /// Which rooms were released in this span, by when.
    async fn released_rooms(&mut self, span: Span) -> Result<Vec<RoomRelease>>;
    /// How many dates of this series in a row nobody came to.
    async fn no_shows(&mut self, booking: BookingId) -> Result<u32>;
    /// Sets what the panel at this room's door says to be believed; none ends it.
    async fn set_door(&mut self, room: RoomId, secret_hash: Option<&[u8; 32]>) -> Result<()>;
    /// Does this panel stand at this room's door?
    async fn is_door_of(&mut self, room: RoomId, secret_hash: &[u8; 32]) -> Result<bool>;
}
