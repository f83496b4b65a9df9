use jiff::SignedDuration;
use media::{Channel, Event, PeerId};
use prost::Message as _;
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::simulate_scenario::Scenario;
use protocol::livekit::{
    DataChannelReceiveState, DataPacket, LeaveRequest, ParticipantPermission, SimulateScenario, SubscriptionPermission,
    SyncState, TrackInfo, TrackPublishedResponse, TrackSource, UpdateParticipantMetadata, UserPacket, data_packet,
    leave_request,
};

use super::stage::Stage;
use crate::meeting::{AWAY_SECONDS, Change, Command, Effect, Message, Order, Reply};

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

#[test]
fn who_never_let_go_of_a_track_that_was_taken_resumes_all_the_same() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let track = stage.publish(anna, TrackSource::Microphone);
    let permission = ParticipantPermission { can_subscribe: true, ..ParticipantPermission::default() };
    let change = Change { identity: "anna".into(), permission: Some(permission), ..Change::default() };
    assert!(stage.meeting.order(Order::Update(Box::new(change)), stage.now).0.is_ok());
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    let info = TrackInfo { sid: track.to_string(), ..TrackInfo::default() };
    let published = TrackPublishedResponse { cid: "cid".into(), track: Some(info) };
    let state = SyncState { publish_tracks: vec![published], ..SyncState::default() };
    let effects = stage.say("compares", anna, Request::SyncState(state));
    assert!(
        matches!(&told(&effects, anna)[..], [Message::TrackUnpublished(gone)] if gone.track_sid == track.to_string())
    );
    assert_eq!(stage.meeting.count(), 1, "anna stays inside");
}

/// What a participant is told by these effects.
fn told(effects: &[Effect], to_whom: PeerId) -> Vec<Message> {
    let mut told = Vec::new();
    for effect in effects {
        if let Effect::Send { to, message } = effect
            && to.contains(&to_whom)
        {
            told.extend(message.message.clone());
        }
    }
    told
}

#[test]
fn what_was_said_while_away_is_told_on_the_way_back_and_only_once() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    let cleo = stage.join("cleo");
    stage.publish(ben, TrackSource::Camera);
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    let mut said = Vec::new();
    let closed = SubscriptionPermission { all_participants: false, ..SubscriptionPermission::default() };
    said.extend(stage.say("receives nobody", ben, Request::SubscriptionPermission(closed)));
    said.extend(stage.say("leaves", cleo, Request::Leave(LeaveRequest::default())));
    assert!(told(&said, anna).is_empty(), "nobody writes to a connection that is not there");

    stage.now += SignedDuration::from_secs(AWAY_SECONDS - 1);
    let back = stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    let heard = told(&back, anna);
    assert!(matches!(heard[0], Message::Reconnect(_)), "the second welcome comes first");
    let is_permission = |message: &&Message| matches!(message, Message::SubscriptionPermissionUpdate(_));
    assert_eq!(heard.iter().filter(is_permission).count(), 1);
    let gone: Vec<_> = heard
        .iter()
        .filter_map(|message| match message {
            Message::Update(update) => Some(&update.participants),
            _ => None,
        })
        .flatten()
        .filter(|person| person.state == State::Disconnected as i32)
        .map(|person| person.identity.as_str())
        .collect();
    assert_eq!(gone, ["cleo"]);

    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    let again = stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    assert_eq!(told(&again, anna).iter().filter(is_permission).count(), 0, "nothing is told twice");
}

#[test]
fn who_missed_too_much_joins_anew() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    stage.publish(ben, TrackSource::Camera);
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    for round in 0..400 {
        let audience = SubscriptionPermission { all_participants: round % 2 == 1, ..SubscriptionPermission::default() };
        stage.say("changes its mind", ben, Request::SubscriptionPermission(audience));
    }
    let back = stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    let Some(Message::Leave(leave)) = told(&back, anna).pop() else { panic!("a good-bye comes last") };
    assert_eq!(leave.action, leave_request::Action::Reconnect as i32);
}

