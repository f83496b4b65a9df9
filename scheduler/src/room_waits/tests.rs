use domain::{Clock as _, RoomId, RoomKind};
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

fn span() -> Value {
    json!({ "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z" })
}

async fn waits(bench: &Bench, who: &Caller, room: RoomId) -> Answer {
    let mut body = span();
    body["room"] = json!(room);
    bench.post("/room-waits").by(who).json(&body).await
}

async fn offers(bench: &Bench) -> usize {
    bench.scheduler.offer_rooms().await.expect("the database is there")
}

async fn listed(bench: &Bench, who: &Caller) -> Vec<Value> {
    let list = bench.get("/room-waits").by(who).send().await;
    list.is(200).body["items"].as_array().expect("a list").clone()
}

async fn cancel(bench: &Bench, by: &Caller, shown: &Value) {
    let path = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
    bench.post(&path).by(by).header("if-match", "\"1\"").send().await.is(200);
}

async fn books(bench: &Bench, who: &Caller, room: RoomId) -> Answer {
    bench.post("/bookings").by(who).json(&booking(json!({ "rooms": [room] }))).await
}

struct House {
    bench: Bench,
    room: RoomId,
    anna: Caller,
    ben: Caller,
    cleo: Caller,
    shown: Value,
}

/// Anna has the room; Ben waits for it, then Cleo.
async fn house() -> House {
    let bench = Bench::with_mail().await;
    let [anna, ben, cleo] =
        [bench.person("Anna", &[]).await, bench.person("Ben", &[]).await, bench.person("Cleo", &[]).await];
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
    waits(&bench, &ben, room).await.is(201);
    bench.clock.advance(jiff::SignedDuration::from_secs(1));
    waits(&bench, &cleo, room).await.is(201);
    bench.letters().await;
    House { bench, room, anna, ben, cleo, shown }
}

#[tokio::test]
async fn who_asked_first_is_offered_the_room_and_books_it() {
    let House { bench, room, anna, ben, cleo, shown } = house().await;
    assert_eq!(offers(&bench).await, 0, "it is taken");
    cancel(&bench, &anna, &shown).await;
    bench.letters().await;
    assert_eq!((offers(&bench).await, offers(&bench).await), (1, 0));
    let letters = bench.letters().await;
    assert_eq!(letters.len(), 1);
    let letter = mail_parser::MessageParser::default().parse(letters[0].1.as_bytes()).expect("a message");
    assert_eq!(
        (letters[0].0.as_str(), letter.subject()),
        ("ben@example.org", Some("Raum frei geworden: Saal, 24.11.2026, 10:00 Uhr"))
    );
    let mine = listed(&bench, &ben).await;
    let words = letter.body_text(0).expect("a text").replace("\r\n", "\n");
    assert!(words.contains("Er ist bis 10:00 Uhr für Sie reserviert."), "{words}");
    assert!(words.contains(&format!("/bookings/new?offer={}", mine[0]["id"].as_str().expect("an id"))), "{words}");
    assert_eq!(mine[0]["offered_until"], "2026-11-23T09:00:01Z");
    assert_eq!(listed(&bench, &cleo).await[0]["offered_until"], Value::Null);

    books(&bench, &cleo, room).await.is_problem(409, "room_held");
    books(&bench, &ben, room).await.is(201);
    assert!(listed(&bench, &ben).await.is_empty(), "it is booked");
    assert_eq!(offers(&bench).await, 0, "and taken again");
    assert_eq!(listed(&bench, &cleo).await.len(), 1);
}

#[tokio::test]
async fn an_offer_that_passes_goes_to_the_next_one() {
    let House { bench, room, anna, ben, cleo, shown } = house().await;
    cancel(&bench, &anna, &shown).await;
    assert_eq!(offers(&bench).await, 1);
    bench.clock.set("2026-11-23T09:00:01Z");
    let (ben, cleo) = (bench.signed_in(ben.id).await, bench.signed_in(cleo.id).await);
    assert_eq!(offers(&bench).await, 1);
    assert!(listed(&bench, &ben).await.is_empty());
    assert_eq!(listed(&bench, &cleo).await[0]["offered_until"], "2026-11-23T10:00:01Z");
    books(&bench, &ben, room).await.is_problem(409, "room_held");
    // Who lets it pass at once gives it back.
    let id = listed(&bench, &cleo).await[0]["id"].as_str().expect("an id").to_owned();
    bench.delete(&format!("/room-waits/{id}")).by(&ben).send().await.is_problem(404, "not_found");
    bench.delete(&format!("/room-waits/{id}")).by(&cleo).send().await.is(204);
    books(&bench, &ben, room).await.is(201);
}

#[tokio::test]
async fn of_two_who_take_an_offer_at_once_one_wins() {
    for _ in 0..5 {
        let House { bench, room, anna, ben, cleo, shown } = house().await;
        cancel(&bench, &anna, &shown).await;
        assert_eq!(offers(&bench).await, 1);
        // Ben in two windows, Cleo although it is not her turn.
        let answers = tokio::join!(books(&bench, &ben, room), books(&bench, &ben, room), books(&bench, &cleo, room));
        let booked = [&answers.0, &answers.1, &answers.2].iter().filter(|one| one.status == 201).count();
        assert_eq!(booked, 1, "{} {} {}", answers.0.text, answers.1.text, answers.2.text);
        let mut unit = bench.store.read().await.expect("the database is there");
        let claims = unit.claims_of_rooms(&[room], bench.clock.now()).await.expect("readable");
        assert_eq!(claims.len(), 1);
    }
}

