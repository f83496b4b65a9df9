use std::collections::BTreeMap;

use cluster::Event;
use domain::{RoomId, RoomKind};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::secret;
use crate::testing::{BASE, Bench, booking};

#[tokio::test]
async fn a_booking_is_answered_in_full_and_told_to_everybody() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    let mut events = bench.cluster.bus.events().await.expect("a bus");
    let body = booking(json!({
        "title": "  Dienstberatung ", "description": "Lage", "rooms": [room, room],
        "people": [{ "person": jonas.id, "role": "moderator" }],
        "guests": [{ "name": "Dr. Yıldız", "email": "Yildiz@example.org" }, { "name": "" }],
    }));
    let answer = bench.post("/bookings").by(&anna).json(&body).await;
    assert_eq!(answer.is(201).etag(), "\"1\"");
    let shown = &answer.body;
    let id = shown["id"].as_str().expect("an id");
    assert_eq!(answer.headers["location"], format!("/api/v1/bookings/{id}"));
    let told = events.next().await;
    assert_eq!(told, Some(Event::BookingChanged { booking: id.parse().expect("an id") }));

    let expected = json!({
        "title": "Dienstberatung", "description": "Lage", "zone": "Europe/Berlin", "state": "active", "version": 1,
        "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z",
        "start_local": "2026-11-24T10:00", "end_local": "2026-11-24T11:00",
        "organiser": { "id": anna.id, "name": "Anna" }, "booked_by": { "id": anna.id, "name": "Anna" },
        "rooms": [{ "id": room, "name": "Sitzungszimmer", "kind": "physical", "site": null, "capacity": 12, "is_too_small": false, "is_waiting": false }],
        "guests_wait": true, "join_url": format!("{BASE}/m/{id}"),
        "my_role": "moderator", "may": { "change": true, "check_in": true, "hand_over": true, "moderate": true },
        "joinable_from": "2026-11-24T08:30:00Z",
    });
    for (name, value) in expected.as_object().expect("fields") {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(shown["people"][0]["person"]["name"], "Jonas");
    let names: BTreeMap<&str, &Value> = shown["guests"]
        .as_array()
        .expect("guests")
        .iter()
        .map(|one| (one["name"].as_str().expect("a name"), one))
        .collect();
    assert_eq!(names["Dr. Yıldız"]["email"], "yildiz@example.org");
    let links: Vec<&str> = names.values().map(|one| one["link"].as_str().expect("a link, this once")).collect();
    assert!(links.iter().all(|link| link.starts_with(&format!("{BASE}/m/{id}#"))) && links[0] != links[1]);
    assert_eq!(bench.audit().await[0].action, "booking.created");
}

#[tokio::test]
async fn a_delegate_books_on_behalf_and_both_ids_are_kept() {
    let bench = Bench::new().await;
    let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
    let body = booking(json!({ "organiser": boss.id }));
    bench.post("/bookings").by(&assistant).json(&body).await.is_problem(403, "not_allowed");
    bench.delegate(&boss, &assistant, &["see_all"]).await;
    bench.post("/bookings").by(&assistant).json(&body).await.is_problem(403, "not_allowed");
    bench.delegate(&boss, &assistant, &["book"]).await;
    let answer = bench.post("/bookings").by(&assistant).json(&body).await;
    assert_eq!(answer.is(201).body["organiser"]["name"], "Boss");
    assert_eq!(answer.body["booked_by"]["name"], "Assistant");
    let entry = bench.audit().await.remove(0);
    assert_eq!((entry.actor, entry.on_behalf_of), (Some(assistant.id), Some(boss.id)));
}

#[tokio::test]
async fn a_taken_room_is_named_with_its_end_and_nothing_is_written() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    bench.booked(&anna, json!({ "rooms": [room] })).await;
    let overlapping = booking(json!({ "start": "2026-11-24T10:30", "end": "2026-11-24T11:30", "rooms": [room] }));
    let answer = bench.post("/bookings").by(&jonas).json(&overlapping).await;
    answer.is_problem(409, "room_taken");
    assert_eq!(answer.body["room"], json!({ "id": room, "name": "Sitzungszimmer" }));
    assert_eq!(answer.body["until"], "2026-11-24T10:00:00Z");
    assert_eq!(bench.get("/bookings").by(&jonas).send().await.body["items"], json!([]));
    let after = booking(json!({ "start": "2026-11-24T11:00", "end": "2026-11-24T11:30", "rooms": [room] }));
    bench.post("/bookings").by(&jonas).json(&after).await.is(201);
}

