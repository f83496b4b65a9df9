use domain::{Role, RoomKind};
use serde_json::{Value, json};

use crate::testing::Bench;

/// Tuesday, as bookings of the bench.
fn wish(changes: Value) -> Value {
    let mut body =
        json!({ "from": "2026-11-24", "until": "2026-11-24", "zone": "Europe/Berlin", "minutes": 60, "limit": 2 });
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    body
}

fn starts(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().expect("a list").iter().map(|one| one["start"].as_str().expect("an instant")).collect()
}

#[tokio::test]
async fn times_are_found_around_what_everybody_has_and_a_room_that_fits() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let small = bench.room(RoomKind::Physical, "Klein", 3).await;
    let hall = bench.room(RoomKind::Physical, "Saal", 60).await;
    bench.room(RoomKind::Virtual, "Netz", 2).await;
    bench.delegate(&ben, &anna, &["see_busy"]).await;
    // In Berlin it is an hour later than in UTC.
    bench.booked(&anna, json!({ "start": "2026-11-24T08:00", "end": "2026-11-24T09:00" })).await;
    bench.booked(&ben, json!({ "start": "2026-11-24T09:00", "end": "2026-11-24T10:00" })).await;
    let cleo = bench.person("Cleo", &[]).await;
    let ten = json!({ "start": "2026-11-24T10:00", "end": "2026-11-24T11:00", "rooms": [small] });
    let held = bench.booked(&cleo, ten).await;
    let ask = async |changes: Value| {
        let mut body = wish(json!({ "people": [ben.id], "needs_room": true }));
        body.as_object_mut().expect("fields").extend(changes.as_object().expect("fields").clone());
        bench.post("/times/find").by(&anna).json(&body).await.is(200).body.clone()
    };
    let found = ask(json!({})).await;
    assert_eq!(starts(&found), ["2026-11-24T10:00:00Z", "2026-11-24T12:00:00Z"]);
    assert_eq!(found["items"][0]["end"], "2026-11-24T11:00:00Z");
    assert_eq!(found["items"][0]["room"]["id"], json!(small));
    let reasons = json!([{ "code": "everybody_free" }, { "code": "spare_seats", "seats": 1 }]);
    assert_eq!(found["items"][0]["reasons"], reasons);
    assert_eq!((&found["items"][0]["busy"], &found["unseen"]), (&json!([]), &json!([])));
    // While somebody else is about to book the small room, the hall is proposed.
    let hold = json!({ "rooms": [small], "start": "2026-11-24T10:00:00Z", "end": "2026-11-24T11:00:00Z" });
    bench.put("/room-holds/mine").by(&cleo).json(&hold).await.is(200);
    let found = ask(json!({})).await;
    let at_ten = found["items"].as_array().expect("a list").iter().find(|one| one["start"] == "2026-11-24T10:00:00Z");
    assert!(at_ten.is_none_or(|one| one["room"]["id"] == json!(hall)), "{found}");
    bench.delete("/room-holds/mine").by(&cleo).send().await.is(204);
    // As if that booking were not there.
    let found = ask(json!({ "except_booking": held["id"] })).await;
    assert_eq!(starts(&found)[0], "2026-11-24T09:00:00Z");
    // No room at all, and nobody else.
    let found = ask(json!({ "people": [], "needs_room": false })).await;
    assert_eq!(starts(&found), ["2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z"]);
    assert_eq!(found["items"][0].get("room"), None);
}

#[tokio::test]
async fn what_is_found_from_memory_is_what_the_database_says() {
    let bench = Bench::new().await;
    let (anna, manager) = (bench.person("Anna", &[]).await, bench.person("Manager", &[Role::RoomManager]).await);
    let mut rooms = Vec::new();
    for (name, seats) in [("Eins", 4), ("Zwei", 4), ("Drei", 20)] {
        rooms.push(bench.room(RoomKind::Physical, name, seats).await);
    }
    // One needs an hour between two bookings, one is never open in the morning.
    let mornings = json!([{ "weekday": 2, "from": "12:00", "until": "18:00" }]);
    for (room, rules) in [(1, json!({ "buffer_before_minutes": 60 })), (2, json!({ "opening_hours": mornings }))] {
        let path = format!("/rooms/{}/policy", rooms[room]);
        bench.put(&path).by(&manager).header("if-match", "\"1\"").json(&rules).await.is(200);
    }
    let mut held = Value::Null;
    for (room, start, end) in
        [(0, "08:10", "11:00"), (0, "11:00", "13:20"), (1, "10:00", "11:00"), (2, "14:00", "15:30")]
    {
        let (start, end) = (format!("2026-11-24T{start}"), format!("2026-11-24T{end}"));
        held =
            bench.booked(&manager, json!({ "rooms": [rooms[room]], "start": start, "end": end })).await["id"].clone();
    }
    let wishes: Vec<Value> =
        [json!({}), json!({ "except_booking": held }), json!({ "guests": 10 }), json!({ "minutes": 95 })]
            .into_iter()
            .map(|changes| {
                let mut body = wish(json!({ "needs_room": true, "limit": 20 }));
                body.as_object_mut().expect("fields").extend(changes.as_object().expect("fields").clone());
                body
            })
            .collect();
    let ask = async || {
        let mut answers = Vec::new();
        for wish in &wishes {
            answers.push(bench.post("/times/find").by(&anna).json(wish).await.is(200).body.clone());
        }
        answers
    };
    let plain = ask().await;
    bench.scheduler.load_room_times().await.expect("the database is there");
    assert_eq!(ask().await, plain);
    assert!(plain.iter().all(|answer| answer["items"][0]["room"].is_object()), "{plain:?}");
}

