//! A node stands still or dies: its meetings go on elsewhere, it does nothing more for them when it
//! wakes, and other programs hear that they ended.

use std::collections::BTreeMap;
use std::time::Duration;

use cluster::Cluster;
use domain::MeetingName;
use protocol::token::TokenKey;
use tempfile::TempDir;
use tests::servers::redis::RedisServer;
use tests::{Heard, Pass, Process, SOON, Sink, token};

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";
/// The shortest lease there may be.
const LEASE: &str = "5";
/// A lease has to run out, and whoever was its owner is waited for; on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

fn pass(node: &Process, who: &str) -> Pass {
    let key = TokenKey::new("rennsteig", SECRET).expect("long enough");
    let url = node.base.replacen("http", "ws", 1);
    Pass { url, token: token(&key, "council", who, |_| {}), identity: who.into(), role: "participant".into() }
}

/// Redis, a scheduler that tells a program everything, and nodes for meetings.
struct House {
    redis: RedisServer,
    sink: Sink,
    _scheduler: Process,
    nodes: Vec<Process>,
    _folders: Vec<TempDir>,
}

impl House {
    async fn with_nodes(count: usize) -> Self {
        let (redis, sink) = (RedisServer::start().expect("Redis starts"), Sink::open().await);
        let (url, hooks) = (redis.url(), sink.url());
        let settings = [
            ("TOKENS__SECRET", SECRET),
            ("CLUSTER__URL", url.as_str()),
            ("CLUSTER__LEASE_SECONDS", LEASE),
            ("WEBHOOKS__URLS", hooks.as_str()),
        ];
        let folders: Vec<TempDir> = (0..=count).map(|_| tempfile::tempdir().expect("a folder")).collect();
        let mut nodes = Vec::new();
        for folder in &folders[1..] {
            nodes.push(Process::serve(folder.path(), Some("signaling"), &settings[..3]).await);
        }
        let scheduler = Process::serve(folders[0].path(), Some("scheduler"), &settings).await;
        Self { redis, sink, _scheduler: scheduler, nodes, _folders: folders }
    }

    async fn cluster(&self) -> Cluster {
        Cluster::redis(&self.redis.url()).await.expect("the address can be read")
    }
}

fn has(event: &str, who: &str) -> impl Fn(&[Heard]) -> bool {
    move |heard: &[Heard]| {
        heard.iter().any(|one| one.event() == event && (who.is_empty() || one.body["participant"]["identity"] == who))
    }
}

/// What came of each run, in order; fails where a number is missing or comes in a wrong place.
fn by_run(heard: &[Heard]) -> BTreeMap<String, Vec<String>> {
    let mut runs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in heard {
        let run = runs.entry(one.run.clone()).or_default();
        if one.sequence == run.len() as u64 + 1 {
            run.push(one.event().to_owned());
        } else {
            assert!(one.sequence <= run.len() as u64, "{} {} after {run:?}", one.sequence, one.event());
        }
    }
    runs
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stood_still_does_nothing_more_once_another_took_its_meeting() {
    let house = House::with_nodes(2).await;
    let [sleeper, other] = &house.nodes[..] else { panic!("two nodes") };
    let anna = pass(sleeper, "anna").enters_in_the_end().await;
    house.sink.until("anna's joining", SOON, has("participant_joined", "anna")).await;
    let first_run = house.sink.heard()[0].run.clone();
    let meeting: MeetingName = "council".parse().expect("a name");
    let cluster = house.cluster().await;
    let before = cluster.directory.owner(&meeting).await.expect("Redis is there").expect("it has an owner");

    sleeper.pause();
    let ben = pass(other, "ben").enters_in_the_end().await;
    let after = cluster.directory.owner(&meeting).await.expect("Redis is there").expect("it has an owner");
    assert!(after.epoch > before.epoch && after.owner != before.owner, "{after:?}");
    sleeper.go_on();

    anna.until("a good-bye", SOON, |seen| seen.closed).await.expect("the session ends");
    assert_eq!(format!("{:?}", anna.seen().leave), "Some((Migration, Reconnect))");
    house.sink.until("the end of the first run", PATIENCE, has("room_finished", "")).await;
    house.sink.until("ben's joining", PATIENCE, has("participant_joined", "ben")).await;
    // Who comes to the one that slept is led to the other, and the meeting there goes on.
    let cleo = pass(sleeper, "cleo").enters_in_the_end().await;
    cleo.until("ben", SOON, |seen| seen.others.len() == 1).await.expect("it is ben's meeting");
    house.sink.until("cleo's joining", PATIENCE, has("participant_joined", "cleo")).await;
    assert!(!ben.seen().closed);
    let now = cluster.directory.owner(&meeting).await.expect("Redis is there");
    assert_eq!(now, Some(after.clone()));
    let report = cluster.directory.report(&meeting).await.expect("Redis is there").expect("it is reported");
    assert_eq!(report.node, after.owner);

    let runs = by_run(&house.sink.heard());
    assert_eq!(runs.len(), 2, "{runs:?}");
    // Nothing the woken node has to tell of it is taken: that anna left was told for it.
    assert_eq!(runs[&first_run], ["room_started", "participant_joined", "participant_left", "room_finished"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_meeting_whose_node_was_killed_is_told() {
    let mut house = House::with_nodes(1).await;
    let node = house.nodes.pop().expect("one node");
    let _anna = pass(&node, "anna").enters_in_the_end().await;
    house.sink.until("anna's joining", SOON, has("participant_joined", "anna")).await;
    node.kill().await;
    // Nobody comes back to it: it is missed all the same.
    house.sink.until("the end", PATIENCE, has("room_finished", "")).await;
    let runs = by_run(&house.sink.heard());
    let told: Vec<_> = runs.values().collect();
    assert_eq!(told, [&["room_started", "participant_joined", "participant_left", "room_finished"]]);
    let last = house.sink.heard().pop().expect("three came");
    assert_eq!((last.body["room"]["name"].as_str(), last.event()), (Some("council"), "room_finished"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_meeting_is_told_by_the_next_start_of_a_server_that_was_killed() {
    let (sink, folder) = (Sink::open().await, tempfile::tempdir().expect("a folder"));
    let url = sink.url();
    let settings = [("TOKENS__SECRET", SECRET), ("WEBHOOKS__URLS", url.as_str())];
    let server = Process::serve(folder.path(), None, &settings).await;
    let _anna = pass(&server, "anna").enters_in_the_end().await;
    sink.until("anna's joining", SOON, has("participant_joined", "anna")).await;
    server.kill().await;
    let server = Process::serve(folder.path(), None, &settings).await;
    let _ben = pass(&server, "ben").enters_in_the_end().await;
    sink.until("ben's joining", SOON, has("participant_joined", "ben")).await;
    sink.until("the end of the first run", PATIENCE, has("room_finished", "")).await;
    let runs = by_run(&sink.heard());
    let ended: Vec<_> = runs.values().filter(|run| run.last().is_some_and(|last| last == "room_finished")).collect();
    assert_eq!(ended, [&["room_started", "participant_joined", "participant_left", "room_finished"]], "{runs:?}");
    assert_eq!(runs.len(), 2, "{runs:?}");
}
