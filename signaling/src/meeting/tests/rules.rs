use cluster::Moderation;
use domain::policy::Sending;
use domain::{GivenRole, Identity, MeetingRole};
use jiff::SignedDuration;
use media::{Channel, PeerId, TrackSid};
use proptest::prelude::*;
use prost::Message as _;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{DataPacket, LeaveRequest, MuteTrackRequest, TrackSource, data_packet};
use serde_json::{Value, json};

use super::groups::two_groups;
use super::legacy::moved;
use super::stage::Stage;
use crate::meeting::chair::UNMODERATED_AFTER_SECONDS;
use crate::meeting::rules::sending;
use crate::meeting::{Command, Effect, Order, Reply};

fn identity(who: &str) -> Identity {
    who.parse().expect("a valid identity")
}

fn rules(share: Option<bool>, moderated: Option<bool>, minutes: Option<u8>) -> Moderation {
    Moderation::SetRules { only_presenters_share: share, moderated_microphones: moderated, turn_minutes: minutes }
}

fn decide(stage: &mut Stage, act: Moderation) -> Vec<Effect> {
    stage.run("the moderation decides", Command::Moderate(act))
}

fn call(stage: &mut Stage, who: &str) -> Vec<Effect> {
    decide(stage, Moderation::GiveFloor { identity: identity(who) })
}

fn moderator(stage: &mut Stage, who: &str) -> PeerId {
    stage.join_with(who, |claims, _| drop(claims.attributes.insert("role".into(), "moderator".into())))
}

/// The words of the server to single people.
fn told(effects: &[Effect]) -> Vec<(PeerId, String)> {
    let read = |effect: &Effect| {
        let Effect::Media(media::Command::SendData { to, channel: Channel::Reliable, payload }) = effect else {
            return None;
        };
        let packet = DataPacket::decode(&payload[..]).expect("the server sends data packets");
        let Some(data_packet::Value::User(user)) = packet.value else { panic!("a user packet") };
        let said: Value = serde_json::from_slice(&user.payload).expect("JSON");
        Some((to[0], said["event"].as_str().expect("an event").to_owned()))
    };
    effects.iter().filter_map(read).collect()
}

/// What everybody reads in the metadata.
fn board(stage: &mut Stage) -> Value {
    let Ok(Reply::Room(room)) = stage.meeting.order(Order::Show, stage.now).0 else { panic!("the meeting") };
    if room.metadata.is_empty() { json!({}) } else { serde_json::from_str(&room.metadata).expect("JSON") }
}

fn switch(stage: &mut Stage, peer: PeerId, track: &TrackSid, muted: bool) -> Vec<Effect> {
    stage.say("switches", peer, Request::Mute(MuteTrackRequest { sid: track.to_string(), muted }))
}

fn is_muted(stage: &Stage, peer: PeerId, track: &TrackSid) -> bool {
    stage.meeting.people[&peer].tracks[track].info.muted
}

fn has(stage: &Stage, peer: PeerId, track: &TrackSid) -> bool {
    stage.meeting.people[&peer].tracks.contains_key(track)
}

#[test]
fn when_only_presenters_share_running_screens_of_others_end_with_a_word() {
    let mut stage = Stage::new();
    let (mia, anna, ben) = (moderator(&mut stage, "mia"), stage.join("anna"), stage.join("ben"));
    decide(&mut stage, Moderation::GiveRole { identity: identity("ben"), role: GivenRole::Presenter });
    let screens = [mia, anna, ben].map(|peer| stage.publish(peer, TrackSource::ScreenShare));
    let sound = stage.publish(anna, TrackSource::ScreenShareAudio);
    let camera = stage.publish(anna, TrackSource::Camera);

    let effects = decide(&mut stage, rules(Some(true), None, None));
    assert_eq!(told(&effects), [(anna, "only_presenters_share".to_owned())], "one word, though two tracks end");
    let left = [(mia, &screens[0]), (anna, &screens[1]), (ben, &screens[2]), (anna, &sound), (anna, &camera)];
    assert_eq!(left.map(|(peer, track)| has(&stage, peer, track)), [true, false, true, false, true]);
    assert_eq!(board(&mut stage)["rules"]["only_presenters_share"], true);
    assert!(told(&decide(&mut stage, rules(Some(true), None, None))).is_empty(), "again is nothing new");

    stage.curtain();
    stage.announce(anna, TrackSource::ScreenShare);
    assert!(stage.script.contains("NOT_ALLOWED"), "{}", stage.script);
    let effects = decide(&mut stage, Moderation::GiveRole { identity: identity("ben"), role: GivenRole::Participant });
    assert_eq!(told(&effects), [(ben, "only_presenters_share".to_owned())], "no longer a presenter");

    let mut there = moved(stage);
    let anna = there.join("anna");
    there.curtain();
    there.announce(anna, TrackSource::ScreenShare);
    assert!(there.script.contains("NOT_ALLOWED"), "on another node as well: {}", there.script);
    decide(&mut there, rules(Some(false), None, None));
    assert_eq!(board(&mut there), json!({}));
    let screen = there.publish(anna, TrackSource::ScreenShare);
    assert!(has(&there, anna, &screen));
}