#[tokio::test]
async fn a_released_room_is_offered_for_the_rest_of_its_time() {
    let House { bench, room, anna, ben, .. } = house().await;
    let keeper = bench.person("Keeper", &[domain::Role::RoomManager]).await;
    let rules = json!({ "release_after_minutes": 10 });
    let path = format!("/rooms/{room}/policy");
    bench.put(&path).by(&keeper).header("if-match", "\"1\"").json(&rules).await.is(200);
    bench.clock.set("2026-11-24T09:10:00Z");
    assert_eq!(bench.scheduler.release_rooms().await.expect("all is there"), 1);
    assert_eq!(offers(&bench).await, 1);
    let ben = bench.signed_in(ben.id).await;
    assert_eq!(listed(&bench, &ben).await[0]["offered_until"], "2026-11-24T09:20:00Z");
    let anna = bench.signed_in(anna.id).await;
    let rest = json!({ "rooms": [room], "start": "2026-11-24T10:10", "end": "2026-11-24T11:00" });
    bench.post("/bookings").by(&anna).json(&booking(rest.clone())).await.is_problem(409, "room_held");
    bench.post("/bookings").by(&ben).json(&booking(rest)).await.is(201);
}

#[tokio::test]
async fn nobody_waits_twice_for_the_same_or_for_what_cannot_be() {
    let House { bench, room, ben, .. } = house().await;
    waits(&bench, &ben, room).await.is_problem(409, "already_exists");
    let ask = |changes: Value| {
        let mut body = span();
        body["room"] = json!(room);
        for (name, value) in changes.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let asked = bench.post("/room-waits").by(&ben);
        async move { asked.json(&body).await }
    };
    ask(json!({ "end": "2026-11-24T08:00:00Z" })).await.is_problem(422, "end_before_start");
    ask(json!({ "end": "2026-11-26T08:00:00Z" })).await.is_problem(422, "too_long");
    ask(json!({ "start": "2026-11-22T08:00:00Z", "end": "2026-11-22T09:00:00Z" })).await.is_problem(422, "in_the_past");
    let nowhere = ask(json!({ "room": "019ab000-0000-7000-8000-000000000000" })).await;
    assert_eq!(nowhere.is_problem(422, "invalid").body["field"], "room");
    for day in 1..20 {
        let (start, end) = (format!("2026-12-{day:02}T09:00:00Z"), format!("2026-12-{day:02}T10:00:00Z"));
        ask(json!({ "start": start, "end": end })).await.is(201);
    }
    let one_more = ask(json!({ "start": "2026-12-24T09:00:00Z", "end": "2026-12-24T10:00:00Z" })).await;
    assert_eq!(
        one_more.is_problem(422, "invalid").body["allowed"],
        "at most 20 rooms and times: wait for one less first"
    );
    // What is over is forgotten.
    bench.clock.set("2026-12-19T10:00:00Z");
    bench.scheduler.tidy_up(bench.clock.now()).await.expect("the database is there");
    let mut unit = bench.store.read().await.expect("the database is there");
    assert!(unit.awaited_rooms().await.expect("readable").is_empty());
}

#[tokio::test]
async fn a_series_waits_for_the_room_it_does_not_get_and_takes_it_when_it_is_free() {
    let House { bench, room, anna, shown, .. } = house().await;
    let dora = bench.person("Dora", &[]).await;
    bench.clock.advance(jiff::SignedDuration::from_secs(1));
    let series = |exceptions: Value| {
        booking(json!({ "rooms": [room], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3", "exceptions": exceptions } }))
    };
    let book = |body: Value| {
        let asked = bench.post("/bookings").by(&dora);
        async move { asked.json(&body).await }
    };
    let first = "2026-11-24T10:00";
    book(series(json!([]))).await.is_problem(409, "dates_taken");
    let skipped = book(series(json!([{ "date": first, "skip": true, "wait_for": [room] }]))).await;
    assert_eq!(skipped.is_problem(422, "invalid").body["field"], "recurrence.exceptions[0].wait_for");
    let nowhere = "019ab000-0000-7000-8000-000000000000";
    let nothing = book(series(json!([{ "date": first, "rooms": [], "wait_for": [nowhere] }]))).await;
    assert_eq!(nothing.is_problem(422, "invalid").body["field"], "recurrence.exceptions[0].wait_for");
    assert!(listed(&bench, &dora).await.is_empty(), "what is refused waits for nothing");

    let made = book(series(json!([{ "date": first, "rooms": [], "wait_for": [room] }]))).await.is(201).body.clone();
    let mine = listed(&bench, &dora).await;
    assert_eq!(mine.len(), 1, "{mine:?}");
    assert_eq!((&mine[0]["room"]["id"], &mine[0]["start"]), (&json!(room), &json!("2026-11-24T09:00:00Z")));

    // Ben and Cleo asked earlier and let it pass.
    cancel(&bench, &anna, &shown).await;
    for _ in 0..2 {
        assert_eq!(offers(&bench).await, 1);
        bench.clock.advance(jiff::SignedDuration::from_mins(61));
    }
    assert_eq!(offers(&bench).await, 1);
    let dora = bench.signed_in(dora.id).await;
    assert!(listed(&bench, &dora).await[0]["offered_until"].is_string());
    let id = made["id"].as_str().expect("an id");
    let dates = bench.get(&format!("/bookings/{id}/dates")).by(&dora).send().await;
    let date = dates.is(200).body["items"][0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "start": first, "end": "2026-11-24T11:00", "rooms": [room] });
    let path = format!("/bookings/{id}/dates/{date}");
    let taken = bench.put(&path).by(&dora).header("if-match", "\"1\"").json(&body).await;
    assert_eq!(taken.is(200).body["rooms"][0]["id"], json!(room));
    assert!(listed(&bench, &dora).await.is_empty(), "it has the room");
}
