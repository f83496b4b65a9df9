use protocol::livekit::UpdateParticipantMetadata;
use protocol::livekit::signal_request::Message as Request;

use super::stage::Stage;

fn update(name: &str, attributes: &[(&str, &str)]) -> Request {
    Request::UpdateMetadata(UpdateParticipantMetadata {
        name: name.into(),
        attributes: attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        request_id: 7,
        ..UpdateParticipantMetadata::default()
    })
}

#[test]
fn a_change_is_echoed_to_everybody_and_confirmed() {
    let mut stage = Stage::new();
    let anna = stage.join_with("anna", |claims, _| claims.attributes.clear());
    stage.join("ben");
    stage.curtain();
    stage.say("raises the hand", anna, update("", &[("hand", "up")]));
    stage.say("lowers it and has a new name", anna, update("An\u{202e}na\n", &[("hand", "")]));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn nobody_makes_oneself_a_moderator() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    stage.say("claims a role", anna, update("", &[("role", "moderator")]));
    stage.say("drops the role", anna, update("", &[("role", "")]));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_token_without_the_right_changes_nothing() {
    let mut stage = Stage::new();
    let anna = stage.join_with("anna", |claims, request| {
        claims.video.can_update_own_metadata = false;
        request.metadata = "brought along".into();
    });
    stage.curtain();
    stage.say("changes the name", anna, update("Somebody", &[]));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn endless_texts_are_refused() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let long = "x".repeat(300);
    let many: Vec<_> = (0..80).map(|number| (number.to_string(), "x".to_owned())).collect();
    let many: Vec<_> = many.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    stage.say("has a long name", anna, update(&long, &[]));
    assert!(stage.script.ends_with("}\n") && stage.script.contains("LIMIT_EXCEEDED"));
    stage.curtain();
    stage.say("has many attributes", anna, update("", &many));
    assert!(stage.script.contains("LIMIT_EXCEEDED") && !stage.script.contains("\"update\""));
}
