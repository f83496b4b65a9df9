use media::{Event, TrackSid};

use super::stage::Stage;

#[test]
fn changes_of_who_speaks_are_told_and_newcomers_hear_who_does() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    stage.curtain();
    let track = TrackSid("TR_any".into());
    let mut speak = |what: &str, speakers: &[(media::PeerId, f32)]| {
        let speakers = speakers.iter().map(|(peer, level)| (*peer, track.clone(), *level)).collect();
        stage.hear(what, Event::Speakers { speakers });
    };
    speak("anna speaks, with two tracks", &[(anna, 0.25), (anna, 0.5)]);
    speak("nothing new", &[(anna, 0.5)]);
    speak("ben too", &[(ben, 0.75), (anna, 0.5)]);
    speak("only ben", &[(ben, 0.75)]);
    stage.join_with("cleo", |_, _| {});
    stage.hear("silence", Event::Speakers { speakers: Vec::new() });
    insta::assert_snapshot!(stage.script);
}