#[tokio::test]
async fn of_many_who_book_at_once_one_wins_and_all_others_are_told() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let (one, two) = (bench.room(RoomKind::Physical, "A", 12).await, bench.room(RoomKind::Physical, "B", 12).await);
    let book = |number: usize| {
        let rooms: [RoomId; 2] = if number.is_multiple_of(2) { [one, two] } else { [two, one] };
        let body = booking(json!({ "rooms": rooms }));
        let (bench, anna) = (&bench, &anna);
        async move { bench.post("/bookings").by(anna).json(&body).await }
    };
    let answers = join_all((0..32).map(book)).await;
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    let told = answers.iter().filter(|answer| answer.body["code"] == "room_taken").count();
    assert_eq!((won, told), (1, 31));
}

#[tokio::test]
async fn times_that_cannot_be_are_refused_with_what_could_be() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    for (changes, code, field) in [
        (json!({ "start": "2026-11-22T10:00", "end": "2026-11-22T11:00" }), "in_the_past", "start"),
        (json!({ "end": "2026-11-24T10:00" }), "end_before_start", "end"),
        (json!({ "end": "2026-11-23T10:00" }), "end_before_start", "end"),
        (json!({ "end": "2026-11-25T10:01" }), "too_long", "end"),
        (json!({ "zone": "Europe/Erfurt" }), "unknown_zone", "zone"),
        (json!({ "start": "2027-03-28T02:30", "end": "2027-03-28T04:00" }), "time_does_not_exist", "start"),
    ] {
        let answer = bench.post("/bookings").by(&anna).json(&booking(changes)).await;
        assert_eq!(answer.is_problem(422, code).body["field"], field);
        if code == "time_does_not_exist" {
            assert_eq!(answer.body["next_valid"], "2027-03-28T03:00");
        }
    }
}

#[tokio::test]
async fn the_smallest_room_must_hold_everybody_and_the_organiser_counts_once() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let (small, large) = (bench.room(RoomKind::Physical, "A", 3).await, bench.room(RoomKind::Virtual, "B", 300).await);
    let people = json!([
        { "person": anna.id, "role": "moderator" },
        { "person": jonas.id, "role": "participant" },
    ]);
    let body = |guests: Value| booking(json!({ "rooms": [small, large], "people": people, "guests": guests }));
    let too_many = body(json!([{ "name": "Eins" }, { "name": "Zwei" }]));
    let answer = bench.post("/bookings").by(&anna).json(&too_many).await;
    answer.is_problem(422, "over_capacity");
    assert_eq!((&answer.body["capacity"], &answer.body["people"]), (&json!(3), &json!(4)));
    bench.post("/bookings").by(&anna).json(&body(json!([{ "name": "Eins" }]))).await.is(201);
}

#[tokio::test]
async fn every_field_is_checked_and_named() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let nobody = "019ab000-0000-7000-8000-000000000000";
    for (changes, field) in [
        (json!({ "title": " " }), "title"),
        (json!({ "title": "x".repeat(201) }), "title"),
        (json!({ "description": "x".repeat(5_001) }), "description"),
        (json!({ "rooms": [nobody] }), "rooms"),
        (json!({ "people": [{ "person": nobody, "role": "participant" }] }), "people[0].person"),
        (json!({ "remind_minutes": 9 }), "remind_minutes"),
        (json!({ "remind_minutes": 10_081 }), "remind_minutes"),
        (json!({ "guests": [{ "name": "a\nb" }] }), "guests[0].name"),
        (json!({ "guests": [{ "name": "Eins" }, { "name": "Zwei", "email": "zwei" }] }), "guests[1].email"),
        (json!({ "guests": [{ "id": nobody, "name": "Eins" }] }), "guests[0].id"),
    ] {
        let answer = bench.post("/bookings").by(&anna).json(&booking(changes)).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
        assert!(answer.body["allowed"].is_string());
    }
    for (changes, field) in [
        (json!({ "people": [{ "person": nobody, "role": "guest" }] }), "people[0].role"),
        (json!({ "start": "2026-11-24T09:30:00Z" }), "start"),
        (json!({ "guests_wait": "yes" }), "guests_wait"),
    ] {
        let answer = bench.post("/bookings").by(&anna).json(&booking(changes)).await;
        assert_eq!(answer.is_problem(400, "malformed").body["field"], field);
    }
}

#[tokio::test]
async fn secrets_of_links_are_stored_as_hashes_only() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
    let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
    assert_eq!(secret.len(), 22, "128 bits");
    let mut unit = bench.store.read().await.expect("the database is there");
    assert!(unit.invitation_by_secret(&secret::hash(secret)).await.expect("readable").is_some());
    drop(unit);
    let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
    assert!(!bench.get(&path).by(&anna).send().await.text.contains(secret));
}
