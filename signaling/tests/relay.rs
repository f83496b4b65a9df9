//! Two nodes, one meeting: whoever knocks at the wrong node is led to the right one.

mod house;

use cluster::{Cluster, NodeId, NodeRecord};
use domain::MeetingName;
use house::House;
use protocol::livekit::participant_info::State;
use std::time::Duration;

/// Two nodes that share one cluster.
async fn two_nodes() -> (House, House) {
    let first = House::open().await;
    let shared: Cluster = first.cluster.clone();
    let second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    // Both have said where they are before anybody is led there.
    let directory = &first.cluster.directory;
    let both = async {
        while directory.nodes().await.expect("in process").len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), both).await.expect("both nodes announce themselves");
    (first, second)
}

#[tokio::test]
async fn a_client_at_the_wrong_node_meets_those_at_the_right_one() {
    let (first, second) = two_nodes().await;
    let mut anna = first.join("anna").await;
    let mut ben = second.join("ben").await;

    assert_eq!(ben.welcome.server_info.as_ref().map(|server| server.node_id.as_str()), Some("here"));
    anna.sees("ben", State::Active).await;
    assert_eq!((first.signaling.participants(), second.signaling.participants()), (2, 0));
    ben.offer(7).await;
    let id = ben
        .find(|response| match response {
            protocol::livekit::signal_response::Message::Answer(answer) if answer.id == 7 => Some(answer.id),
            _ => None,
        })
        .await;
    assert_eq!(id, 7);
    drop(ben);
    // Nobody says good-bye for a broken line: the first node keeps the place for a while.
    assert_eq!(first.signaling.participants(), 2);
}

#[tokio::test]
async fn a_refusal_of_the_owner_and_an_owner_out_of_reach_are_told() {
    let (first, second) = two_nodes().await;
    let meeting: MeetingName = house::MEETING.parse().expect("a name");
    let lost = NodeId("lost".into());
    first.cluster.directory.claim(&meeting, &lost, Duration::from_secs(60)).await.expect("in process");
    let refused = async |house: &House| {
        let answer = house::Client::connect(house.address, &house.token("anna"), &house::join_request()).await;
        answer.err().expect("nobody can be led to a node that is not there")
    };
    assert_eq!(refused(&second).await, (503, "the meeting runs on another node".to_owned()));

    // A node that points at itself must not lead a client round and round.
    let url = format!("ws://{}", first.address);
    let record = NodeRecord { id: lost, url, draining: false, participants: 0 };
    first.cluster.directory.announce(&record, Duration::from_secs(60)).await.expect("in process");
    assert_eq!(refused(&second).await, (503, "the meeting runs on another node".to_owned()));
}

#[tokio::test]
async fn a_full_owner_refuses_in_its_own_words_and_a_full_node_still_leads_on() {
    let (first, second) = two_nodes().await;
    let _anna = first.join("anna").await;
    first.engine.fill(true);
    let refused = house::Client::connect(second.address, &second.token("ben"), &house::join_request()).await;
    assert_eq!(refused.err(), Some((503, "the server is full, try again later".to_owned())));
    first.engine.fill(false);
    second.engine.fill(true);
    let _ben = second.join("ben").await;
    assert_eq!(first.signaling.participants(), 2);
}
