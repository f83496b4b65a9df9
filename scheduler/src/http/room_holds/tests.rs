use domain::{Role, RoomId, RoomKind};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

/// The coming day, 10 to 11 in Berlin: what [`booking`] books.
async fn hold(bench: &Bench, by: &Caller, rooms: &[RoomId]) -> Answer {
    let body = json!({ "rooms": rooms, "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z" });
    bench.put("/room-holds/mine").by(by).json(&body).await
}

async fn book(bench: &Bench, by: &Caller, changes: Value) -> Answer {
    bench.post("/bookings").by(by).json(&booking(changes)).await
}

#[tokio::test]
async fn what_one_holds_others_see_and_cannot_book_and_oneself_books_without_a_gap() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let held = hold(&bench, &anna, &[room]).await;
    assert_eq!(held.is(200).body["expires_at"], "2026-11-23T08:05:00Z");
    let seen = async |by: &Caller| {
        let path = "/rooms/free?start=2026-11-24T09:30:00Z&end=2026-11-24T10:30:00Z";
        bench.get(path).by(by).send().await.is(200).body["items"][0].clone()
    };
    let other = seen(&jonas).await;
    assert_eq!((&other["free"], &other["held_until"]), (&json!(false), &json!("2026-11-23T08:05:00Z")));
    assert_eq!(seen(&anna).await["free"], true, "one's own hold is in nobody's way");
    let refused = book(&bench, &jonas, json!({ "rooms": [room] })).await;
    refused.is_problem(409, "room_held");
    assert_eq!(refused.body["room"], json!({ "id": room, "name": "Saal" }));
    assert_eq!(refused.body["until"], "2026-11-23T08:05:00Z");
    hold(&bench, &jonas, &[room]).await.is_problem(409, "room_held");

    book(&bench, &anna, json!({ "rooms": [room] })).await.is(201);
    book(&bench, &jonas, json!({ "rooms": [room] })).await.is_problem(409, "room_taken");
    hold(&bench, &jonas, &[room]).await.is_problem(409, "room_taken");
    let later = json!({ "rooms": [room], "start": "2026-11-24T11:00", "end": "2026-11-24T12:00" });
    book(&bench, &jonas, later).await.is(201);
}

#[tokio::test]
async fn a_hold_ends_by_itself_when_the_form_is_closed_and_when_another_room_is_chosen() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let (one, two) = (bench.room(RoomKind::Physical, "A", 12).await, bench.room(RoomKind::Physical, "B", 12).await);
    hold(&bench, &anna, &[one]).await.is(200);
    hold(&bench, &anna, &[two]).await.is(200);
    hold(&bench, &jonas, &[one]).await.is(200);
    hold(&bench, &jonas, &[two]).await.is_problem(409, "room_held");
    bench.delete("/room-holds/mine").by(&anna).send().await.is(204);
    hold(&bench, &jonas, &[two]).await.is(200);
    bench.clock.advance(SignedDuration::from_secs(299));
    book(&bench, &anna, json!({ "rooms": [two] })).await.is_problem(409, "room_held");
    bench.clock.advance(SignedDuration::from_secs(1));
    book(&bench, &anna, json!({ "rooms": [two] })).await.is(201);
    let now = domain::Clock::now(bench.clock.as_ref());
    assert_eq!(bench.scheduler.tidy_up(now).await.expect("the database is there"), 1, "the hold of Jonas");
}

