use domain::{Role, RoomKind};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

const KEY: &str = "3f0c6d1e-7a51-4b8e-9c1f-0b7d2a9e5c44";

async fn book(bench: &Bench, by: &Caller, key: &str, changes: Value) -> Answer {
    bench.post("/bookings").by(by).header("idempotency-key", key).json(&booking(changes)).await
}

/// What the calendar of this person holds.
async fn bookings(bench: &Bench, by: &Caller) -> usize {
    let listed = bench.get("/bookings").by(by).send().await;
    listed.is(200).body["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn what_is_sent_again_is_answered_the_same_and_done_once() {
    let bench = Bench::with_mail().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let guests = json!([{ "name": "Gast", "email": "gast@example.org" }]);
    let body = || json!({ "rooms": [room], "guests": guests });
    let first = book(&bench, &anna, KEY, body()).await;
    let again = book(&bench, &anna, KEY, body()).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert!(first.is(201).body["guests"][0]["link"].is_string(), "the guest's link as well");
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.headers[name], first.headers[name], "{name}");
    }
    // As a structured field the key stands in quotes.
    assert_eq!(book(&bench, &anna, &format!("\"{KEY}\""), body()).await.text, first.text);
    assert_eq!(bookings(&bench, &anna).await, 1);
    assert_eq!(bench.letters().await.len(), 2, "Anna and the guest get one letter each");
    assert_eq!(bench.audit().await.iter().filter(|entry| entry.action == "booking.created").count(), 1);
}

#[tokio::test]
async fn of_many_at_the_same_time_one_books_and_all_get_its_answer() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let answers = join_all((0..16).map(|_| book(&bench, &anna, KEY, json!({ "rooms": [room] })))).await;
    assert!(answers.iter().all(|answer| answer.is(201).text == answers[0].text));
    assert_eq!(bookings(&bench, &anna).await, 1);
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused_and_changes_nothing() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[Role::RoomManager]).await;
    book(&bench, &anna, KEY, json!({})).await.is(201);
    let other = book(&bench, &anna, KEY, json!({ "title": "Etwas anderes" })).await;
    assert_eq!(other.is_problem(422, "key_reused").body["field"], "idempotency-key");
    let room = json!({ "kind": "physical", "name": "Saal", "capacity": 12 });
    let elsewhere = bench.post("/rooms").by(&anna).header("idempotency-key", KEY).json(&room).await;
    elsewhere.is_problem(422, "key_reused");
    assert_eq!(bookings(&bench, &anna).await, 1);
    assert_eq!(bench.get("/rooms").by(&anna).send().await.body["items"], json!([]));
}

#[tokio::test]
async fn everybody_has_keys_of_their_own() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let one = book(&bench, &anna, KEY, json!({})).await;
    let other = book(&bench, &jonas, KEY, json!({})).await;
    assert_ne!(one.is(201).body["id"], other.is(201).body["id"]);
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_under_the_same_key() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let held = bench.booked(&jonas, json!({ "rooms": [room] })).await;
    book(&bench, &anna, KEY, json!({ "rooms": [room] })).await.is_problem(409, "room_taken");
    book(&bench, &anna, KEY, json!({ "title": " " })).await.is_problem(422, "invalid");
    let cancel = format!("/bookings/{}/cancel", held["id"].as_str().expect("an id"));
    bench.post(&cancel).by(&jonas).header("if-match", "\"1\"").send().await.is(200);
    book(&bench, &anna, KEY, json!({ "rooms": [room] })).await.is(201);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_even_when_the_time_booked_is_over() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let today = json!({ "start": "2026-11-23T09:30", "end": "2026-11-23T10:00" });
    let first = book(&bench, &anna, KEY, today.clone()).await;
    first.is(201);
    bench.clock.advance(SignedDuration::from_hours(23));
    let anna = bench.signed_in(anna.id).await;
    assert_eq!(book(&bench, &anna, KEY, today.clone()).await.text, first.text);
    bench.clock.advance(SignedDuration::from_hours(1));
    let anna = bench.signed_in(anna.id).await;
    book(&bench, &anna, KEY, today).await.is_problem(422, "in_the_past");
    let now = domain::Clock::now(bench.clock.as_ref());
    assert_eq!(bench.scheduler.tidy_up(now).await.expect("the database is there"), 1, "the kept answer");
}

#[tokio::test]
async fn rooms_delegations_people_and_series_are_made_once_as_well() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[Role::Administrator]).await;
    let person = json!({ "name": "Neu", "email": "neu@example.org", "password": "lang genug fuer alle" });
    let series = booking(json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4;BYDAY=TU" } }));
    for (key, path, body) in [
        ("room", "/rooms", json!({ "kind": "physical", "name": "Saal", "capacity": 12 })),
        ("person", "/people", person),
        ("delegation", "/delegations", json!({ "delegate": bench.person("Jonas", &[]).await.id, "rights": ["book"] })),
        ("booking", "/bookings", series),
    ] {
        let send = async || bench.post(path).by(&anna).header("idempotency-key", key).json(&body).await;
        let first = send().await;
        assert_eq!(send().await.is(201).text, first.is(201).text, "{path}");
        let made = bench.audit().await.iter().filter(|entry| entry.subject.starts_with(key)).count();
        assert_eq!(made, 1, "{path}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_refused() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    for key in ["", "\"\"", "two words", &"x".repeat(256)] {
        let answer = book(&bench, &anna, key, json!({})).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], "idempotency-key");
    }
    assert_eq!(bookings(&bench, &anna).await, 0);
    book(&bench, &anna, &"x".repeat(255), json!({})).await.is(201);
}

#[tokio::test]
async fn the_database_holds_neither_the_key_nor_the_answer_in_clear() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = book(&bench, &anna, KEY, json!({ "guests": [{ "name": "Gästin" }] })).await;
    let key = storage::RequestKey { person: anna.id, hash: crate::secret::hash(KEY) };
    let now = domain::Clock::now(bench.clock.as_ref());
    let mut unit = bench.store.read().await.expect("the database is there");
    let kept = unit.kept_answer(key, now).await.expect("readable").expect("it was kept");
    let stored = String::from_utf8_lossy(&kept.answer).into_owned();
    let secret = shown.is(201).body["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1));
    for text in [KEY, "Gästin", "Dienstberatung", secret.expect("a secret")] {
        assert!(!stored.contains(text), "{text}");
    }
}
