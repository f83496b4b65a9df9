use domain::Identity;
use media::{Event, PathKind};
use protocol::livekit::TrackSource;

use super::stage::Stage;
use crate::meeting::{Command, Farewell, News};

/// `sequence event who what`
fn told(stage: &mut Stage) -> Vec<String> {
    let line = |News { sequence, event }: News| {
        let who = event.participant.map(|who| format!(" {}", who.identity)).unwrap_or_default();
        let what = event.track.map(|track| format!(" {}", track.source().as_str_name())).unwrap_or_default();
        format!("{sequence} {}{who}{what}", event.event)
    };
    stage.meeting.take_news().into_iter().map(line).collect()
}

#[test]
fn a_meeting_is_told_from_its_start_to_its_end_without_a_gap() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.publish(anna, TrackSource::Microphone);
    assert_eq!(told(&mut stage), ["1 room_started", "2 participant_joined anna", "3 track_published anna MICROPHONE"]);
    let ben = stage.join("ben");
    let camera = stage.publish(ben, TrackSource::Camera);
    stage.hear("ben's camera is taken back", Event::Unpublished { peer: ben, track: camera });
    let remove = Command::Remove { identity: "ben".parse::<Identity>().expect("an identity") };
    stage.run("ben is removed", remove);
    assert_eq!(
        told(&mut stage),
        [
            "4 participant_joined ben",
            "5 track_published ben CAMERA",
            "6 track_unpublished ben CAMERA",
            "7 participant_left ben"
        ]
    );
    stage.run("the meeting is ended", Command::Close(Farewell::Ended));
    stage.meeting.finish();
    stage.meeting.finish();
    assert_eq!(
        told(&mut stage),
        ["8 track_unpublished anna MICROPHONE", "9 participant_left anna", "10 room_finished"]
    );
}

#[test]
fn who_goes_before_media_could_flow_has_not_joined() {
    let mut stage = Stage::new();
    let anna = stage.join_with("anna", |_, _| {});
    stage.run("anna gives up", Command::Dismiss { peer: anna, farewell: Farewell::Own });
    assert_eq!(told(&mut stage), ["1 room_started", "2 participant_connection_aborted anna"]);
}

#[test]
fn coming_back_over_another_path_is_no_news() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    told(&mut stage);
    stage.hear("anna's media connects anew", Event::Connected { peer: anna, path: PathKind::Tcp });
    assert!(told(&mut stage).is_empty());
}

#[test]
fn news_says_where_and_when_and_has_an_id_of_its_own() {
    let mut stage = Stage::new();
    stage.join("anna");
    let news = stage.meeting.take_news();
    let body = serde_json::to_value(&news[1].event).expect("messages are JSON");
    assert_eq!(body["event"], "participant_joined");
    assert_eq!(body["room"]["name"], "daily");
    assert_eq!(body["participant"]["state"], "ACTIVE");
    assert_eq!(body["createdAt"], stage.now.as_second().to_string());
    let run = stage.meeting.run().trim_start_matches("RM_").to_owned();
    assert_eq!(body["id"], format!("EV_{run}_2"));
}

#[test]
fn a_meeting_nobody_came_to_is_not_told() {
    let mut stage = Stage::new();
    stage.meeting.finish();
    assert!(told(&mut stage).is_empty());
}
