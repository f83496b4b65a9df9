//! A node is emptied: its meetings go on at another, as they were.

mod house;

use std::time::Duration;

use cluster::{Command, Moderation, NodeId, NodeRecord};
use domain::groups::{Division, Seat};
use house::{Client, House, meeting};
use protocol::errand::{DIGEST, HEADER, digest, seal};
use protocol::livekit::leave_request::Action;
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{DisconnectReason, JoinResponse, LeaveRequest, UpdateParticipantMetadata};
use protocol::token::TokenKey;
use serde_json::{Value, json};

const PATH: &str = "/node/meetings";

/// Two nodes that know each other. The first is the one that is emptied.
async fn two_nodes() -> (House, House) {
    let first = House::open().await;
    let shared = first.cluster.clone();
    let second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    first.until(async || first.cluster.directory.nodes().await.expect("in process").len() == 2).await;
    (first, second)
}

async fn drain(house: &House, draining: bool) {
    house.send(Command::Drain { draining }).await;
    house.until(async || house.signaling.is_draining() == draining).await;
}

fn node_of(welcome: &JoinResponse) -> &str {
    welcome.server_info.as_ref().map(|server| server.node_id.as_str()).expect("the welcome names the node")
}

async fn raise_hand(client: &mut Client) {
    let attributes = [("hand".to_owned(), "2026-11-24T08:00:00Z".to_owned())].into();
    client.say(Request::UpdateMetadata(UpdateParticipantMetadata { attributes, ..Default::default() })).await;
    client
        .find(|response| match response {
            Response::Update(update) => {
                update.participants.iter().any(|person| person.attributes.contains_key("hand")).then_some(())
            }
            _ => None,
        })
        .await;
}

/// Waits until everybody can read that somebody is in a group.
async fn in_group(client: &mut Client, who: &str, group: &str) {
    let is_there = |person: &protocol::livekit::ParticipantInfo| {
        person.identity == who && person.attributes.get("group").is_some_and(|is| is == group)
    };
    client
        .find(|response| match response {
            Response::Update(update) => update.participants.iter().any(is_there).then_some(()),
            _ => None,
        })
        .await;
}

async fn is_sent_on(client: &mut Client) {
    let leave = client.leave().await;
    assert_eq!((leave.action(), leave.reason()), (Action::Reconnect, DisconnectReason::Migration));
}

#[tokio::test]
async fn people_find_their_meeting_on_another_node_as_it_was() {
    let (first, second) = two_nodes().await;
    let (for_anna, for_ben) = (first.token("anna"), second.token("ben"));
    let mut anna = Client::join(first.address, &for_anna).await;
    let mut ben = Client::join(second.address, &for_ben).await;
    assert_eq!((node_of(&anna.welcome), node_of(&ben.welcome)), ("here", "here"));
    raise_hand(&mut anna).await;
    let seats = vec![Seat { identity: house::identity("ben"), group: 2 }];
    let titles = vec!["Haushalt".into(), "Personal".into()];
    let act = Moderation::OpenGroups { titles, division: Division::Hand { seats }, minutes: None, may_return: true };
    first.send(Command::Moderate { meeting: meeting(), act }).await;
    in_group(&mut anna, "ben", "2").await;
    let begun = anna.welcome.room.as_ref().map(|room| room.creation_time);
    first.clock.advance(7);
    second.clock.advance(7);

    first.send(Command::Drain { draining: true }).await;
    is_sent_on(&mut anna).await;
    is_sent_on(&mut ben).await;
    // With the first token, at the node that is being emptied: it leads on.
    let anna = Client::join(first.address, &for_anna).await;
    let mut ben = Client::join(second.address, &for_ben).await;
    assert_eq!((node_of(&anna.welcome), node_of(&ben.welcome)), ("there", "there"));
    let own = anna.welcome.participant.as_ref().expect("oneself");
    assert_eq!(own.attributes.get("hand").map(String::as_str), Some("2026-11-24T08:00:00Z"));
    assert_eq!(anna.welcome.room.as_ref().map(|room| room.creation_time), begun, "it is the same meeting");
    let ben_now = ben.welcome.participant.as_ref().expect("oneself");
    assert_eq!(ben_now.attributes.get("group").map(String::as_str), Some("2"), "the walls stand there, too");
    assert_eq!(own.attributes.get("group"), None);
    let other = &ben.welcome.other_participants[0];
    assert!(other.identity == "anna" && other.attributes.contains_key("hand"));
    assert_eq!((first.signaling.participants(), second.signaling.participants()), (0, 2));
    drop(anna);
    ben.offer(9).await;
    ben.find(|response| matches!(response, Response::Answer(answer) if answer.id == 9).then_some(())).await;
}

