//! Coming in, seeing each other, talking, leaving: over real WebSockets.

mod house;

use domain::Clock as _;
use house::House;
use prost::Message as _;
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{
    AddTrackRequest, DataPacket, DisconnectReason, LeaveRequest, Ping, TrackSource, TrackType, UserPacket, data_packet,
};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn the_second_participant_sees_the_first_and_the_first_hears_of_the_second() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let ben = house.join("ben").await;

    let others: Vec<_> = ben.welcome.other_participants.iter().map(|other| other.identity.as_str()).collect();
    assert_eq!(others, ["anna"]);
    anna.sees("ben", State::Joined).await;
    anna.sees("ben", State::Active).await;
    assert_eq!(house.signaling.participants(), 2);
}

#[tokio::test]
async fn the_welcome_says_what_clients_look_at() {
    let house = House::open().await;
    let anna = house.join("anna").await.welcome;
    let server = anna.server_info.expect("clients refuse a server without it");
    assert_eq!((server.version.as_str(), server.protocol), ("1.13.5", 17));
    assert_eq!((anna.ping_interval, anna.ping_timeout, anna.subscriber_primary), (5, 15, false));
    let room = anna.room.expect("a room");
    assert_eq!((room.name.as_str(), &room.sid[..3]), (house::MEETING, "RM_"));
    let own = anna.participant.expect("oneself");
    assert_eq!((own.identity.as_str(), &own.sid[..3]), ("anna", "PA_"));
    assert!(own.permission.expect("permissions").can_publish);
    assert!(anna.enabled_publish_codecs.iter().any(|codec| codec.mime == "video/VP8"));
}

#[tokio::test]
async fn offers_are_answered_with_their_own_number() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    for id in [1, 2, 0] {
        if id != 1 {
            anna.offer(id).await;
        }
        let answer =
            anna.find(|response| if let Response::Answer(answer) = response { Some(answer) } else { None }).await;
        assert_eq!((answer.id, answer.r#type.as_str()), (id, "answer"));
    }
}

#[tokio::test]
async fn a_published_track_is_told_to_the_others_and_sent_to_them() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let mut ben = house.join("ben").await;
    ben.sees("ben", State::Active).await;
    anna.say(Request::AddTrack(AddTrackRequest {
        cid: "camera-1".into(),
        r#type: TrackType::Video as i32,
        source: TrackSource::Camera as i32,
        ..AddTrackRequest::default()
    }))
    .await;
    let published = anna
        .find(|response| if let Response::TrackPublished(published) = response { Some(published) } else { None })
        .await;
    assert_eq!(published.cid, "camera-1");
    let sid = published.track.expect("the track").sid;
    anna.offer(3).await;

    let told = ben
        .find(|response| match response {
            Response::Update(update) => {
                update.participants.into_iter().find_map(|person| person.tracks.into_iter().next())
            }
            _ => None,
        })
        .await;
    assert_eq!((told.sid.as_str(), told.mime_type.as_str()), (sid.as_str(), "video/VP8"));
    assert_eq!(house.engine.subscribed(1).await[0].to_string(), sid);
}

#[tokio::test]
async fn pings_of_both_kinds_are_answered() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    anna.say(Request::Ping(5)).await;
    anna.say(Request::PingReq(Ping { timestamp: 7, rtt: 3 })).await;
    anna.find(|response| if let Response::Pong(_) = response { Some(()) } else { None }).await;
    let pong = anna.find(|response| if let Response::PongResp(pong) = response { Some(pong) } else { None }).await;
    assert_eq!(pong.last_ping_timestamp, 7);
}

#[tokio::test]
async fn text_frames_are_understood_and_answered_in_text() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    anna.say_raw(Message::Text(r#"{"pingReq":{"timestamp":"9"}}"#.into())).await;
    let pong = loop {
        match anna.next_raw().await {
            Some(Message::Text(text)) if text.contains("pongResp") => break text,
            Some(_) => {}
            None => panic!("the connection stays open"),
        }
    };
    assert!(pong.contains(r#""lastPingTimestamp":"9""#), "{pong}");
}

#[tokio::test]
async fn data_reaches_the_others_stamped_with_its_sender() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let _ben = house.join("ben").await;
    anna.sees("ben", State::Active).await;
    let user = UserPacket { payload: b"hello".to_vec(), ..UserPacket::default() };
    let packet = DataPacket {
        participant_identity: "mallory".into(),
        value: Some(data_packet::Value::User(user)),
        ..DataPacket::default()
    };
    // Peers are numbered in the order they come; the meeting has a number as well.
    let peers = [1, 2, 3].map(media::PeerId);
    let anna_peer = house.engine.first_of(&peers);
    house.engine.report(anna_peer, |peer| media::Event::Data {
        peer,
        channel: media::Channel::Reliable,
        payload: packet.encode_to_vec().into(),
    });
    let (to, channel, payload) = house.engine.sent().await;
    assert_ne!(to, anna_peer);
    assert_eq!(channel, media::Channel::Reliable);
    let relayed = DataPacket::decode(&payload[..]).expect("a data packet");
    assert_eq!((relayed.participant_identity.as_str(), relayed.participant_sid.as_str()), ("anna", anna.own_sid()));
}

#[tokio::test]
async fn who_leaves_is_gone_for_the_others() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let mut ben = house.join("ben").await;
    ben.say(Request::Leave(LeaveRequest::default())).await;
    anna.sees("ben", State::Disconnected).await;
    assert_eq!(house.signaling.participants(), 1);
}

#[tokio::test]
async fn the_same_identity_twice_sends_the_first_connection_away() {
    let house = House::open().await;
    let mut first = house.join("anna").await;
    let second = house.join("anna").await;
    assert_eq!(first.leave().await.reason, DisconnectReason::DuplicateIdentity as i32);
    assert_ne!(first.own_sid(), second.own_sid());
    assert!(second.welcome.other_participants.is_empty());
}

#[tokio::test]
async fn a_fresh_token_lives_longer_and_is_over_when_the_first_one_is() {
    let house = House::open().await;
    let began = house.clock.now().as_second();
    let mut anna = house.join("anna").await;
    let token = fresh_token(&mut anna).await;
    house.clock.advance(400);
    // The first one, good for 300 seconds, is over by now; this one still opens the meeting.
    let mut again = house::Client::join(house.address, &token).await;
    assert_eq!(again.welcome.participant.as_ref().map(|own| own.identity.as_str()), Some("anna"));
    let claims = house.read(&fresh_token(&mut again).await);
    assert_eq!(claims.exp, began + 400 + 600);
    assert_eq!(claims.nbf, began, "what revokes the first token revokes this one");
    assert_eq!(claims.video, house.claims("anna").video);
}

async fn fresh_token(client: &mut house::Client) -> String {
    client.find(|response| if let Response::RefreshToken(token) = response { Some(token) } else { None }).await
}
