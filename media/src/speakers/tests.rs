use super::*;

const LOUD: f32 = 0.3;
const SILENT: f32 = 0.0001;

fn track(name: &str) -> TrackSid {
    TrackSid(name.into())
}

fn names(speakers: Option<Vec<(PeerId, TrackSid, f32)>>) -> Option<Vec<u64>> {
    speakers.map(|speakers| speakers.into_iter().map(|(peer, ..)| peer.0).collect())
}

#[test]
fn the_loudest_comes_first_and_nothing_is_said_twice() {
    let now = Instant::now();
    let mut speakers = Speakers::default();
    for _ in 0..20 {
        speakers.heard(PeerId(1), &track("TR_1"), 0.1, now);
        speakers.heard(PeerId(2), &track("TR_2"), LOUD, now);
        speakers.heard(PeerId(3), &track("TR_3"), SILENT, now);
    }
    assert_eq!(names(speakers.changed(now)), Some(vec![2, 1]));
    assert_eq!(names(speakers.changed(now)), None);
}

#[test]
fn a_pause_between_words_is_no_end_but_silence_is() {
    let start = Instant::now();
    let mut speakers = Speakers::default();
    for _ in 0..10 {
        speakers.heard(PeerId(1), &track("TR_1"), LOUD, start);
    }
    speakers.changed(start);
    let packets = |from: u64, to: u64| (from..to).map(|at| start + Duration::from_millis(20 * at));
    let mut ended_after = None;
    for now in packets(1, 200) {
        speakers.heard(PeerId(1), &track("TR_1"), SILENT, now);
        if names(speakers.changed(now)) == Some(vec![]) {
            ended_after = Some(now - start);
            break;
        }
    }
    let ended_after = ended_after.expect("silence ends a speech");
    assert!(ended_after > HOLD && ended_after < Duration::from_secs(2), "{ended_after:?}");
}

#[test]
fn a_track_that_ends_speaks_no_more() {
    let now = Instant::now();
    let mut speakers = Speakers::default();
    for _ in 0..10 {
        speakers.heard(PeerId(1), &track("TR_1"), LOUD, now);
    }
    assert_eq!(names(speakers.changed(now)), Some(vec![1]));
    speakers.forget(&track("TR_1"));
    assert_eq!(names(speakers.changed(now)), Some(vec![]));
}
