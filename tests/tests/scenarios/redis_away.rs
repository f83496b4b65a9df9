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

/// Nodes say again that all is well this soon after Redis is back.
const RECOVERY: Duration = Duration::from_secs(5);
/// The shortest lease there may be, seconds.
const LEASE: &str = "5";
/// Three times as long.
const AWAY: Duration = Duration::from_secs(15);

fn pass(node: &Process, meeting: &str, who: &str) -> Pass {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let url = node.base.replacen("http", "ws", 1);
    let token = token(&key, meeting, who, |_| {});
    Pass { url, token, identity: who.into(), role: "participant".into() }
}

async fn enters(node: &Process, who: &str) -> Client {
    pass(node, "council", who).enters_in_the_end().await
}

/// Asks again until a node says so.
async fn says(node: &Process, status: u16, word: &str, patience: Duration) {
    let deadline = Instant::now() + patience;
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
    let settings = [("TOKENS__SECRET", SECRET), ("CLUSTER__URL", url.as_str()), ("CLUSTER__LEASE_SECONDS", LEASE)];
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let owner = Process::serve(folders[0].path(), Some("signaling"), &settings).await;
    let other = Process::serve(folders[1].path(), Some("signaling"), &settings).await;
    let anna = enters(&owner, "anna").await;
    // Over the other node, which passes on what he says.
    let ben = enters(&other, "ben").await;
    tokio::join!(shows(&anna), shows(&ben));
    meet(&anna, &ben).await;
    let mut visitors: Vec<Client> = Vec::new();

    redis.kill().expect("it can be killed");
    for node in [&owner, &other] {
        says(node, 503, "away", 2 * SOON).await;
    }
    let cleo = enters(&owner, "cleo").await;
    anna.until("cleo's coming", SOON, sees(2)).await.expect("anna sees her");
    ben.until("cleo's coming", SOON, sees(2)).await.expect("ben sees her");
    // Several times as long as a lease lasts.
    let until = Instant::now() + AWAY;
    while Instant::now() < until {
        for node in [&owner, &other] {
            let live = node.browser().ask(Method::GET, "/health/live", &Value::Null).await;
            assert_eq!(live.status, 200, "{}", live.text);
            says(node, 503, "away", 2 * SOON).await;
        }
        meet(&anna, &ben).await;
    }
    let emil = enters(&owner, "emil").await;
    anna.until("emil's coming", SOON, sees(3)).await.expect("anna sees him");
    // A meeting that might run elsewhere is not opened.
    let refused = pass(&other, "elsewhere", "dora").tries_to_enter().await.err().expect("nobody can be asked");
    assert!(refused.to_string().contains("try again later"), "{refused}");

    let cluster = Cluster::redis(&url).await.expect("the address can be read");
    for has_stopped in [true, false] {
        if has_stopped {
            redis.restart().expect("it can be started again");
        } else {
            redis.flush().expect("it can be emptied");
        }
        let began = Instant::now();
        // It has forgotten everything, and the other node is asked first of all.
        let visitor = pass(&other, "council", if has_stopped { "dora" } else { "fritz" });
        let back = async {
            for node in [&owner, &other] {
                says(node, 200, "reachable", RECOVERY).await;
            }
            let meeting = "council".parse().expect("a name");
            while !matches!(cluster.directory.owner(&meeting).await, Ok(Some(_))) {
                assert!(began.elapsed() < RECOVERY, "the owner did not say that it has the meeting");
                sleep(Duration::from_millis(50)).await; // asks again
            }
        };
        let (early, ()) = tokio::join!(visitor.enters_in_the_end(), back);
        let inside = if has_stopped { 4 } else { 5 };
        early.until("the others", SOON, sees(inside)).await.expect("it is the same meeting");
        let new = pass(&other, &format!("new-{has_stopped}"), "greta");
        while new.tries_to_enter().await.is_err() {
            assert!(began.elapsed() < SOON, "new meetings are opened again");
            sleep(Duration::from_millis(50)).await; // asks again
        }
        visitors.push(early);
    }
    for client in visitors.iter().chain([&emil]) {
        assert!(!client.seen().closed);
    }
    for client in [&anna, &ben, &cleo] {
        assert!(!client.seen().closed);
    }
}
