use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{SubscriptionPermission, TrackPermission, TrackSource};

use super::stage::Stage;

#[test]
fn nobody_publishes_what_the_token_does_not_allow() {
    let mut stage = Stage::new();
    let listener = stage.join_with("listener", |claims, _| claims.video.can_publish = Some(false));
    let speaker = stage.join_with("speaker", |claims, _| claims.video.can_publish_sources = vec!["microphone".into()]);
    let typing = stage.join_with("typing", |claims, _| claims.video.can_publish_sources = vec!["mircophone".into()]);
    let ghost = stage.join_with("ghost", |claims, _| claims.video.hidden = true);
    stage.curtain();
    stage.announce(listener, TrackSource::Microphone);
    stage.announce(speaker, TrackSource::Camera);
    stage.announce(speaker, TrackSource::Microphone);
    stage.announce(typing, TrackSource::Microphone);
    stage.announce(ghost, TrackSource::Camera);
    insta::assert_snapshot!(stage.script);
}

#[test]
fn nobody_receives_without_the_right() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join_with("deaf", |claims, _| claims.video.can_subscribe = Some(false));
    stage.curtain();
    stage.publish(anna, TrackSource::Camera);
    assert!(!stage.script.contains("media <- send"), "{}", stage.script);
}

#[test]
fn a_publisher_decides_who_receives() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.join("cleo");
    stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    let only_ben =
        TrackPermission { participant_identity: "ben".into(), all_tracks: true, ..TrackPermission::default() };
    let permission = SubscriptionPermission { all_participants: false, track_permissions: vec![only_ben] };
    stage.say("lets only ben receive", anna, Request::SubscriptionPermission(permission));
    let all = SubscriptionPermission { all_participants: true, ..SubscriptionPermission::default() };
    stage.say("lets all receive", anna, Request::SubscriptionPermission(all));
    insta::assert_snapshot!(stage.script);
}
