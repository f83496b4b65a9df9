use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{SyncState, TrackInfo, TrackPublishedResponse, TrackSource};

use super::stage::Stage;
use crate::meeting::{AWAY_SECONDS, Command};

#[test]
fn who_comes_back_in_time_goes_on() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    let track = stage.publish(anna, TrackSource::Camera);
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    stage.curtain();
    stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    let info = TrackInfo { sid: track.to_string(), ..TrackInfo::default() };
    let known = TrackPublishedResponse { cid: "cid".into(), track: Some(info) };
    let state = SyncState { publish_tracks: vec![known], ..SyncState::default() };
    stage.say("compares", anna, Request::SyncState(state));
    stage.wait(AWAY_SECONDS);
    insta::assert_snapshot!(stage.script);
}

#[test]
fn only_the_owner_of_a_sid_is_found_by_it() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let identity = |text: &str| text.parse().expect("valid");
    let sid = "PA_BBBBBBBBBBBBBB";
    assert_eq!(stage.meeting.peer_of(sid, &identity("anna")), Some(anna));
    assert_eq!(stage.meeting.peer_of(sid, &identity("mallory")), None);
    assert_eq!(stage.meeting.peer_of("", &identity("anna")), None);
}

#[test]
fn a_client_that_publishes_what_nobody_knows_joins_anew() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    let info = TrackInfo { sid: "TR_unknown".into(), ..TrackInfo::default() };
    let unknown = TrackPublishedResponse { cid: "cid".into(), track: Some(info) };
    let state = SyncState { publish_tracks: vec![unknown], ..SyncState::default() };
    stage.say("compares", anna, Request::SyncState(state));
    insta::assert_snapshot!(stage.script);
}
