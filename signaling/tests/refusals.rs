//! Who does not get in, and what such a client is told: by the WebSocket and by `validate` alike.

mod house;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cluster::{ClusterError, NodeId, Revocation, Revocations, TokenFacts};
use house::{Client, House};
use jiff::Timestamp;
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{DisconnectReason, JoinRequest, leave_request};
use protocol::token::Claims;

/// The answer to a WebSocket and to the question why it did not open: always the same.
async fn refused(house: &House, token: &str, request: &JoinRequest) -> (u16, String) {
    let Err(refused) = Client::connect(house.address, token, request).await else { panic!("somebody got in") };
    let url = house::url(house.address, token, request);
    let query = url.split_once('?').expect("a query").1;
    let (status, head, body) = house.get(&format!("/rtc/v1/validate?{query}"), &[]).await;
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert_eq!((status, body), refused);
    refused
}

#[tokio::test]
async fn every_bad_token_is_refused_for_its_own_reason() {
    let house = House::open().await;
    let changed = |change: fn(&mut Claims)| {
        let mut claims = house.claims("anna");
        change(&mut claims);
        house.sign(&claims)
    };
    let good = house.token("anna");
    let body = good.split('.').nth(1).expect("three parts");
    let cases = [
        (String::new(), 401, "invalid access token"),
        ("nonsense".to_owned(), 401, "invalid access token"),
        (format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}."), 401, "invalid access token"),
        (good[..good.len() - 2].to_owned(), 401, "invalid access token"),
        (changed(|claims| claims.iss = "foreign".into()), 401, "invalid access token"),
        (changed(|claims| claims.exp -= 400), 401, "access token has expired"),
        (changed(|claims| claims.nbf += 60), 401, "access token is not valid yet"),
        (changed(|claims| claims.video.room_join = false), 403, "access token does not allow to join"),
        (changed(|claims| claims.video.room.clear()), 400, "access token names no valid room and identity"),
        (changed(|claims| claims.sub = "a\nb".into()), 400, "access token names no valid room and identity"),
    ];
    for (token, status, text) in cases {
        assert_eq!(refused(&house, &token, &house::join_request()).await, (status, text.to_owned()));
    }
    assert_eq!(house.signaling.participants(), 0);
}

#[tokio::test]
async fn a_token_may_come_in_the_header() {
    let house = House::open().await;
    let (status, _, body) = house.get("/rtc/v1/validate", &[]).await;
    assert_eq!((status, body.as_str()), (401, "no access token"));
    let bearer = format!("Bearer {}", house.token("anna"));
    let request = protocol::join::encode(&house::join_request(), false);
    let path = format!("/rtc/v1/validate?join_request={request}");
    let (status, _, body) = house.get(&path, &[("authorization", &bearer)]).await;
    assert_eq!((status, body.as_str()), (200, "success"));
}

#[tokio::test]
async fn a_join_request_that_cannot_be_read_is_refused() {
    let house = House::open().await;
    let token = house.token("anna");
    let cases = [
        (String::new(), "invalid join_request: missing"),
        ("&join_request=%20".to_owned(), "invalid join_request: join_request is not base64url"),
        ("&join_request=_____w".to_owned(), "invalid join_request: join_request is not a join request"),
        ("&join_request=CAESBGp1bms".to_owned(), "invalid join_request: join_request cannot be unpacked"),
    ];
    for (query, text) in cases {
        let path = format!("/rtc/v1/validate?access_token={token}{query}");
        let (status, _, body) = house.get(&path, &[]).await;
        assert_eq!((status, body.as_str()), (400, text));
    }
    let bomb = JoinRequest { metadata: "x".repeat(2 * 1024 * 1024), ..house::join_request() };
    let (status, text) = refused(&house, &token, &bomb).await;
    assert_eq!((status, text.as_str()), (400, "invalid join_request: join_request is larger than 1 MiB"));
}

#[tokio::test]
async fn a_query_may_have_sixteen_kibibytes_and_not_more() {
    let house = House::open().await;
    let token = house.token("anna");
    let request = protocol::join::encode(&house::join_request(), true);
    let query = format!("access_token={token}&join_request={request}&padding=");
    let fill = |length: usize| format!("/rtc/v1/validate?{query}{}", "x".repeat(length - query.len()));
    assert_eq!(house.get(&fill(16 * 1024), &[]).await.0, 200);
    let (status, _, body) = house.get(&fill(16 * 1024 + 1), &[]).await;
    assert_eq!((status, body.as_str()), (414, "query string too long"));
}

#[tokio::test]
async fn pages_from_elsewhere_and_from_nowhere_are_refused_programs_are_not() {
    let house = House::open().await;
    let token = house.token("anna");
    let request = protocol::join::encode(&house::join_request(), true);
    let path = format!("/rtc/v1/validate?access_token={token}&join_request={request}");
    for (origin, status) in [("https://meet.example", 200), ("https://evil.example", 403), ("null", 403)] {
        assert_eq!(house.get(&path, &[("origin", origin)]).await.0, status, "{origin}");
    }
    assert_eq!(house.get(&path, &[]).await.0, 200);
}

