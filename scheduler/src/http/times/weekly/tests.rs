use domain::RoomKind;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller};

async fn ask(bench: &Bench, by: &Caller, changes: Value) -> Answer {
    let mut body =
        json!({ "from": "2026-11-24", "weeks": 4, "zone": "Europe/Berlin", "minutes": 60, "people": 8, "limit": 3 });
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    bench.post("/times/weekly").by(by).json(&body).await
}

/// Takes the room from 8 to 18 on working days of four weeks, but on Tuesdays at ten with one exception.
async fn nearly_full(bench: &Bench, by: &Caller, room: domain::RoomId) {
    for (hours, days) in [(("08:00", "18:00"), "MO,WE,TH,FR"), (("08:00", "10:00"), "TU"), (("11:00", "18:00"), "TU")] {
        let first = if days == "TU" { 24 } else { 25 };
        let body = json!({ "rooms": [room], "start": format!("2026-11-{first}T{}", hours.0),
            "end": format!("2026-11-{first}T{}", hours.1),
            "recurrence": { "rule": format!("FREQ=WEEKLY;BYDAY={days};COUNT=40") } });
        bench.booked(by, body).await;
    }
    let exception = json!({ "rooms": [room], "start": "2026-12-01T10:30", "end": "2026-12-01T10:45" });
    bench.booked(by, exception).await;
}

#[tokio::test]
async fn the_best_time_of_the_week_is_found_with_other_rooms_for_what_cannot_be_had() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "A", 12).await;
    nearly_full(&bench, &anna, room).await;
    let plain = ask(&bench, &anna, json!({})).await;
    bench.scheduler.load_room_times().await.expect("the database is there");
    let known = ask(&bench, &anna, json!({})).await;
    assert_eq!(plain.is(200).body, known.is(200).body, "memory says what the database says");
    let best = &known.body["items"][0];
    assert_eq!((&best["start"], &best["end"]), (&json!("2026-11-24T10:00"), &json!("2026-11-24T11:00")));
    assert_eq!((&best["room"]["id"], &best["dates"]), (&json!(room), &json!(4)));
    assert_eq!(best["conflicts"], json!([{ "date": "2026-12-01", "free_rooms": [] }]));
    assert_eq!(best["reasons"][0], json!({ "code": "dates_taken", "dates": 1 }));

    let other = bench.room(RoomKind::Virtual, "Online", 50).await;
    let small = bench.room(RoomKind::Physical, "Klein", 4).await;
    let same = ask(&bench, &anna, json!({})).await;
    assert_eq!(same.body["items"][0]["room"]["id"], json!(room), "neither {other} nor {small} would do");
    let free = bench.room(RoomKind::Physical, "B", 40).await;
    let body = ask(&bench, &anna, json!({})).await.body;
    assert_eq!(body["items"][0]["room"]["id"], json!(free));
    assert_eq!(body["items"][0]["reasons"][0], json!({ "code": "all_dates_free" }));
}

#[tokio::test]
async fn holidays_after_the_first_date_are_named_so_that_a_series_can_skip_them() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    bench.room(RoomKind::Physical, "A", 12).await;
    // Of each day there is one time. Christmas Day and New Year's Day are Fridays.
    let answer = ask(&bench, &anna, json!({ "from": "2026-12-18", "weeks": 4, "minutes": 600, "limit": 20 })).await;
    let items = answer.is(200).body["items"].as_array().expect("a list").clone();
    let on = |day: &str| items.iter().find(|one| one["start"].as_str().is_some_and(|start| start.starts_with(day)));
    let friday = on("2026-12-18").expect("a Friday");
    assert_eq!((&friday["holidays"], &friday["dates"]), (&json!(["2026-12-25", "2027-01-01"]), &json!(2)));
    let monday = on("2026-12-21").expect("a Monday");
    assert_eq!((&monday["holidays"], &monday["dates"]), (&json!([]), &json!(4)));
}

#[tokio::test]
async fn the_rules_of_a_room_count() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let keeper = bench.person("Keeper", &[domain::Role::RoomManager]).await;
    let room = bench.room(RoomKind::Physical, "A", 12).await;
    let policy = format!("/rooms/{room}/policy");
    let set = bench.put(&policy).by(&keeper).header("if-match", "\"1\"");
    set.json(&json!({ "booking_window_days": 14 })).await.is(200);
    bench.scheduler.load_room_times().await.expect("the database is there");
    let answer = ask(&bench, &anna, json!({})).await;
    let best = &answer.is(200).body["items"][0];
    let late: Vec<&Value> = best["conflicts"].as_array().expect("a list").iter().map(|one| &one["date"]).collect();
    assert_eq!(late.len(), 2, "two of four dates are within a fortnight: {best}");
}

#[tokio::test]
async fn what_is_asked_must_make_sense() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    for wrong in [
        json!({ "weeks": 0 }),
        json!({ "weeks": 157 }),
        json!({ "minutes": 20 }),
        json!({ "minutes": 615 }),
        json!({ "people": 0 }),
        json!({ "limit": 21 }),
        json!({ "from": "2029-01-01" }),
    ] {
        ask(&bench, &anna, wrong).await.is_problem(422, "invalid");
    }
    let room = bench.room(RoomKind::Physical, "A", 12).await;
    let today = ask(&bench, &anna, json!({ "from": "2026-11-23", "weeks": 1, "limit": 20 })).await;
    let monday = |item: &&Value| item["start"].as_str().is_some_and(|start| start.starts_with("2026-11-23"));
    let early = today.is(200).body["items"].as_array().expect("a list").iter().find(|item| monday(item)).cloned();
    assert_ne!(early.expect("later today")["start"], "2026-11-23T08:00", "nine has struck");
    let path = format!("/rooms/{room}");
    let keeper = bench.person("Keeper", &[domain::Role::RoomManager]).await;
    bench.delete(&path).by(&keeper).send().await.is(204);
    ask(&bench, &anna, json!({ "zone": "Mars" })).await.is_problem(422, "unknown_zone");
    ask(&bench, &anna, json!({ "from": "2026-11-22" })).await.is_problem(422, "in_the_past");
    assert_eq!(ask(&bench, &anna, json!({})).await.is(200).body, json!({ "items": [] }));
}
