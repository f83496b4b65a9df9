use bytes::Bytes;
use media::{Channel, Event};
use prost::Message as _;
use protocol::livekit::{DataPacket, UserPacket, data_packet};

use super::stage::Stage;

fn packet(destinations: &[&str]) -> Bytes {
    let user = UserPacket { payload: b"hello".to_vec(), ..UserPacket::default() };
    let destination_identities = destinations.iter().map(|identity| (*identity).to_owned()).collect();
    DataPacket {
        destination_identities,
        sequence: 3,
        value: Some(data_packet::Value::User(user)),
        ..DataPacket::default()
    }
    .encode_to_vec()
    .into()
}

#[test]
fn data_goes_to_those_it_is_for_and_never_back() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.join("cleo");
    let mute = stage.join_with("mute", |claims, _| claims.video.can_publish_data = Some(false));
    stage.curtain();
    let mut send = |what: &str, peer, channel, payload| {
        stage.hear(what, Event::Data { peer, channel, payload });
    };
    send("anna to all", anna, Channel::Reliable, packet(&[]));
    send("anna to ben", anna, Channel::Lossy, packet(&["ben"]));
    send("anna to herself and nobody", anna, Channel::Reliable, packet(&["anna", "nobody"]));
    send("anna talks nonsense", anna, Channel::Reliable, Bytes::from_static(&[0xff, 0xff]));
    send("one without the right", mute, Channel::Reliable, packet(&[]));
    insta::assert_snapshot!(stage.script);
}

/// The beginning of what somebody said.
fn transcript(of: &str) -> Bytes {
    let header = protocol::livekit::data_stream::Header {
        stream_id: "S_1".into(),
        topic: "lk.transcription".into(),
        ..Default::default()
    };
    DataPacket {
        participant_identity: of.into(),
        value: Some(data_packet::Value::StreamHeader(header)),
        ..DataPacket::default()
    }
    .encode_to_vec()
    .into()
}

#[test]
fn a_guest_puts_no_words_into_anybodys_mouth() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let guest = stage.join_with("guest", |claims, _| {
        claims.attributes.insert("role".into(), "guest".into());
    });
    let moderator = stage.join_with("moderator", |claims, _| {
        claims.attributes.insert("role".into(), "moderator".into());
    });
    let recorder = stage.join_with("recorder", |claims, _| claims.video.recorder = true);
    let mut say = |peer| {
        let effects = stage.hear("says", Event::Data { peer, channel: Channel::Reliable, payload: transcript("anna") });
        !effects.is_empty()
    };
    for peer in [guest, moderator, recorder, anna] {
        assert!(!say(peer), "{peer:?} is not there for it");
    }
    let mute = stage.join_with("mute", |claims, _| {
        claims.kind = "agent".into();
        claims.video.can_publish_data = Some(false);
    });
    assert!(
        stage
            .hear("says", Event::Data { peer: mute, channel: Channel::Reliable, payload: transcript("anna") })
            .is_empty()
    );
    let captioner = stage.join_with("words", |claims, _| claims.kind = "agent".into());
    let said = Event::Data { peer: captioner, channel: Channel::Reliable, payload: transcript("anna") };
    assert!(!stage.hear("says", said).is_empty());
    let more = DataPacket {
        value: Some(data_packet::Value::StreamChunk(protocol::livekit::data_stream::Chunk {
            stream_id: "S_1".into(),
            content: b", ich trete zurueck".to_vec(),
            ..Default::default()
        })),
        ..DataPacket::default()
    };
    let mut add = |peer| {
        let payload = more.encode_to_vec().into();
        !stage.hear("adds", Event::Data { peer, channel: Channel::Reliable, payload }).is_empty()
    };
    assert!(!add(guest), "nor adds to what the captioner says");
    assert!(add(captioner));
}
