use async_trait::async_trait;
use domain::{Booking, BookingId, CalendarFeedId, Occurrence, PersonId, RoomId};
use jiff::Timestamp;

use crate::{Span, StorageError};

type Result<T> = std::result::Result<T, StorageError>;

/// A secret address under which a calendar program reads what is booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarFeed {
    /// Stable id.
    pub id: CalendarFeedId,
    /// Who made it: with the rights of this person it is read.
    pub person: PersonId,
    /// Of which room; the person's own calendar if none.
    pub room: Option<RoomId>,
    /// SHA-256 of the address's 256-bit secret.
    pub secret_hash: [u8; 32],
    /// When.
    pub created_at: Timestamp,
}

/// A booking with what a calendar cannot work out from its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The booking.
    pub booking: Booking,
    /// From when until when it has dates, if it has any; may say more than there is, never less.
    pub span: Option<Span>,
    /// The date of a single meeting; of a series those that were changed or cancelled by themselves. By start.
    pub dates: Vec<Occurrence>,
}

/// Addresses for calendar programs.
#[async_trait]
pub trait CalendarFeeds {
    /// Adds one; that of the same person about the same ends.
    async fn save_feed(&mut self, feed: &CalendarFeed) -> Result<()>;
    /// By id.
    async fn feed(&mut self, id: CalendarFeedId) -> Result<Option<CalendarFeed>>;
    /// Those of a person, the oldest first.
    async fn feeds_of(&mut self, person: PersonId) -> Result<Vec<CalendarFeed>>;
    /// Ends one, if it is this person's; answers whether it was.
    async fn end_feed(&mut self, person: PersonId, id: CalendarFeedId) -> Result<bool>;
    /// The bookings the person organises or is invited to that have a held date in the span, those with the
    /// earliest date first, at most `limit`. What is cancelled is not among them.
    async fn calendar(&mut self, person: PersonId, span: Span, limit: u32) -> Result<Vec<Outline>>;
    /// Several bookings, those that exist, by id.
    async fn outlines(&mut self, ids: &[BookingId]) -> Result<Vec<Outline>>;
    /// The dates that hold the room in the span, by start, at most `limit`.
    async fn dates_in_room(&mut self, room: RoomId, span: Span, limit: u32) -> Result<Vec<(Occurrence, Booking)>>;
}
