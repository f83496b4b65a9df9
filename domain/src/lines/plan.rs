use core::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::capacity::{Pool, PoolKind, Site};
use crate::{PoolId, SiteId};

/// The sites and the lines their people pass, as nodes without a database know them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePlan {
    /// Every site.
    pub sites: Vec<SitePlan>,
    /// The lines that have a budget.
    pub lines: Vec<Line>,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePlan {
    /// Which.
    pub site: SiteId,
    /// From where its people come.
    pub networks: Vec<IpNet>,
    /// What they pass that has a budget.
    pub lines: Vec<PoolId>,
}

/// A line and its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub pool: PoolId,
    /// How much it carries, bits per second.
    pub limit_bps: u64,
}

impl LinePlan {
    /// Of what administrators set up. The nodes themselves are no line: they know how busy they are.
    pub fn of(sites: &[Site], pools: &[Pool]) -> Self {
        let budget = |pool: &Pool| {
            let mbps = pool.limit_mbps.filter(|_| pool.kind != PoolKind::MediaNodes)?;
            Some(Line { pool: pool.id, limit_bps: u64::from(mbps) * 1_000_000 })
        };
        let lines: Vec<Line> = pools.iter().filter_map(budget).collect();
        let has_budget = |id: &&PoolId| lines.iter().any(|line| line.pool == **id);
        let sites = sites.iter().map(|site| {
            let mut passed: Vec<PoolId> = site.pools.iter().filter(has_budget).copied().collect();
            passed.sort_unstable();
            passed.dedup();
            SitePlan { site: site.id, networks: site.networks.clone(), lines: passed }
        });
        Self { sites: sites.collect(), lines: lines.clone() }
    }

    /// Where somebody is: the site whose network the address is in, by the longest prefix, else the home.
    pub fn site_of(&self, address: Option<IpAddr>, home: Option<SiteId>) -> Option<SiteId> {
        address.and_then(|address| self.site_at(address)).or(home)
    }

    fn site_at(&self, address: IpAddr) -> Option<SiteId> {
        // An IPv4 address in IPv6 clothes, as sockets for both give it.
        let address = address.to_canonical();
        let networks = self.sites.iter().flat_map(|site| site.networks.iter().map(move |network| (network, site.site)));
        let around = networks.filter(|(network, _)| network.contains(&address));
        // Of two sites that name the same network always the same one.
        around.max_by_key(|(network, site)| (network.prefix_len(), core::cmp::Reverse(*site))).map(|(_, site)| site)
    }

    /// The lines people of a site pass, as places in [`Self::lines`].
    pub(super) fn passed(&self, site: SiteId) -> Vec<usize> {
        let Some(site) = self.sites.iter().find(|one| one.site == site) else { return Vec::new() };
        let place = |pool: &PoolId| self.lines.iter().position(|line| line.pool == *pool);
        site.lines.iter().filter_map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::capacity::OnOverrun;

    fn site(number: u128, networks: &[&str], pools: &[u128]) -> Site {
        let networks = networks.iter().map(|network| network.parse().expect("a network")).collect();
        let pools = pools.iter().map(|pool| PoolId::from_uuid(Uuid::from_u128(*pool))).collect();
        let id = SiteId::from_uuid(Uuid::from_u128(number));
        Site { id, name: number.to_string(), networks, pools, is_default: false, version: 1 }
    }

    fn pool(number: u128, kind: PoolKind, limit_mbps: Option<u32>) -> Pool {
        let (id, name) = (PoolId::from_uuid(Uuid::from_u128(number)), number.to_string());
        Pool { id, kind, name, limit_mbps, limit_people: Some(5), on_overrun: OnOverrun::Warn, version: 1 }
    }

    #[test]
    fn the_longest_prefix_wins_in_both_families_and_home_is_for_who_comes_from_elsewhere() {
        let plan = LinePlan::of(
            &[
                site(1, &["10.0.0.0/8", "2001:db8::/32"], &[]),
                site(2, &["10.7.0.0/16", "2001:db8:7::/48"], &[]),
                site(3, &["10.7.0.0/16"], &[]),
            ],
            &[],
        );
        let home = SiteId::from_uuid(Uuid::from_u128(9));
        let of = |address: &str| {
            let found = plan.site_of(Some(address.parse().expect("an address")), Some(home)).expect("at least home");
            found.as_uuid().as_u128()
        };
        assert_eq!(of("10.1.2.3"), 1);
        assert_eq!(of("10.7.2.3"), 2, "and of two equal ones always the same");
        assert_eq!(of("::ffff:10.7.2.3"), 2);
        assert_eq!(of("2001:db8:1::1"), 1);
        assert_eq!(of("2001:db8:7::1"), 2);
        assert_eq!(of("192.0.2.1"), 9);
        assert_eq!(of("::1"), 9);
        assert_eq!(plan.site_of(None, Some(home)), Some(home));
        assert_eq!(plan.site_of(None, None), None);
    }

    #[test]
    fn only_lines_with_a_budget_count() {
        let pools = [
            pool(1, PoolKind::Uplink, Some(20)),
            pool(2, PoolKind::VpnGateway, None),
            pool(3, PoolKind::MediaNodes, Some(9)),
        ];
        let plan = LinePlan::of(&[site(1, &[], &[3, 2, 1, 1])], &pools);
        assert_eq!(plan.lines, [Line { pool: pools[0].id, limit_bps: 20_000_000 }]);
        assert_eq!(plan.passed(plan.sites[0].site), [0]);
        assert!(plan.passed(SiteId::from_uuid(Uuid::from_u128(7))).is_empty());
    }
}
