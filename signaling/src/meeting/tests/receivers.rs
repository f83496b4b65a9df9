use media::{Event, PathKind, PeerStats, ServerOffer};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{SessionDescription, TrackSource};

use super::stage::{Stage, offer, receiver};
use crate::meeting::{Command, Message, Shape};

fn answer(id: u32) -> SessionDescription {
    SessionDescription { r#type: "answer".into(), ..offer(id) }
}

fn server_offer() -> ServerOffer {
    ServerOffer { offer_id: 1, sdp: "sdp of the server".into(), mid_to_track: Vec::new() }
}

/// Somebody of the older shape comes in and has not offered anything yet.
fn join_older(stage: &mut Stage, who: &str) -> media::PeerId {
    stage.shape = |peer| Shape::Two { receiving: receiver(peer) };
    let peer = stage.join_with(who, |_, request| request.publisher_offer = None);
    stage.shape = |_| Shape::One;
    peer
}

#[test]
fn who_is_of_the_older_shape_is_offered_what_is_there_and_sends_on_another_connection() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    let ben = join_older(&mut stage, "ben");
    stage.hear("the engine offers", Event::Offered { peer: receiver(ben), offer: server_offer() });
    stage.say("answers", ben, Request::Answer(answer(1)));
    stage.hear("ben's media connects", Event::Connected { peer: receiver(ben), path: PathKind::Udp });
    stage.announce(ben, TrackSource::Microphone);
    stage.say("offers", ben, Request::Offer(offer(1)));
    stage.say("offers again", ben, Request::Offer(offer(2)));
    stage.run("ben leaves", Command::Remove { identity: "ben".parse().expect("valid") });
    insta::assert_snapshot!(stage.script);
}

#[test]
fn who_comes_back_is_offered_everything_anew() {
    let mut stage = Stage::new();
    let ben = join_older(&mut stage, "ben");
    stage.curtain();
    stage.run("ben's line breaks", Command::SocketLost { peer: ben });
    stage.hear("an offer finds nobody", Event::Offered { peer: receiver(ben), offer: server_offer() });
    stage.run("ben is back", Command::Resume { peer: ben, offer: None });
    assert!(!stage.script.contains("sdp of the server"), "the lost offer is not told: {}", stage.script);
    assert!(stage.script.contains("offer anew to ben's receiving side"), "{}", stage.script);
}

#[test]
fn an_answer_that_does_not_fit_ends_in_a_good_bye_and_one_to_nothing_is_passed_over() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = join_older(&mut stage, "ben");
    assert!(stage.say("answers nobody", anna, Request::Answer(answer(1))).is_empty());
    stage.curtain();
    stage.hear("ben's answer does not fit", Event::AnswerRefused { peer: receiver(ben) });
    assert!(stage.script.contains("MEDIA_FAILURE"), "{}", stage.script);
    assert!(stage.script.contains("close ben's receiving side"), "{}", stage.script);
    assert!(!stage.script.contains("close ben\n"), "what was never opened is not closed: {}", stage.script);
}

#[test]
fn the_figures_of_both_connections_are_one_persons() {
    let mut stage = Stage::new();
    let ben = join_older(&mut stage, "ben");
    let up = PeerStats { loss_up: Some(0.2), loss_down: Some(0.9), bitrate_up_bps: 5, ..PeerStats::default() };
    let down = PeerStats { loss_up: Some(0.9), loss_down: Some(0.0), bitrate_down_bps: 7, ..PeerStats::default() };
    stage.hear("a second", Event::Stats { peer: ben, stats: up });
    let effects = stage.hear("the same second", Event::Stats { peer: receiver(ben), stats: down });
    assert!(effects.iter().any(|effect| matches!(
        effect,
        crate::meeting::Effect::Send { message, .. } if matches!(message.message, Some(Message::ConnectionQuality(_)))
    )));
    let report = stage.meeting.report(&cluster::NodeId("here".into()), media::Burden::Calm, stage.now);
    let ben = &report.participants[0];
    assert_eq!((ben.loss_up, ben.loss_down), (Some(0.2), Some(0.0)));
    assert_eq!((ben.bitrate_up_bps, ben.bitrate_down_bps), (5, 7));
}
