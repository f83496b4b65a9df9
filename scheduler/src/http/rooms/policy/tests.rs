use domain::{Role, RoomId, RoomKind};
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

async fn set(bench: &Bench, by: &Caller, room: RoomId, version: u32, body: &Value) -> Answer {
    bench.put(&format!("/rooms/{room}/policy")).by(by).header("if-match", &format!("\"{version}\"")).json(body).await
}

async fn keeper(bench: &Bench) -> Caller {
    bench.person("Keeper", &[Role::RoomManager]).await
}

async fn ruled(bench: &Bench, rules: Value) -> RoomId {
    let (room, by) = (bench.room(RoomKind::Physical, "Saal", 12).await, keeper(bench).await);
    set(bench, &by, room, 1, &rules).await.is(200);
    room
}

fn weekly(room: RoomId, changes: Value) -> Value {
    let mut body = booking(json!({ "rooms": [room], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=6;BYDAY=TU" } }));
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn rules_are_set_by_who_manages_rooms_and_seen_by_all() {
    let bench = Bench::new().await;
    let (by, anna) = (keeper(&bench).await, bench.person("Anna", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let path = format!("/rooms/{room}/policy");
    let none = bench.get(&path).by(&anna).send().await;
    assert_eq!((&none.is(200).body["bookers"], &none.body["enforce_capacity"]), (&json!("everybody"), &json!(true)));
    let rules = json!({
        "booking_window_days": 180, "minimum_minutes": 15, "maximum_minutes": 480, "enforce_capacity": false,
        "buffer_before_minutes": 5, "buffer_after_minutes": 10, "closed_on_holidays": true,
        "blackouts": [{ "from": "2026-12-01", "until": "2026-12-03", "why": " Umbau " }],
        "opening_hours": [{ "weekday": 1, "from": "08:00", "until": "18:00" }],
        "bookers": "listed", "listed": [anna.id], "delegates": [by.id],
    });
    bench.put(&path).by(&by).json(&rules).await.is_problem(428, "if_match_required");
    set(&bench, &anna, room, 1, &rules).await.is_problem(403, "not_allowed");
    let saved = set(&bench, &by, room, 1, &rules).await;
    assert_eq!(saved.is(200).etag(), "\"2\"");
    for (name, value) in rules.as_object().expect("an object") {
        match name.as_str() {
            "listed" => assert_eq!(saved.body["listed"], json!([{ "id": anna.id, "name": "Anna" }])),
            "delegates" => assert_eq!(saved.body["delegates"], json!([{ "id": by.id, "name": "Keeper" }])),
            "blackouts" => assert_eq!(saved.body["blackouts"][0]["why"], "Umbau"),
            _ => assert_eq!(&saved.body[name], value, "{name}"),
        }
    }
    set(&bench, &by, room, 1, &rules).await.is_problem(412, "changed_meanwhile");
    let seen = bench.get(&path).by(&anna).send().await;
    assert_eq!(seen.is(200).body["listed"], Value::Null, "who is listed is for those who manage rooms");
    assert_eq!(seen.body["delegates"][0]["name"], "Keeper");
    assert_eq!(bench.audit().await[0].action, "room.rules_changed");
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_by_field() {
    let bench = Bench::new().await;
    let (by, room) = (keeper(&bench).await, bench.room(RoomKind::Physical, "Saal", 12).await);
    let nobody = "019ab000-0000-7000-8000-000000000000";
    for (rules, field) in [
        (json!({ "booking_window_days": 0 }), "booking_window_days"),
        (json!({ "minimum_minutes": 60, "maximum_minutes": 30 }), "maximum_minutes"),
        (json!({ "buffer_after_minutes": 241 }), "buffer_after_minutes"),
        (json!({ "blackouts": [{ "from": "2026-12-03", "until": "2026-12-01" }] }), "blackouts[0].until"),
        (json!({ "opening_hours": [{ "weekday": 1, "from": "8", "until": "18:00" }] }), "opening_hours[0].from"),
        (json!({ "opening_hours": [{ "weekday": 8, "from": "08:00", "until": "18:00" }] }), "opening_hours[0].weekday"),
        (json!({ "zone": "Erfurt" }), "zone"),
        (json!({ "listed": [nobody] }), "listed"),
        (json!({ "delegates": [nobody] }), "delegates"),
    ] {
        let answer = set(&bench, &by, room, 1, &rules).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
    }
    set(&bench, &by, RoomId::from_uuid(uuid::Uuid::nil()), 1, &json!({})).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_booking_against_the_rules_is_told_every_reason_and_what_is_allowed() {
    let bench = Bench::new().await;
    let room = ruled(
        &bench,
        json!({
            "maximum_minutes": 30, "booking_window_days": 30,
            "opening_hours": [{ "weekday": 2, "from": "12:00", "until": "18:00" }],
        }),
    )
    .await;
    let anna = bench.person("Anna", &[]).await;
    let book = async |changes: Value| bench.post("/bookings").by(&anna).json(&booking(changes)).await;
    let answer = book(json!({ "rooms": [room] })).await;
    let reasons = answer.is_problem(422, "against_rules").body["reasons"].clone();
    assert_eq!(
        reasons,
        json!([
            { "room": { "id": room, "name": "Saal" }, "rule": "maximum_minutes", "allowed": "at most 30 minutes",
              "minutes": 30 },
            { "room": { "id": room, "name": "Saal" }, "rule": "opening_hours",
              "allowed": "a time when the room is open", "day": "2026-11-24",
              "open": [{ "from": "12:00", "until": "18:00" }] },
        ])
    );
    let far = book(json!({ "rooms": [room], "start": "2027-01-05T12:00", "end": "2027-01-05T12:30" })).await;
    assert_eq!(far.is_problem(422, "against_rules").body["reasons"][0]["last_day"], "2026-12-23");
    book(json!({ "rooms": [room], "start": "2026-11-24T12:00", "end": "2026-11-24T12:30" })).await.is(201);
    book(json!({ "start": "2026-11-24T03:00", "end": "2026-11-24T09:00" })).await.is(201);
}

#[tokio::test]
async fn between_two_bookings_there_is_time_also_for_the_dates_of_one_series() {
    let bench = Bench::new().await;
    let room = ruled(&bench, json!({ "buffer_before_minutes": 10, "buffer_after_minutes": 20 })).await;
    let anna = bench.person("Anna", &[]).await;
    bench.booked(&anna, json!({ "rooms": [room] })).await;
    let at = |from: &str, to: &str| {
        booking(json!({ "rooms": [room], "start": format!("2026-11-24T{from}"), "end": format!("2026-11-24T{to}") }))
    };
    let close = bench.post("/bookings").by(&anna).json(&at("11:29", "12:00")).await;
    let reason = &close.is_problem(422, "against_rules").body["reasons"][0];
    assert_eq!((&reason["rule"], &reason["minutes"]), (&json!("buffer"), &json!(30)));
    bench.post("/bookings").by(&anna).json(&at("11:30", "12:00")).await.is(201);
    bench.post("/bookings").by(&anna).json(&at("10:30", "12:00")).await.is_problem(409, "room_taken");

    let daily = booking(json!({
        "rooms": [room], "start": "2026-12-01T10:00", "end": "2026-12-01T11:00",
        "recurrence": { "rule": "FREQ=DAILY;COUNT=2", "exceptions": [
            { "date": "2026-12-02T10:00", "start": "2026-12-01T11:15", "end": "2026-12-01T12:00" }] },
    }));
    let own = bench.post("/bookings").by(&anna).json(&daily).await;
    assert_eq!(own.is_problem(409, "dates_taken").body["conflicts"][0]["reasons"][0]["rule"], "buffer");
}

#[tokio::test]
async fn only_those_listed_book_and_who_keeps_the_room_books_against_its_rules() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let (boss, delegate) = (bench.person("Boss", &[]).await, bench.person("Delegate", &[]).await);
    let rules = json!({
        "bookers": "listed", "listed": [boss.id, jonas.id], "delegates": [delegate.id],
        "blackouts": [{ "from": "2026-11-24", "until": "2026-11-24", "why": "Umbau" }],
    });
    let room = ruled(&bench, rules).await;
    bench.delegate(&boss, &anna, &["book"]).await;
    let later = |changes: Value| {
        let mut body = booking(json!({ "rooms": [room], "start": "2026-11-25T10:00", "end": "2026-11-25T11:00" }));
        for (name, value) in changes.as_object().expect("changes are fields") {
            body[name] = value.clone();
        }
        body
    };
    let own = bench.post("/bookings").by(&anna).json(&later(json!({}))).await;
    assert_eq!(own.is_problem(422, "against_rules").body["reasons"][0]["rule"], "bookers");
    bench.post("/bookings").by(&anna).json(&later(json!({ "organiser": boss.id }))).await.is(201);
    let closed = bench.post("/bookings").by(&jonas).json(&booking(json!({ "rooms": [room] }))).await;
    assert_eq!(closed.is_problem(422, "against_rules").body["reasons"][0]["why"], "Umbau");
    bench.post("/bookings").by(&delegate).json(&booking(json!({ "rooms": [room] }))).await.is(201);
}

#[tokio::test]
async fn a_room_may_let_more_people_in_than_fit() {
    let bench = Bench::new().await;
    let (anna, by) = (bench.person("Anna", &[]).await, keeper(&bench).await);
    let room = bench.room(RoomKind::Physical, "Kammer", 1).await;
    let crowd = booking(json!({ "rooms": [room], "guests": [{ "name": "Eins" }, { "name": "Zwei" }] }));
    bench.post("/bookings").by(&anna).json(&crowd).await.is_problem(422, "over_capacity");
    set(&bench, &by, room, 1, &json!({ "enforce_capacity": false })).await.is(200);
    let booked = bench.post("/bookings").by(&anna).json(&crowd).await;
    let shown = &booked.is(201).body["rooms"][0];
    assert_eq!((&shown["capacity"], &shown["is_too_small"]), (&json!(1), &json!(true)), "it is warned of");
}

#[tokio::test]
async fn dates_of_a_series_that_break_a_rule_are_conflicts_with_what_is_allowed_instead() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let open = json!([{ "weekday": 2, "from": "09:00", "until": "17:00" }]);
    let blackouts = json!([{ "from": "2026-12-08", "until": "2026-12-08", "why": "Wahl" }]);
    let room = ruled(&bench, json!({ "opening_hours": open, "blackouts": blackouts, "maximum_minutes": 120 })).await;
    let shut = bench.room(RoomKind::Physical, "Immer zu", 12).await;
    let other = bench.room(RoomKind::Physical, "Immer offen", 20).await;
    let manager = bench.person("Manager", &[Role::RoomManager]).await;
    set(&bench, &manager, shut, 1, &json!({ "bookers": "delegates" })).await.is(200);

    let refused = bench.post("/bookings").by(&anna).json(&weekly(room, json!({}))).await;
    let conflicts = refused.is_problem(409, "dates_taken").body["conflicts"].as_array().expect("a list").clone();
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert_eq!(conflicts[0]["date"], "2026-12-08T10:00");
    assert_eq!(conflicts[0]["reasons"][0]["rule"], "blackout");
    assert_eq!(conflicts[0]["taken"], json!([]));
    let rooms = conflicts[0]["free_rooms"].as_array().expect("a list");
    assert_eq!(
        rooms.iter().map(|one| one["id"].clone()).collect::<Vec<_>>(),
        [json!(other)],
        "not the one that is shut"
    );
    assert_eq!(conflicts[0]["free_times"], json!([]), "no time of that day would do");

    let mut body = weekly(room, json!({}));
    body["recurrence"]["exceptions"] = json!([{ "date": "2026-12-08T10:00", "rooms": [other] }]);
    bench.post("/bookings").by(&anna).json(&body).await.is(201);

    let long = weekly(room, json!({ "start": "2026-11-24T13:00", "end": "2026-11-24T16:00" }));
    let refused = bench.post("/bookings").by(&anna).json(&long).await;
    let reasons = refused.is_problem(422, "against_rules").body["reasons"].as_array().expect("a list").clone();
    assert!(reasons.iter().all(|reason| reason["rule"] == "maximum_minutes"), "{reasons:?}");
}

#[tokio::test]
async fn what_is_booked_stays_when_rules_become_stricter_but_may_not_move_against_them() {
    let bench = Bench::new().await;
    let (anna, by) = (bench.person("Anna", &[]).await, keeper(&bench).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let one = bench.booked(&anna, json!({ "rooms": [room] })).await;
    let series = bench
        .post("/bookings")
        .by(&anna)
        .json(&weekly(room, json!({ "start": "2026-11-24T12:00", "end": "2026-11-24T13:00" })))
        .await;
    let series = series.is(201).body.clone();
    set(&bench, &by, room, 1, &json!({ "bookers": "delegates" })).await.is(200);

    let put = async |shown: &Value, tag: &str, body: Value| {
        let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
        bench.put(&path).by(&anna).header("if-match", tag).json(&body).await
    };
    let renamed = json!({ "rooms": [room], "title": "Neuer Titel" });
    put(&one, "\"1\"", booking(renamed)).await.is(200);
    let moved = json!({ "rooms": [room], "start": "2026-11-24T15:00", "end": "2026-11-24T16:00" });
    put(&one, "\"2\"", booking(moved)).await.is_problem(422, "against_rules");
    let same = json!({ "start": "2026-11-24T12:00", "end": "2026-11-24T13:00", "title": "Neuer Titel" });
    put(&series, "\"1\"", weekly(room, same)).await.is(200);
    let moved = json!({ "start": "2026-11-24T16:00", "end": "2026-11-24T17:00" });
    put(&series, "\"2\"", weekly(room, moved)).await.is_problem(422, "against_rules");
}

#[tokio::test]
async fn who_was_named_before_the_account_was_closed_stays_and_nobody_new_like_that_is_taken() {
    let bench = Bench::new().await;
    let (by, admin) = (keeper(&bench).await, bench.person("Admin", &[Role::Administrator]).await);
    let (jonas, clara) = (bench.person("Jonas", &[]).await, bench.person("Clara", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    set(&bench, &by, room, 1, &json!({ "delegates": [jonas.id] })).await.is(200);
    for person in [&jonas, &clara] {
        let path = format!("/people/{}", person.id);
        bench.ask(http::Method::PATCH, &path).by(&admin).json(&json!({ "disabled": true })).await.is(200);
    }
    set(&bench, &by, room, 2, &json!({ "delegates": [jonas.id], "maximum_minutes": 60 })).await.is(200);
    let both = json!({ "delegates": [jonas.id, clara.id] });
    assert_eq!(set(&bench, &by, room, 3, &both).await.is_problem(422, "invalid").body["field"], "delegates");
}
