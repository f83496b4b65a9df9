use std::time::Duration;

use cluster::{Command, Moderation, NodeId};
use domain::{Identity, MeetingName};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::testing::Bench;

#[tokio::test]
async fn what_a_moderator_decides_reaches_the_owner_of_the_meeting() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    let meeting: MeetingName = shown["meeting_id"].as_str().expect("an id").parse().expect("a name");
    let path = format!("/meetings/{meeting}/moderate");
    // Nobody runs the meeting: nothing is to be done.
    bench.post(&path).by(&anna).json(&json!({ "act": "mute_all" })).await.is(204);

    let node = NodeId("one".into());
    bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");
    let ben: Identity = "ben".parse().expect("an identity");
    let identity = || ben.clone();
    for (body, act) in [
        (json!({ "act": "mute_all" }), Moderation::MuteAll { but: Identity::from(anna.id) }),
        (json!({ "act": "mute", "identity": "ben" }), Moderation::Mute { identity: identity() }),
        (json!({ "act": "stop_share", "identity": "ben" }), Moderation::StopShare { identity: identity() }),
        (json!({ "act": "ask_to_speak", "identity": "ben" }), Moderation::AskToSpeak { identity: identity() }),
        (json!({ "act": "lower_hand", "identity": "ben" }), Moderation::LowerHand { identity: identity() }),
        (
            json!({ "act": "rename", "identity": "ben", "name": "  Benedikt Gotha " }),
            Moderation::Rename { identity: identity(), name: "Benedikt Gotha".to_owned().into() },
        ),
        (json!({ "act": "begin_break", "minutes": 120 }), Moderation::BeginBreak { minutes: 120 }),
        (json!({ "act": "end_break" }), Moderation::EndBreak),
        (
            json!({ "act": "open_poll", "question": " Beschluss 7? ", "options": ["Ja", " Nein"], "roll_call": true }),
            Moderation::OpenPoll {
                question: "Beschluss 7?".into(),
                options: vec!["Ja".into(), "Nein".into()],
                roll_call: true,
                with_guests: false,
            },
        ),
        (json!({ "act": "close_poll", "poll": 1 }), Moderation::ClosePoll { poll: 1 }),
    ] {
        bench.post(&path).by(&anna).json(&body).await.is(204);
        assert_eq!(commands.next().await, Some(Command::Moderate { meeting: meeting.clone(), act }));
    }
    bench
        .post(&path)
        .by(&anna)
        .json(&json!({ "act": "rename", "identity": "ben", "name": " " }))
        .await
        .is_problem(422, "invalid");
    for minutes in [0, 121] {
        let body = json!({ "act": "begin_break", "minutes": minutes });
        bench.post(&path).by(&anna).json(&body).await.is_problem(422, "invalid");
    }
    let eleven: Vec<_> = (0..11).map(|number| number.to_string()).collect();
    for (question, options) in [
        (" ", json!(["Ja", "Nein"])),
        (&*"?".repeat(301), json!(["Ja", "Nein"])),
        ("Ja?", json!(["Ja"])),
        ("Ja?", json!(["Ja", " ja "])),
        ("Ja?", json!(["Ja", " "])),
        ("Ja?", json!(["Ja", "x".repeat(101)])),
        ("Ja?", json!(eleven)),
    ] {
        let body = json!({ "act": "open_poll", "question": question, "options": options });
        bench.post(&path).by(&anna).json(&body).await.is_problem(422, "invalid");
    }
    bench.post(&path).by(&anna).json(&json!({ "act": "unmute", "identity": "ben" })).await.is_problem(400, "malformed");
}

#[tokio::test]
async fn only_moderators_moderate() {
    let bench = Bench::new().await;
    let (anna, participant) = (bench.person("Anna", &[]).await, bench.person("Part", &[]).await);
    let stranger = bench.person("Stranger", &[]).await;
    let people = json!([{ "person": participant.id, "role": "participant" }]);
    let shown = bench.booked(&anna, json!({ "people": people })).await;
    let path = format!("/meetings/{}/moderate", shown["meeting_id"].as_str().expect("an id"));
    let body = json!({ "act": "mute_all" });
    bench.post(&path).by(&stranger).json(&body).await.is_problem(404, "not_found");
    bench.post(&path).by(&participant).json(&body).await.is_problem(403, "not_allowed");
}
