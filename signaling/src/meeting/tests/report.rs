use cluster::NodeId;
use media::{Event, PeerStats, TrackStats};
use protocol::livekit::TrackSource;

use super::stage::Stage;

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
            layers: Vec::new(),
        }],
        ..PeerStats::default()
    };
    stage.hear("a second of anna", Event::Stats { peer: anna, stats });
    insta::assert_json_snapshot!(stage.meeting.report(&NodeId("here".into()), stage.now));
}
