//! Other programs hear what happens in meetings: signed, in order, and also what happened while
//! they or the server were away.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use protocol::token::TokenKey;
use serde_json::Value;
use tests::servers::redis::RedisServer;
use tests::{Client, Heard, Pass, Process, SOON, Sink, token};

const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";
/// Attempts in vain make the pauses between them longer.
const PATIENCE: Duration = Duration::from_secs(90);

fn key() -> TokenKey {
    TokenKey::new("rennsteig", SECRET).expect("long enough")
}

async fn enters(server: &Process, who: &str) -> Client {
    let url = server.base.replacen("http", "ws", 1);
    let token = token(&key(), "council", who, |_| {});
    Pass { url, token, identity: who.into(), role: "participant".into() }.enters_in_the_end().await
}

fn has(event: &str, who: &str) -> impl Fn(&[Heard]) -> bool {
    move |heard: &[Heard]| {
        heard.iter().any(|one| one.event() == event && (who.is_empty() || one.body["participant"]["identity"] == who))
    }
}

/// What came of each run of the meeting: without what came twice, in the order in which it came first.
fn by_run(heard: &[Heard]) -> BTreeMap<String, Vec<(u64, String)>> {
    let mut runs: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for one in heard {
        let run = runs.entry(one.run.clone()).or_default();
        if run.iter().all(|(sequence, _)| *sequence != one.sequence) {
            run.push((one.sequence, one.event().to_owned()));
        }
    }
    runs
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_receiver_is_away_and_the_server_restarts() {
    let (sink, folder) = (Sink::open().await, tempfile::tempdir().expect("a folder"));
    let url = sink.url();
    let settings = [("TOKENS__SECRET", SECRET), ("WEBHOOKS__URLS", url.as_str())];
    let mut server = Process::serve(folder.path(), None, &settings).await;
    let admin = server.admin().await.clone();
    let at_anna = enters(&server, "anna").await;
    sink.until("anna's joining", SOON, has("participant_joined", "anna")).await;

    sink.close().await;
    let at_ben = enters(&server, "ben").await;
    let ben_is_there = |list: &Value| {
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter(|item| item["event"] == "participant_joined").count() == 2
    };
    // Kept in the database, and listed there.
    let waiting = "/admin/webhooks?state=waiting&meeting=council";
    for attempt in 0.. {
        let delivered = admin.asks(Method::GET, "/admin/webhooks?meeting=council", Value::Null).await.ok();
        if ben_is_there(&delivered) {
            break;
        }
        assert!(attempt < 300, "{delivered}");
        tokio::time::sleep(Duration::from_millis(50)).await; // asks again
    }
    assert!(!admin.asks(Method::GET, waiting, Value::Null).await.ok()["items"].as_array().expect("a list").is_empty());
    assert!(server.stop().await, "{}", server.output());
    drop((at_anna, at_ben));

    // The same meeting again, in another run.
    let server = Process::serve(folder.path(), None, &settings).await;
    let _at_cleo = enters(&server, "cleo").await;
    sink.open_again().await;
    sink.until("the end of the first run", PATIENCE, has("room_finished", "")).await;
    sink.until("what happened since", PATIENCE, has("participant_joined", "cleo")).await;

    let heard = sink.heard();
    heard.iter().for_each(|one| one.must_be_signed(&key()));
    let runs = by_run(&heard);
    assert_eq!(runs.len(), 2, "{runs:?}");
    for run in runs.values() {
        let numbers: Vec<u64> = run.iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(numbers, (1..=run.len() as u64).collect::<Vec<_>>(), "{runs:?}");
        assert_eq!(run[0].1, "room_started");
    }
    let finished = runs.values().find(|run| run.iter().any(|(_, event)| event == "room_finished"));
    let finished: Vec<&str> = finished.expect("it came").iter().map(|(_, event)| event.as_str()).collect();
    let count = |event: &str| finished.iter().filter(|one| **one == event).count();
    assert_eq!((count("participant_joined"), count("participant_left")), (2, 2), "{finished:?}");
    assert_eq!(finished.last(), Some(&"room_finished"));

    // Once more, because an administrator wants it so.
    let before = sink.heard().len();
    let listed = server.signs_in("admin@example.org").await;
    let first = listed.asks(Method::GET, "/admin/webhooks?state=delivered&limit=1", Value::Null).await.ok();
    let position = first["items"][0]["position"].as_i64().expect("a position");
    listed.asks(Method::POST, &format!("/admin/webhooks/{position}/resend"), Value::Null).await.ok();
    sink.until("the same again", SOON, |heard| {
        heard[before..].iter().any(|one| one.run == heard[0].run && one.sequence == 1)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_a_node_without_a_database_is_told_too() {
    let redis = RedisServer::start().expect("Redis starts");
    let (sink, books, carries) =
        (Sink::open().await, tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (hooks, url) = (sink.url(), redis.url());
    let both = [("TOKENS__SECRET", SECRET), ("CLUSTER__URL", url.as_str())];
    let own = ("WEBHOOKS__SECRET", "another-secret-of-more-than-32-bytes");
    let told = [both[0], both[1], ("WEBHOOKS__URLS", hooks.as_str()), ("WEBHOOKS__KEY_ID", "hooks"), own];
    let _scheduler = Process::serve(books.path(), Some("scheduler"), &told).await;
    let signaling = Process::serve(carries.path(), Some("signaling"), &both).await;
    let at_anna = enters(&signaling, "anna").await;
    sink.until("anna's joining", SOON, has("participant_joined", "anna")).await;
    let key = TokenKey::new("hooks", own.1).expect("long enough");
    sink.heard().iter().for_each(|one| one.must_be_signed(&key));
    drop(at_anna);
}
