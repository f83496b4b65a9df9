use cluster::Moderation;
use domain::{GivenRole, Identity};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{ParticipantPermission, TrackSource, UpdateParticipantMetadata};

use super::legacy::moved;
use super::stage::Stage;
use crate::meeting::{Change, Command, Farewell, Order};

fn identity(name: &str) -> Identity {
    name.parse().expect("a valid identity")
}

fn make(stage: &mut Stage, who: &str, role: GivenRole) {
    let act = Moderation::GiveRole { identity: identity(who), role };
    stage.run(&format!("{who} is made {role:?}"), Command::Moderate(act));
}

/// Role, part and whether anything may be published, as others see it.
fn seen(stage: &Stage, who: &str) -> (String, String, bool) {
    let person = stage.meeting.people.values().find(|person| *person.identity.as_str() == *who).expect("inside");
    let word = |key: &str| person.attributes.get(key).cloned().unwrap_or_default();
    let says_the_token = person.claims.video.can_publish == Some(person.grants.publish)
        && person.claims.attributes.get("role") == person.attributes.get("role")
        && person.claims.attributes.get("part") == person.attributes.get("part");
    assert!(says_the_token, "the next token says what is true");
    (word("role"), word("part"), person.grants.publish)
}

fn is(role: &str, part: &str, publishes: bool) -> (String, String, bool) {
    (role.to_owned(), part.to_owned(), publishes)
}

#[test]
fn a_listener_loses_microphone_and_camera_at_once_and_may_switch_them_on_again_later() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.publish(anna, TrackSource::Microphone);
    stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    make(&mut stage, "anna", GivenRole::Listener);
    let script = std::mem::take(&mut stage.script);
    for (what, times) in [("stop sending ben", 2), ("trackUnpublished", 2), ("fresh token", 1)] {
        assert_eq!(script.matches(what).count(), times, "{what}: {script}");
    }
    assert_eq!(seen(&stage, "anna"), is("participant", "listener", false));

    make(&mut stage, "anna", GivenRole::Listener);
    assert_eq!(stage.script.lines().count(), 1, "nothing changes: {}", stage.script);
    stage.announce(anna, TrackSource::Microphone);
    assert!(stage.script.contains("NOT_ALLOWED"), "{}", stage.script);

    make(&mut stage, "anna", GivenRole::Participant);
    assert_eq!(seen(&stage, "anna"), is("participant", "", true));
    stage.curtain();
    stage.announce(anna, TrackSource::Microphone);
    assert!(!stage.script.contains("NOT_ALLOWED"), "{}", stage.script);
}

#[test]
fn everybody_sees_who_moderates_and_presents_and_guests_stay_guests() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.join_with("gerda", |claims, _| drop(claims.attributes.insert("role".into(), "guest".into())));
    make(&mut stage, "anna", GivenRole::Moderator);
    assert_eq!(seen(&stage, "anna"), is("moderator", "", true));
    make(&mut stage, "anna", GivenRole::Presenter);
    assert_eq!(seen(&stage, "anna"), is("participant", "presenter", true));
    make(&mut stage, "gerda", GivenRole::Presenter);
    assert_eq!(seen(&stage, "gerda"), is("guest", "presenter", true));
    make(&mut stage, "gerda", GivenRole::Participant);
    assert_eq!(seen(&stage, "gerda"), is("guest", "", true));
}

#[test]
fn nobody_makes_oneself_anything() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    make(&mut stage, "anna", GivenRole::Listener);
    for (key, value) in [("part", ""), ("part", "presenter"), ("role", "moderator")] {
        let attributes = [(key.to_owned(), value.to_owned())].into();
        let update = UpdateParticipantMetadata { attributes, ..UpdateParticipantMetadata::default() };
        stage.say("changes it", anna, Request::UpdateMetadata(update));
    }
    assert_eq!(seen(&stage, "anna"), is("participant", "listener", false));
}

#[test]
fn a_role_is_found_again_with_an_old_token_and_a_newer_token_says_its_own() {
    let mut stage = Stage::new();
    let issued_at = stage.now.as_second();
    let with = move |claims: &mut protocol::token::Claims, later: i64| {
        claims.iat = Some(issued_at + later);
        claims.nbf = issued_at + later;
    };
    stage.join_with("anna", |claims, _| with(claims, 0));
    stage.wait(10);
    make(&mut stage, "anna", GivenRole::Listener);
    stage.join_with("anna", |claims, _| with(claims, 0));
    assert_eq!(seen(&stage, "anna"), is("participant", "listener", false));

    // Given while ben was not inside yet, with a token in hand.
    make(&mut stage, "ben", GivenRole::Presenter);
    stage.join_with("ben", |claims, _| with(claims, 5));
    assert_eq!(seen(&stage, "ben"), is("participant", "presenter", true));

    stage.wait(10);
    stage.join_with("anna", |claims, _| with(claims, 20));
    assert_eq!(seen(&stage, "anna"), is("participant", "", true));
}

#[test]
fn a_role_goes_along_to_another_node() {
    let mut stage = Stage::new();
    stage.join("anna");
    let issued_at = stage.now.as_second();
    stage.wait(5);
    make(&mut stage, "anna", GivenRole::Listener);
    make(&mut stage, "ben", GivenRole::Presenter);
    stage.wait(5);
    let mut there = moved(stage);
    for who in ["anna", "ben"] {
        there.join_with(who, |claims, _| claims.nbf = issued_at);
    }
    assert_eq!(seen(&there, "anna"), is("participant", "listener", false));
    assert_eq!(seen(&there, "ben"), is("participant", "presenter", true));
}

#[test]
fn what_was_taken_after_a_role_was_given_stays_taken() {
    let mut stage = Stage::new();
    stage.join("anna");
    let issued_at = stage.now.as_second();
    stage.wait(5);
    make(&mut stage, "anna", GivenRole::Presenter);
    stage.wait(5);
    let permission = ParticipantPermission { can_subscribe: true, ..ParticipantPermission::default() };
    let change = Change { identity: "anna".into(), permission: Some(permission), ..Change::default() };
    assert!(stage.meeting.order(Order::Update(Box::new(change)), stage.now).0.is_ok());
    stage.join_with("anna", |claims, _| claims.nbf = issued_at);
    assert_eq!(seen(&stage, "anna"), is("participant", "presenter", false));
}

#[test]
fn who_was_sent_away_for_good_finds_nothing_again() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    make(&mut stage, "anna", GivenRole::Moderator);
    stage.run("anna is removed", Command::Dismiss { peer: anna, farewell: Farewell::Removed });
    stage.join("anna");
    assert_eq!(seen(&stage, "anna"), is("participant", "", true));
}

#[test]
fn presenters_stay_audible_when_all_microphones_are_switched_off() {
    let mut stage = Stage::new();
    for name in ["anna", "ben", "cleo"] {
        let peer = stage.join(name);
        stage.publish(peer, TrackSource::Microphone);
    }
    make(&mut stage, "ben", GivenRole::Presenter);
    stage.run("all are muted by anna", Command::Moderate(Moderation::MuteAll { but: identity("anna") }));
    let is_muted = |who: &str| {
        let person = stage.meeting.people.values().find(|person| *person.identity.as_str() == *who).expect("inside");
        person.tracks.values().all(|track| track.info.muted)
    };
    assert_eq!(["anna", "ben", "cleo"].map(is_muted), [false, false, true]);
}
