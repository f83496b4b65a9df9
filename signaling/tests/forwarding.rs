//! A participant of one meeting is shown in another one, as programs ask for it.

mod house;

use cluster::{Cluster, Command, NodeId};
use house::{Client, House};
use protocol::livekit::participant_info::{KindDetail, State};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{
    AddTrackRequest, DisconnectReason, LeaveRequest, MuteTrackRequest, ParticipantInfo, TrackSource, TrackType,
};
use protocol::token::{Claims, VideoGrants};
use serde_json::{Value, json};

const GARDEN: &str = "garden";

fn pass(house: &House, video: VideoGrants) -> String {
    house.sign(&Claims { sub: String::new(), room_config: None, video, ..house.claims("nobody") })
}

fn admin(house: &House, room: &str) -> String {
    pass(house, VideoGrants { room: room.into(), room_admin: true, ..VideoGrants::default() })
}

/// Leads out of one meeting into another.
fn guide(house: &House, from: &str, to: &str) -> String {
    let (room, destination_room) = (from.to_owned(), to.to_owned());
    pass(house, VideoGrants { room, room_admin: true, destination_room, ..VideoGrants::default() })
}

async fn call(house: &House, token: &str, method: &str, body: Value) -> (u16, Value) {
    house.post(&format!("/twirp/livekit.RoomService/{method}"), token, "application/json", &body.to_string()).await
}

async fn forward(house: &House, from: &str, who: &str, to: &str) -> (u16, String) {
    let wish = json!({"room": from, "identity": who, "destination_room": to});
    let (status, answer) = call(house, &guide(house, from, to), "ForwardParticipant", wish).await;
    (status, answer["code"].as_str().unwrap_or_default().to_owned())
}

fn done() -> (u16, String) {
    (200, String::new())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Comes into a meeting.
async fn join(house: &House, identity: &str, room: &str) -> Client {
    let claims = house.claims(identity);
    let video = VideoGrants { room: room.into(), ..claims.video.clone() };
    Client::join(house.address, &house.sign(&Claims { video, room_config: None, ..claims })).await
}

/// Publishes a camera; its sid.
async fn publish(client: &mut Client) -> String {
    let camera = AddTrackRequest {
        cid: "camera".into(),
        r#type: TrackType::Video as i32,
        source: TrackSource::Camera as i32,
        ..AddTrackRequest::default()
    };
    client.say(Request::AddTrack(camera)).await;
    let sid = client
        .find(|response| match response {
            Response::TrackPublished(published) => published.track.map(|track| track.sid),
            _ => None,
        })
        .await;
    client.offer(2).await;
    sid
}

async fn list(house: &House, room: &str) -> Vec<Value> {
    let (status, answer) = call(house, &admin(house, room), "ListParticipants", json!({"room": room})).await;
    if status == 404 {
        return Vec::new();
    }
    answer["participants"].as_array().cloned().unwrap_or_default()
}

/// Waits until a client is told something of somebody that is so.
async fn sees(client: &mut Client, identity: &str, is_so: impl Fn(&ParticipantInfo) -> bool) -> ParticipantInfo {
    let find = |response| match response {
        Response::Update(update) => {
            update.participants.into_iter().find(|person| person.identity == identity && is_so(person))
        }
        _ => None,
    };
    client.find(find).await
}

/// Waits until nobody but these is in a meeting.
async fn until_inside(house: &House, room: &str, names: &[&str]) {
    house
        .until(async || {
            let inside = list(house, room).await;
            let mut inside: Vec<&str> = inside.iter().filter_map(|person| person["identity"].as_str()).collect();
            inside.sort_unstable();
            inside == names
        })
        .await;
}

#[tokio::test]
async fn who_is_forwarded_is_seen_and_received_there_until_it_leaves() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let sid = publish(&mut anna).await;
    let mut ben = join(&house, "ben", GARDEN).await;
    assert_eq!(forward(&house, house::MEETING, "anna", GARDEN).await, done());

    let seen = sees(&mut ben, "anna", |person| !person.tracks.is_empty()).await;
    assert_eq!((seen.name.as_str(), seen.tracks[0].sid.as_str()), ("Name of anna", sid.as_str()));
    assert_eq!((seen.kind_details, seen.state), (vec![KindDetail::Forwarded as i32], State::Active as i32));
    let received = house.engine.subscriptions(1).await;
    let home = anna.own_sid().to_owned();
    assert_eq!(
        (received[0].track.to_string(), received[0].stream.clone()),
        (sid.clone(), format!("{}|camera", seen.sid))
    );
    assert_ne!(home, seen.sid);
    // Of the publisher in the other meeting.
    assert_eq!(received[0].publisher, house.engine.owner_of(&received[0].track));
    assert_ne!(received[0].publisher, received[0].peer);

    // The moderation at the source is obeyed here.
    let mute = json!({"room": "daily", "identity": "anna", "track_sid": sid, "muted": true});
    assert_eq!(call(&house, &admin(&house, "daily"), "MutePublishedTrack", mute.clone()).await.0, 200);
    sees(&mut ben, "anna", |person| person.tracks[0].muted).await;
    anna.say(Request::Mute(MuteTrackRequest { sid: sid.clone(), muted: false })).await;
    sees(&mut ben, "anna", |person| !person.tracks[0].muted).await;
    // The one here has no say in it, but may show it out.
    let mute_here = json!({"room": GARDEN, "identity": "anna", "track_sid": sid, "muted": true});
    let (status, answer) = call(&house, &admin(&house, GARDEN), "MutePublishedTrack", mute_here).await;
    assert_eq!((status, &answer["code"]), (412, &json!("failed_precondition")));
    let listed = list(&house, GARDEN).await;
    let shown = listed.iter().find(|person| person["identity"] == "anna").expect("she is listed");
    assert_eq!(shown["kindDetails"], json!(["FORWARDED"]));

    anna.say(Request::Leave(LeaveRequest::default())).await;
    sees(&mut ben, "anna", |person| person.state == State::Disconnected as i32).await;
    until_inside(&house, GARDEN, &["ben"]).await;
}

