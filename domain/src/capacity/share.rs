use std::collections::BTreeMap;

use super::{Load, Pool, PoolKind, Profile, Rate, Site};
use crate::{PoolId, SiteId};

/// What each date of a booking takes of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Of which.
    pub pool: PoolId,
    /// How much.
    pub load: Load,
}

/// Who is invited, by where they come from: counts, no people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// People by home site; those without one under none.
    pub at_home: BTreeMap<Option<SiteId>, u32>,
    /// Guests, who come from elsewhere.
    pub guests: u32,
}

impl Audience {
    /// Everybody.
    pub fn count(&self) -> u32 {
        self.at_home.values().sum::<u32>() + self.guests
    }
}

/// What a booking takes of the pools, by pool: nothing of those that nobody of its people passes.
pub fn shares(pools: &[Pool], sites: &[Site], audience: &Audience, profile: Profile, rate: Rate) -> Vec<Share> {
    let home = |id: &Option<SiteId>| {
        let own = id.and_then(|id| sites.iter().find(|site| site.id == id));
        own.or_else(|| sites.iter().find(|site| site.is_default))
    };
    let mut shares: Vec<Share> = Vec::new();
    for pool in pools {
        let count = match pool.kind {
            PoolKind::MediaNodes => audience.count(),
            PoolKind::Uplink | PoolKind::VpnGateway => audience
                .at_home
                .iter()
                .filter(|(site, _)| home(site).is_some_and(|site| site.pools.contains(&pool.id)))
                .map(|(_, count)| *count)
                .sum(),
        };
        if count > 0 {
            shares.push(Share { pool: pool.id, load: load(count, profile, rate) });
        }
    }
    shares.sort_by_key(|share| share.pool);
    shares
}

/// So many invited people. Each comes or does not (n·p·(1−p)), and the rate itself is in doubt for all of them
/// together (n²·σ²).
fn load(count: u32, profile: Profile, rate: Rate) -> Load {
    let (count, kbps) = (i64::from(count), i64::from(profile.kbps()));
    let (rate, doubt) = (i64::from(rate.permille.min(1_000)), i64::from(rate.doubt_permille.min(1_000)));
    let people_variance_milli = count * rate * (1_000 - rate) / 1_000 + count * count * doubt * doubt / 1_000;
    Load {
        people_milli: count * rate,
        kbps: count * rate * kbps / 1_000,
        people_variance_milli,
        kbps_variance: people_variance_milli * kbps * kbps / 1_000,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::{OnOverrun, Turnout};
    use super::*;

    fn pool(number: u128, kind: PoolKind) -> Pool {
        let (id, name) = (PoolId::from_uuid(Uuid::from_u128(number)), number.to_string());
        Pool { id, kind, name, limit_mbps: None, limit_people: None, on_overrun: OnOverrun::Warn, version: 1 }
    }

    fn site(number: u128, pools: &[&Pool], is_default: bool) -> Site {
        let (id, pools) = (SiteId::from_uuid(Uuid::from_u128(number)), pools.iter().map(|pool| pool.id).collect());
        Site { id, name: number.to_string(), networks: Vec::new(), pools, is_default, version: 1 }
    }

    #[test]
    fn everybody_passes_the_nodes_and_only_their_own_people_the_lines_of_sites() {
        let pools = [pool(1, PoolKind::MediaNodes), pool(2, PoolKind::Uplink), pool(3, PoolKind::VpnGateway)];
        let sites = [site(7, &[&pools[1]], true), site(8, &[&pools[1], &pools[2]], false)];
        let sure = Rate { permille: 1_000, doubt_permille: 0 };
        let audience = Audience { at_home: [(None, 2), (Some(sites[1].id), 3)].into(), guests: 4 };
        let people = |sites: &[Site]| -> Vec<i64> {
            let shares = shares(&pools, sites, &audience, Profile::Normal, sure);
            pools
                .iter()
                .map(|pool| shares.iter().find(|share| share.pool == pool.id).map_or(0, |one| one.load.people_milli))
                .collect()
        };
        assert_eq!(people(&sites), [9_000, 5_000, 3_000]);
        let no_default = [Site { is_default: false, ..sites[0].clone() }, sites[1].clone()];
        assert_eq!(people(&no_default), [9_000, 3_000, 3_000], "who is at home nowhere passes no site's line");
        assert_eq!(people(&[]), [9_000, 0, 0]);
    }

    #[test]
    fn those_expected_take_what_the_profile_says() {
        let pools = [pool(1, PoolKind::MediaNodes)];
        let audience = Audience { at_home: [(None, 10)].into(), guests: 0 };
        let of = |profile, rate| shares(&pools, &[], &audience, profile, rate)[0].load;
        let new = Turnout::default().rate();
        let normal = of(Profile::Normal, new);
        assert_eq!((normal.people_milli, normal.kbps), (9_000, 9 * 1_800));
        assert_eq!(of(Profile::AudioFirst, new).kbps, 9 * 500);
        assert_eq!(normal.people_variance_milli, 900 + 422, "each for himself, and all together");
        let sure = of(Profile::Normal, Rate { permille: 1_000, doubt_permille: 0 });
        assert_eq!((sure.people_variance_milli, sure.kbps_variance), (0, 0));
    }
}
