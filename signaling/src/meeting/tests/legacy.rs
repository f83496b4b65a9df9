use cluster::Moderation;
use protocol::livekit::{ParticipantInfo, ParticipantPermission, Room, TrackSource};

use super::stage::Stage;
use crate::meeting::{Change, Command, Order, Reply, Settings};

/// The other node gets what this one says, as text.
pub fn moved(mut stage: Stage) -> Stage {
    let legacy = stage.meeting.bequeath(stage.now);
    let text = serde_json::to_vec(&legacy).expect("plain JSON");
    let mut there = Stage::new();
    there.now = stage.now;
    there.meeting.inherit(serde_json::from_slice(&text).expect("what was written can be read"));
    there
}

fn order(stage: &mut Stage, order: Order) -> Reply {
    stage.meeting.order(order, stage.now).0.expect("it is carried out")
}

fn shown(stage: &mut Stage) -> Room {
    let Reply::Room(room) = order(stage, Order::Show) else { panic!("the meeting is asked for") };
    *room
}

fn person(stage: &mut Stage, who: &str) -> ParticipantInfo {
    let Reply::Participant(person) = order(stage, Order::Get(who.parse().expect("valid"))) else {
        panic!("a participant is asked for")
    };
    *person
}

#[test]
fn what_belongs_to_the_meeting_goes_along() {
    let mut stage = Stage::new();
    stage.join("anna");
    let settings =
        Settings { empty_timeout: 60, departure_timeout: 30, max_participants: 9, metadata: r#"{"a":1}"#.into() };
    order(&mut stage, Order::Configure(settings));
    stage.run("a break", Command::Moderate(Moderation::BeginBreak { minutes: 10 }));
    stage.wait(5);
    let before = shown(&mut stage);
    assert!(before.metadata.contains("break") && before.metadata.contains(r#""a":1"#), "{}", before.metadata);
    let mut there = moved(stage);
    there.join("anna");
    let after = shown(&mut there);
    let facts =
        |room: &Room| (room.metadata.clone(), room.creation_time, room.departure_timeout, room.max_participants);
    assert_eq!(facts(&after), facts(&before));
}

#[test]
fn what_belongs_to_people_goes_along_and_their_connections_do_not() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    stage.publish(anna, TrackSource::Camera);
    let permission = ParticipantPermission { can_subscribe: true, ..ParticipantPermission::default() };
    let change = Change {
        identity: "anna".into(),
        name: "Anna, Referat 12".into(),
        attributes: [("hand".to_owned(), "up".to_owned())].into(),
        permission: Some(permission),
        ..Change::default()
    };
    order(&mut stage, Order::Update(Box::new(change)));
    // Away for a moment: the place is kept there as well.
    stage.run("the line breaks", Command::SocketLost { peer: ben });
    let before = person(&mut stage, "anna");
    let issued = stage.now;
    stage.wait(5);

    let mut there = moved(stage);
    assert!(there.meeting.is_empty());
    let kept = there.meeting.places(there.now);
    assert!(["anna", "ben"].iter().all(|who| kept.contains(&who.parse().expect("valid"))));
    there.join_with("anna", |claims, _| claims.nbf = issued.as_second());
    let after = person(&mut there, "anna");
    assert_eq!((&after.name, &after.attributes, after.joined_at), (&before.name, &before.attributes, before.joined_at));
    assert_eq!(after.permission, before.permission, "rights given in the meeting count against the older token");
    assert!(after.tracks.is_empty());
}
