//! The server API as programs call it: JSON over HTTP, with tokens as the server SDKs make them.

mod house;

use cluster::{Cluster, NodeId};
use house::{Client, House};
use prost::Message as _;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{
    AddTrackRequest, DataPacket, DisconnectReason, RpcResponse, TrackSource, TrackType, data_packet, rpc_response,
};
use protocol::token::{Claims, VideoGrants};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A token without an identity, as the server SDKs make them for this API.
fn pass(house: &House, video: VideoGrants) -> String {
    house.sign(&protocol::token::Claims { sub: String::new(), room_config: None, video, ..house.claims("nobody") })
}

fn admin(house: &House) -> String {
    let video = VideoGrants { room: house::MEETING.into(), room_admin: true, ..VideoGrants::default() };
    pass(house, video)
}

fn keeper(house: &House) -> String {
    pass(house, VideoGrants { room_create: true, room_list: true, ..VideoGrants::default() })
}

async fn call(house: &House, token: &str, method: &str, body: Value) -> (u16, Value) {
    house.post(&format!("/twirp/livekit.RoomService/{method}"), token, "application/json", &body.to_string()).await
}

/// A call that is answered.
async fn ask(house: &House, token: &str, method: &str, body: Value) -> Value {
    let (status, answer) = call(house, token, method, body).await;
    assert_eq!(status, 200, "{method}: {answer}");
    answer
}

