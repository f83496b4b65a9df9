//! What passes a wall: nothing; and what is given back when it falls.

use cluster::Moderation;
use media::{Event, TrackSid};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{TrackSource, UpdateSubscription};

use super::super::stage::receiver;
use super::{House, two_groups};
use crate::meeting::{Command, Shape};

#[test]
fn tracks_are_taken_away_at_the_wall_and_given_back_when_it_falls() {
    let mut house = House::new();
    let [anna, ben, cleo] = ["anna", "ben", "cleo"].map(|who| house.stage.join(who));
    for who in [anna, ben, cleo] {
        house.stage.publish(who, TrackSource::Camera);
    }
    house.stage.hear(
        "anna and ben speak",
        Event::Speakers {
            speakers: vec![(anna, TrackSid("TR_any".into()), 0.5), (ben, TrackSid("TR_other".into()), 0.5)],
        },
    );
    house.stage.curtain();
    house.moderate(two_groups(&[("anna", 1), ("cleo", 1)]));
    house.moderate(Moderation::CloseGroups { seconds: 0 });
    // Where people are is told in a list whose attributes have no order.
    let lines: Vec<_> = house.stage.script.lines().filter(|line| !line.contains(r#"{"update":"#)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_track_behind_a_wall_comes_only_when_the_wall_falls() {
    let mut house = House::new();
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    house.moderate(two_groups(&[("anna", 1)]));
    house.stage.curtain();
    let track = house.stage.publish(anna, TrackSource::Camera);
    let wish =
        UpdateSubscription { track_sids: vec![track.to_string()], subscribe: true, participant_tracks: Vec::new() };
    house.stage.say("asks for it", ben, Request::Subscription(wish));
    let late = house.stage.join("cleo");
    assert!(!house.stage.script.contains("send "), "{}", house.stage.script);
    house.moderate(Moderation::CloseGroups { seconds: 0 });
    for who in [ben, late] {
        let line = format!("send {} Video of anna", house.stage.name(who));
        assert!(house.stage.script.contains(&line), "{}", house.stage.script);
    }
}

#[test]
fn who_receives_on_another_connection_is_behind_the_wall_with_it() {
    let mut house = House::new();
    let anna = house.stage.join("anna");
    house.stage.publish(anna, TrackSource::Camera);
    house.stage.shape = |peer| Shape::Two { receiving: receiver(peer) };
    house.stage.join("ben");
    house.stage.curtain();
    house.moderate(two_groups(&[("ben", 2)]));
    assert!(house.stage.script.contains("stop sending ben's receiving side"), "{}", house.stage.script);
}

#[test]
fn who_speaks_behind_a_wall_is_not_told() {
    let mut house = House::new();
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    house.moderate(two_groups(&[("anna", 1)]));
    house.stage.curtain();
    let speakers = vec![(anna, TrackSid("TR_any".into()), 0.5)];
    house.stage.hear("anna speaks", Event::Speakers { speakers });
    house.stage.join("cleo");
    let told: Vec<_> = house.stage.script.lines().filter(|line| line.contains("speakersChanged")).collect();
    assert_eq!(told.len(), 1, "{}", house.stage.script);
    assert!(told[0].starts_with("anna <-"), "{told:?}");
    house.stage.run("ben resumes", Command::Resume { peer: ben, offer: None });
    assert_eq!(house.stage.script.matches("speakersChanged").count(), 1);
}

#[test]
fn words_stay_within_the_group_private_ones_too() {
    let mut house = House::new();
    let [anna, ben, cleo] = ["anna", "ben", "cleo"].map(|who| house.stage.join(who));
    house.moderate(two_groups(&[("anna", 1), ("ben", 1)]));
    assert_eq!(house.chat(anna, &[]), [ben]);
    assert_eq!(house.chat(cleo, &[]), []);
    assert_eq!(house.chat(anna, &["cleo"]), []);
    assert_eq!(house.chat(anna, &["ben", "cleo"]), [ben]);
    house.leave(anna);
    assert_eq!(house.chat(anna, &[]), [cleo]);
}

#[test]
fn who_comes_back_hears_again_only_what_was_said_in_the_same_place_since_being_there() {
    let mut house = House::new();
    let [anna, ben, cleo] = ["anna", "ben", "cleo"].map(|who| house.stage.join(who));
    house.moderate(two_groups(&[("anna", 1), ("ben", 2), ("cleo", 2)]));
    house.stage.wait(1);
    for who in [ben, cleo] {
        house.stage.run("a line breaks", Command::SocketLost { peer: who });
    }
    house.chat(anna, &[]);
    let replayed = |house: &mut House, who| {
        house.stage.run("back", Command::Resume { peer: who, offer: None });
        let state = protocol::livekit::SyncState::default();
        let effects = house.stage.say("compares", who, Request::SyncState(state));
        super::receivers_of_data(&effects)
    };
    assert_eq!(replayed(&mut house, ben), []);
    house.stage.wait(1);
    let moved = Moderation::MoveToGroup { identity: "cleo".parse().expect("valid"), group: Some(1) };
    house.moderate(moved);
    assert_eq!(replayed(&mut house, cleo), [], "it was said before cleo was there");
    house.stage.run("a line breaks", Command::SocketLost { peer: cleo });
    house.stage.wait(1);
    house.chat(anna, &[]);
    assert_eq!(replayed(&mut house, cleo), [cleo]);
}

#[test]
fn who_only_watches_is_shown_the_main_room() {
    let mut house = House::new();
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    for who in [anna, ben] {
        house.stage.publish(who, TrackSource::Camera);
    }
    house.stage.shape = |_| Shape::View(crate::meeting::View { audios: 1, videos: 2 });
    house.stage.join("hall");
    house.stage.curtain();
    house.moderate(two_groups(&[("anna", 1)]));
    let stopped = house.stage.script.lines().filter(|line| line.contains("stop sending hall")).count();
    assert_eq!(stopped, 1, "{}", house.stage.script);
    house.stage.curtain();
    house.moderate(Moderation::CloseGroups { seconds: 10 });
    house.stage.wait(10);
    assert!(house.stage.script.contains("send hall Video of anna"), "{}", house.stage.script);
}
