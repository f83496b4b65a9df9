use std::time::Duration;

use cluster::{Command, Moderation, NodeId};
use domain::groups::{Division, Seat};
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
            json!({ "act": "set_rules", "only_presenters_share": true, "turn_minutes": 60 }),
            Moderation::SetRules {
                only_presenters_share: Some(true),
                moderated_microphones: None,
                turn_minutes: Some(60),
            },
        ),
        (json!({ "act": "give_floor", "identity": "ben" }), Moderation::GiveFloor { identity: identity() }),
        (json!({ "act": "end_turn" }), Moderation::EndTurn),
        (json!({ "act": "open_notes", "everybody": true }), Moderation::OpenNotes { everybody: true }),
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
    let too_long = bench.post(&path).by(&anna).json(&json!({ "act": "set_rules", "turn_minutes": 61 })).await;
    too_long.is_problem(422, "invalid");
    assert_eq!(too_long.body["field"], "turn_minutes");
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
async fn groups_are_opened_as_the_moderation_decides() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    let meeting: MeetingName = shown["meeting_id"].as_str().expect("an id").parse().expect("a name");
    let path = format!("/meetings/{meeting}/moderate");
    let node = NodeId("one".into());
    bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");
    let ben: Identity = "ben".parse().expect("an identity");
    let titles = || vec!["Haushalt".into(), "Personal".into()];
    let seats = vec![Seat { identity: ben.clone(), group: 2 }];
    let open =
        |division, minutes, may_return| Moderation::OpenGroups { titles: titles(), division, minutes, may_return };
    for (body, act) in [
        (
            json!({ "act": "open_groups", "titles": [" Haushalt ", "Personal"], "division": "by_hand",
                    "seats": [{ "identity": "ben", "group": 2 }], "minutes": 240 }),
            open(Division::Hand { seats }, Some(240), true),
        ),
        (
            json!({ "act": "open_groups", "titles": ["Haushalt", "Personal"], "division": "choose", "may_return": false }),
            open(Division::Choice, None, false),
        ),
        (
            json!({ "act": "move_to_group", "identity": "ben", "group": 20 }),
            Moderation::MoveToGroup { identity: ben.clone(), group: Some(20) },
        ),
        (
            json!({ "act": "move_to_group", "identity": "ben" }),
            Moderation::MoveToGroup { identity: ben.clone(), group: None },
        ),
        (
            json!({ "act": "tell_groups", "text": " Noch zehn Minuten " }),
            Moderation::TellGroups { text: "Noch zehn Minuten".into() },
        ),
        (json!({ "act": "close_groups" }), Moderation::CloseGroups { seconds: 0 }),
        (json!({ "act": "close_groups", "seconds": 60 }), Moderation::CloseGroups { seconds: 60 }),
    ] {
        bench.post(&path).by(&anna).json(&body).await.is(204);
        assert_eq!(commands.next().await, Some(Command::Moderate { meeting: meeting.clone(), act }));
    }
    let by_lot = json!({ "act": "open_groups", "titles": ["Haushalt", "Personal"], "division": "evenly" });
    bench.post(&path).by(&anna).json(&by_lot).await.is(204);
    let drawn = commands.next().await;
    assert!(
        matches!(
            &drawn,
            Some(Command::Moderate { act: Moderation::OpenGroups { division: Division::Chance { .. }, .. }, .. })
        ),
        "{drawn:?}"
    );
}

#[tokio::test]
async fn impossible_groups_are_refused_with_the_name_of_the_field() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    let path = format!("/meetings/{}/moderate", shown["meeting_id"].as_str().expect("an id"));
    let good = json!({ "act": "open_groups", "titles": ["a", "b"], "division": "by_hand" });
    let with = |key: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[key] = value;
        body
    };
    let many: Vec<_> = (0..21).map(|number| number.to_string()).collect();
    let seat = |group: u8| json!([{ "identity": "ben", "group": group }]);
    let mut by_lot = with("seats", seat(1));
    by_lot["division"] = json!("evenly");
    for (field, body) in [
        ("titles", with("titles", json!(["a"]))),
        ("titles", with("titles", json!(many))),
        ("titles", with("titles", json!(["a", " "]))),
        ("titles", with("titles", json!(["a", "x".repeat(61)]))),
        ("seats", with("seats", seat(0))),
        ("seats", with("seats", seat(3))),
        ("seats", with("seats", json!([{ "identity": "ben", "group": 1 }, { "identity": "ben", "group": 2 }]))),
        ("seats", by_lot),
        ("minutes", with("minutes", json!(0))),
        ("minutes", with("minutes", json!(241))),
        ("group", json!({ "act": "move_to_group", "identity": "ben", "group": 21 })),
        ("group", json!({ "act": "move_to_group", "identity": "ben", "group": 0 })),
        ("text", json!({ "act": "tell_groups", "text": " " })),
        ("text", json!({ "act": "tell_groups", "text": "x".repeat(501) })),
        ("seconds", json!({ "act": "close_groups", "seconds": 9 })),
        ("seconds", json!({ "act": "close_groups", "seconds": 61 })),
    ] {
        let answer = bench.post(&path).by(&anna).json(&body).await;
        answer.is_problem(422, "invalid");
        assert_eq!(answer.body["field"], field, "{body}");
    }
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
