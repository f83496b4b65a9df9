use media::{Event, PeerId, TrackSid};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{AddTrackRequest, SimulcastCodec, TrackSource};

use super::dynacast::setting;
use super::stage::{Stage, announcement};
use crate::meeting::Command;

fn codec(codec: &str, cid: &str) -> SimulcastCodec {
    SimulcastCodec { codec: codec.into(), cid: cid.into(), ..SimulcastCodec::default() }
}

/// A camera in VP9 that could be sent in VP8 as well.
fn camera(stage: &mut Stage, who: PeerId) -> TrackSid {
    let simulcast_codecs = vec![codec("vp9", "cid-camera"), codec("vp8", "")];
    let wish = AddTrackRequest { simulcast_codecs, ..announcement(TrackSource::Camera) };
    let effects = stage.say("announces a camera", who, Request::AddTrack(wish));
    let track = Stage::sid_in(&effects).expect("it is accepted");
    let event = Event::Published { peer: who, track: track.clone(), mime: "video/VP9".into(), mid: "6".into() };
    stage.hear("it is found in an offer", event);
    track
}

fn second(stage: &mut Stage, who: PeerId, sid: &TrackSid, name: &str) {
    let simulcast_codecs = vec![codec(name, "cid-second")];
    let wish = AddTrackRequest {
        sid: sid.to_string(),
        cid: "cid-second".into(),
        simulcast_codecs,
        ..announcement(TrackSource::Camera)
    };
    stage.say("announces a second codec", who, Request::AddTrack(wish));
}

#[test]
fn who_cannot_read_a_codec_gets_the_second_one_and_the_others_keep_the_first() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    stage.join("cleo");
    let track = camera(&mut stage, anna);
    stage.curtain();
    stage.hear("ben cannot read it", Event::NotUnderstood { peer: ben, track: track.clone() });
    second(&mut stage, anna, &track, "vp8");
    stage.say("offers", anna, Request::Offer(super::stage::offer(2)));
    let internal = track.in_codec("vp8");
    let found = Event::Published { peer: anna, track: internal.clone(), mime: "video/VP8".into(), mid: "7".into() };
    stage.hear("the second codec is found in an offer", found);
    stage.say("shows it small", ben, setting(&track, |settings| (settings.width, settings.height) = (300, 160)));
    stage.hear("its line is too narrow", Event::StreamPaused { peer: ben, track: internal, is_paused: true });
    stage.run("ben leaves", Command::Remove { identity: "ben".parse().expect("valid") });
    stage.wait(1);
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_track_that_goes_takes_its_second_codec_along() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let track = camera(&mut stage, anna);
    stage.hear("ben cannot read it", Event::NotUnderstood { peer: ben, track: track.clone() });
    second(&mut stage, anna, &track, "vp8");
    let internal = track.in_codec("vp8");
    let found = Event::Published { peer: anna, track: internal.clone(), mime: "video/VP8".into(), mid: "7".into() };
    stage.hear("the second codec is found in an offer", found);
    stage.curtain();
    stage.hear("the camera is off", Event::Unpublished { peer: anna, track: track.clone() });
    stage.hear("and so is its second codec", Event::Unpublished { peer: anna, track: internal.clone() });
    assert!(stage.script.contains(&format!("stop sending ben {internal}")), "{}", stage.script);
    assert!(!stage.script.contains("media <- send ben"), "{}", stage.script);
}

#[test]
fn a_second_codec_that_is_taken_back_leaves_the_first() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let track = camera(&mut stage, anna);
    stage.hear("ben cannot read it", Event::NotUnderstood { peer: ben, track: track.clone() });
    second(&mut stage, anna, &track, "vp8");
    let internal = track.in_codec("vp8");
    let found = Event::Published { peer: anna, track: internal.clone(), mime: "video/VP8".into(), mid: "7".into() };
    stage.hear("the second codec is found in an offer", found);
    stage.curtain();
    stage.hear("it is taken back", Event::Unpublished { peer: anna, track: internal });
    assert!(stage.script.contains("media <- send ben Video of anna"), "{}", stage.script);
}

#[test]
fn a_second_codec_is_only_of_an_own_published_picture() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let track = camera(&mut stage, anna);
    let microphone = stage.publish(anna, TrackSource::Microphone);
    stage.curtain();
    second(&mut stage, ben, &track, "vp8");
    second(&mut stage, anna, &track, "vp9");
    second(&mut stage, anna, &microphone, "vp8");
    assert_eq!(stage.script.matches("UNSUPPORTED_TYPE").count(), 3, "{}", stage.script);
}
