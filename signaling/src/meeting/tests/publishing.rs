use media::Event;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{
    AddTrackRequest, PublishDataTrackRequest, SimulcastCodec, TrackSource, UpdateLocalAudioTrack, VideoLayer,
    VideoQuality,
};

use super::stage::{Stage, announcement, offer};
use crate::meeting::TRACKS_PER_PARTICIPANT;

#[test]
fn a_track_is_announced_bound_told_and_only_then_sent() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.curtain();
    let track = stage.announce(anna, TrackSource::Microphone);
    stage.say("offers it", anna, Request::Offer(offer(2)));
    let published =
        || Event::Published { peer: anna, track: track.clone(), mime: "audio/opus".into(), mid: "6".into() };
    stage.hear("it is found", published());
    stage.hear("it is found again", published());
    insta::assert_snapshot!(stage.script);
}

#[test]
fn simulcast_layers_and_codec_reach_the_engine_and_the_others() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    let layer = |quality: VideoQuality, width| VideoLayer {
        quality: quality as i32,
        width,
        height: width / 2,
        ..VideoLayer::default()
    };
    let layers = vec![layer(VideoQuality::High, 1280), layer(VideoQuality::Low, 320)];
    let codec = SimulcastCodec { codec: "vp8".into(), cid: "cid".into(), layers, ..SimulcastCodec::default() };
    let wish = AddTrackRequest {
        simulcast_codecs: vec![codec],
        stream: "a=evil\r\n|x".into(),
        ..announcement(TrackSource::Camera)
    };
    stage.say("announces a camera", anna, Request::AddTrack(wish));
    insta::assert_snapshot!(stage.script);
    let effects = stage.say("offers it", anna, Request::Offer(offer(2)));
    let pending = effects.into_iter().find_map(|effect| match effect {
        crate::meeting::Effect::Media(media::Command::Offer { pending, .. }) => Some(pending),
        _ => None,
    });
    let pending = pending.expect("the offer goes to the engine").remove(0);
    assert_eq!((pending.codec.as_deref(), pending.layers[0].width, pending.layers[1].width), (Some("vp8"), 320, 1280));
}

#[test]
fn a_track_taken_back_is_gone_for_everybody() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    let track = stage.publish(anna, TrackSource::ScreenShare);
    stage.curtain();
    stage.hear("the section turns inactive", Event::Unpublished { peer: anna, track: track.clone() });
    stage.hear("and again", Event::Unpublished { peer: anna, track });
    insta::assert_snapshot!(stage.script);
}

#[test]
fn asking_twice_for_a_waiting_track_gives_the_same_track() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let first = stage.announce(anna, TrackSource::Camera);
    assert_eq!(stage.announce(anna, TrackSource::Camera), first);
}

#[test]
fn endless_and_senseless_announcements_are_refused() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    let empty = AddTrackRequest { cid: String::new(), ..announcement(TrackSource::Camera) };
    stage.say("announces nothing", anna, Request::AddTrack(empty));
    let again = AddTrackRequest { sid: "TR_one".into(), ..announcement(TrackSource::Camera) };
    stage.say("announces a second codec", anna, Request::AddTrack(again));
    let data = PublishDataTrackRequest { pub_handle: 1, name: "position".into(), ..PublishDataTrackRequest::default() };
    stage.say("announces a data track", anna, Request::PublishDataTrackRequest(data));
    insta::assert_snapshot!(stage.script);
    for number in 0..TRACKS_PER_PARTICIPANT {
        let wish = AddTrackRequest { cid: number.to_string(), ..announcement(TrackSource::Camera) };
        stage.say("announces one more", anna, Request::AddTrack(wish));
    }
    stage.curtain();
    stage.say("announces too many", anna, Request::AddTrack(announcement(TrackSource::Camera)));
    assert!(stage.script.contains("LIMIT_EXCEEDED"), "{}", stage.script);
}

#[test]
fn a_change_of_a_track_is_told_to_everybody() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let track = stage.publish(anna, TrackSource::Microphone);
    stage.curtain();
    let update = UpdateLocalAudioTrack { track_sid: track.to_string(), features: vec![4] };
    stage.say("switches noise cancellation on", anna, Request::UpdateAudioTrack(update));
    insta::assert_snapshot!(stage.script);
}
