//! Too much, too long, not what was expected: a clear answer, and the server goes on.

use http::Method;
use protocol::livekit;
use protocol::livekit::signal_request;
use rennsteig::probe::ProbeError;
use rennsteig::probe::client::{Socket, join_request};
use serde_json::Value;
use tests::{Client, JoinOptions, SOON, Server, TokenIn, token};

/// Joins under a name and waits for the path.
async fn inside(server: &Server, name: &str) -> Client {
    let token = token(&server.key(), "daily", name, |_| {});
    let client = Client::join(&server.base, &token, JoinOptions::default()).await.expect("the meeting is open");
    client.until("media path", SOON, |seen| seen.connected).await.expect("media can flow");
    client
}

/// Waits for the server's good-bye and answers its reason.
async fn good_bye(client: &Client) -> String {
    client.until("a good-bye", SOON, |seen| seen.closed).await.expect("the session ends");
    let (reason, _) = client.seen().leave.expect("the server says why");
    format!("{reason:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_string_over_16_kib_is_refused() {
    let server = Server::start().await;
    let long = "a".repeat(17 * 1024);
    for path in ["/rtc/v1", "/rtc/v1/validate"] {
        let answer = server.browser().ask(Method::GET, &format!("{path}?access_token={long}"), &Value::Null).await;
        assert_eq!((answer.status, answer.text.trim()), (414, "query string too long"), "{path}");
    }
    let anna = server.person("Anna Vogt").await;
    let answer = anna.asks(Method::GET, &format!("/people?search={long}"), Value::Null).await;
    assert_eq!(answer.refusal(), (414, "query_too_long".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_long_or_no_json_is_refused() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    // Who goes on sending megabytes may find the connection closed before the answer is read;
    // the next request is served as ever.
    let huge = serde_json::json!({"title": "a".repeat(4 * 1024 * 1024)});
    let cut = anna.browser.on_its_own().tries(Method::POST, "/api/v1/bookings", &huge).await;
    assert!(cut.is_none_or(|answer| answer.refusal() == (413, "too_large".into())));
    let body = format!("{{\"title\":\"{}\"}}", "a".repeat(258 * 1024));
    let answer = anna.browser.clone().ask_raw(Method::POST, "/api/v1/bookings", body.into_bytes(), &[]).await;
    assert_eq!(answer.refusal(), (413, "too_large".into()));
    for (body, status, code) in [("{", 400, "malformed"), ("[]", 400, "malformed"), ("\u{0}", 400, "malformed")] {
        let answer =
            anna.browser.clone().ask_raw(Method::POST, "/api/v1/bookings", body.as_bytes().to_vec(), &[]).await;
        assert_eq!(answer.refusal(), (status, code.into()), "{body:?}: {}", answer.text);
    }
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let answer = anna.browser.clone().ask_raw(Method::POST, "/api/v1/bookings", deep.into_bytes(), &[]).await;
    assert_eq!(answer.refusal(), (400, "malformed".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_from_another_site_is_refused() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let headers = [("sec-fetch-site", "cross-site")];
    let answer = anna.browser.clone().ask_raw(Method::POST, "/api/v1/bookings", b"{}".to_vec(), &headers).await;
    assert_eq!(answer.refusal(), (403, "cross_site".into()));
    let headers = [("content-type", "text/plain")];
    let answer = anna.browser.clone().ask_raw(Method::POST, "/api/v1/bookings", b"{}".to_vec(), &headers).await;
    assert_eq!(answer.refusal(), (415, "json_only".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_request_that_is_none_is_refused() {
    let server = Server::start().await;
    let token = token(&server.key(), "daily", "anna", |_| {});
    for (name, query) in [
        ("missing", String::new()),
        ("not base64", "&join_request=%25%25".into()),
        ("not a message", "&join_request=_____w".into()),
    ] {
        let upgrade = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let path = format!("/rtc/v1?access_token={token}{query}");
        let answer = server.browser().ask_raw(Method::GET, &path, Vec::new(), &upgrade).await;
        assert_eq!(answer.status, 400, "{name}: {}", answer.text);
        assert!(answer.text.starts_with("invalid join_request"), "{name}: {}", answer.text);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_that_are_too_long_or_no_offers_end_the_session_with_a_reason() {
    let server = Server::start().await;
    let offer = |sdp: String| {
        signal_request::Message::Offer(livekit::SessionDescription {
            r#type: "offer".into(),
            sdp,
            id: 2,
            ..Default::default()
        })
    };
    let section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n";
    let start = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    for (number, sdp) in [
        ("an SDP of 65 KiB", format!("{start}{}", "a=x:y\r\n".repeat(9_600))),
        ("10,000 sections", format!("{start}{}", section.repeat(600))),
        ("not SDP", "hello".to_owned()),
        ("empty", String::new()),
    ] {
        let client = inside(&server, "eve").await;
        client.request(offer(sdp)).expect("the session lives");
        assert_eq!(good_bye(&client).await, "MediaFailure", "{number}");
    }
    // Right with the join request, too.
    let token = token(&server.key(), "daily", "eve", |_| {});
    let mut join = join_request(true, None);
    join.publisher_offer =
        Some(livekit::SessionDescription { r#type: "offer".into(), sdp: "hello".into(), id: 1, ..Default::default() });
    let (mut socket, _) = Socket::open(&server.base, &token, TokenIn::Header, &join).await.expect("let in first");
    let ended = loop {
        match socket.next().await {
            Ok(livekit::signal_response::Message::Leave(leave)) => break leave.reason(),
            Ok(_) => {}
            Err(error) => panic!("no good-bye: {error}"),
        }
    };
    assert_eq!(format!("{ended:?}"), "MediaFailure");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_garbage_or_too_large_end_only_that_session() {
    let server = Server::start().await;
    let witness = inside(&server, "witness").await;
    for (name, frame) in [("garbage", vec![0xff; 64]), ("200 KiB", vec![0; 200 * 1024])] {
        let client = inside(&server, "eve").await;
        client.request_bytes(frame).expect("the session lives");
        client.until("the end", SOON, |seen| seen.closed).await.expect("the session ends");
        if let Some((_, action)) = client.seen().leave {
            assert_eq!(format!("{action:?}"), "Disconnect", "{name}: a client that cannot speak shall not come back");
        }
    }
    assert!(!witness.seen().closed);
    // It still gets answers.
    witness.publish(tests::Media::Audio).await.expect("the meeting goes on");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_session_of_somebody_else_is_refused() {
    let server = Server::start().await;
    let anna = inside(&server, "anna").await;
    let mut resume = join_request(true, None);
    (resume.reconnect, resume.participant_sid) = (true, anna.seen().sid);
    let eve = token(&server.key(), "daily", "eve", |_| {});
    let refused = Socket::open(&server.base, &eve, TokenIn::Query, &resume).await.err().expect("not her session");
    assert!(
        matches!(&refused, ProbeError::Left { reason, .. } if format!("{reason:?}") == "StateMismatch"),
        "{refused}"
    );
    assert!(!anna.seen().closed);
    server.stop().await;
}
