//! One node asks another about its leases; nobody else can.

mod house;

use std::time::Duration;

use cluster::{Claim, NodeId};
use house::House;
use protocol::errand::{HEADER, seal};
use protocol::token::TokenKey;
use serde_json::json;

const PATH: &str = "/node/leases";
const PURPOSE: &str = "POST /node/leases";
/// The clock of the house.
const NOW: i64 = 1_795_507_200;

fn key(text: &[u8; 32]) -> TokenKey {
    TokenKey::new("rennsteig", *text).expect("32 bytes")
}

fn shared() -> TokenKey {
    key(b"0123456789abcdef0123456789abcdef")
}

fn question(leases: &[(&str, u64)]) -> String {
    let node = json!({ "id": "there", "url": "ws://127.0.0.1:1", "draining": false, "participants": 0 });
    json!({ "node": node, "leases": leases }).to_string()
}

#[tokio::test]
async fn who_is_no_node_finds_nothing_there() {
    let house = House::open().await;
    let body = question(&[]);
    let token = format!("Bearer {}", house.token("anna"));
    for method in ["GET", "POST", "PUT"] {
        for headers in [&[][..], &[("authorization", token.as_str())]] {
            assert_eq!(house.ask(method, PATH, headers, &body).await.0, 404, "{method}");
        }
    }
    let asks = async |seal: &str, body: &str| house.ask("POST", PATH, &[(HEADER, seal)], body).await.0;
    let good = seal(&shared(), PURPOSE, NOW, body.as_bytes());
    assert_eq!(asks(&good, &body).await, 200);
    assert_eq!(asks(&good, &question(&[("daily", 1)])).await, 401, "another question");
    let foreign =
        seal(&key(b"another key of thirty-two bytes.."[..32].try_into().expect("32")), PURPOSE, NOW, body.as_bytes());
    assert_eq!(asks(&foreign, &body).await, 401);
    let old = seal(&shared(), PURPOSE, NOW - 31, body.as_bytes());
    assert_eq!(asks(&old, &body).await, 401);
    assert_eq!(asks(&house.token("anna"), &body).await, 401, "a token is no seal");
    let nonsense = seal(&shared(), PURPOSE, NOW, b"[]");
    assert_eq!(asks(&nonsense, "[]").await, 400);
}

#[tokio::test]
async fn a_witness_renews_for_another_and_says_what_came_of_it_under_seal() {
    let house = House::open().await;
    let there = NodeId("there".into());
    let name = |text: &str| text.parse().expect("a name");
    let claimed = async |meeting: &str| {
        let claim = house.cluster.directory.claim(&name(meeting), &there, Duration::ZERO).await;
        let Ok(Claim::Ours(lease)) = claim else { panic!("it is free: {claim:?}") };
        lease
    };
    let (lease, lost) = (claimed("kept").await, claimed("lost").await);
    house.cluster.directory.release(&lost).await.expect("in process");

    let body = question(&[("kept", lease.epoch), ("lost", lost.epoch)]);
    let sealed = seal(&shared(), PURPOSE, NOW, body.as_bytes());
    let (status, head, answer) = house.ask("POST", PATH, &[(HEADER, &sealed)], &body).await;
    assert_eq!((status, answer.as_str()), (200, r#"{"words":["kept","lost"]}"#));
    let back = head.lines().find_map(|line| line.strip_prefix(&format!("{HEADER}: "))).expect("it is sealed");
    // The house gives headers in small letters.
    assert_eq!(back.trim(), seal(&shared(), &sealed, NOW, answer.as_bytes()).to_lowercase());
    // Clients are led to it again, and the directory knows that it has the meeting.
    assert_eq!(house.cluster.directory.owner(&name("kept")).await.expect("in process"), Some(lease));
    let nodes = house.cluster.directory.nodes().await.expect("in process");
    assert!(nodes.iter().any(|node| node.id == there));
}