#[tokio::test]
async fn a_meeting_that_nobody_is_in_is_opened_and_stays_as_long_as_somebody_is_shown_there() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let sid = publish(&mut anna).await;
    assert_eq!(forward(&house, house::MEETING, "anna", GARDEN).await, done());
    until_inside(&house, GARDEN, &["anna"]).await;
    let ben = join(&house, "ben", GARDEN).await;
    let other = &ben.welcome.other_participants[0];
    assert_eq!((other.identity.as_str(), other.tracks[0].sid.as_str()), ("anna", sid.as_str()));
    // Both end when she goes: nobody holds anything open.
    drop(ben);
    anna.say(Request::Leave(LeaveRequest::default())).await;
    house.until_released().await;
}

#[tokio::test]
async fn removing_there_and_ending_that_meeting_end_it_and_leave_the_source_alone() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let _ben = join(&house, "ben", GARDEN).await;
    assert_eq!(forward(&house, house::MEETING, "anna", GARDEN).await, done());
    until_inside(&house, GARDEN, &["anna", "ben"]).await;
    let whom = json!({"room": GARDEN, "identity": "anna"});
    assert_eq!(call(&house, &admin(&house, GARDEN), "RemoveParticipant", whom).await.0, 200);
    until_inside(&house, GARDEN, &["ben"]).await;
    // The source hears of it a moment later; then it can begin again.
    house.until(async || forward(&house, house::MEETING, "anna", GARDEN).await == done()).await;
    until_inside(&house, GARDEN, &["anna", "ben"]).await;
    let keeper = pass(&house, VideoGrants { room_create: true, ..VideoGrants::default() });
    assert_eq!(call(&house, &keeper, "DeleteRoom", json!({"room": GARDEN})).await.0, 200);
    until_inside(&house, GARDEN, &[]).await;
    house.until(async || forward(&house, house::MEETING, "anna", GARDEN).await == done()).await;
    until_inside(&house, GARDEN, &["anna"]).await;
    // She is where she was, with the token she has.
    anna.offer(9).await;
    anna.find(|response| matches!(response, Response::Answer(answer) if answer.id == 9).then_some(())).await;
}

