use media::{Channel, Event, PeerId};
use prost::Message as _;
use protocol::livekit::data_packet::Value;
use protocol::livekit::{DataPacket, RpcAck, RpcError, RpcResponse, rpc_response};

use super::stage::Stage;
use crate::meeting::{Command, Effect, Order, OrderRefused, Reply};

fn call(stage: &mut Stage, whom: &str) -> Result<Reply, OrderRefused> {
    let identity = whom.parse().expect("valid");
    let order = Order::Call { identity, method: "wave".into(), payload: "hello".into(), answer_ms: 5_000 };
    let (reply, effects) = stage.meeting.order(order, stage.now);
    if reply.is_ok() {
        let sent = effects.iter().find_map(|effect| match effect {
            Effect::Media(media::Command::SendData { channel: Channel::Reliable, payload, .. }) => Some(payload),
            _ => None,
        });
        let packet = DataPacket::decode(&sent.expect("the call leaves")[..]).expect("a packet");
        let Some(Value::RpcRequest(request)) = packet.value else { panic!("a call") };
        assert_eq!((request.method.as_str(), request.payload.as_str(), request.version), ("wave", "hello", 1));
        assert!(!packet.participant_identity.is_empty(), "clients pass over calls of nobody");
    }
    reply
}

fn say(stage: &mut Stage, who: PeerId, value: Value) -> Vec<Effect> {
    let destination_identities = vec!["server".to_owned()];
    let packet = DataPacket { destination_identities, value: Some(value), ..DataPacket::default() };
    let payload = packet.encode_to_vec().into();
    stage.hear("data comes", Event::Data { peer: who, channel: Channel::Reliable, payload })
}

fn answer(id: &str, value: rpc_response::Value) -> Value {
    Value::RpcResponse(RpcResponse { request_id: id.into(), value: Some(value) })
}

fn outcomes(effects: &[Effect]) -> Vec<(u64, Result<Reply, OrderRefused>)> {
    let returned = effects.iter().filter_map(|effect| match effect {
        Effect::Return { call, outcome } => Some((*call, outcome.clone())),
        _ => None,
    });
    returned.collect()
}

#[test]
fn who_is_called_answers_once_and_nobody_answers_in_its_place() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    assert_eq!(call(&mut stage, "nobody"), Err(OrderRefused::NoSuchParticipant));
    assert_eq!(call(&mut stage, "anna"), Ok(Reply::Calling(1)));
    let heard = say(&mut stage, anna, Value::RpcAck(RpcAck { request_id: "1".into() }));
    assert!(heard.is_empty(), "the others hear nothing of it");
    let payload = || rpc_response::Value::Payload("I wave".into());
    assert!(outcomes(&say(&mut stage, ben, answer("1", payload()))).is_empty());
    let returned = outcomes(&say(&mut stage, anna, answer("1", payload())));
    assert_eq!(returned, [(1, Ok(Reply::Returned("I wave".into())))]);
    assert!(outcomes(&say(&mut stage, anna, answer("1", payload()))).is_empty());
}

#[test]
fn whoever_fails_leaves_or_is_silent_ends_the_call_as_well() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    assert_eq!(call(&mut stage, "anna"), Ok(Reply::Calling(1)));
    let error = RpcError { code: 1400, message: "unknown method".into(), data: String::new() };
    let failed = outcomes(&say(&mut stage, anna, answer("1", rpc_response::Value::Error(error.clone()))));
    assert_eq!(failed, [(1, Ok(Reply::Failed(Box::new(error))))]);

    assert_eq!(call(&mut stage, "anna"), Ok(Reply::Calling(2)));
    assert_eq!(call(&mut stage, "ben"), Ok(Reply::Calling(3)));
    stage.run("anna leaves", Command::Remove { identity: "anna".parse().expect("valid") });
    let tick = stage.run("a second later", Command::Tick);
    assert_eq!(outcomes(&tick), [(2, Err(OrderRefused::NoSuchParticipant))]);
    stage.now += jiff::SignedDuration::from_secs(5);
    let tick = stage.run("five seconds later", Command::Tick);
    assert_eq!(outcomes(&tick), [(3, Err(OrderRefused::NoAnswer))]);
}
