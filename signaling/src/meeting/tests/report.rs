use cluster::{Held, NodeId};
use media::{Burden, DownloadStats, Event, Limited, PeerStats, Quality, TrackStats};
use protocol::livekit::TrackSource;

use super::dynacast::{camera, setting};
use super::stage::Stage;
use crate::meeting::{UNWATCHED_SECONDS, UPLOAD_KBPS};

#[test]
fn the_report_says_how_everybody_is_doing() {
    let mut stage = Stage::new();
    let anna = stage.join_with("anna", |claims, _| {
        claims.attributes.insert("role".into(), "moderator".into());
    });
    let track = stage.publish(anna, TrackSource::Camera);
    let stats = PeerStats {
        rtt_ms: Some(12.0),
        loss_up: Some(0.5),
        bitrate_up_bps: 1_000_000,
        tracks: vec![TrackStats {
            track,
            bitrate_bps: 900_000,
            loss: Some(0.5),
            jitter_ms: Some(3.0),
            layers: vec![(Quality::Low, 100_000), (Quality::High, 800_000)],
        }],
        download: DownloadStats {
            estimate_bps: Some(700_000),
            wanted_bps: 1_500_000,
            granted_bps: 600_000,
            pictures: 3,
            reduced: 2,
            paused: 1,
            limited: Limited::Estimate,
            worst_loss: Some(0.25),
            jitter_ms: Some(8.0),
            ..DownloadStats::default()
        },
        ..PeerStats::default()
    };
    stage.hear("a second of anna", Event::Stats { peer: anna, stats });
    insta::assert_json_snapshot!(stage.meeting.report(&NodeId("here".into()), Burden::Shedding, stage.now));
}

#[test]
fn the_report_says_why_no_better_picture_arrives() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let track = camera(&mut stage, anna);
    let held = |stage: &mut Stage, layers: &[Quality]| {
        let layers = layers.iter().map(|quality| (*quality, 100_000)).collect();
        let measured = TrackStats { track: track.clone(), bitrate_bps: 1, loss: None, jitter_ms: None, layers };
        let stats = PeerStats { tracks: vec![measured], ..PeerStats::default() };
        stage.hear("a second of anna", Event::Stats { peer: anna, stats });
        let report = stage.meeting.report(&NodeId("here".into()), Burden::Calm, stage.now);
        report.participants.into_iter().flat_map(|person| person.tracks).next().expect("anna's camera").held
    };
    assert_eq!(held(&mut stage, &[Quality::Low, Quality::Medium, Quality::High]), Held::No);
    assert_eq!(held(&mut stage, &[Quality::Low, Quality::Medium]), Held::Sender);
    assert_eq!(held(&mut stage, &[]), Held::Sender);
    let small = setting(&track, |settings| (settings.width, settings.height) = (300, 160));
    stage.say("shows it small", ben, small);
    stage.wait(1);
    stage.wait(UNWATCHED_SECONDS);
    assert_eq!(held(&mut stage, &[Quality::Low]), Held::Unwatched);
    let large = setting(&track, |settings| (settings.width, settings.height) = (1200, 700));
    stage.say("shows it large", ben, large);
    assert_eq!(held(&mut stage, &[Quality::Low]), Held::Sender);
    let limit = protocol::livekit::UpdateParticipantMetadata {
        attributes: [(UPLOAD_KBPS.to_owned(), "200".to_owned())].into(),
        ..Default::default()
    };
    stage.say("limits itself", anna, protocol::livekit::signal_request::Message::UpdateMetadata(limit));
    assert_eq!(held(&mut stage, &[Quality::Low]), Held::Limit);
}
