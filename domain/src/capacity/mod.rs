//! Does it fit: the invited people into the rooms ([`fits`]), and the meeting through the lines.
//!
//! A [`Pool`] is something that all meetings share: the media nodes, a site's uplink, the VPN gateway. A booking
//! takes a [`Share`] of each pool that its people pass, worked out from where they are at home, how many of them
//! are expected to come ([`Turnout`]) and what its [`Profile`] takes for each. All its dates take the same, so the
//! sum of a quarter of an hour ([`Loads`]) is that of the bookings that have a date then. [`judge`] says which
//! quarter hours would be more than a pool carries, [`quiet_time`] where it would fit, [`band`] how sure that is.

mod band;
mod claims;
mod load;
mod pool;
mod profile;
mod seats;
mod share;
mod site;
mod turnout;
mod verdict;

pub use band::{Band, Point, band};
pub use claims::{claims, claims_since};
pub use load::{Load, Loads, QUARTER, quarter_at, quarter_start, quarters};
pub use pool::{HIGHEST_LIMIT_MBPS, HIGHEST_LIMIT_PEOPLE, MOST_POOLS, OnOverrun, Pool, PoolKind};
pub use profile::Profile;
pub use seats::{OverCapacity, fits, headcount};
pub use share::{Audience, Share, shares};
pub use site::{MOST_NETWORKS, MOST_SITES, Site};
pub use turnout::{Rate, Turnout};
pub use verdict::{Over, fits_at, judge, quiet_time, reach};
