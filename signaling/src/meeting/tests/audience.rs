use media::{Event, PeerId, TrackSid};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{MuteTrackRequest, TrackSource};

use super::stage::Stage;
use crate::meeting::{Command, Shape, View};

/// Somebody who watches, with one place for a voice and one for a picture.
fn join_viewer(stage: &mut Stage, who: &str) -> PeerId {
    stage.shape = |_| Shape::View(View { audios: 1, videos: 1 });
    let peer = stage.join_with(who, |_, request| {
        if let Some(settings) = &mut request.connection_settings {
            settings.auto_subscribe = false;
        }
    });
    stage.shape = |_| Shape::One;
    peer
}

fn speak(stage: &mut Stage, what: &str, speakers: &[(PeerId, &TrackSid)]) {
    let speakers = speakers.iter().map(|(peer, sid)| (*peer, (*sid).clone(), 0.5)).collect();
    stage.hear(what, Event::Speakers { speakers });
}

#[test]
fn who_watches_hears_and_sees_who_speaks_and_first_of_all_a_shared_screen() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let [anna_voice, ben_voice] = [anna, ben].map(|who| stage.publish(who, TrackSource::Microphone));
    for who in [anna, ben] {
        stage.publish(who, TrackSource::Camera);
    }
    stage.curtain();
    let viewer = join_viewer(&mut stage, "viewer");
    speak(&mut stage, "ben speaks", &[(ben, &ben_voice)]);
    speak(&mut stage, "anna speaks as well", &[(ben, &ben_voice), (anna, &anna_voice)]);
    speak(&mut stage, "only anna speaks", &[(anna, &anna_voice)]);
    stage.publish(ben, TrackSource::ScreenShare);
    let mute = MuteTrackRequest { sid: anna_voice.to_string(), muted: true };
    speak(&mut stage, "nobody speaks", &[]);
    stage.say("mutes herself", anna, Request::Mute(mute));
    stage.run("the viewer leaves", Command::Remove { identity: "viewer".parse().expect("valid") });
    let lines: Vec<&str> =
        stage.script.lines().filter(|line| line.starts_with("##") || line.contains("send")).collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(stage.meeting.peer_of("PA_", &"viewer".parse().expect("valid")).is_none(), "{viewer:?} is gone");
}

#[test]
fn who_watches_sees_nothing_of_those_who_do_not_want_it() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.publish(anna, TrackSource::Camera);
    stage.say("lets nobody see her", anna, Request::SubscriptionPermission(Default::default()));
    stage.curtain();
    join_viewer(&mut stage, "viewer");
    assert!(!stage.script.contains("media <- send"), "{}", stage.script);
}