#[test]
fn reliable_data_is_replayed_from_where_the_client_says_it_stopped() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    let packet = |sequence: u32| {
        let value = Some(data_packet::Value::User(UserPacket::default()));
        DataPacket { sequence, value, ..DataPacket::default() }.encode_to_vec().into()
    };
    let send = |stage: &mut Stage, sequence| {
        let event = Event::Data { peer: anna, channel: Channel::Reliable, payload: packet(sequence) };
        stage.hear("anna says something", event).len()
    };
    stage.now += SignedDuration::from_secs(1);
    assert_eq!((1..=5).map(|sequence| send(&mut stage, sequence)).sum::<usize>(), 5);
    assert_eq!(send(&mut stage, 4), 0, "a sender that came back and says it again is heard once");

    stage.run("ben's connection breaks", Command::SocketLost { peer: ben });
    stage.run("ben is back", Command::Resume { peer: ben, offer: None });
    let publisher_sid = stage.meeting.order(Order::Get("anna".parse().expect("valid")), stage.now).0;
    let Ok(Reply::Participant(person)) = publisher_sid else { panic!("anna is inside") };
    let state = DataChannelReceiveState { publisher_sid: person.sid, last_seq: 3 };
    let state = SyncState { datachannel_receive_states: vec![state], ..SyncState::default() };
    let effects = stage.say("compares", ben, Request::SyncState(state));
    let replayed: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Media(media::Command::SendData { to, payload, .. }) if *to == [ben] => {
                Some(DataPacket::decode(&payload[..]).expect("a packet").sequence)
            }
            _ => None,
        })
        .collect();
    assert_eq!(replayed, [4, 5]);

    // Whoever comes later hears nothing of before.
    stage.now += SignedDuration::from_secs(1);
    let cleo = stage.join("cleo");
    stage.now += SignedDuration::from_secs(1);
    let late = stage.say("compares", cleo, Request::SyncState(SyncState::default()));
    assert!(late.iter().all(|effect| !matches!(effect, Effect::Media(media::Command::SendData { .. }))));
}

#[test]
fn who_joins_anew_keeps_role_hand_rights_and_place() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let hand = UpdateParticipantMetadata { attributes: [("hand".into(), "1".into())].into(), ..Default::default() };
    stage.say("raises a hand", anna, Request::UpdateMetadata(hand));
    let permission = ParticipantPermission { can_subscribe: true, ..ParticipantPermission::default() };
    let change = Change { identity: "anna".into(), permission: Some(permission), ..Change::default() };
    let before = stage.meeting.order(Order::Update(Box::new(change)), stage.now).0;
    let Ok(Reply::Participant(before)) = before else { panic!("anna is inside") };
    let issued_at = stage.now.as_second();
    stage.now += SignedDuration::from_secs(30);
    stage.join_with("anna", |claims, _| claims.nbf = issued_at);
    let look = |stage: &mut Stage| stage.meeting.order(Order::Get("anna".parse().expect("valid")), stage.now).0;
    let Ok(Reply::Participant(after)) = look(&mut stage) else { panic!("anna is inside") };
    assert_ne!(before.sid, after.sid, "this is another connection");
    assert_eq!(
        (&before.attributes, &before.permission, before.joined_at),
        (&after.attributes, &after.permission, after.joined_at)
    );
    // A token issued since then says what counts.
    stage.now += SignedDuration::from_secs(30);
    stage.join_with("anna", |_, _| {});
    let Ok(Reply::Participant(new)) = look(&mut stage) else { panic!("anna is inside") };
    assert!(new.permission.is_some_and(|permission| permission.can_publish));
}

