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
