//! What who books is told about full pools.

use domain::capacity::{OnOverrun, PoolKind};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::booking::plan::wall_time;
use crate::http::answer::Instant;
use crate::series::conflicts::FreeTimes;

/// Where the lines have not enough left, and what would help.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CapacityAnswer {
    /// How many dates would be too much for a pool.
    pub(crate) dates: usize,
    /// What is too full when, by date; of a long series the first ones.
    pub(crate) findings: Vec<CapacityFinding>,
    /// What would help.
    pub(crate) offers: CapacityOffers,
}

/// A pool has less left than a date needs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CapacityFinding {
    /// What programs compare: always `pool_full`.
    #[schema(example = "pool_full")]
    pub(crate) code: &'static str,
    #[schema(inline)]
    pub(crate) decision: Decision,
    /// The wall time that names the date within its series.
    #[schema(example = "2026-12-01T09:30")]
    pub(crate) date: Option<String>,
    #[schema(inline)]
    pub(crate) kind: PoolKindName,
    /// What the pool is called; absent where people of one's own site do not pass it.
    pub(crate) pool: Option<String>,
    /// From when on there is too little left.
    pub(crate) start: Instant,
    /// Until when.
    pub(crate) end: Instant,
    /// How much of the pool would be taken, percent.
    pub(crate) percent: u32,
    /// When there is enough left for this date on the same day, if there is such a time near: the nearest.
    pub(crate) quiet_time: Option<FreeTimes>,
}

/// Two ways out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CapacityOffers {
    /// By how many minutes all dates have to be moved so that all of them fit; absent if that does not help.
    pub(crate) move_minutes: Option<i64>,
    /// Do all dates fit where sound comes first?
    pub(crate) audio_first: bool,
}

/// What becomes of the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// It is booked all the same.
    Warn,
    /// It is not booked.
    Refuse,
}

impl From<OnOverrun> for Decision {
    fn from(on_overrun: OnOverrun) -> Self {
        match on_overrun {
            OnOverrun::Warn => Self::Warn,
            OnOverrun::Refuse => Self::Refuse,
        }
    }
}

impl From<Decision> for OnOverrun {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Warn => Self::Warn,
            Decision::Refuse => Self::Refuse,
        }
    }
}

/// What a pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PoolKindName {
    /// The nodes that forward media: everybody passes them.
    MediaNodes,
    /// The line of a site.
    Uplink,
    /// Where people who work from elsewhere come in.
    VpnGateway,
}

impl From<PoolKind> for PoolKindName {
    fn from(kind: PoolKind) -> Self {
        match kind {
            PoolKind::MediaNodes => Self::MediaNodes,
            PoolKind::Uplink => Self::Uplink,
            PoolKind::VpnGateway => Self::VpnGateway,
        }
    }
}

impl From<PoolKindName> for PoolKind {
    fn from(kind: PoolKindName) -> Self {
        match kind {
            PoolKindName::MediaNodes => Self::MediaNodes,
            PoolKindName::Uplink => Self::Uplink,
            PoolKindName::VpnGateway => Self::VpnGateway,
        }
    }
}

/// A date and what it is called in its series.
pub(crate) fn named(key: Option<DateTime>) -> Option<String> {
    key.map(wall_time)
}

/// A time as the form writes it.
pub(crate) fn local(zone: &TimeZone, start: Timestamp, end: Timestamp) -> FreeTimes {
    let wall = |instant: Timestamp| wall_time(zone.to_datetime(instant));
    FreeTimes { start: wall(start), end: wall(end) }
}
