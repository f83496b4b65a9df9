use async_trait::async_trait;
use domain::{BookingId, Occurrence, OccurrenceId};
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// What the clocks of a zone show, by the release of the time zone database with which its dates stand in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneRules {
    /// IANA name.
    pub zone: String,
    /// Like `2026a`; a later one is greater.
    pub release: String,
    /// [`domain::Offsets`] as text.
    pub offsets: String,
}

/// A later release under which the clocks of a zone are set otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneUpdate {
    /// What is new.
    pub rules: ZoneRules,
    /// The release with which the dates stood in the calendar.
    pub earlier_release: String,
    /// Since when the bookings follow.
    pub begun_at: Timestamp,
    /// When the last one had.
    pub ended_at: Option<Timestamp>,
    /// How far it is.
    pub pass: ZonePass,
    /// The booking done last in this pass.
    pub done: BookingId,
    /// How many bookings need not be looked at again, in this pass.
    pub settled: u32,
    /// How many dates follow the clocks now.
    pub moved: u32,
}

/// Which bookings are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZonePass {
    /// All of the zone. Those whose rooms others hold wait.
    All,
    /// Those that wait.
    Waiting,
    /// Those that wait, and now do what they can.
    Last,
}

/// A date that could not follow the clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneStay {
    /// Which.
    pub date: OccurrenceId,
    /// In which zone.
    pub zone: String,
    /// Under which release.
    pub release: String,
    /// When it would start.
    pub wanted: Timestamp,
    /// Why it does not.
    pub reason: StayReason,
}

/// Why a date could not follow the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayReason {
    /// Others hold one of its rooms then.
    RoomTaken,
    /// Its door is open, or it would have begun already.
    TooLate,
    /// It was changed while the others followed: nobody knows by which clock.
    Changed,
}

/// How bookings follow the clocks when the time zone database changes.
#[async_trait]
pub trait Zones {
    /// Every zone that is noted, by name.
    async fn zone_rules(&mut self) -> Result<Vec<ZoneRules>>;
    /// Notes what the clocks show, unless the same or a later release is noted.
    async fn note_zone_rules(&mut self, rules: &ZoneRules) -> Result<()>;
    /// Begins an update; nothing if it was begun.
    async fn begin_zone_update(&mut self, update: &ZoneUpdate) -> Result<()>;
    /// The one that was begun first and has not ended.
    async fn zone_update_under_way(&mut self) -> Result<Option<ZoneUpdate>>;
    /// The newest first.
    async fn zone_updates(&mut self, limit: u32) -> Result<Vec<ZoneUpdate>>;
    /// Goes one step on, from the one to the other. [`StorageError::Conflict`] if somebody else was first.
    async fn step_zone_update(&mut self, from: &ZoneUpdate, to: &ZoneUpdate) -> Result<()>;
    /// Bookings of the zone that are not cancelled and have dates after an instant, by id, after this one.
    async fn bookings_of_zone(
        &mut self,
        zone: &str,
        ends_after: Timestamp,
        after: BookingId,
        limit: u32,
    ) -> Result<Vec<BookingId>>;
    /// Those that wait, by id, after this one.
    async fn zone_waits(&mut self, zone: &str, after: BookingId, limit: u32) -> Result<Vec<BookingId>>;
    /// Lets a booking wait.
    async fn add_zone_wait(&mut self, zone: &str, booking: BookingId) -> Result<()>;
    /// It waits no more.
    async fn end_zone_wait(&mut self, zone: &str, booking: BookingId) -> Result<()>;
    /// Notes a date that could not follow.
    async fn note_zone_stay(&mut self, stay: &ZoneStay) -> Result<()>;
    /// Those that could not, with their dates, by start.
    async fn zone_stays(&mut self, limit: u32) -> Result<Vec<(ZoneStay, Occurrence)>>;
}
