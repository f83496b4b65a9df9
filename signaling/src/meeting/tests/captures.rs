//! Programs that record or transcribe.

use media::PeerId;
use protocol::livekit::JoinRequest;
use protocol::token::Claims;
use serde_json::{Value, json};

use super::stage::Stage;
use crate::meeting::{Command, Effect, Farewell, Message};

fn hidden_recorder(claims: &mut Claims, _: &mut JoinRequest) {
    claims.name = "Aufzeichnung".into();
    claims.video.hidden = true;
    claims.video.recorder = true;
}

/// What everybody was told last about the meeting: is it recorded, by whom, and to whom it was said.
fn told(effects: &[Effect]) -> Option<(bool, Value, Vec<PeerId>)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Send { to, message } => match &message.message {
            Some(Message::RoomUpdate(update)) => {
                let room = update.room.as_ref().expect("a room");
                let board = if room.metadata.is_empty() { "{}" } else { &room.metadata };
                let board: Value = serde_json::from_str(board).expect("an object");
                Some((room.active_recording, board["captures"].clone(), to.clone()))
            }
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn a_hidden_recorder_is_told_of_when_it_comes_and_when_it_goes() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let (recorder, effects) = stage.come_in("egress", hidden_recorder);
    let by = json!({ "recorded_by": ["Aufzeichnung"], "captioned_by": [] });
    assert_eq!(told(&effects), Some((true, by.clone(), vec![anna, recorder])));
    let shows = |effects: &[Effect]| {
        effects.iter().any(|effect| {
            matches!(effect, Effect::Send { to, message }
                if to.contains(&anna) && matches!(message.message, Some(Message::Update(_))))
        })
    };
    assert!(!shows(&effects), "it stays hidden itself");

    let (ben, effects) = stage.come_in("ben", |_, _| {});
    let welcome = effects.iter().find_map(|effect| match effect {
        Effect::Send { message, .. } => match &message.message {
            Some(Message::Join(join)) => join.room.clone(),
            _ => None,
        },
        _ => None,
    });
    let room = welcome.expect("a welcome");
    assert!(room.active_recording, "who comes later knows it from the first message on");
    assert!(room.metadata.contains("Aufzeichnung"));

    let effects = stage.run("the recorder goes", Command::Dismiss { peer: recorder, farewell: Farewell::Own });
    assert_eq!(told(&effects), Some((false, Value::Null, vec![anna, ben])));
}

#[test]
fn a_kind_alone_says_the_same_as_the_grant_and_a_person_records_nothing() {
    for (kind, recorded, captioned) in [
        ("egress", true, false),
        ("EGRESS", true, false),
        ("agent", false, true),
        ("standard", false, false),
        ("sip", false, false),
        ("x", false, false),
    ] {
        let mut stage = Stage::new();
        stage.join_with("one", |claims, _| claims.kind = kind.into());
        let report = stage.meeting.report(&cluster::NodeId("one".into()), media::Burden::Calm, stage.now);
        assert_eq!(
            (report.recorded_by.len(), report.captioned_by.len()),
            (usize::from(recorded), usize::from(captioned)),
            "{kind}"
        );
    }
}

#[test]
fn rights_given_inside_make_nobody_a_recorder_and_take_it_from_none() {
    let mut stage = Stage::new();
    stage.join("anna");
    let (_, effects) = stage.come_in("egress", hidden_recorder);
    assert!(told(&effects).is_some_and(|(recorded, ..)| recorded));
    for (whom, is_recorder) in [("anna", true), ("egress", false)] {
        #[expect(deprecated, reason = "it could be asked for")]
        let permission = protocol::livekit::ParticipantPermission {
            recorder: is_recorder,
            agent: is_recorder,
            can_subscribe: true,
            ..Default::default()
        };
        let change =
            crate::meeting::Change { identity: whom.into(), permission: Some(permission), ..Default::default() };
        let (answer, effects) = stage.meeting.order(crate::meeting::Order::Update(Box::new(change)), stage.now);
        assert!(answer.is_ok());
        assert_eq!(told(&effects), None, "{whom}");
    }
    let report = stage.meeting.report(&cluster::NodeId("one".into()), media::Burden::Calm, stage.now);
    assert_eq!((report.recorded_by.len(), report.captioned_by.len()), (1, 0));
}

#[test]
fn metadata_that_has_no_place_for_names_does_not_hide_the_recording() {
    let mut stage = Stage::new();
    stage.join("anna");
    let (_, _) = stage.meeting.order(crate::meeting::Order::SetMetadata("hall".into()), stage.now);
    let (_, effects) = stage.come_in("egress", hidden_recorder);
    let recorded = effects.iter().any(|effect| {
        matches!(effect, Effect::Send { message, .. } if matches!(&message.message,
            Some(Message::RoomUpdate(update)) if update.room.as_ref().is_some_and(|room| room.active_recording)))
    });
    assert!(recorded);
}
