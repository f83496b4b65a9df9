use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{AddTrackRequest, TrackSource, UpdateTrackSettings, VideoLayer, VideoQuality};

use super::stage::{Stage, announcement};
use crate::meeting::{Command, UNWATCHED_SECONDS};

pub fn setting(track: &media::TrackSid, change: impl FnOnce(&mut UpdateTrackSettings)) -> Request {
    let mut settings = UpdateTrackSettings { track_sids: vec![track.to_string()], ..UpdateTrackSettings::default() };
    change(&mut settings);
    Request::TrackSetting(settings)
}

/// A camera in three steps of 320, 640 and 1280 pixels.
pub fn camera(stage: &mut Stage, who: media::PeerId) -> media::TrackSid {
    let layer = |quality: VideoQuality, width| VideoLayer {
        quality: quality as i32,
        width,
        height: width * 9 / 16,
        ..VideoLayer::default()
    };
    let layers = vec![layer(VideoQuality::Low, 320), layer(VideoQuality::Medium, 640), layer(VideoQuality::High, 1280)];
    let wish = AddTrackRequest { layers, ..announcement(TrackSource::Camera) };
    let effects = stage.run("a camera", Command::Request { peer: who, request: Box::new(Request::AddTrack(wish)) });
    let sid = Stage::sid_in(&effects).expect("it was published");
    let event = media::Event::Published { peer: who, track: sid.clone(), mime: "video/VP8".into(), mid: "6".into() };
    stage.hear("it is found in an offer", event);
    sid
}

#[test]
fn layers_nobody_watches_are_given_up_after_a_while_and_asked_for_at_once() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let track = camera(&mut stage, anna);
    stage.curtain();
    stage.wait(1);
    stage.wait(UNWATCHED_SECONDS);
    let ben = stage.join("ben");
    stage.say("shows it small", ben, setting(&track, |settings| (settings.width, settings.height) = (300, 160)));
    stage.wait(1);
    stage.say(
        "shows it large for a moment",
        ben,
        setting(&track, |settings| (settings.width, settings.height) = (900, 500)),
    );
    stage.say("and small again", ben, setting(&track, |settings| (settings.width, settings.height) = (300, 160)));
    stage.wait(UNWATCHED_SECONDS - 1);
    stage.wait(1);
    stage.wait(UNWATCHED_SECONDS);
    stage.say("shows it larger", ben, setting(&track, |settings| (settings.width, settings.height) = (600, 330)));
    stage.say("leaves", ben, Request::Leave(Default::default()));
    stage.wait(1);
    stage.wait(UNWATCHED_SECONDS);
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_picture_that_pauses_is_announced_to_who_misses_it() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let track = stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    for is_paused in [true, false] {
        let event = media::Event::StreamPaused { peer: ben, track: track.clone(), is_paused };
        stage.hear("the engine pauses it, or goes on", event);
    }
    let event = media::Event::StreamPaused { peer: ben, track: media::TrackSid("TR_gone".into()), is_paused: true };
    stage.hear("a track that is gone", event);
    insta::assert_snapshot!(stage.script);
}
