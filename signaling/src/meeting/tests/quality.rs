use media::{Event, PeerStats};

use super::stage::Stage;

#[test]
fn quality_is_told_once_two_readings_agree_and_never_as_lost() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.curtain();
    let mut measure = |what: &str, loss: f32, rtt_ms: f32| {
        let stats = PeerStats { loss_up: Some(loss), rtt_ms: Some(rtt_ms), ..PeerStats::default() };
        stage.hear(what, Event::Stats { peer: anna, stats });
    };
    measure("good once", 0.0, 20.0);
    measure("good twice", 0.0, 20.0);
    measure("everything lost", 1.0, 20.0);
    measure("recovered", 0.0, 20.0);
    measure("everything lost", 1.0, 20.0);
    measure("everything still lost", 1.0, 20.0);
    measure("only slow", 0.0, 400.0);
    measure("still slow", 0.0, 400.0);
    insta::assert_snapshot!(stage.script);
}
