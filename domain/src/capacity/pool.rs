use serde::{Deserialize, Serialize};

use super::Load;
use crate::PoolId;

/// Most pools there can be.
pub const MOST_POOLS: usize = 200;
/// Highest limit, Mbit/s.
pub const HIGHEST_LIMIT_MBPS: u32 = 10_000_000;
/// Highest limit, participants.
pub const HIGHEST_LIMIT_PEOPLE: u32 = 1_000_000;

/// Something that all meetings share and of which there is only so much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Stable id.
    pub id: PoolId,
    /// What it is.
    pub kind: PoolKind,
    /// What people call it, unique.
    pub name: String,
    /// How much it carries, Mbit/s; none: not limited by that.
    pub limit_mbps: Option<u32>,
    /// How many participants it carries; none: not limited by that.
    pub limit_people: Option<u32>,
    /// What becomes of a booking for which there is not enough left.
    pub on_overrun: OnOverrun,
    /// Counts changes; the ETag.
    pub version: i64,
}

impl Pool {
    /// How much of its limits a load takes, percent, by the one that is nearer; none without limits.
    pub fn percent(&self, load: &Load) -> Option<u32> {
        let part = |load: i64, limit: Option<u32>, unit: i64| {
            let limit = i64::from(limit?).saturating_mul(unit).max(1);
            Some(u32::try_from(load.max(0).saturating_mul(100).saturating_add(limit - 1) / limit).unwrap_or(u32::MAX))
        };
        part(load.kbps, self.limit_mbps, 1_000).max(part(load.people_milli, self.limit_people, 1_000))
    }
}

/// What a [`Pool`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolKind {
    /// The nodes that forward media. Everybody passes them, guests as well.
    MediaNodes,
    /// The line of a site.
    Uplink,
    /// Where people who work from elsewhere come in.
    VpnGateway,
}

/// What becomes of a booking for which there is not enough left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnOverrun {
    /// It is booked, and who books is told.
    #[default]
    Warn,
    /// It is not booked.
    Refuse,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_limit_counts_and_a_part_of_a_percent_is_one() {
        let id = PoolId::from_uuid(uuid::Uuid::from_u128(1));
        let pool = |limit_mbps, limit_people| {
            let (name, kind) = ("Suhl".to_owned(), PoolKind::Uplink);
            Pool { id, kind, name, limit_mbps, limit_people, on_overrun: OnOverrun::Warn, version: 1 }
        };
        let load = Load { people_milli: 50_000, kbps: 100_000, ..Load::default() };
        assert_eq!(pool(Some(200), Some(80)).percent(&load), Some(63));
        assert_eq!(pool(Some(200), None).percent(&load), Some(50));
        assert_eq!(pool(None, None).percent(&load), None);
        assert_eq!(pool(Some(100), None).percent(&load), Some(100));
        let more = Load { kbps: 100_001, ..load };
        assert_eq!(pool(Some(100), None).percent(&more), Some(101), "what is over is never shown as fitting");
    }
}