#[test]
fn clients_test_themselves_against_faults_that_concern_nobody_else() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    let simulate = |scenario| Request::Simulate(SimulateScenario { scenario: Some(scenario) });
    let hung_up = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::HangUp { .. }));

    assert!(hung_up(&stage.say("simulates migration", anna, simulate(Scenario::Migration(true)))));
    let back = stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    assert!(matches!(told(&back, anna)[0], Message::Reconnect(_)));

    stage.say("wants to be cut off again", anna, simulate(Scenario::DisconnectSignalOnResume(true)));
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    assert!(hung_up(&stage.run("anna is back", Command::Resume { peer: anna, offer: None })));
    assert!(!hung_up(&stage.run("anna is back", Command::Resume { peer: anna, offer: None })));

    let nothing = Scenario::DisconnectSignalOnResumeNoMessages(true);
    stage.say("wants to be cut off before a word", anna, simulate(nothing));
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    let cut_off = stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    assert!(hung_up(&cut_off) && told(&cut_off, anna).is_empty());
    stage.run("that connection breaks", Command::SocketLost { peer: anna });
    let back = stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    assert!(matches!(told(&back, anna)[0], Message::Reconnect(_)));

    let heard = stage.say("simulates speaking", anna, simulate(Scenario::SpeakerUpdate(3)));
    assert!(matches!(told(&heard, anna)[..], [Message::SpeakersChanged(ref said)] if said.speakers[0].active));
    assert!(told(&heard, ben).is_empty(), "only who asked for it hears it");
    stage.wait(2);
    let heard = {
        stage.now += jiff::SignedDuration::from_secs(1);
        stage.run("3 s later", Command::Tick)
    };
    assert!(matches!(told(&heard, anna)[..], [Message::SpeakersChanged(ref said)] if !said.speakers[0].active));

    let limited = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Media(media::Command::Limit { limits, .. }) => Some(limits.download_bps),
            _ => None,
        })
    };
    let narrow = stage.say("simulates a narrow line", anna, simulate(Scenario::SubscriberBandwidth(300_000)));
    assert_eq!(limited(&narrow), Some(Some(300_000)));
    let wide = stage.say("and a wide one", anna, simulate(Scenario::SubscriberBandwidth(0)));
    assert_eq!(limited(&wide), Some(None));

    stage.say("simulates a lost node", anna, simulate(Scenario::NodeFailure(true)));
    assert_eq!(stage.meeting.peer_of("PA_BBBBBBBBBBBBBB", &"anna".parse().expect("valid")), None);
    assert_eq!(stage.meeting.count(), 1);
    stage.say("is asked to join anew", ben, simulate(Scenario::LeaveRequestFullReconnect(true)));
    assert!(stage.meeting.is_empty());
}

#[test]
fn what_was_said_to_a_line_that_had_broken_already_is_said_again() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let track = stage.publish(anna, TrackSource::Microphone);
    let identity: domain::Identity = "anna".parse().expect("valid");
    // Heard a minute later: what was said before arrived.
    stage.now += jiff::SignedDuration::from_secs(60);
    let heard_at = stage.now;
    stage.now += jiff::SignedDuration::from_secs(3);
    let mute = Order::Mute { identity, track: track.to_string(), muted: true };
    let (reply, _) = stage.meeting.order(mute, stage.now);
    assert!(reply.is_ok());
    stage.curtain();
    stage.run("only now the line is known to be broken", Command::Heard { peer: anna, at: heard_at });
    stage.run("it is", Command::SocketLost { peer: anna });
    stage.run("anna is back", Command::Resume { peer: anna, offer: None });
    assert_eq!(stage.script.matches("\"mute\"").count(), 1, "{}", stage.script);
    assert!(!stage.script.contains("trackPublished"), "what arrived is not said again: {}", stage.script);
    stage.curtain();
    stage.now += jiff::SignedDuration::from_secs(2);
    stage.run("and says something", Command::Heard { peer: anna, at: stage.now });
    stage.run("is away once more", Command::SocketLost { peer: anna });
    stage.run("and back", Command::Resume { peer: anna, offer: None });
    assert!(!stage.script.contains("\"mute\""), "{}", stage.script);
}