#[tokio::test]
async fn the_dates_of_a_series_mind_what_others_hold() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    hold(&bench, &anna, &[room]).await.is(200);
    let series = json!({ "rooms": [room], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3;BYDAY=TU" } });
    book(&bench, &jonas, series.clone()).await.is_problem(409, "room_held");
    book(&bench, &anna, series).await.is(201);
}

#[tokio::test]
async fn a_hold_on_a_cancelled_date_stands_in_the_way_of_nobody() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let series = json!({ "rooms": [room], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3;BYDAY=TU" } });
    let booked = book(&bench, &anna, series.clone()).await.is(201).body.clone();
    let path = format!("/bookings/{}", booked["id"].as_str().expect("an id"));
    let dates = bench.get(&format!("{path}/dates")).by(&anna).send().await.is(200).body["items"].clone();
    let cancel = format!("{path}/dates/{}/cancel", dates[1]["id"].as_str().expect("an id"));
    bench.post(&cancel).by(&anna).header("if-match", "\"1\"").send().await.is(200);
    let body = json!({ "rooms": [room], "start": "2026-12-01T09:00:00Z", "end": "2026-12-01T10:00:00Z" });
    bench.put("/room-holds/mine").by(&jonas).json(&body).await.is(200);
    let mut renamed = booking(series);
    renamed["title"] = json!("Neuer Titel");
    bench.put(&path).by(&anna).header("if-match", "\"2\"").json(&renamed).await.is(200);
}

#[tokio::test]
async fn of_many_who_hold_the_same_room_at_once_one_does() {
    let bench = Bench::new().await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let only = [room];
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(bench.person(&format!("Person {number}"), &[]).await);
    }
    let answers = join_all(people.iter().map(|person| hold(&bench, person, &only))).await;
    let won: Vec<usize> = (0..8).filter(|place| answers[*place].status == 200).collect();
    assert_eq!(won.len(), 1);
    let booked = join_all(people.iter().map(|person| book(&bench, person, json!({ "rooms": [room] })))).await;
    let got: Vec<usize> = (0..8).filter(|place| booked[*place].status == 201).collect();
    assert_eq!(got, won, "who held it");
}

#[tokio::test]
async fn what_cannot_be_booked_cannot_be_held() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let ask = async |rooms: Value, start: &str, end: &str| {
        let body = json!({ "rooms": rooms, "start": start, "end": end });
        bench.put("/room-holds/mine").by(&anna).json(&body).await
    };
    let (nine, ten) = ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    ask(json!([room]), ten, nine).await.is_problem(422, "end_before_start");
    ask(json!([room]), nine, "2026-11-26T09:00:00Z").await.is_problem(422, "too_long");
    ask(json!([room]), "2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z").await.is_problem(422, "in_the_past");
    let nobody = json!(["019ab000-0000-7000-8000-000000000000"]);
    assert_eq!(ask(nobody, nine, ten).await.is_problem(422, "invalid").body["field"], "rooms");
    ask(json!(vec![room; 30]), nine, ten).await.is(200);
    ask(json!([]), nine, ten).await.is(200);
}

/// A room with rules, and who looks after it.
async fn ruled(bench: &Bench, rules: Value) -> (RoomId, Caller, Caller) {
    let (keeper, manager) = (bench.person("Keeper", &[]).await, bench.person("Manager", &[Role::RoomManager]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let mut body = rules;
    body["delegates"] = json!([keeper.id]);
    let set = bench.put(&format!("/rooms/{room}/policy")).by(&manager).header("if-match", "\"1\"");
    set.json(&body).await.is(200);
    (room, keeper, manager)
}

#[tokio::test]
async fn a_form_stands_in_nobodys_way_who_looks_after_the_room() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let (room, keeper, manager) = ruled(&bench, json!({})).await;
    hold(&bench, &anna, &[room]).await.is(200);
    hold(&bench, &jonas, &[room]).await.is_problem(409, "room_held");
    hold(&bench, &manager, &[room]).await.is(200);
    bench.delete("/room-holds/mine").by(&manager).send().await.is(204);
    hold(&bench, &keeper, &[room]).await.is(200);
    book(&bench, &keeper, json!({ "rooms": [room] })).await.is(201);
    book(&bench, &anna, json!({ "rooms": [room] })).await.is_problem(409, "room_taken");
}

#[tokio::test]
async fn who_may_not_book_a_room_cannot_keep_it_from_others() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let (room, _, _) = ruled(&bench, json!({ "bookers": "listed", "listed": [anna.id] })).await;
    hold(&bench, &anna, &[room]).await.is(200);
    bench.delete("/room-holds/mine").by(&anna).send().await.is(204);
    let refused = hold(&bench, &jonas, &[room]).await;
    refused.is_problem(422, "against_rules");
    assert_eq!(refused.body["room"]["name"], "Saal");
    bench.delegate(&anna, &jonas, &["book"]).await;
    hold(&bench, &jonas, &[room]).await.is(200);
}
