use cluster::{Cluster, LineUse};
use domain::lines::{Crowd, Line, LinePlan, SitePlan};
use domain::{PoolId, SiteId};
use uuid::Uuid;

use super::samples::{LONG, SHORT, node, until};

super::promises![the_plan_that_was_said_last_counts_for_all, what_a_node_takes_is_replaced_and_forgotten];

fn plan(limit_bps: u64) -> LinePlan {
    let (pool, site) = (PoolId::from_uuid(Uuid::from_u128(1)), SiteId::from_uuid(Uuid::from_u128(2)));
    let networks = vec!["10.7.0.0/16".parse().expect("a network"), "2001:db8:7::/48".parse().expect("a network")];
    LinePlan { sites: vec![SitePlan { site, networks, lines: vec![pool] }], lines: vec![Line { pool, limit_bps }] }
}

async fn the_plan_that_was_said_last_counts_for_all(one: Cluster, other: Cluster) {
    assert_eq!(other.lines.plan().await.expect("the cluster answers"), None);
    for limit_bps in [5, 7] {
        one.lines.set_plan(&plan(limit_bps)).await.expect("the cluster answers");
        assert_eq!(other.lines.plan().await.expect("the cluster answers"), Some(plan(limit_bps)));
    }
}

async fn what_a_node_takes_is_replaced_and_forgotten(one: Cluster, other: Cluster) {
    let site = SiteId::from_uuid(Uuid::from_u128(2));
    let used = |name: &str, people| LineUse {
        node: node(name),
        crowds: vec![Crowd { site, people, sound_bps: 1, screens_bps: 2, pictures_bps: 3, down_bps: 4 }],
    };
    one.lines.note_use(&used("b", 1), LONG).await.expect("the cluster answers");
    one.lines.note_use(&used("b", 2), LONG).await.expect("the cluster answers");
    other.lines.note_use(&used("a", 3), SHORT).await.expect("the cluster answers");
    let known = || async { one.lines.uses().await.expect("the cluster answers") };
    until("the short life is over", || async { known().await.len() == 1 }).await;
    assert_eq!(known().await, [used("b", 2)]);
}