#[tokio::test]
async fn what_other_programs_hear_ends_here_and_begins_there() {
    let (first, second) = two_nodes().await;
    let mut anna = first.join("anna").await;
    drain(&first, true).await;
    is_sent_on(&mut anna).await;
    let _anna = second.join("anna").await;
    let happened = async || first.cluster.happenings.waiting(100).await.expect("in process");
    first.until(async || happened().await.iter().filter(|(_, one)| one.event == "room_started").count() == 2).await;
    first.until(async || happened().await.iter().any(|(_, one)| one.event == "room_finished")).await;
}

#[tokio::test]
async fn a_node_that_is_emptied_takes_no_new_meetings_until_it_is_told_to() {
    let (first, _second) = two_nodes().await;
    drain(&first, true).await;
    let mut anna = first.join("anna").await;
    assert_eq!(node_of(&anna.welcome), "there");
    anna.say(Request::Leave(LeaveRequest::default())).await;
    drain(&first, false).await;
    first.until_released().await;
    assert_eq!(node_of(&first.join("anna").await.welcome), "here");
}

#[tokio::test]
async fn without_another_node_meetings_stay_and_nobody_opens_new_ones() {
    let first = House::open().await;
    let mut anna = first.join("anna").await;
    drain(&first, true).await;
    let _ben = first.join("ben").await;
    anna.sees("ben", State::Active).await;
    let mut claims = first.claims("cora");
    claims.video.room = "another".into();
    let refused = Client::connect(first.address, &first.sign(&claims), &house::join_request()).await;
    assert_eq!(refused.err(), Some((503, "the server is shutting down".to_owned())));
}

#[tokio::test]
async fn a_meeting_goes_on_where_it_is_while_the_heir_does_not_take_it() {
    let first = House::open().await;
    // Somebody listens there, and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("ws://{}", silent.local_addr().expect("a bound socket has an address"));
    let lost = NodeRecord { id: NodeId("lost".into()), url, draining: false, participants: 0 };
    first.cluster.directory.announce(&lost, Duration::from_secs(60)).await.expect("in process");
    let mut anna = first.join("anna").await;
    drain(&first, true).await;
    let asked = tokio::time::timeout(house::PATIENCE, silent.accept()).await.expect("it is asked").expect("listening");
    // While it is waited for, and after that.
    let _ben = first.join("ben").await;
    anna.sees("ben", State::Active).await;
    drop(asked);
    let owner = first.cluster.directory.owner(&meeting()).await.expect("in process").expect("somebody has it");
    assert_eq!(owner.owner, NodeId("here".into()));
    // Another one comes: it takes the meeting.
    let shared = first.cluster.clone();
    let second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    // The silent one is still announced, with fewest people: it is not asked again and again.
    is_sent_on(&mut anna).await;
    assert_eq!(node_of(&second.join("anna").await.welcome), "there");
}

#[tokio::test]
async fn a_node_that_stops_hands_its_meetings_over_first() {
    let (first, second) = two_nodes().await;
    let mut anna = first.join("anna").await;
    raise_hand(&mut anna).await;
    let stopping = first.signaling.clone();
    let stopped = tokio::spawn(async move { stopping.stop().await });
    is_sent_on(&mut anna).await;
    stopped.await.expect("it stops");
    let anna = second.join("anna").await;
    assert!(anna.welcome.participant.as_ref().is_some_and(|own| own.attributes.contains_key("hand")));
}

#[tokio::test]
async fn an_empty_meeting_that_was_made_to_wait_waits_on_another_node_as_long() {
    let (first, second) = two_nodes().await;
    let mut claims = first.claims("office");
    claims.video.room_create = true;
    let token = first.sign(&claims);
    let made = first.post(
        "/twirp/livekit.RoomService/CreateRoom",
        &token,
        "application/json",
        r#"{"name":"daily","empty_timeout":3600,"metadata":"agreed"}"#,
    );
    assert_eq!(made.await.0, 200);
    drain(&first, true).await;
    let owner = async || first.cluster.directory.owner(&meeting()).await.expect("in process").map(|lease| lease.owner);
    first.until(async || owner().await == Some(NodeId("there".into()))).await;
    second.until_reported().await;
    let anna = second.join("anna").await;
    let room = anna.welcome.room.as_ref().expect("the welcome tells the meeting");
    assert_eq!((room.empty_timeout, room.metadata.as_str()), (3_600, "agreed"));
}

