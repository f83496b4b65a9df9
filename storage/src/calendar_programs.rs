use async_trait::async_trait;
use domain::{BookingId, PersonId};
use jiff::{SignedDuration, Timestamp};

use crate::StorageError;

/// So many states of one calendar are remembered for a person: as many programs may lag behind each other.
pub(crate) const STATES_KEPT: i64 = 20;
/// A state nobody has seen for so long is forgotten; the program reads everything anew then.
pub(crate) const STATES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(60 * 24);

type Result<T> = std::result::Result<T, StorageError>;

/// What a calendar program was told: what changed since is the difference to what is there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarState {
    /// Whose program it is.
    pub person: PersonId,
    /// Whose calendar it reads.
    pub calendar: PersonId,
    /// Names this state: the beginning of a hash of what was told.
    pub token: [u8; 16],
    /// The entries by name, each with a mark of what it held. One a line.
    pub entries: String,
    /// When it was last told.
    pub seen_at: Timestamp,
}

/// How a person's calendar program calls a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarName {
    /// In whose calendar.
    pub person: PersonId,
    /// Which booking.
    pub booking: BookingId,
    /// The last part of its address, as the program chose it.
    pub name: String,
    /// UID of the entry.
    pub uid: String,
    /// Content lines that are this person's alone: alarms, categories.
    pub own_lines: String,
}

/// What calendar programs are told, and what they call things.
#[async_trait]
pub trait CalendarPrograms {
    /// Remembers a state, or that it was seen once more. Only the latest twenty of a calendar are kept for a person.
    async fn save_calendar_state(&mut self, state: &CalendarState) -> Result<()>;
    /// By its token.
    async fn calendar_state(
        &mut self,
        person: PersonId,
        calendar: PersonId,
        token: &[u8; 16],
    ) -> Result<Option<CalendarState>>;
    /// Deletes those that nobody has seen for sixty days; answers how many.
    async fn delete_old_calendar_states(&mut self, now: Timestamp) -> Result<u64>;
    /// Lets nobody else name bookings in this person's calendar until the unit ends: what is read of the names then stays
    /// true. Taken before rooms are locked.
    async fn lock_calendar_names(&mut self, person: PersonId) -> Result<()>;
    /// Adds or replaces what the person's programs call the booking; another booking of that name loses it.
    async fn save_calendar_name(&mut self, name: &CalendarName) -> Result<()>;
    /// What the person's programs call these bookings, where they have a name of their own.
    async fn calendar_names(&mut self, person: PersonId, bookings: &[BookingId]) -> Result<Vec<CalendarName>>;
    /// By the last part of the address.
    async fn calendar_name(&mut self, person: PersonId, name: &str) -> Result<Option<CalendarName>>;
    /// By UID.
    async fn calendar_names_by_uid(&mut self, person: PersonId, uid: &str) -> Result<Vec<CalendarName>>;
}