#[tokio::test]
async fn a_meeting_is_made_listed_described_and_ended() {
    let house = House::open().await;
    let keeper = keeper(&house);
    // Names in snake or camel case say the same.
    let made =
        ask(&house, &keeper, "CreateRoom", json!({"name": "daily", "empty_timeout": 60, "maxParticipants": 2})).await;
    assert_eq!(
        (&made["name"], &made["emptyTimeout"], &made["maxParticipants"]),
        (&json!("daily"), &json!(60), &json!(2))
    );
    assert!(made["sid"].as_str().is_some_and(|sid| sid.starts_with("RM_")));
    let listed = ask(&house, &keeper, "ListRooms", json!({})).await;
    assert_eq!(listed["rooms"][0]["sid"], made["sid"], "an empty meeting waits as long as it was told");
    assert_eq!(ask(&house, &keeper, "ListRooms", json!({"names": ["other"]})).await, json!({}));

    let mut anna = house.join("anna").await;
    assert_eq!(anna.welcome.room.as_ref().map(|room| room.sid.as_str()), made["sid"].as_str());
    ask(&house, &admin(&house), "UpdateRoomMetadata", json!({"room": "daily", "metadata": "agenda"})).await;
    let told = anna
        .find(|response| match response {
            Response::RoomUpdate(update) => update.room.map(|room| room.metadata).filter(|text| !text.is_empty()),
            _ => None,
        })
        .await;
    assert_eq!(told, "agenda");
    ask(&house, &keeper, "DeleteRoom", json!({"room": "daily"})).await;
    assert_eq!(anna.leave().await.reason, DisconnectReason::RoomDeleted as i32);
    house.until_released().await;
    let (status, refused) = call(&house, &keeper, "DeleteRoom", json!({"room": "daily"})).await;
    assert_eq!((status, &refused["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn participants_are_seen_renamed_and_given_other_rights_at_once() {
    let house = House::open().await;
    let admin = admin(&house);
    let mut anna = house.join("anna").await;
    let listed = ask(&house, &admin, "ListParticipants", json!({"room": "daily"})).await;
    assert_eq!(listed["participants"][0]["identity"], "anna");

    let change = json!({"room": "daily", "identity": "anna", "name": "Dr. Anna", "attributes": {"hand": "up"},
        "permission": {"can_subscribe": true, "can_publish": false, "can_publish_data": true}});
    let changed = ask(&house, &admin, "UpdateParticipant", change).await;
    assert_eq!((&changed["name"], &changed["attributes"]["hand"]), (&json!("Dr. Anna"), &json!("up")));
    let seen = ask(&house, &admin, "GetParticipant", json!({"room": "daily", "identity": "anna"})).await;
    assert_eq!(seen["permission"].get("canPublish"), None, "what is false is left out: {seen}");

    // The client hears of it, and its next token says so.
    let told = anna
        .find(|response| match response {
            Response::Update(update) => {
                update.participants.into_iter().find(|person| person.name == "Dr. Anna").and_then(|one| one.permission)
            }
            _ => None,
        })
        .await;
    assert!(!told.can_publish && told.can_publish_data);
    let token = anna
        .find(|response| match response {
            Response::RefreshToken(token) => Some(token),
            _ => None,
        })
        .await;
    let claims = house.read(&token);
    assert_eq!((claims.video.can_publish, claims.name.as_str()), (Some(false), "Dr. Anna"));
    anna.say(Request::AddTrack(camera())).await;
    let refused = anna
        .find(|response| match response {
            Response::RequestResponse(answer) => Some(answer.reason),
            _ => None,
        })
        .await;
    assert_eq!(refused, protocol::livekit::request_response::Reason::NotAllowed as i32);
    let (status, _) = call(&house, &admin, "GetParticipant", json!({"room": "daily", "identity": "ben"})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_track_is_muted_from_outside_and_never_unmuted() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    anna.say(Request::AddTrack(camera())).await;
    let sid = anna
        .find(|response| match response {
            Response::TrackPublished(published) => published.track.map(|track| track.sid),
            _ => None,
        })
        .await;
    let wish = |muted| json!({"room": "daily", "identity": "anna", "track_sid": sid, "muted": muted});
    let muted = ask(&house, &admin(&house), "MutePublishedTrack", wish(true)).await;
    assert_eq!(muted["track"]["muted"], true);
    let told = anna
        .find(|response| match response {
            Response::Mute(mute) => Some(mute),
            _ => None,
        })
        .await;
    assert!(told.muted && told.sid == sid);
    let (status, refused) = call(&house, &admin(&house), "MutePublishedTrack", wish(false)).await;
    assert_eq!((status, &refused["code"]), (412, &json!("failed_precondition")));
    let nothing = json!({"room": "daily", "identity": "anna", "track_sid": "TR_none", "muted": true});
    assert_eq!(call(&house, &admin(&house), "MutePublishedTrack", nothing).await.0, 404);
}

#[tokio::test]
async fn who_is_removed_stays_out_until_let_in_anew() {
    let house = House::open().await;
    let token = house.token("ben");
    let mut ben = Client::join(house.address, &token).await;
    let whom = json!({"room": "daily", "identity": "ben"});
    ask(&house, &admin(&house), "RemoveParticipant", whom.clone()).await;
    assert_eq!(ben.leave().await.reason, DisconnectReason::ParticipantRemoved as i32);
    let refused = Client::connect(house.address, &token, &house::join_request()).await;
    assert_eq!(refused.err(), Some((403, "access token has been revoked".to_owned())));
    house.clock.advance(31);
    house.join("ben").await;

    // Also somebody who is not inside: the token at home is over. A token of that very second is good.
    let issued_at = domain::Clock::now(&*house.clock).as_second();
    let away = house.sign(&Claims { iat: Some(issued_at), ..house.claims("cleo") });
    let now = domain::Clock::now(&*house.clock).as_second();
    let whom = |instant| json!({"room": "daily", "identity": "cleo", "revoke_token_ts": instant});
    let knock = async || Client::connect(house.address, &away, &house::join_request()).await.is_ok();
    assert_eq!(call(&house, &admin(&house), "RemoveParticipant", whom(now)).await.0, 404);
    assert!(knock().await);
    call(&house, &admin(&house), "RemoveParticipant", whom(now + 1)).await;
    assert!(!knock().await);
}

#[tokio::test]
async fn a_message_from_outside_reaches_those_it_is_for() {
    let house = House::open().await;
    let _anna = house.join("anna").await;
    let _ben = house.join("ben").await;
    let message = json!({"room": "daily", "data": "aGVsbG8=", "kind": "LOSSY", "topic": "news",
        "destination_identities": ["ben"]});
    ask(&house, &admin(&house), "SendData", message).await;
    let (_, channel, payload) = house.engine.sent().await;
    assert_eq!(channel, media::Channel::Lossy);
    let packet = DataPacket::decode(payload).expect("a data packet");
    let Some(data_packet::Value::User(user)) = packet.value else { panic!("a user packet") };
    assert_eq!((&user.payload[..], user.topic.as_deref()), (&b"hello"[..], Some("news")));
    assert_eq!(packet.participant_identity, "", "nobody inside said it");
    let reserved = json!({"room": "daily", "data": "aGVsbG8=", "topic": "rennsteig"});
    assert_eq!(call(&house, &admin(&house), "SendData", reserved).await.0, 400);
}

#[tokio::test]
async fn every_refusal_has_its_code() {
    let house = House::open().await;
    let _anna = house.join("anna").await;
    let other = pass(&house, VideoGrants { room: "other".into(), room_admin: true, ..VideoGrants::default() });
    let daily = json!({"room": "daily"});
    let refusals = [
        (String::new(), "ListRooms", json!({}), 401, "unauthenticated"),
        ("nonsense".to_owned(), "ListRooms", json!({}), 401, "unauthenticated"),
        (house.token("anna"), "ListRooms", json!({}), 403, "permission_denied"),
        (house.token("anna"), "ListParticipants", daily.clone(), 403, "permission_denied"),
        (other.clone(), "ListParticipants", daily.clone(), 403, "permission_denied"),
        (admin(&house), "DeleteRoom", daily.clone(), 403, "permission_denied"),
        (other, "ListParticipants", json!({"room": "other"}), 404, "not_found"),
        (admin(&house), "ListParticipants", json!([]), 400, "malformed"),
        (keeper(&house), "CreateRoom", json!({"name": ""}), 400, "invalid_argument"),
        (admin(&house), "MoveParticipant", daily.clone(), 403, "permission_denied"),
        (admin(&house), "ForwardParticipant", daily.clone(), 403, "permission_denied"),
        (admin(&house), "Dance", daily.clone(), 404, "bad_route"),
    ];
    for (token, method, body, status, code) in refusals {
        let (got, answer) = call(&house, &token, method, body).await;
        assert_eq!((got, &answer["code"]), (status, &json!(code)), "{method}");
        assert!(answer["msg"].is_string() && answer["meta"].is_object(), "{answer}");
    }
    let elsewhere = async |path: &str, kind: &str, body: &str| {
        let (status, answer) = house.post(path, &keeper(&house), kind, body).await;
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let egress = elsewhere("/twirp/livekit.Egress/ListEgress", "application/json", "{}").await;
    assert_eq!(egress, (501, "unimplemented".to_owned()));
    assert_eq!(elsewhere("/twirp/livekit.Nothing/List", "application/json", "{}").await.0, 404);
    assert_eq!(elsewhere("/twirp/livekit.RoomService/ListRooms", "text/plain", "{}").await.0, 404);
    // Without a socket, which a server that refuses early may reset.
    let large = format!("{{\"names\":[\"{}\"]}}", "x".repeat(300 * 1024));
    let request = http::Request::post("/twirp/livekit.RoomService/ListRooms")
        .header("authorization", format!("Bearer {}", keeper(&house)))
        .header("content-type", "application/json");
    let request = request.body(axum::body::Body::from(large)).expect("a request");
    let answer = house.signaling.router().oneshot(request).await.expect("routers answer");
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn a_program_calls_a_participant_and_gets_its_answer() {
    let house = House::open().await;
    let _anna = house.join("anna").await;
    let peer = house.engine.first_of(&[1, 2].map(media::PeerId));
    let wish = json!({"room": "daily", "destination_identity": "anna", "method": "wave", "payload": "hello"});
    let answers = async {
        let (to, _, payload) = house.engine.sent().await;
        assert_eq!(to, peer);
        let asked = DataPacket::decode(&payload[..]).expect("a packet");
        let Some(data_packet::Value::RpcRequest(request)) = asked.value else { panic!("a call") };
        let value = Some(rpc_response::Value::Payload(format!("{} back", request.payload)));
        let response = RpcResponse { request_id: request.id, value };
        let packet = DataPacket {
            destination_identities: vec![asked.participant_identity],
            value: Some(data_packet::Value::RpcResponse(response)),
            ..DataPacket::default()
        };
        let (channel, payload) = (media::Channel::Reliable, packet.encode_to_vec().into());
        house.engine.report(peer, |peer| media::Event::Data { peer, channel, payload });
    };
    let token = admin(&house);
    let ((status, answer), ()) = tokio::join!(call(&house, &token, "PerformRpc", wish.clone()), answers);
    assert_eq!((status, &answer["payload"]), (200, &json!("hello back")));
    assert_eq!(call(&house, &house.token("anna"), "PerformRpc", wish.clone()).await.0, 403);
    let nobody = json!({"room": "daily", "destination_identity": "ben", "method": "wave"});
    assert_eq!(call(&house, &admin(&house), "PerformRpc", nobody).await.0, 404);
}

#[tokio::test]
async fn a_call_at_the_wrong_node_is_answered_by_the_right_one() {
    let first = House::open().await;
    let shared: Cluster = first.cluster.clone();
    let second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    first.until(async || first.cluster.directory.nodes().await.expect("in process").len() == 2).await;
    let mut anna = first.join("anna").await;

    let seen = ask(&second, &admin(&second), "ListParticipants", json!({"room": "daily"})).await;
    assert_eq!(seen["participants"][0]["identity"], "anna");
    let rooms = ask(&second, &keeper(&second), "ListRooms", json!({})).await;
    assert_eq!(rooms["rooms"].as_array().map(Vec::len), Some(1));
    // A refusal of the owner comes back as it is.
    let nobody = json!({"room": "daily", "identity": "ben"});
    assert_eq!(call(&second, &admin(&second), "GetParticipant", nobody).await.0, 404);
    ask(&second, &admin(&second), "RemoveParticipant", json!({"room": "daily", "identity": "anna"})).await;
    assert_eq!(anna.leave().await.reason, DisconnectReason::ParticipantRemoved as i32);
}

fn camera() -> AddTrackRequest {
    AddTrackRequest {
        cid: "camera".into(),
        r#type: TrackType::Video as i32,
        source: TrackSource::Camera as i32,
        ..AddTrackRequest::default()
    }
}

#[tokio::test]
async fn who_is_moved_joins_the_other_meeting_with_the_token_it_was_given() {
    let house = House::open().await;
    let _anna = house.join("anna").await;
    let mut ben = house.join("ben").await;
    let leads = |destination: &str| {
        let (room, destination_room) = (house::MEETING.to_owned(), destination.to_owned());
        pass(&house, VideoGrants { room, room_admin: true, destination_room, ..VideoGrants::default() })
    };
    let to = |destination: &str| json!({"room": "daily", "identity": "ben", "destination_room": destination});
    assert_eq!(call(&house, &leads("cellar"), "MoveParticipant", to("garden")).await.0, 403);
    assert_eq!(call(&house, &leads("daily"), "MoveParticipant", to("daily")).await.0, 400);
    ask(&house, &leads("garden"), "MoveParticipant", to("garden")).await;
    let moved = ben
        .find(|message| match message {
            Response::RoomMoved(moved) => Some(moved),
            _ => None,
        })
        .await;
    assert_eq!(moved.room.map(|room| room.name).as_deref(), Some("garden"));
    assert_eq!(moved.participant.map(|own| own.identity).as_deref(), Some("ben"));
    let leave = ben.leave().await;
    assert_eq!((leave.reason(), leave.can_reconnect), (DisconnectReason::Migration, true));
    let claims = house.read(&moved.token);
    assert_eq!((claims.sub.as_str(), claims.video.room.as_str()), ("ben", "garden"));
    let there = Client::join(house.address, &moved.token).await;
    assert_eq!(there.welcome.room.as_ref().map(|room| room.name.as_str()), Some("garden"));
    let left = ask(&house, &admin(&house), "ListParticipants", json!({"room": "daily"})).await;
    assert_eq!(left["participants"].as_array().map(Vec::len), Some(1));
    assert_eq!(call(&house, &leads("garden"), "MoveParticipant", to("garden")).await.0, 404, "it is not here any more");
}
