//! Programs that publish or watch by an offer in a request.

mod house;

use house::{Client, House};
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_response::Message as Said;

const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=sendonly\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=sendonly\r\n";
const OTHER_WAY: &str = "a=ice-ufrag:efgh\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 X 0\r\na=mid:0\r\n";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

struct Program<'a> {
    house: &'a House,
    bearer: String,
}

impl<'a> Program<'a> {
    fn new(house: &'a House, token: &str) -> Self {
        Self { house, bearer: format!("Bearer {token}") }
    }

    async fn ask(&self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> (u16, String, String) {
        let mut headers = vec![("authorization", self.bearer.as_str())];
        headers.extend_from_slice(more);
        self.house.ask(method, path, &headers, body).await
    }

    async fn offer(&self, path: &str, sdp: &str) -> (u16, String, String) {
        self.ask("POST", path, &[("content-type", "application/sdp")], sdp).await
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.and_then(|line| line.split_once(':')).unwrap_or_else(|| panic!("{name} in {head}")).1.trim()
}

/// Waits until somebody has published as many tracks.
async fn sees_tracks(client: &mut Client, identity: &str, tracks: usize) {
    let holds =
        |person: &protocol::livekit::ParticipantInfo| person.identity == identity && person.tracks.len() == tracks;
    client
        .find(|response| match response {
            Said::Update(update) => update.participants.iter().any(holds).then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_program_publishes_by_an_offer_finds_another_way_and_goes() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let camera = Program::new(&house, &house.token("camera"));
    let (status, head, answer) = camera.offer("/whip/v1", OFFER).await;
    assert_eq!(status, 201, "{head} {answer}");
    assert!(answer.starts_with("answer to v=0"), "{answer}");
    assert_eq!((header(&head, "content-type"), header(&head, "etag")), ("application/sdp", "\"1\""));
    assert_eq!(header(&head, "access-control-allow-origin"), "*");
    let session = header(&head, "location").to_owned();
    // Both tracks come in with the first offer; anna gets them.
    house.engine.subscribed(2).await;
    sees_tracks(&mut anna, "camera", 2).await;

    let stranger = Program::new(&house, &house.token("stranger"));
    assert_eq!(stranger.ask("DELETE", &session, &[], "").await.0, 404, "it is somebody else's");
    let fragment = ("content-type", FRAGMENT);
    assert_eq!(camera.ask("PATCH", &session, &[fragment], OTHER_WAY).await.0, 428);
    assert_eq!(camera.ask("PATCH", &session, &[fragment, ("if-match", "\"9\"")], OTHER_WAY).await.0, 412);
    assert_eq!(camera.ask("PATCH", &session, &[("if-match", "*")], OTHER_WAY).await.0, 415);
    let trickled = OTHER_WAY.replace("efgh", "abcd");
    assert_eq!(camera.ask("PATCH", &session, &[fragment, ("if-match", "\"1\"")], &trickled).await.0, 204);
    let (status, head, text) = camera.ask("PATCH", &session, &[fragment, ("if-match", "*")], OTHER_WAY).await;
    assert_eq!((status, header(&head, "etag")), (200, "\"2\""), "{text}");
    assert!(text.contains("a=ice-ufrag:efgh"), "the house's engine answers what it was offered: {text}");

    assert_eq!(camera.ask("DELETE", &session, &[], "").await.0, 200);
    anna.sees("camera", State::Disconnected).await;
    assert_eq!(camera.ask("DELETE", &session, &[], "").await.0, 404);
}

#[tokio::test]
async fn a_program_watches_by_an_offer() {
    let house = House::open().await;
    let camera = Program::new(&house, &house.token("camera"));
    assert_eq!(camera.offer("/whip/v1", OFFER).await.0, 201);
    let viewer = Program::new(&house, &house.token("viewer"));
    let (status, head, _) = viewer.offer("/whep/v1", &OFFER.replace("sendonly", "recvonly")).await;
    assert_eq!(status, 201);
    assert!(header(&head, "location").starts_with("/whep/v1/"));
    house.engine.subscribed(2).await;
}

#[tokio::test]
async fn what_cannot_be_followed_is_refused_with_a_reason() {
    let house = House::open().await;
    let program = Program::new(&house, &house.token("anna"));
    let (status, head, text) = program.ask("POST", "/whip/v1", &[("content-type", "text/plain")], OFFER).await;
    assert_eq!((status, text.as_str()), (415, "this content type is not read here"));
    assert_eq!(header(&head, "access-control-allow-origin"), "*");
    assert_eq!(program.offer("/whip/v1", "nonsense").await.0, 400);
    assert_eq!(program.offer("/whip/v1", &OFFER.replace("sendonly", "recvonly")).await.0, 400, "it sends nothing");
    assert_eq!(program.offer("/whep/v1", OFFER).await.0, 400, "it receives nothing");
    assert_eq!(program.ask("GET", "/whip/v1", &[], "").await.0, 405);
    assert_eq!(program.ask("DELETE", "/whip/v1/68657265/none", &[], "").await.0, 404);
    assert_eq!(program.ask("DELETE", "/whip/v1/elsewhere/none", &[], "").await.0, 404, "there is no such node");
    assert_eq!(Program::new(&house, "no token").offer("/whip/v1", OFFER).await.0, 401);
    let mut claims = house.claims("listener");
    claims.video.can_publish = Some(false);
    let listener = Program::new(&house, &house.sign(&claims));
    let (status, _, text) = listener.offer("/whip/v1", OFFER).await;
    assert_eq!((status, text.as_str()), (403, "the token does not allow to publish this"));
    assert_eq!(program.ask("OPTIONS", "/whip/v1", &[("origin", "https://x")], "").await.0, 204);
    house.engine.fill(true);
    assert_eq!(program.offer("/whip/v1", OFFER).await.0, 503);
}

#[tokio::test]
async fn a_full_meeting_takes_no_program_and_a_removed_one_is_out() {
    let house = House::open().await;
    let mut inside = Vec::new();
    for identity in ["anna", "ben"] {
        inside.push(house.join(identity).await);
    }
    let camera = Program::new(&house, &house.token("camera"));
    let (status, head, _) = camera.offer("/whip/v1", OFFER).await;
    assert_eq!(status, 201);
    let another = Program::new(&house, &house.token("another"));
    let (status, _, text) = another.offer("/whip/v1", OFFER).await;
    assert_eq!((status, text.as_str()), (503, "the meeting is full"));
    house
        .send(cluster::Command::RemoveParticipant { meeting: house::meeting(), identity: house::identity("camera") })
        .await;
    inside[0].sees("camera", State::Disconnected).await;
    assert_eq!(camera.ask("DELETE", header(&head, "location"), &[], "").await.0, 404);
}

#[tokio::test]
async fn at_the_wrong_node_a_program_is_served_by_the_right_one() {
    let first = House::open().await;
    let shared = first.cluster.clone();
    let there = cluster::NodeId("there".into());
    let second = House::open_with(|config| config.node = there, |cluster| *cluster = shared).await;
    let directory = &first.cluster.directory;
    first.until(async || directory.nodes().await.expect("in process").len() == 2).await;
    let mut anna = first.join("anna").await;

    let camera = Program::new(&second, &second.token("camera"));
    let (status, head, _) = camera.offer("/whip/v1", OFFER).await;
    assert_eq!(status, 201);
    sees_tracks(&mut anna, "camera", 2).await;
    assert_eq!((first.signaling.participants(), second.signaling.participants()), (2, 0));
    let session = header(&head, "location");
    let fragment = [("content-type", FRAGMENT), ("if-match", "*")];
    let (status, head, _) = camera.ask("PATCH", session, &fragment, OTHER_WAY).await;
    assert_eq!((status, header(&head, "etag")), (200, "\"2\""));
    assert_eq!(camera.ask("DELETE", session, &[], "").await.0, 200);
    anna.sees("camera", State::Disconnected).await;
}
