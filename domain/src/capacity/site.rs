use ipnet::IpNet;

use crate::{PoolId, SiteId};

/// Most sites there can be.
pub const MOST_SITES: usize = 1_000;
/// Most networks of one site.
pub const MOST_NETWORKS: usize = 200;

/// Where people work: an office, or "from home through the VPN".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Stable id.
    pub id: SiteId,
    /// What people call it, unique.
    pub name: String,
    /// The networks from which its people come.
    pub networks: Vec<IpNet>,
    /// The pools its people pass, ascending; the media nodes need not be named.
    pub pools: Vec<PoolId>,
    /// Is it the home of those who have none?
    pub is_default: bool,
    /// Counts changes; the ETag.
    pub version: i64,
}