#[tokio::test]
async fn the_older_path_answers_like_the_newer_one_and_needs_no_join_request() {
    let house = House::open().await;
    let token = house.token("anna");
    let request = protocol::join::encode(&house::join_request(), true);
    for path in [format!("/rtc/v1?access_token={token}&join_request={request}"), format!("/rtc?access_token={token}")] {
        let (status, head, _) = house.get(&path, &[]).await;
        assert_eq!(status, 426, "an ordinary request where a WebSocket belongs");
        assert!(head.contains("access-control-allow-origin: *"));
    }
    assert_eq!(house.get(&format!("/rtc/validate?access_token={token}"), &[]).await.0, 200);
    assert_eq!(house.get("/rtc/validate?access_token=bad", &[]).await.0, 401);
}

#[tokio::test]
async fn a_full_meeting_refuses_in_its_first_word() {
    let house = House::open().await;
    let _inside = [house.join("anna").await, house.join("ben").await, house.join("cleo").await];
    let token = house.token("dora");
    let mut dora = Client::connect(house.address, &token, &house::join_request()).await.expect("the token is good");
    let Response::Leave(leave) = dora.next().await else { panic!("the first word is a good-bye") };
    assert_eq!(leave.reason, DisconnectReason::JoinFailure as i32);
    assert_eq!(leave.action, leave_request::Action::Disconnect as i32);
    assert!(dora.next_raw().await.is_none());
}

#[tokio::test]
async fn a_meeting_on_another_node_is_not_opened_twice() {
    let house = House::open().await;
    let there = NodeId("there".into());
    house.cluster.directory.claim(&house::meeting(), &there, Duration::from_secs(60)).await.expect("in-process");
    let refused = Client::connect(house.address, &house.token("anna"), &house::join_request()).await;
    assert_eq!(refused.err(), Some((503, "the meeting runs on another node".to_owned())));
}

/// A list of revoked tokens that cannot be reached.
struct Away;

#[async_trait]
impl Revocations for Away {
    async fn revoke(&self, _: Revocation) -> Result<(), ClusterError> {
        Err(ClusterError::Unavailable("away".into()))
    }

    async fn is_revoked(&self, _: &TokenFacts, _: Timestamp) -> Result<bool, ClusterError> {
        Err(ClusterError::Unavailable("away".into()))
    }
}

#[tokio::test]
async fn while_the_list_of_revoked_tokens_is_away_this_node_goes_by_what_it_heard() {
    let house = House::open_with(|_| {}, |cluster| cluster.revocations = Arc::new(Away)).await;
    let mut anna = house.join("anna").await;
    let _ben = house.join("ben").await;
    let token = house.token("anna");
    house
        .send(cluster::Command::RemoveParticipant { meeting: house::meeting(), identity: house::identity("anna") })
        .await;
    anna.leave().await;
    assert_eq!(refused(&house, &token, &house::join_request()).await.0, 403);
    house.join("cleo").await;
}

/// A full server says so well within this time; the rest is for busy machines that run the tests.
const AT_ONCE: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_full_server_refuses_newcomers_at_once_and_keeps_those_inside() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    house.until_reported().await;
    house.engine.fill(true);

    let mut fastest = Duration::MAX;
    for name in ["ben", "cleo", "dora", "emil", "fritz"] {
        let began = Instant::now();
        let answer = Client::connect(house.address, &house.token(name), &house::join_request()).await;
        fastest = fastest.min(began.elapsed());
        assert_eq!(answer.err(), Some((503, "the server is full, try again later".to_owned())));
    }
    assert!(fastest < AT_ONCE, "{fastest:?}");
    let url = house::url(house.address, &house.token("ben"), &house::join_request());
    let (status, head, _) =
        house.get(&format!("/rtc/v1/validate?{}", url.split_once('?').expect("a query").1), &[]).await;
    assert_eq!(status, 503);
    assert!(head.contains("retry-after: 10"), "{head}");
    // The page asks like this why nothing opened.
    let bearer = format!("Bearer {}", house.token("ben"));
    let (status, _, text) = house.get("/rtc/v1/validate", &[("authorization", &bearer)]).await;
    assert_eq!((status, text.as_str()), (503, "the server is full, try again later"));

    // Who is inside stays there: goes on, resumes, and joins anew.
    anna.offer(7).await;
    anna.find(|response| matches!(response, Response::Answer(answer) if answer.id == 7).then_some(())).await;
    let resume = JoinRequest { reconnect: true, participant_sid: anna.own_sid().to_owned(), ..house::join_request() };
    let token = house.token("anna");
    let mut back = Client::connect(house.address, &token, &resume).await.expect("who resumes is inside");
    back.find(|response| matches!(response, Response::Reconnect(_)).then_some(())).await;
    let mut anew = house.join("anna").await;
    assert_eq!(house.signaling.participants(), 1);

    house.engine.fill(false);
    let _ben = house.join("ben").await;
    anew.sees("ben", State::Active).await;
}

#[tokio::test]
async fn a_full_server_lets_moderators_in_and_opens_no_meeting_for_others() {
    let house = House::open().await;
    house.engine.fill(true);
    assert_eq!(refused(&house, &house.token("ben"), &house::join_request()).await.0, 503);
    assert_eq!(house.cluster.directory.owner(&house::meeting()).await.expect("in-process"), None);

    let mut claims = house.claims("mona");
    claims.attributes.insert("role".to_owned(), "moderator".to_owned());
    let _mona = Client::join(house.address, &house.sign(&claims)).await;
    assert_eq!(house.signaling.participants(), 1);
    // What opens no meeting is refused for its own reason all the same.
    assert_eq!(refused(&house, "nonsense", &house::join_request()).await, (401, "invalid access token".to_owned()));
}
