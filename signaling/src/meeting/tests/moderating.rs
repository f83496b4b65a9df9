use cluster::Moderation;
use domain::Identity;
use protocol::livekit::TrackSource;

use super::stage::Stage;
use crate::meeting::Command;

fn identity(name: &str) -> Identity {
    name.parse().expect("a valid identity")
}

#[test]
fn a_microphone_is_switched_off_for_its_owner_who_is_told() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.publish(anna, TrackSource::Microphone);
    stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    let mute = || Command::Moderate(Moderation::Mute { identity: identity("anna") });
    stage.run("anna is muted", mute());
    stage.run("anna is muted again", mute());
    stage.run("somebody who left is muted", Command::Moderate(Moderation::Mute { identity: identity("gone") }));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn all_microphones_but_the_moderators_are_switched_off() {
    let mut stage = Stage::new();
    for name in ["anna", "ben", "cleo"] {
        let peer = stage.join(name);
        stage.publish(peer, TrackSource::Microphone);
    }
    stage.curtain();
    stage.run("all are muted by ben", Command::Moderate(Moderation::MuteAll { but: identity("ben") }));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_shared_screen_is_ended_with_its_sound() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.publish(anna, TrackSource::ScreenShare);
    stage.publish(anna, TrackSource::ScreenShareAudio);
    stage.curtain();
    let stop = || Command::Moderate(Moderation::StopShare { identity: identity("anna") });
    stage.run("anna's screen is ended", stop());
    stage.run("again", stop());
    insta::assert_snapshot!(stage.script);
}

#[test]
fn somebody_is_asked_to_speak_taken_off_the_list_and_renamed() {
    let mut stage = Stage::new();
    stage.join_with("anna", |claims, _| {
        claims.attributes.insert("hand_raised_at".into(), "2026-11-24T09:02:00Z".into());
    });
    stage.join("ben");
    stage.curtain();
    let anna = identity("anna");
    stage.run("anna is asked to speak", Command::Moderate(Moderation::AskToSpeak { identity: anna.clone() }));
    stage.run("anna's hand is lowered", Command::Moderate(Moderation::LowerHand { identity: anna.clone() }));
    let name = "Anna\u{202e} Weimar".to_owned().into();
    stage.run("anna is renamed", Command::Moderate(Moderation::Rename { identity: anna, name }));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_break_is_told_to_everybody_until_it_ends() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.curtain();
    stage.run("a break of ten minutes", Command::Moderate(Moderation::BeginBreak { minutes: 10 }));
    stage.join("ben");
    stage.run("it ends", Command::Moderate(Moderation::EndBreak));
    stage.run("it ends again", Command::Moderate(Moderation::EndBreak));
    insta::assert_snapshot!(stage.script);
}