#[tokio::test]
async fn only_calendars_that_may_be_seen_count_and_what_one_books_for_others_is_not_ones_own() {
    let bench = Bench::new().await;
    let (boss, anna, ben) =
        (bench.person("Boss", &[]).await, bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    bench.delegate(&boss, &anna, &["book"]).await;
    let eight = json!({ "start": "2026-11-24T08:00", "end": "2026-11-24T18:00" });
    bench.booked(&ben, eight.clone()).await;
    let ask = async |changes| bench.post("/times/find").by(&anna).json(&wish(changes)).await;
    let found = ask(json!({ "people": [ben.id], "limit": 1 })).await;
    assert_eq!(starts(&found.is(200).body), ["2026-11-24T07:00:00Z"]);
    assert_eq!(found.body["unseen"], json!([ben.id]));

    let mut for_boss = eight;
    for_boss["organiser"] = json!(boss.id);
    bench.booked(&anna, for_boss).await;
    let found = ask(json!({ "limit": 1 })).await;
    assert_eq!(found.is(200).body["items"][0]["reasons"], json!([{ "code": "everybody_free" }]));
    let found = ask(json!({ "organiser": boss.id, "limit": 1 })).await;
    let early = json!([{ "code": "everybody_free" }, { "code": "outside_working_hours" }]);
    assert_eq!(found.is(200).body["items"][0]["reasons"], early);
    let nine = json!({ "organiser": boss.id, "people": [anna.id], "minutes": 1440, "limit": 1 });
    let found = ask(nine).await;
    assert_eq!(found.is(200).body["items"][0]["busy"], json!([boss.id]));
    assert_eq!(found.body["items"][0]["reasons"][0], json!({ "code": "people_busy", "people": 1 }));
}

#[tokio::test]
async fn invited_people_are_busy_until_the_booking_is_cancelled() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let morning = json!({
        "start": "2026-11-24T08:00", "end": "2026-11-24T12:00",
        "people": [{ "person": anna.id, "role": "participant" }],
    });
    let booked = bench.booked(&ben, morning).await;
    let ask = async || {
        let answer = bench.post("/times/find").by(&anna).json(&wish(json!({ "limit": 1 }))).await;
        starts(&answer.is(200).body)[0].to_owned()
    };
    assert_eq!(ask().await, "2026-11-24T12:00:00Z", "after lunch");
    let path = format!("/bookings/{}/cancel", booked["id"].as_str().expect("an id"));
    let cancelled = bench.post(&path).by(&ben).header("if-match", "\"1\"").send().await;
    assert!(cancelled.status.is_success(), "{}", cancelled.text);
    assert_eq!(ask().await, "2026-11-24T07:00:00Z");
}

#[tokio::test]
async fn rooms_are_proposed_only_when_their_rules_allow_it() {
    let bench = Bench::new().await;
    let (anna, keeper) = (bench.person("Anna", &[]).await, bench.person("Keeper", &[Role::RoomManager]).await);
    let small = bench.room(RoomKind::Physical, "Klein", 3).await;
    let large = bench.room(RoomKind::Physical, "Saal", 60).await;
    let rules = json!({ "opening_hours": [{ "weekday": 2, "from": "14:00", "until": "18:00" }] });
    let path = format!("/rooms/{small}/policy");
    let set = bench.put(&path).by(&keeper).header("if-match", "\"1\"").json(&rules).await;
    assert!(set.status.is_success(), "{}", set.text);
    let wish = wish(json!({ "needs_room": true, "guests": 2, "minutes": 120, "limit": 20 }));
    let found = bench.post("/times/find").by(&anna).json(&wish).await;
    let found = found.is(200).body["items"].as_array().expect("a list").clone();
    // The small one fits exactly, but it is closed until 14:00.
    assert_eq!((&found[0]["start"], &found[0]["room"]["id"]), (&json!("2026-11-24T13:00:00Z"), &json!(small)));
    assert_eq!(found[0]["reasons"][1], json!({ "code": "spare_seats", "seats": 0 }));
    let morning = found.iter().find(|one| one["start"] == "2026-11-24T07:00:00Z").expect("it is proposed, too");
    assert_eq!(morning["room"]["id"], json!(large));
}

#[tokio::test]
async fn every_field_is_checked_and_only_ones_own_meetings_are_planned() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let ask = async |changes| bench.post("/times/find").by(&anna).json(&wish(changes)).await;
    let many: Vec<_> = (0..51).map(|_| anna.id).collect();
    for (code, field, changes) in [
        ("invalid", "minutes", json!({ "minutes": 0 })),
        ("invalid", "minutes", json!({ "minutes": 1441 })),
        ("invalid", "people", json!({ "people": many })),
        ("invalid", "guests", json!({ "guests": 10_001 })),
        ("invalid", "limit", json!({ "limit": 0 })),
        ("invalid", "limit", json!({ "limit": 21 })),
        ("unknown_zone", "zone", json!({ "zone": "Europe/Erfurt" })),
        ("end_before_start", "until", json!({ "until": "2026-11-23" })),
        ("too_long", "until", json!({ "until": "2026-12-08" })),
        ("in_the_past", "until", json!({ "from": "2026-11-20", "until": "2026-11-22" })),
    ] {
        assert_eq!(ask(changes).await.is_problem(422, code).body["field"], field);
    }
    assert_eq!(ask(json!({ "until": "2026-12-07" })).await.is(200).body["unseen"], json!([]));
    assert_eq!(ask(json!({ "from": "soon" })).await.is_problem(400, "malformed").body["field"], "from");
    ask(json!({ "organiser": ben.id })).await.is_problem(403, "not_allowed");
    bench.post("/times/find").json(&wish(json!({}))).await.is_problem(401, "sign_in_required");
}
