//! One node does not reach Redis any more, while another does: a meeting has one owner all the same.

use std::time::Duration;

use cluster::{Cluster, Lease};
use domain::MeetingName;
use http::Method;
use protocol::token::TokenKey;
use serde_json::Value;
use tempfile::TempDir;
use tests::servers::process::free_port;
use tests::servers::redis::RedisServer;
use tests::{Client, Detour, Pass, Process, SOON, Seen, meet, shows, token};
use tokio::time::{Instant, sleep};

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";
/// The shortest lease there may be.
const LEASE: &str = "5";
/// Three times as long, and as long as a node that says nothing is remembered.
const CUT_OFF: Duration = Duration::from_secs(16);

/// Two nodes and Redis. What the first sends to Redis, and to the other node, takes a detour.
struct House {
    owner: Process,
    other: Process,
    to_redis: Detour,
    to_other: Detour,
    cluster: Cluster,
    _redis: RedisServer,
    _folders: [TempDir; 2],
}

impl House {
    async fn open() -> Self {
        let redis = RedisServer::start().expect("Redis starts");
        let port = free_port().expect("a free port");
        let to_redis = Detour::to(redis.address()).await;
        let to_other = Detour::to(([127, 0, 0, 1], port).into()).await;
        let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let common = [("TOKENS__SECRET", SECRET), ("CLUSTER__LEASE_SECONDS", LEASE)];
        let around = format!("redis://{}/", to_redis.address);
        let settings = [&common[..], &[("CLUSTER__URL", &around)]].concat();
        let owner = Process::serve(folders[0].path(), Some("signaling"), &settings).await;
        let (straight, url) = (redis.url(), format!("ws://{}", to_other.address));
        let bind = format!("127.0.0.1:{port}");
        let own: [(&str, &str); 3] = [("CLUSTER__URL", &straight), ("CLUSTER__NODE_URL", &url), ("HTTP__BIND", &bind)];
        let other = Process::serve(folders[1].path(), Some("signaling"), &[&common[..], &own].concat()).await;
        let cluster = Cluster::redis(&straight).await.expect("the address can be read");
        let house = Self { owner, other, to_redis, to_other, cluster, _redis: redis, _folders: folders };
        let deadline = Instant::now() + SOON;
        while house.cluster.directory.nodes().await.expect("Redis is there").len() < 2 {
            assert!(Instant::now() < deadline, "both nodes say where they are");
            sleep(Duration::from_millis(50)).await; // asks again
        }
        house.until_they_know_each_other().await;
        house
    }

    /// Each has looked at least once since both are in the directory.
    async fn until_they_know_each_other(&self) {
        let looked_again = Instant::now() + 2 * cluster::RENEW_EVERY + Duration::from_secs(1);
        while Instant::now() < looked_again {
            let answer = self.owner.browser().ask(Method::GET, "/health/ready", &Value::Null).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            sleep(Duration::from_millis(100)).await; // asks again
        }
    }

    async fn lease(&self) -> Option<Lease> {
        let meeting: MeetingName = "council".parse().expect("a name");
        self.cluster.directory.owner(&meeting).await.expect("Redis is there")
    }
}

fn pass(node: &Process, who: &str) -> Pass {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let url = node.base.replacen("http", "ws", 1);
    Pass { url, token: token(&key, "council", who, |_| {}), identity: who.into(), role: "participant".into() }
}

fn sees(number: usize) -> impl Fn(&Seen) -> bool {
    move |seen: &Seen| seen.others.len() == number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_cut_off_from_redis_alone_keeps_its_meeting_through_another() {
    let house = House::open().await;
    let anna = pass(&house.owner, "anna").enters_in_the_end().await;
    let ben = pass(&house.other, "ben").enters_in_the_end().await;
    tokio::join!(shows(&anna), shows(&ben));
    meet(&anna, &ben).await;
    let lease = house.lease().await.expect("it has an owner");

    house.to_redis.cut(true);
    let until = Instant::now() + CUT_OFF;
    let mut visitors: Vec<Client> = Vec::new();
    while Instant::now() < until || visitors.len() < 3 {
        meet(&anna, &ben).await;
        assert_eq!(house.lease().await.as_ref(), Some(&lease));
        if visitors.len() < 3 {
            visitors.push(pass(&house.other, &format!("guest-{}", visitors.len())).enters_in_the_end().await);
        }
    }
    // Also long after the owner could itself say where it is.
    visitors.push(pass(&house.other, "late").enters_in_the_end().await);
    anna.until("five others", SOON, sees(5)).await.expect("it is one meeting");
    assert_eq!(house.lease().await.as_ref(), Some(&lease));

    house.to_redis.cut(false);
    meet(&anna, &ben).await;
    assert_eq!(house.lease().await.as_ref(), Some(&lease));
    assert!(![&anna, &ben].into_iter().chain(&visitors).any(|client| client.seen().closed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_reaches_neither_redis_nor_another_stops_before_the_other_begins() {
    let house = House::open().await;
    let anna = pass(&house.owner, "anna").enters_in_the_end().await;
    let before = house.lease().await.expect("it has an owner");

    house.to_redis.cut(true);
    house.to_other.cut(true);
    let deadline = Instant::now() + SOON;
    while house.lease().await.is_some() {
        assert!(Instant::now() < deadline, "nobody renews it");
        sleep(Duration::from_millis(50)).await; // asks again
    }
    let ben = pass(&house.other, "ben").enters_in_the_end().await;
    let after = house.lease().await.expect("it has an owner");
    assert!(after.epoch > before.epoch && after.owner != before.owner, "{after:?}");
    assert!(ben.seen().others.is_empty());
    // The first does nothing for anybody now, and says nothing that could be wrong.
    assert!(pass(&house.owner, "cleo").tries_to_enter().await.is_err());
    assert_eq!(house.lease().await.map(|lease| lease.epoch), Some(after.epoch));

    house.to_redis.cut(false);
    house.to_other.cut(false);
    anna.until("a good-bye", SOON, |seen| seen.closed).await.expect("it is told that it lost the meeting");
    let dora = pass(&house.owner, "dora").enters_in_the_end().await;
    dora.until("ben", SOON, |seen| seen.others.contains_key("ben")).await.expect("it is ben's meeting");
    assert!(!ben.seen().closed);
    assert_eq!(house.lease().await.map(|lease| lease.epoch), Some(after.epoch));
}
