//! An administrator empties a node, or it is stopped to be updated: its meetings go on at another.

use std::collections::BTreeSet;
use std::time::Duration;

use cluster::{Cluster, Lease};
use domain::MeetingName;
use http::Method;
use protocol::token::TokenKey;
use serde_json::{Value, json};
use tests::servers::redis::RedisServer;
use tests::{Pass, Process, SOON, Sink, token};

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";

fn pass(node: &Process, who: &str) -> Pass {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let url = node.base.replacen("http", "ws", 1);
    Pass { url, token: token(&key, "council", who, |_| {}), identity: who.into(), role: "participant".into() }
}

async fn is_ready(node: &Process) -> (u16, Value) {
    let answer = node.browser().ask(Method::GET, "/health/ready", &Value::Null).await;
    (answer.status, answer.json()["draining"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn meetings_move_to_another_node_when_theirs_is_emptied_and_when_it_stops() {
    let (redis, sink) = (RedisServer::start().expect("Redis starts"), Sink::open().await);
    let (url, hooks) = (redis.url(), sink.url());
    let settings = [("TOKENS__SECRET", SECRET), ("CLUSTER__URL", &url), ("WEBHOOKS__URLS", &hooks)];
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().expect("a folder")).collect();
    let first = Process::serve(folders[0].path(), Some("signaling"), &settings[..2]).await;
    let mut second = Process::serve(folders[1].path(), Some("signaling"), &settings[..2]).await;
    let office = Process::serve(folders[2].path(), Some("scheduler"), &settings).await;
    let cluster = Cluster::redis(&url).await.expect("the address can be read");
    let meeting: MeetingName = "council".parse().expect("a name");
    let owner = async || -> Lease {
        cluster.directory.owner(&meeting).await.expect("Redis is there").expect("somebody has it")
    };
    let admin = office.admin().await;
    let anna = pass(&first, "anna").enters_in_the_end().await;
    let before = owner().await;
    let drain = async |draining: bool| {
        let path = format!("/admin/nodes/{}/draining", before.owner);
        assert_eq!(admin.asks(Method::PUT, &path, json!({ "draining": draining })).await.status, 204);
    };

    drain(true).await;
    anna.until("a good-bye", SOON, |seen| seen.closed).await.expect("the session ends");
    assert_eq!(format!("{:?}", anna.seen().leave), "Some((Migration, Reconnect))");
    let after = owner().await;
    assert_eq!(after.epoch, before.epoch + 1, "nobody had it in between");
    assert_ne!(after.owner, before.owner);
    assert_eq!(is_ready(&first).await, (503, json!(true)));
    assert_eq!(is_ready(&second).await, (200, json!(false)));
    let listed = admin.asks(Method::GET, "/admin/nodes", Value::Null).await.ok();
    let emptied: Vec<_> = listed["items"].as_array().expect("a list").iter().map(|node| &node["draining"]).collect();
    assert_eq!(emptied.iter().filter(|draining| ***draining == json!(true)).count(), 1, "{listed}");
    // The one that is being emptied leads on, and media flows at the other.
    let anna = pass(&first, "anna").enters_in_the_end().await;
    let ben = pass(&second, "ben").enters_in_the_end().await;
    ben.until("anna", SOON, |seen| seen.others.len() == 1).await.expect("it is one meeting");
    sink.until("ben's joining", SOON, |heard| heard.iter().any(|one| one.body["participant"]["identity"] == "ben"))
        .await;

    drain(false).await;
    let takes_again = async || {
        let nodes = cluster.directory.nodes().await.expect("Redis is there");
        is_ready(&first).await.0 == 200 && nodes.iter().all(|node| !node.draining)
    };
    let takes_again = async {
        while !takes_again().await {
            tokio::time::sleep(Duration::from_millis(50)).await; // asks again
        }
    };
    tokio::time::timeout(SOON, takes_again).await.expect("it takes meetings again");
    assert!(second.stop().await, "it hands its meeting over and ends well");
    ben.until("a good-bye", SOON, |seen| seen.closed).await.expect("the session ends");
    let last = owner().await;
    assert_eq!((last.owner.clone(), last.epoch), (before.owner, after.epoch + 1));
    let _ben = pass(&first, "ben").enters_in_the_end().await;
    drop(anna);

    // Each run ends and begins in order for other programs: nothing is told by guessing.
    let ends = |count| {
        move |heard: &[tests::Heard]| {
            heard.iter().filter(|one| one.event() == "room_finished").map(|one| &one.run).collect::<BTreeSet<_>>().len()
                == count
        }
    };
    sink.until("the ends of two runs", SOON, ends(2)).await;
}
