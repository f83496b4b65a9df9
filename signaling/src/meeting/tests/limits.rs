use protocol::livekit::UpdateParticipantMetadata;
use protocol::livekit::signal_request::Message as Request;

use super::stage::Stage;
use crate::meeting::{AUDIO_FIRST, DOWNLOAD_KBPS, MEETING_PROFILE, PROFILE, UPLOAD_KBPS};

fn attributes(pairs: &[(&str, &str)]) -> Request {
    Request::UpdateMetadata(UpdateParticipantMetadata {
        attributes: pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        ..UpdateParticipantMetadata::default()
    })
}

/// Only what the engine is told.
fn told(stage: &Stage) -> String {
    let lines = stage.script.lines().filter(|line| line.starts_with("##") || line.contains("is limited"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn participants_limit_themselves_each_way_apart() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    stage.say("takes less", anna, attributes(&[(DOWNLOAD_KBPS, "800")]));
    stage.say("sends less too", anna, attributes(&[(UPLOAD_KBPS, "300")]));
    stage.say("chooses sound first", anna, attributes(&[(PROFILE, AUDIO_FIRST)]));
    stage.say("changes something else", anna, attributes(&[("mood", "fine")]));
    stage.say("writes nonsense", anna, attributes(&[(DOWNLOAD_KBPS, "-5"), (UPLOAD_KBPS, "much")]));
    stage.say("takes it all back", anna, attributes(&[(PROFILE, ""), (DOWNLOAD_KBPS, ""), (UPLOAD_KBPS, "")]));
    insta::assert_snapshot!(told(&stage));
}

#[test]
fn a_profile_in_the_token_binds_whatever_the_participant_says() {
    let mut stage = Stage::new();
    let anna = stage.join_with("anna", |claims, _| {
        claims.attributes.insert(MEETING_PROFILE.into(), AUDIO_FIRST.into());
    });
    stage.say("wants it all", anna, attributes(&[(MEETING_PROFILE, "")]));
    stage.say("wants more than there is", anna, attributes(&[(PROFILE, ""), (DOWNLOAD_KBPS, "9000")]));
    insta::assert_snapshot!(told(&stage));
}

#[test]
fn who_cannot_stand_pauses_is_not_paused() {
    let mut stage = Stage::new();
    stage.join_with("anna", |_, request| {
        request.connection_settings.as_mut().expect("set by the stage").subscriber_allow_pause = Some(false);
    });
    insta::assert_snapshot!(told(&stage));
}
