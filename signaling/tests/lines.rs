//! Lines of sites: where somebody is, and what the people of a site have on all nodes together.

mod house;

use cluster::{Cluster, NodeId};
use domain::lines::{Line, LinePlan, SitePlan};
use domain::{PoolId, SiteId};
use house::House;
use media::{DownloadStats, Event, PeerId, PeerStats};
use protocol::token::VideoGrants;
use uuid::Uuid;

fn site(number: u128) -> SiteId {
    SiteId::from_uuid(Uuid::from_u128(number))
}

/// Suhl with a line of 1 Mbit/s, and Gera without one.
async fn cluster() -> Cluster {
    let (pool, cluster) = (PoolId::from_uuid(Uuid::from_u128(1)), Cluster::in_process());
    let networks = |text: &str| vec![text.parse().expect("a network")];
    let sites = vec![
        SitePlan { site: site(7), networks: networks("10.7.0.0/16"), lines: vec![pool] },
        SitePlan { site: site(8), networks: networks("2001:db8:8::/48"), lines: Vec::new() },
    ];
    let plan = LinePlan { sites, lines: vec![Line { pool, limit_bps: 1_000_000 }] };
    cluster.lines.set_plan(&plan).await.expect("in-process");
    cluster
}

/// A node that knows the lines, and whose clients come from there.
async fn node(cluster: &Cluster, name: &str, from: &str) -> House {
    let from = Some(from.parse().expect("an address"));
    let house = House::open_for(from, |config| config.node = NodeId(name.into()), |own| *own = cluster.clone()).await;
    let knows = async || cluster.lines.uses().await.expect("in-process").iter().any(|used| used.node.0 == name);
    house.until(knows).await;
    house
}

#[tokio::test]
async fn the_address_says_where_somebody_is_and_home_counts_for_who_comes_from_elsewhere() {
    for (from, home, expected) in [
        ("10.7.3.4", Some(8), Some(site(7))),
        ("::ffff:10.7.3.4", None, Some(site(7))),
        ("2001:db8:8::1", Some(7), Some(site(8))),
        ("192.0.2.1", Some(7), Some(site(7))),
        ("192.0.2.1", None, None),
    ] {
        let house = node(&cluster().await, "here", from).await;
        let home_site = home.map(|home| site(home).to_string());
        let token = house.sign(&protocol::token::Claims { home_site, ..house.claims("anna") });
        let _anna = house::Client::join(house.address, &token).await;
        house.until_reported().await;
        let report = house.cluster.directory.report(&house::meeting()).await.expect("in-process").expect("reported");
        assert_eq!(report.participants[0].site, expected, "from {from} with home {home:?}");
    }
}

#[tokio::test]
async fn meetings_on_two_nodes_share_the_line_of_a_site() {
    let cluster = cluster().await;
    let mut nodes = Vec::new();
    for name in ["here", "there"] {
        let house = node(&cluster, name, "10.7.3.4").await;
        let video = VideoGrants { room: format!("meeting {name}"), ..house.claims("anna").video };
        let token = house.sign(&protocol::token::Claims { video, ..house.claims("anna") });
        let anna = house::Client::join(house.address, &token).await;
        let peer = house.engine.first_of(&[1, 2, 3, 4].map(PeerId));
        let download = DownloadStats { wanted_bps: 900_000, ..DownloadStats::default() };
        let stats = PeerStats { download, ..PeerStats::default() };
        house.engine.report(peer, |peer| Event::Stats { peer, stats });
        nodes.push((house, peer, anna));
    }
    for (house, peer, _) in &nodes {
        house.engine.pictures_limited(*peer, 450_000).await;
    }
}
