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

/// A crowd with open microphones, of which three may be heard.
struct Crowd {
    speakers: Speakers,
    loudest: Loudest,
    now: Instant,
}

impl Crowd {
    /// Everybody named sends for a second; says who is heard at the end of it.
    fn second(&mut self, levels: &[(&str, f32)]) -> Vec<String> {
        for _ in 0..50 {
            self.now += Duration::from_millis(20);
            for (name, level) in levels {
                let track = TrackSid((*name).into());
                self.speakers.heard(PeerId(1), &track, *level, self.now);
                self.loudest.turn(&track, 3, &self.speakers, self.now);
            }
        }
        let mut heard: Vec<String> = Vec::new();
        for (name, _) in levels {
            let track = TrackSid((*name).into());
            if self.loudest.turn(&track, 3, &self.speakers, self.now) == (Turn::Same { is_heard: true }) {
                heard.push((*name).to_owned());
            }
        }
        heard
    }
}

#[test]
fn of_many_voices_the_loudest_are_heard_and_silence_makes_room() {
    let mut crowd = Crowd { speakers: Speakers::default(), loudest: Loudest::default(), now: Instant::now() };
    assert_eq!(crowd.second(&[("a", 0.0), ("b", 0.0), ("c", 0.0), ("d", 0.0)]), ["a", "b", "c"], "who came first");
    assert_eq!(crowd.second(&[("a", 0.2), ("b", 0.0), ("c", 0.2), ("d", 0.2)]), ["a", "c", "d"], "b is silent");
    assert_eq!(
        crowd.second(&[("a", 0.2), ("b", 0.22), ("c", 0.2), ("d", 0.2)]),
        ["a", "c", "d"],
        "hardly louder is no reason to cut somebody off"
    );
    assert_eq!(crowd.second(&[("a", 0.2), ("b", 0.8), ("c", 0.1), ("d", 0.2)]), ["a", "b", "d"]);
    crowd.loudest.forget(&TrackSid("a".into()));
    assert_eq!(crowd.second(&[("b", 0.0), ("c", 0.0), ("d", 0.0)]), ["b", "c", "d"], "the place of one who left");
}

#[test]
fn without_a_limit_everybody_is_heard() {
    let (mut loudest, speakers, now) = (Loudest::default(), Speakers::default(), Instant::now());
    for at in 0..100 {
        let track = TrackSid(format!("{at}").into());
        assert_eq!(loudest.turn(&track, 0, &speakers, now), Turn::Same { is_heard: true });
    }
}
