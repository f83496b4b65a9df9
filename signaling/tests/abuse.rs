//! Clients that do not behave: they go, the others stay.

mod house;

use house::House;
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{DisconnectReason, MuteTrackRequest};
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Somebody else is inside and stays undisturbed.
async fn misbehaving(frames: impl IntoIterator<Item = Message>) {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let mut mallory = house.join("mallory").await;
    anna.sees("mallory", State::Active).await;
    for frame in frames {
        mallory.say_raw(frame).await;
    }
    anna.sees("mallory", State::Disconnected).await;
    assert_eq!(mallory.leave().await.reason, DisconnectReason::UnknownReason as i32);
    anna.say(Request::Ping(1)).await;
    anna.find(|response| matches!(response, protocol::livekit::signal_response::Message::Pong(_)).then_some(())).await;
    assert_eq!(house.signaling.participants(), 1);
}

#[tokio::test]
async fn an_oversize_frame_ends_the_connection() {
    misbehaving([Message::Binary(Bytes::from(vec![0; 2 * media::LONGEST_OFFER + 1]))]).await;
}

#[tokio::test]
async fn garbage_ends_the_connection() {
    misbehaving([Message::Binary(Bytes::from_static(&[0xff; 32]))]).await;
}

#[tokio::test]
async fn deeply_nested_text_ends_the_connection() {
    misbehaving([Message::Text("{\"mute\":".repeat(5_000).into())]).await;
}

#[tokio::test]
async fn a_flood_ends_the_connection() {
    let frame = protocol::livekit::SignalRequest {
        message: Some(Request::Mute(MuteTrackRequest { sid: "TR_none".into(), muted: true })),
    };
    let frame = Message::Binary(prost::Message::encode_to_vec(&frame).into());
    misbehaving(std::iter::repeat_n(frame, 3_000)).await;
}

#[tokio::test]
async fn an_unknown_request_is_passed_over() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    // Field 100 of the request: something a newer client may say.
    anna.say_raw(Message::Binary(Bytes::from_static(&[0xa2, 0x06, 0x00]))).await;
    anna.say(Request::Ping(1)).await;
    anna.find(|response| matches!(response, protocol::livekit::signal_response::Message::Pong(_)).then_some(())).await;
}

#[tokio::test]
async fn an_offer_of_the_permitted_size_fits_into_a_frame() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let offer = protocol::livekit::SessionDescription {
        r#type: "offer".into(),
        sdp: "a=ice-options\r\n".repeat(media::LONGEST_OFFER / 15),
        id: 7,
        ..Default::default()
    };
    let frame = serde_json::to_string(&protocol::livekit::SignalRequest { message: Some(Request::Offer(offer)) });
    anna.say_raw(Message::Text(frame.expect("JSON").into())).await;
    let answered = loop {
        match anna.next_raw().await {
            Some(Message::Text(text)) if text.contains("\"answer\"") => break text,
            Some(_) => {}
            None => panic!("the connection stays open"),
        }
    };
    assert!(answered.contains("\"id\":7"));
}
