use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{ParticipantTracks, TrackSource, UpdateSubscription, UpdateTrackSettings, VideoQuality};

use super::stage::Stage;

#[test]
fn who_subscribes_by_hand_gets_what_was_chosen() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let track = stage.publish(anna, TrackSource::Camera);
    let ben = stage.join_with("ben", |_, request| {
        request.connection_settings.as_mut().expect("set by the stage").auto_subscribe = false;
    });
    stage.curtain();
    let choose = |subscribe| {
        Request::Subscription(UpdateSubscription {
            track_sids: vec![track.to_string(), "TR_unknown".into()],
            subscribe,
            ..UpdateSubscription::default()
        })
    };
    stage.say("chooses", ben, choose(true));
    stage.say("unchooses", ben, choose(false));
    let by_participant = ParticipantTracks { participant_sid: "PA_any".into(), track_sids: vec![track.to_string()] };
    let again = UpdateSubscription { subscribe: true, participant_tracks: vec![by_participant], ..Default::default() };
    stage.say("chooses by participant", ben, Request::Subscription(again));
    stage.say("chooses her own", anna, choose(true));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn wishes_reach_the_engine_also_those_made_before() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let track = stage.publish(anna, TrackSource::Camera);
    let ben = stage.join_with("ben", |_, request| request.publisher_offer = None);
    stage.curtain();
    let wish = |change: fn(&mut UpdateTrackSettings)| {
        let mut settings = UpdateTrackSettings {
            track_sids: vec![track.to_string(), "TR_unknown".into()],
            ..UpdateTrackSettings::default()
        };
        change(&mut settings);
        Request::TrackSetting(settings)
    };
    stage.say("wants it small, before offering", ben, wish(|settings| settings.width = 320));
    stage.say("offers", ben, Request::Offer(super::stage::offer(1)));
    stage.say("wants a size", ben, wish(|settings| (settings.width, settings.height) = (320, 180)));
    stage.say("wants medium", ben, wish(|settings| settings.quality = VideoQuality::Medium as i32));
    stage.say("wants nothing", ben, wish(|settings| settings.disabled = true));
    stage.say("wants it off", ben, wish(|settings| settings.quality = VideoQuality::Off as i32));
    insta::assert_snapshot!(stage.script);
}
