use protocol::livekit::JoinRequest;
use protocol::token::RoomConfig;

use super::stage::Stage;
use crate::meeting::{Effect, Message};

#[test]
fn a_newcomer_is_welcomed_told_of_the_others_and_shown_to_them() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.join("ben");
    insta::assert_snapshot!(stage.script);
}

#[test]
fn the_welcome_is_complete() {
    let mut stage = Stage::new();
    stage.join("anna");
    let effects = stage.run("again", crate::meeting::Command::Tick);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "the numbers are told");
    let mut stage = Stage::new();
    stage.join_with("anna", |_, _| {});
    let peer = media::PeerId(9);
    let claims = protocol::token::Claims {
        iss: "rennsteig".into(),
        sub: "ben".into(),
        jti: None,
        nbf: 0,
        iat: None,
        exp: 1,
        name: "Ben\u{202e}\n".into(),
        metadata: String::new(),
        attributes: Default::default(),
        video: Default::default(),
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    let identity = "ben".parse().expect("valid");
    let join = crate::meeting::Join {
        peer,
        shape: crate::meeting::Shape::One,
        identity,
        site: None,
        claims,
        request: JoinRequest::default(),
    };
    let effects = stage.meeting.handle(crate::meeting::Command::Join(Box::new(join)), stage.now);
    let welcome = effects.into_iter().find_map(|effect| match effect {
        Effect::Send { message, .. } => match message.message {
            Some(Message::Join(join)) => Some(join),
            _ => None,
        },
        _ => None,
    });
    insta::assert_json_snapshot!(welcome.expect("the first message"));
}

#[test]
fn the_same_identity_again_replaces_the_earlier_one() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.join("ben");
    stage.curtain();
    stage.join("anna");
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_full_meeting_turns_people_away_but_not_those_who_return() {
    let mut stage = Stage::new();
    let limit = |claims: &mut protocol::token::Claims, _: &mut JoinRequest| {
        claims.room_config = Some(RoomConfig { max_participants: 1 });
    };
    stage.join_with("anna", limit);
    stage.curtain();
    stage.join_with("ben", limit);
    stage.join_with("anna", limit);
    insta::assert_snapshot!(stage.script);
    assert_eq!(stage.meeting.count(), 1);
}

#[test]
fn a_hidden_participant_sees_everybody_and_is_seen_by_nobody() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.curtain();
    stage.join_with("watcher", |claims, _| claims.video.hidden = true);
    stage.join("ben");
    insta::assert_snapshot!(stage.script);
}
