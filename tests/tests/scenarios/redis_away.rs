//! Redis goes away and comes back empty: meetings do not notice, supervisors do.

use std::time::Duration;

use cluster::Cluster;
use http::Method;
use protocol::token::TokenKey;
use serde_json::Value;
use tests::servers::redis::RedisServer;
use tests::{Client, Pass, Process, SOON, Seen, meet, shows, token};
use tokio::time::{Instant, sleep};

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";

async fn enters(node: &Process, who: &str) -> Client {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let url = node.base.replacen("http", "ws", 1);
    let token = token(&key, "council", who, |_| {});
    Pass { url, token, identity: who.into(), role: "participant".into() }.enters().await
}

/// Asks again until a node says so.
async fn says(node: &Process, status: u16, word: &str) {
    let deadline = Instant::now() + 2 * SOON;
    loop {
        let answer = node.browser().ask(Method::GET, "/health/ready", &Value::Null).await;
        if answer.status == status && answer.json()["cluster"] == word {
            return;
        }
        assert!(Instant::now() < deadline, "{} {}", answer.status, answer.text);
        sleep(Duration::from_millis(50)).await; // asks again
    }
}

fn sees(number: usize) -> impl Fn(&Seen) -> bool {
    move |seen: &Seen| seen.others.len() == number
}

#[tokio::test(flavor = "multi_thread")]
async fn meetings_and_joins_on_the_same_node_go_on_while_redis_is_away() {
    let mut redis = RedisServer::start().expect("Redis starts");
    let url = redis.url();
    let settings = [("TOKENS__SECRET", SECRET), ("CLUSTER__URL", url.as_str())];
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let owner = Process::serve(folders[0].path(), Some("signaling"), &settings).await;
    let other = Process::serve(folders[1].path(), Some("signaling"), &settings).await;
    let anna = enters(&owner, "anna").await;
    // Over the other node, which passes on what he says.
    let ben = enters(&other, "ben").await;
    tokio::join!(shows(&anna), shows(&ben));
    meet(&anna, &ben).await;

    redis.kill().expect("it can be killed");
    for node in [&owner, &other] {
        says(node, 503, "away").await;
        let live = node.browser().ask(Method::GET, "/health/live", &Value::Null).await;
        assert_eq!(live.status, 200, "{}", live.text);
    }
    let cleo = enters(&owner, "cleo").await;
    anna.until("cleo's coming", SOON, sees(2)).await.expect("anna sees her");
    ben.until("cleo's coming", SOON, sees(2)).await.expect("ben sees her");
    meet(&anna, &ben).await;

    redis.restart().expect("it can be started again");
    for node in [&owner, &other] {
        says(node, 200, "reachable").await;
    }
    // Redis has forgotten everything; the owner says by itself that the meeting is its own.
    let cluster = Cluster::redis(&url).await.expect("the address can be read");
    let meeting = "council".parse().expect("a name");
    let deadline = Instant::now() + 2 * SOON;
    while !matches!(cluster.directory.owner(&meeting).await, Ok(Some(_))) {
        assert!(Instant::now() < deadline, "the meeting has no owner");
        sleep(Duration::from_millis(50)).await; // asks again
    }
    let dora = enters(&other, "dora").await;
    dora.until("the others", SOON, sees(3)).await.expect("it is the same meeting");
    for client in [&anna, &ben, &cleo] {
        assert!(!client.seen().closed);
    }
}