#[test]
fn with_moderated_microphones_only_who_is_called_is_heard() {
    let mut stage = Stage::new();
    let (mia, anna, ben) = (moderator(&mut stage, "mia"), stage.join("anna"), stage.join("ben"));
    let voices = [mia, anna, ben].map(|peer| stage.publish(peer, TrackSource::Microphone));
    decide(&mut stage, rules(None, Some(true), None));
    assert_eq!([mia, anna, ben].map(|peer| is_muted(&stage, peer, &voices[peer.0 as usize - 1])), [false, true, true]);

    stage.curtain();
    switch(&mut stage, anna, &voices[1], false);
    assert!(stage.script.contains(r#"anna <- {"mute":"#), "{}", stage.script);
    assert!(is_muted(&stage, anna, &voices[1]), "switching on by oneself is taken back");
    let cleo = stage.join("cleo");
    stage.curtain();
    stage.announce(cleo, TrackSource::Microphone);
    assert!(stage.script.contains("NOT_ALLOWED"), "{}", stage.script);

    let effects = call(&mut stage, "anna");
    assert_eq!(told(&effects), [(anna, "asked_to_speak".to_owned())]);
    assert_eq!(board(&mut stage)["turn"]["identity"], "anna");
    assert!(told(&switch(&mut stage, anna, &voices[1], false)).is_empty());
    assert!(!is_muted(&stage, anna, &voices[1]));
    call(&mut stage, "ben");
    assert!(is_muted(&stage, anna, &voices[1]), "the next one is called");
    switch(&mut stage, ben, &voices[2], false);

    let mut there = moved(stage);
    let ben = there.join("ben");
    let voice = there.publish(ben, TrackSource::Microphone);
    assert!(!is_muted(&there, ben, &voice), "the turn belongs to the person, on another node, too");
    decide(&mut there, Moderation::EndTurn);
    assert!(is_muted(&there, ben, &voice));
    decide(&mut there, rules(None, Some(false), None));
    assert!(is_muted(&there, ben, &voice), "nobody is switched on by others");
    switch(&mut there, ben, &voice, false);
    assert!(!is_muted(&there, ben, &voice));
}

#[test]
fn at_the_end_of_a_turn_there_is_a_word_and_nobody_is_cut_off() {
    let mut stage = Stage::new();
    let anna = stage.join_with("anna", |claims, _| {
        claims.attributes.insert("hand_raised_at".into(), "2026-11-24T09:02:00Z".into());
    });
    call(&mut stage, "anna");
    assert_eq!(board(&mut stage), json!({}), "without a limit there is nothing to count");
    decide(&mut stage, rules(None, None, Some(2)));
    call(&mut stage, "anna");
    let turn = board(&mut stage)["turn"].clone();
    assert_eq!(turn, json!({ "identity": "anna", "from": "2026-11-24T08:00:00Z", "until": "2026-11-24T08:02:00Z" }));
    assert!(!stage.meeting.people[&anna].attributes.contains_key("hand_raised_at"), "off the list");
    let voice = stage.publish(anna, TrackSource::Microphone);
    stage.wait(119);
    stage.now += jiff::SignedDuration::from_secs(1);
    assert_eq!(told(&stage.run("the time is over", Command::Tick)), [(anna, "turn_over".to_owned())]);
    stage.now += jiff::SignedDuration::from_secs(30);
    assert!(told(&stage.run("half a minute later", Command::Tick)).is_empty(), "said once");
    assert!(!is_muted(&stage, anna, &voice), "may finish the sentence");
    assert_eq!(board(&mut stage)["turn"], turn);
    switch(&mut stage, anna, &voice, true);
    stage.wait(1);
    assert_eq!(board(&mut stage).get("turn"), None, "silent: it is over");
}

#[test]
fn where_microphones_are_moderated_the_call_ends_with_the_time() {
    let mut stage = Stage::new();
    moderator(&mut stage, "mia");
    let anna = stage.join("anna");
    decide(&mut stage, rules(None, Some(true), Some(1)));
    call(&mut stage, "anna");
    let voice = stage.publish(anna, TrackSource::Microphone);
    stage.now += jiff::SignedDuration::from_secs(60);
    let effects = stage.run("the time is over", Command::Tick);
    assert_eq!(told(&effects), [(anna, "turn_over".to_owned())]);
    assert!(is_muted(&stage, anna, &voice));
    assert_eq!(board(&mut stage).get("turn"), None);
}

#[test]
fn the_turn_of_who_is_gone_ends() {
    let mut stage = Stage::new();
    moderator(&mut stage, "mia");
    let anna = stage.join("anna");
    decide(&mut stage, rules(None, Some(true), None));
    call(&mut stage, "anna");
    stage.say("leaves", anna, Request::Leave(LeaveRequest::default()));
    stage.wait(60);
    assert!(board(&mut stage).get("turn").is_some(), "may come back");
    stage.wait(61);
    assert_eq!(board(&mut stage).get("turn"), None);
    stage.join("ben");
    call(&mut stage, "ben");
    stage.run("ben is sent away", Command::Remove { identity: identity("ben") });
    assert_eq!(board(&mut stage).get("turn"), None);
    assert!(call(&mut stage, "ben").is_empty(), "who is not inside is passed over");
}

fn leave(stage: &mut Stage, who: PeerId) -> Vec<Effect> {
    stage.say("leaves", who, Request::Leave(LeaveRequest::default()))
}

#[test]
fn without_a_moderator_nobody_could_be_called_so_moderated_microphones_rest() {
    let mut stage = Stage::new();
    let (mia, anna) = (moderator(&mut stage, "mia"), stage.join("anna"));
    let voice = stage.publish(anna, TrackSource::Microphone);
    decide(&mut stage, rules(Some(true), Some(true), None));
    call(&mut stage, "anna");
    leave(&mut stage, mia);
    decide(&mut stage, Moderation::EndTurn);
    stage.wait(29);
    switch(&mut stage, anna, &voice, false);
    assert!(is_muted(&stage, anna, &voice), "a moderator who reloads the page finds it as it was");
    stage.wait(31);
    let ruled = board(&mut stage)["rules"].clone();
    let resting = json!({ "only_presenters_share": true, "moderated_microphones": false, "turn_minutes": 0, "microphones_rest": true });
    assert_eq!(ruled, resting);
    assert!(is_muted(&stage, anna, &voice), "nobody is switched on by others");
    switch(&mut stage, anna, &voice, false);
    assert!(!is_muted(&stage, anna, &voice));
    stage.curtain();
    stage.announce(anna, TrackSource::ScreenShare);
    assert!(stage.script.contains("NOT_ALLOWED"), "the rule for screens locks nobody out: {}", stage.script);

    let mut there = moved(stage);
    let anna = there.join("anna");
    let voice = there.publish(anna, TrackSource::Microphone);
    assert!(!is_muted(&there, anna, &voice), "on another node as well");
    moderator(&mut there, "mia");
    assert!(is_muted(&there, anna, &voice), "as soon as a moderator is back the rule holds");
    let rules = board(&mut there)["rules"].clone();
    assert_eq!((&rules["moderated_microphones"], rules.get("microphones_rest")), (&json!(true), None));
}

#[test]
fn who_becomes_a_moderator_takes_the_chair_and_who_stops_leaves_it() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    decide(&mut stage, rules(None, Some(true), None));
    stage.wait(60);
    let voice = stage.publish(ben, TrackSource::Microphone);
    assert!(!is_muted(&stage, ben, &voice));
    decide(&mut stage, Moderation::GiveRole { identity: identity("anna"), role: GivenRole::Moderator });
    assert!(is_muted(&stage, ben, &voice));
    decide(&mut stage, Moderation::GiveRole { identity: identity("anna"), role: GivenRole::Participant });
    stage.wait(31);
    switch(&mut stage, ben, &voice, false);
    assert!(!is_muted(&stage, ben, &voice));
    // Cut off, the moderator is inside as long as the place is kept.
    decide(&mut stage, Moderation::GiveRole { identity: identity("anna"), role: GivenRole::Moderator });
    stage.run("the line of anna breaks", Command::SocketLost { peer: anna });
    stage.wait(59);
    switch(&mut stage, ben, &voice, false);
    assert!(is_muted(&stage, ben, &voice));
}

#[test]
fn a_call_without_an_end_ends_when_nobody_is_left_to_end_it_and_one_with_an_end_goes_on() {
    for (minutes, goes_on) in [(0, false), (5, true)] {
        let mut stage = Stage::new();
        let mia = moderator(&mut stage, "mia");
        let anna = stage.join("anna");
        decide(&mut stage, rules(None, Some(true), Some(minutes)));
        call(&mut stage, "anna");
        let voice = stage.publish(anna, TrackSource::Microphone);
        leave(&mut stage, mia);
        stage.wait(1);
        stage.wait(31);
        assert_eq!(board(&mut stage).get("turn").is_some(), goes_on);
        assert!(!is_muted(&stage, anna, &voice));
        stage.wait(300);
        assert!(!is_muted(&stage, anna, &voice), "nobody waits for the floor, so nobody is cut off");
    }
}

const PEOPLE: [&str; 3] = ["anna", "ben", "cleo"];

#[derive(Clone, Debug)]
enum Step {
    Join(usize),
    Leave(usize),
    Publish(usize, TrackSource),
    Unmute(usize),
    Rules(Option<bool>, Option<bool>, Option<u8>),
    Call(usize),
    EndTurn,
    Role(usize, GivenRole),
    Groups(bool),
    Move(usize, Option<u8>),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    let source = prop::sample::select(vec![
        TrackSource::Microphone,
        TrackSource::Camera,
        TrackSource::ScreenShare,
        TrackSource::ScreenShareAudio,
        TrackSource::Unknown,
    ]);
    let role = prop::sample::select(vec![GivenRole::Moderator, GivenRole::Presenter, GivenRole::Participant]);
    let maybe = proptest::option::of(any::<bool>());
    prop_oneof![
        2 => who.clone().prop_map(Step::Join),
        1 => who.clone().prop_map(Step::Leave),
        5 => (who.clone(), source).prop_map(|(who, source)| Step::Publish(who, source)),
        5 => who.clone().prop_map(Step::Unmute),
        3 => (maybe.clone(), maybe, proptest::option::of(0..3_u8)).prop_map(|(one, two, three)| Step::Rules(one, two, three)),
        3 => who.clone().prop_map(Step::Call),
        1 => Just(Step::EndTurn),
        2 => (who.clone(), role).prop_map(|(who, role)| Step::Role(who, role)),
        1 => any::<bool>().prop_map(Step::Groups),
        1 => (who, proptest::option::of(1..3_u8)).prop_map(|(who, group)| Step::Move(who, group)),
        2 => (1..70_i64).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_ever_sent_that_the_rules_do_not_allow_and_nobody_is_locked_out(steps in proptest::collection::vec(step(), 1..60)) {
        let mut stage = Stage::new();
        stage.wait(0);
        let (patience, mut unmoderated_from) = (SignedDuration::from_secs(UNMODERATED_AFTER_SECONDS), Some(stage.now));
        for step in steps {
            let at = |stage: &Stage, who: usize| {
                let mut people = stage.meeting.people.values();
                people.find(|person| *person.identity.as_str() == *PEOPLE[who]).map(|person| person.peer)
            };
            match step {
                Step::Join(who) => drop(stage.join(PEOPLE[who])),
                Step::Leave(who) => if let Some(peer) = at(&stage, who) {
                    stage.say("leaves", peer, Request::Leave(LeaveRequest::default()));
                },
                Step::Publish(who, source) => if let Some(peer) = at(&stage, who) {
                    stage.publish(peer, source);
                },
                Step::Unmute(who) => if let Some(peer) = at(&stage, who) {
                    let tracks: Vec<_> = stage.meeting.people[&peer].tracks.keys().cloned().collect();
                    for track in tracks {
                        switch(&mut stage, peer, &track, false);
                    }
                },
                Step::Rules(share, moderated, minutes) => drop(decide(&mut stage, rules(share, moderated, minutes))),
                Step::Call(who) => drop(call(&mut stage, PEOPLE[who])),
                Step::EndTurn => drop(decide(&mut stage, Moderation::EndTurn)),
                Step::Role(who, role) => drop(decide(&mut stage, Moderation::GiveRole { identity: identity(PEOPLE[who]), role })),
                Step::Groups(true) => drop(decide(&mut stage, two_groups(&[("anna", 1), ("ben", 2)]))),
                Step::Groups(false) => drop(decide(&mut stage, Moderation::CloseGroups { seconds: 0 })),
                Step::Move(who, group) => drop(decide(&mut stage, Moderation::MoveToGroup { identity: identity(PEOPLE[who]), group })),
                Step::Wait(seconds) => stage.wait(seconds),
            }
            let is_moderated = stage.meeting.people.values().any(|person| person.role == MeetingRole::Moderator);
            unmoderated_from = if is_moderated { None } else { unmoderated_from.or(Some(stage.now)) };
            let is_alone = unmoderated_from.is_some_and(|from| stage.now.duration_since(from) >= patience);
            for person in stage.meeting.people.values() {
                let is_heard = stage.meeting.rules_allow(person, Sending::Voice);
                prop_assert!(is_heard || !is_alone, "{:?} is locked out: nobody could call", person.peer);
            }
            prop_assert_eq!(is_alone, stage.meeting.is_unmoderated());
            for person in stage.meeting.people.values() {
                for track in person.tracks.values() {
                    let what = sending(track.info.r#type, track.info.source);
                    let is_silent = what == Sending::Voice && track.info.muted;
                    prop_assert!(is_silent || stage.meeting.rules_allow(person, what), "{what:?} of {:?}", person.peer);
                }
            }
        }
    }
}