#[tokio::test]
async fn every_refusal_says_why() {
    let house = House::open().await;
    let _anna = house.join("anna").await;
    let wish = json!({"room": "daily", "identity": "anna", "destination_room": GARDEN});
    for token in [
        admin(&house, "daily"),
        guide(&house, "daily", "cellar"),
        guide(&house, GARDEN, "daily"),
        house.token("anna"),
        pass(&house, VideoGrants { destination_room: GARDEN.into(), room: "daily".into(), ..VideoGrants::default() }),
    ] {
        let (status, answer) = call(&house, &token, "ForwardParticipant", wish.clone()).await;
        assert_eq!((status, &answer["code"]), (403, &json!("permission_denied")));
    }
    assert_eq!(forward(&house, "daily", "anna", "daily").await, refused(400, "invalid_argument"));
    assert_eq!(forward(&house, "daily", "", GARDEN).await, refused(400, "invalid_argument"));
    assert_eq!(forward(&house, "daily", "nobody", GARDEN).await, refused(404, "not_found"));
    assert_eq!(forward(&house, "cellar", "anna", GARDEN).await, refused(404, "not_found"));
    assert!(list(&house, GARDEN).await.is_empty(), "nothing was opened in vain");

    // Somebody real of that name is there.
    let mut real = join(&house, "anna", GARDEN).await;
    assert_eq!(forward(&house, "daily", "anna", GARDEN).await, refused(409, "already_exists"));
    real.say(Request::Leave(LeaveRequest::default())).await;
    until_inside(&house, GARDEN, &[]).await;
    house.until(async || forward(&house, "daily", "anna", GARDEN).await == done()).await;
    assert_eq!(forward(&house, "daily", "anna", GARDEN).await, refused(409, "already_exists"));
    // No loops, and no chains.
    assert_eq!(forward(&house, GARDEN, "anna", "daily").await, refused(412, "failed_precondition"));
    assert_eq!(forward(&house, GARDEN, "anna", "cellar").await, refused(412, "failed_precondition"));
    let wish = json!({"room": GARDEN, "identity": "anna", "destination_room": "cellar"});
    let moved = call(&house, &guide(&house, GARDEN, "cellar"), "MoveParticipant", wish).await;
    assert_eq!((moved.0, &moved.1["code"]), (412, &json!("failed_precondition")));

    // Who may not publish has nothing to show, and whose right is taken is shown no longer.
    let silent = json!({"room": "daily", "identity": "anna",
        "permission": {"can_subscribe": true, "can_publish": false, "can_publish_data": true}});
    assert_eq!(call(&house, &admin(&house, "daily"), "UpdateParticipant", silent).await.0, 200);
    until_inside(&house, GARDEN, &[]).await;
    assert_eq!(forward(&house, "daily", "anna", GARDEN).await, refused(412, "failed_precondition"));
}

#[tokio::test]
async fn a_full_meeting_shows_nobody_else() {
    let house = House::open().await;
    let _anna = house.join("anna").await;
    let keeper = pass(&house, VideoGrants { room_create: true, ..VideoGrants::default() });
    let made = json!({"name": GARDEN, "max_participants": 1, "empty_timeout": 60});
    assert_eq!(call(&house, &keeper, "CreateRoom", made).await.0, 200);
    let mut ben = join(&house, "ben", GARDEN).await;
    assert_eq!(forward(&house, "daily", "anna", GARDEN).await, refused(429, "resource_exhausted"));
    ben.say(Request::Leave(LeaveRequest::default())).await;
    until_inside(&house, GARDEN, &[]).await;
    assert_eq!(forward(&house, "daily", "anna", GARDEN).await, done(), "a refusal leaves nothing behind");
}

#[tokio::test]
async fn a_real_person_of_the_same_identity_takes_the_place() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let mut ben = join(&house, "ben", GARDEN).await;
    assert_eq!(forward(&house, "daily", "anna", GARDEN).await, done());
    sees(&mut ben, "anna", |person| !person.kind_details.is_empty()).await;
    let real = join(&house, "anna", GARDEN).await;
    let gone = sees(&mut ben, "anna", |person| person.state == State::Disconnected as i32).await;
    assert_eq!(gone.disconnect_reason, DisconnectReason::DuplicateIdentity as i32);
    let seen = sees(&mut ben, "anna", |person| person.sid == real.own_sid()).await;
    assert!(seen.kind_details.is_empty());
    anna.offer(9).await;
    anna.find(|response| matches!(response, Response::Answer(answer) if answer.id == 9).then_some(())).await;
}

#[tokio::test]
async fn both_meetings_are_on_one_node_and_any_node_takes_the_call() {
    let first = House::open().await;
    let shared: Cluster = first.cluster.clone();
    let second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    first.until(async || first.cluster.directory.nodes().await.expect("in process").len() == 2).await;
    let _anna = first.join("anna").await;
    let _ben = join(&second, "ben", GARDEN).await;
    for node in [&first, &second] {
        let wish = json!({"room": "daily", "identity": "anna", "destination_room": GARDEN});
        let (status, answer) = call(node, &guide(node, "daily", GARDEN), "ForwardParticipant", wish).await;
        assert_eq!((status, &answer["code"]), (412, &json!("failed_precondition")), "another node has the destination");
        assert!(answer["msg"].as_str().is_some_and(|text| text.contains("node")), "{answer}");
    }
    // The refusal left nothing behind.
    assert_eq!(forward(&second, "daily", "anna", "cellar").await, done(), "the source's node does it");
    until_inside(&second, "cellar", &["anna"]).await;
    let mut carl = join(&first, "carl", "cellar").await;
    assert_eq!(carl.welcome.server_info.as_ref().map(|server| server.node_id.as_str()), Some("here"));

    // The node gives its meetings away: it ends, and nobody is left over.
    first.send(Command::Drain { draining: true }).await;
    assert_eq!(carl.leave().await.reason, DisconnectReason::Migration as i32);
    let carl = join(&first, "carl", "cellar").await;
    assert_eq!(carl.welcome.server_info.as_ref().map(|server| server.node_id.as_str()), Some("there"));
    assert!(carl.welcome.other_participants.is_empty());
    assert_eq!(first.signaling.participants(), 0);
}
