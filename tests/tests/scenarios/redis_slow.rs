//! Redis answers, but late: nobody counts as dead, and people get in.

use std::time::Duration;

use cluster::Cluster;
use domain::MeetingName;
use protocol::token::TokenKey;
use tests::servers::redis::RedisServer;
use tests::{Client, Detour, Pass, Process, SOON, Seen, token};
use tokio::time::{Instant, sleep};

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";
/// A node is forgotten when it says nothing for fifteen seconds; this is longer.
const LONG_ENOUGH: Duration = Duration::from_secs(20);

async fn enters(node: &Process, who: &str) -> Client {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let url = node.base.replacen("http", "ws", 1);
    let token = token(&key, "council", who, |_| {});
    let pass = Pass { url, token, identity: who.into(), role: "participant".into() };
    pass.enters_in_the_end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_counts_as_dead_and_people_get_in_while_redis_takes_half_a_second() {
    let redis = RedisServer::start().expect("Redis starts");
    let detour = Detour::to(redis.address()).await;
    let url = format!("redis://{}/", detour.address);
    let settings = [("TOKENS__SECRET", SECRET), ("CLUSTER__URL", url.as_str()), ("CLUSTER__LEASE_SECONDS", "5")];
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let owner = Process::serve(folders[0].path(), Some("signaling"), &settings).await;
    let other = Process::serve(folders[1].path(), Some("signaling"), &settings).await;
    let anna = enters(&owner, "anna").await;
    let meeting: MeetingName = "council".parse().expect("a name");
    // Looks without the detour.
    let cluster = Cluster::redis(&redis.url()).await.expect("the address can be read");
    let lease = cluster.directory.owner(&meeting).await.expect("Redis is there").expect("it has an owner");
    let deadline = Instant::now() + SOON;
    while cluster.directory.nodes().await.expect("Redis is there").len() < 2 {
        assert!(Instant::now() < deadline, "both nodes say where they are");
        sleep(Duration::from_millis(50)).await; // asks again
    }

    detour.delay(Duration::from_millis(500));
    let until = Instant::now() + LONG_ENOUGH;
    let mut inside = Vec::new();
    while Instant::now() < until || inside.len() < 4 {
        let number = inside.len();
        if number < 4 {
            inside.push(enters([&owner, &other][number % 2], &format!("guest-{number}")).await);
        }
        assert_eq!(cluster.directory.nodes().await.expect("Redis is there").len(), 2);
        assert_eq!(cluster.directory.owner(&meeting).await.expect("Redis is there"), Some(lease.clone()));
        sleep(Duration::from_millis(100)).await; // asks again
    }
    let all = |seen: &Seen| seen.others.len() == 4;
    anna.until("the four others", SOON, all).await.expect("it is one meeting");
    assert!(!anna.seen().closed);
}
