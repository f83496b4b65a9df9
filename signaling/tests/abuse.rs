//! Clients that do not behave: they go, the others stay.

mod house;

use house::{Client, House};
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
async fn a_message_of_more_than_64_kib_that_describes_no_session_ends_the_connection() {
    let long = |length| MuteTrackRequest { sid: "x".repeat(length), muted: true };
    let frame = |length| {
        let message = Some(Request::Mute(long(length)));
        prost::Message::encode_to_vec(&protocol::livekit::SignalRequest { message })
    };
    misbehaving([Message::Binary(frame(64 * 1024).into())]).await;

    let house = House::open().await;
    let mut anna = house.join("anna").await;
    anna.say_raw(Message::Binary(frame(63 * 1024).into())).await;
    let answer = protocol::livekit::SessionDescription { sdp: "x".repeat(200 * 1024), ..Default::default() };
    anna.say(Request::SyncState(protocol::livekit::SyncState { answer: Some(answer), ..Default::default() })).await;
    anna.say(Request::Ping(1)).await;
    anna.find(|response| matches!(response, protocol::livekit::signal_response::Message::Pong(_)).then_some(())).await;
}

#[tokio::test]
async fn nobody_is_offered_compression_even_if_asked_for() {
    let house = House::open().await;
    let url = house::url(house.address, &house.token("anna"), &house::join_request());
    let path = format!("/{}", url.splitn(4, '/').nth(3).expect("a path"));
    let mut line = tokio::net::TcpStream::connect(house.address).await.expect("the server listens");
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
        house.address
    );
    tokio::io::AsyncWriteExt::write_all(&mut line, request.as_bytes()).await.expect("it reads");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tokio::io::AsyncReadExt::read_u8(&mut line).await.expect("it answers"));
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
}

#[tokio::test]
async fn who_floods_comes_back_only_after_a_while_and_an_address_that_comes_too_often_is_put_off() {
    let from = Some("192.0.2.7".parse().expect("an address"));
    let rate = |per_second, burst| signaling::Rate { per_second, burst };
    let narrow = |config: &mut signaling::SignalingConfig| {
        (config.participant_pace, config.address_joins) = (rate(1, 100), rate(1, 4));
    };
    let house = House::open_for(from, narrow, |_| {}).await;
    let mut mallory = house.join("mallory").await;
    for _ in 0..100 {
        mallory.say(Request::Mute(MuteTrackRequest { sid: "TR_none".into(), muted: true })).await;
    }
    mallory.leave().await;
    let knock = async |who: &str| Client::connect(house.address, &house.token(who), &house::join_request()).await.err();
    let later = Some((503, "too many at once, try again later".to_owned()));
    assert_eq!(knock("mallory").await, later, "another connection, the same purse");
    assert_eq!(knock("anna").await, None);
    assert_eq!(knock("ben").await, None);
    assert_eq!(knock("cleo").await, later, "the fifth of its address");
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
