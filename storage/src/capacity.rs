use std::ops::Range;

use async_trait::async_trait;
use domain::capacity::{Loads, Pool, Share, Site, Turnout};
use domain::{Booking, BookingId, Occurrence, OccurrenceId, PoolId, SiteId};
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// Pools and the sites whose people pass them.
#[async_trait]
pub trait Pools {
    /// Adds a pool; [`StorageError::Conflict`] if the name is taken.
    async fn add_pool(&mut self, pool: &Pool) -> Result<()>;
    /// Saves if the stored version is `pool.version - 1`, else [`StorageError::Conflict`].
    async fn save_pool(&mut self, pool: &Pool) -> Result<()>;
    /// Deletes it with everything that was counted; answers whether it existed.
    async fn delete_pool(&mut self, id: PoolId) -> Result<bool>;
    /// All, by name.
    async fn pools(&mut self) -> Result<Vec<Pool>>;
    /// Adds a site; [`StorageError::Conflict`] if the name is taken. One that is the default takes that from all others.
    async fn add_site(&mut self, site: &Site) -> Result<()>;
    /// Saves if the stored version is `site.version - 1`, else [`StorageError::Conflict`].
    async fn save_site(&mut self, site: &Site) -> Result<()>;
    /// Deletes it: its people are at home nowhere then; answers whether it existed.
    async fn delete_site(&mut self, id: SiteId) -> Result<bool>;
    /// All, by name.
    async fn sites(&mut self) -> Result<Vec<Site>>;
    /// Nobody else who takes these locks sums up these pools until the unit ends; taken in ascending order.
    async fn lock_pools(&mut self, ids: &[PoolId]) -> Result<()>;
}

/// What bookings take of the pools. Whoever writes a booking or one of its dates moves the sums with it, in the
/// same unit and whatever the way: they are always those of the dates that stand, from the time on at which the
/// booking was counted.
#[async_trait]
pub trait PoolClaims {
    /// What each date of a booking takes, by pool.
    async fn shares_of(&mut self, booking: BookingId) -> Result<Vec<Share>>;
    /// Replaces that for a booking with these dates, as they are saved already. What was expected before `since`
    /// stays in the sums.
    async fn save_shares(
        &mut self,
        booking: &Booking,
        dates: &[Occurrence],
        shares: &[Share],
        since: Timestamp,
    ) -> Result<()>;
    /// The sums of these pools in these quarter hours, with what this unit has moved; nothing where they are nothing.
    async fn pool_loads(&mut self, pools: &[PoolId], quarters: &[Range<i64>]) -> Result<Loads>;
    /// Notes that pools, sites or homes changed: bookings counted until then are to be counted anew.
    async fn note_capacity_change(&mut self, at: Timestamp) -> Result<()>;
    /// Those with dates to come that are to be counted anew, at most `limit`. Where there are none any more, the
    /// note of a change before `now` is deleted with the next [`PoolClaims::forget_capacity_change`].
    async fn bookings_to_count(&mut self, now: Timestamp, limit: u32) -> Result<Vec<BookingId>>;
    /// Deletes the note of a change before that time.
    async fn forget_capacity_change(&mut self, before: Timestamp) -> Result<()>;
}

/// What meetings really took, by the quarter of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolUse {
    /// The most participants at once.
    pub people: u32,
    /// The most kbit/s at once.
    pub kbps: u64,
}

/// What was measured, and what is learned from it. Sums only, nothing about a person.
#[async_trait]
pub trait PoolUses {
    /// Notes what a pool carries at this time: the most within its quarter of an hour stays.
    async fn note_pool_use(&mut self, pool: PoolId, quarter: i64, used: PoolUse) -> Result<()>;
    /// What was noted in these quarter hours, by quarter of an hour.
    async fn pool_uses(&mut self, pools: &[PoolId], quarters: Range<i64>) -> Result<Vec<(PoolId, i64, PoolUse)>>;
    /// Deletes sums and measurements of quarter hours before that one; answers how many.
    async fn delete_old_pool_figures(&mut self, before: i64, now: Timestamp) -> Result<u64>;
    /// Notes how many are in a meeting: the most stays until it is counted.
    async fn note_attendance(&mut self, occurrence: OccurrenceId, people: u32) -> Result<()>;
    /// Takes the dates that were over before that time, with the most who were there at once, at most `limit`.
    async fn take_attendances(&mut self, before: Timestamp, limit: u32) -> Result<Vec<(OccurrenceId, u32)>>;
    /// How many of those invited came to a series; nothing known if it is new.
    async fn turnout_of(&mut self, booking: BookingId) -> Result<Turnout>;
    /// Replaces that.
    async fn save_turnout(&mut self, booking: BookingId, turnout: Turnout) -> Result<()>;
}