#[tokio::test]
async fn a_node_that_is_told_to_go_on_while_it_stops_stops_all_the_same() {
    let (first, _second) = two_nodes().await;
    let mut anna = first.join("anna").await;
    let stopping = first.signaling.clone();
    let stopped = tokio::spawn(async move { stopping.stop().await });
    first.send(Command::Drain { draining: false }).await;
    is_sent_on(&mut anna).await;
    stopped.await.expect("it stops");
    assert!(first.signaling.is_draining());
}

#[tokio::test]
async fn a_node_that_may_hand_nothing_over_sends_people_away_as_ever() {
    let first = House::open_with(|config| config.handover = Duration::ZERO, |_| {}).await;
    let shared = first.cluster.clone();
    let _second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    first.until(async || first.cluster.directory.nodes().await.expect("in process").len() == 2).await;
    let mut anna = first.join("anna").await;
    let stopping = first.signaling.clone();
    let stopped = tokio::spawn(async move { stopping.stop().await });
    let leave = anna.leave().await;
    assert_eq!((leave.action(), leave.reason()), (Action::Reconnect, DisconnectReason::ServerShutdown));
    stopped.await.expect("it stops");
}

#[tokio::test]
async fn what_a_moderator_decides_while_the_meeting_moves_reaches_it() {
    let (first, second) = two_nodes().await;
    let mut anna = first.join("anna").await;
    drain(&first, true).await;
    is_sent_on(&mut anna).await;
    let mut anna = second.join("anna").await;
    // Sent to the node that had it a moment ago.
    let act = Moderation::Rename { identity: house::identity("anna"), name: "Anna Weimar".into() };
    first.send(Command::Moderate { meeting: meeting(), act }).await;
    anna.find(|response| match response {
        Response::Update(update) => update.participants.iter().any(|one| one.name == "Anna Weimar").then_some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_in_while_the_meeting_moves_is_in_it_at_last() {
    let (first, second) = two_nodes().await;
    let anna = first.join("anna").await;
    let comes = async |house: &House, name: &str| {
        // As every client does that was sent on or heard "try again".
        loop {
            let connected = Client::connect(house.address, &house.token(name), &house::join_request()).await;
            let Ok(mut client) = connected else { continue };
            if let Response::Join(welcome) = client.next().await
                && node_of(&welcome) == "there"
            {
                return client;
            }
        }
    };
    let (_, ben, cora) = tokio::join!(drain(&first, true), comes(&first, "ben"), comes(&second, "cora"));
    first.until(async || second.signaling.participants() == 2 && first.signaling.participants() == 0).await;
    drop((anna, ben, cora));
}

fn bequest(heir: &str) -> Value {
    json!({ "heir": heir, "meeting": "daily", "epoch": 1, "legacy": null })
}

#[tokio::test]
async fn only_nodes_bequeath_and_only_to_the_one_they_mean() {
    let house = House::open().await;
    let now = 1_795_507_200;
    let key = TokenKey::new("rennsteig", *b"0123456789abcdef0123456789abcdef").expect("32 bytes");
    let body = bequest("here").to_string();
    let token = format!("Bearer {}", house.token("anna"));
    for method in ["GET", "POST", "PUT"] {
        assert_eq!(house.ask(method, PATH, &[("authorization", &token)], &body).await.0, 404, "{method}");
    }
    let told = async |purpose: &str, at: i64, body: &str| {
        let told = digest(body.as_bytes());
        let seal = seal(&key, purpose, at, told.as_bytes());
        house.ask("POST", PATH, &[(HEADER, &seal), (DIGEST, &told)], body).await.0
    };
    let other = digest(b"something else");
    let sealed = seal(&key, "POST /node/meetings", now, other.as_bytes());
    assert_eq!(house.ask("POST", PATH, &[(HEADER, &sealed), (DIGEST, &other)], &body).await.0, 400);
    assert_eq!(house.ask("POST", PATH, &[(HEADER, &sealed)], &body).await.0, 401, "without a digest");
    assert_eq!(told("POST /node/meetings", now, &body).await, 204);
    assert_eq!(told("POST /node/leases", now, &body).await, 401);
    assert_eq!(told("POST /node/meetings", now - 31, &body).await, 401);
    assert_eq!(told("POST /node/meetings", now, "[]").await, 400);
    assert_eq!(told("POST /node/meetings", now, &bequest("there").to_string()).await, 409);
    drain(&house, true).await;
    assert_eq!(told("POST /node/meetings", now, &body).await, 409);
}
