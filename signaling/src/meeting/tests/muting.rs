use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{MuteTrackRequest, TrackSource};

use super::stage::Stage;

#[test]
fn a_muted_track_is_shown_so_and_not_forwarded() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    let track = stage.publish(anna, TrackSource::Microphone);
    stage.curtain();
    let mute = |muted| Request::Mute(MuteTrackRequest { sid: track.to_string(), muted });
    stage.say("mutes", anna, mute(true));
    stage.say("mutes again", anna, mute(true));
    stage.say("unmutes for her", ben, mute(false));
    stage.say("unmutes", anna, mute(false));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_track_may_be_published_muted() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.curtain();
    let wish = protocol::livekit::AddTrackRequest { muted: true, ..super::stage::announcement(TrackSource::Camera) };
    stage.say("announces a muted camera", anna, Request::AddTrack(wish));
    let sid = media::TrackSid("TR_VDDDDDDDDDDDDDD".into());
    stage.hear(
        "it is found in an offer",
        media::Event::Published { peer: anna, track: sid, mime: "video/VP8".into(), mid: "3".into() },
    );
    insta::assert_snapshot!(stage.script);
}
