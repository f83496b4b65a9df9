use domain::{Role, RoomId, RoomKind};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

struct House {
    bench: Bench,
    anna: Caller,
    keeper: Caller,
    room: RoomId,
}

/// Anna, and a room that somebody looks after.
async fn house(rules: Value) -> House {
    let bench = Bench::with_mail().await;
    let (anna, keeper) = (bench.person("Anna", &[]).await, bench.person("Keeper", &[]).await);
    let manager = bench.person("Manager", &[Role::RoomManager]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let mut body = rules;
    body["delegates"] = json!([keeper.id]);
    let set = bench.put(&format!("/rooms/{room}/policy")).by(&manager).header("if-match", "\"1\"");
    set.json(&body).await.is(200);
    House { bench, anna, keeper, room }
}

impl House {
    async fn book(&self, changes: Value) -> Answer {
        let mut body = booking(json!({ "rooms": [self.room] }));
        for (name, value) in changes.as_object().expect("changes are fields") {
            body[name] = value.clone();
        }
        self.bench.post("/bookings").by(&self.anna).json(&body).await
    }

    async fn waiting(&self, by: &Caller) -> Vec<Value> {
        let listed = self.bench.get("/room-requests").by(by).send().await;
        listed.is(200).body["items"].as_array().expect("a list").clone()
    }

    async fn decide(&self, by: &Caller, booking: &Value, verb: &str, body: Value) -> Answer {
        let id = booking["id"].as_str().expect("an id");
        let path = format!("/room-requests/{id}/{}/{verb}", self.room);
        let seen = format!("\"{}\"", booking["version"]);
        self.bench.post(&path).by(by).header("if-match", &seen).json(&body).await
    }

    async fn shown(&self, booking: &Value) -> Value {
        let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
        self.bench.get(&path).by(&self.anna).send().await.is(200).body.clone()
    }
}

#[tokio::test]
async fn a_room_that_is_always_asked_for_waits_and_holds_until_it_is_granted() {
    let house = house(json!({ "approval": "always" })).await;
    let booked = house.book(json!({})).await.is(201).body.clone();
    assert_eq!(booked["rooms"][0]["is_waiting"], true);
    house.book(json!({})).await.is_problem(409, "room_taken");
    let waiting = house.waiting(&house.keeper).await;
    assert_eq!(waiting.len(), 1);
    let facts = |name: &str| waiting[0][name].clone();
    assert_eq!((facts("title"), facts("dates"), facts("people")), (json!("Dienstberatung"), json!(1), json!(1)));
    assert_eq!((&waiting[0]["room"]["name"], &waiting[0]["asked_by"]["name"]), (&json!("Saal"), &json!("Anna")));
    assert_eq!(facts("reasons"), json!([]));
    assert_eq!(house.waiting(&house.anna).await, Vec::<Value>::new(), "others look after the room");
    house.bench.letters().await;

    house.decide(&house.anna, &booked, "approve", json!({})).await.is_problem(404, "not_found");
    house.decide(&house.keeper, &booked, "approve", json!({})).await.is(204);
    house.decide(&house.keeper, &booked, "approve", json!({})).await.is_problem(404, "not_found");
    let shown = house.shown(&booked).await;
    assert_eq!((&shown["rooms"][0]["is_waiting"], &shown["version"]), (&json!(false), &json!(1)));
    let letters = house.bench.letters().await;
    assert_eq!(letters.len(), 1, "only who invites is told");
    assert!(letters[0].0 == "anna@example.org" && letters[0].1.contains("zugesagt"), "{}", letters[0].1);
    assert_eq!(house.bench.audit().await[0].action, "room.granted");
}

#[tokio::test]
async fn a_refused_room_is_free_at_once_and_the_words_reach_who_invites() {
    let house = house(json!({ "approval": "always" })).await;
    let guests = json!([{ "name": "Gast", "email": "gast@example.org" }]);
    let booked = house.book(json!({ "guests": guests })).await.is(201).body.clone();
    house.bench.letters().await;
    let long = json!({ "words": "x".repeat(501) });
    house.decide(&house.keeper, &booked, "refuse", long).await.is_problem(422, "invalid");
    house.decide(&house.keeper, &booked, "refuse", json!({ "words": "Der Saal wird gestrichen." })).await.is(204);

    let shown = house.shown(&booked).await;
    assert_eq!(shown["rooms"], json!([]), "the meeting goes on without the room");
    assert_eq!(shown["state"], "active");
    let refused = &shown["refused_rooms"][0];
    assert_eq!((&refused["room"]["name"], &refused["words"]), (&json!("Saal"), &json!("Der Saal wird gestrichen.")));
    let letters = house.bench.letters().await;
    let to: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["anna@example.org", "gast@example.org"]);
    assert!(letters[0].1.contains("Der Saal wird gestrichen."), "{}", letters[0].1);
    assert!(!letters[1].1.contains("gestrichen"), "a guest is told of the change only");
    house.book(json!({ "title": "Andere" })).await.is(201);
}

#[tokio::test]
async fn what_keeps_the_rules_is_booked_and_what_breaks_them_is_asked_for_with_its_reasons() {
    let house = house(json!({ "approval": "out_of_policy", "maximum_minutes": 60 })).await;
    let fits = house.book(json!({})).await.is(201).body.clone();
    assert_eq!(fits["rooms"][0]["is_waiting"], false);
    let long = house.book(json!({ "start": "2026-11-24T12:00", "end": "2026-11-24T14:00" })).await;
    assert_eq!(long.is(201).body["rooms"][0]["is_waiting"], true);
    let waiting = house.waiting(&house.keeper).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["reasons"][0]["rule"], "maximum_minutes");
    let own = json!({ "rooms": [house.room], "start": "2026-11-25T08:00", "end": "2026-11-25T18:00" });
    let own = house.bench.post("/bookings").by(&house.keeper).json(&booking(own)).await;
    assert_eq!(own.is(201).body["rooms"][0]["is_waiting"], false, "who looks after it asks nobody");
}

#[tokio::test]
async fn a_series_asks_once_and_loses_the_room_on_every_date_to_come() {
    let house = house(json!({ "approval": "always" })).await;
    let series = house.book(json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4;BYDAY=TU" } })).await;
    let series = series.is(201).body.clone();
    assert_eq!(house.waiting(&house.keeper).await[0]["dates"], 4);
    house.decide(&house.keeper, &series, "refuse", json!({})).await.is(204);
    let dates = format!("/bookings/{}/dates", series["id"].as_str().expect("an id"));
    let dates = house.bench.get(&dates).by(&house.anna).send().await.is(200).body["items"].clone();
    for date in dates.as_array().expect("a list") {
        assert_eq!(date["rooms"], json!([]), "{date}");
    }
    house.book(json!({ "start": "2026-12-01T10:00", "end": "2026-12-01T11:00" })).await.is(201);
}

#[tokio::test]
async fn a_change_asks_anew_only_where_time_or_room_change_and_cancelling_withdraws() {
    let house = house(json!({ "approval": "always" })).await;
    let booked = house.book(json!({})).await.is(201).body.clone();
    house.decide(&house.keeper, &booked, "approve", json!({})).await.is(204);
    let path = format!("/bookings/{}", booked["id"].as_str().expect("an id"));
    let put = async |tag: &str, changes: Value| {
        house.bench.put(&path).by(&house.anna).header("if-match", tag).json(&booking(changes)).await
    };
    let renamed = put("\"1\"", json!({ "rooms": [house.room], "title": "Neu" })).await;
    assert_eq!(renamed.is(200).body["rooms"][0]["is_waiting"], false, "it was granted");
    let later = json!({ "rooms": [house.room], "start": "2026-11-24T14:00", "end": "2026-11-24T15:00" });
    let moved = put("\"2\"", later).await;
    assert_eq!(moved.is(200).body["rooms"][0]["is_waiting"], true);
    put("\"3\"", json!({})).await.is(200);
    assert_eq!(house.waiting(&house.keeper).await.len(), 0, "the room is no longer wanted");
    put("\"4\"", json!({ "rooms": [house.room] })).await.is(200);
    let cancel = house.bench.post(&format!("{path}/cancel")).by(&house.anna).header("if-match", "\"5\"").send().await;
    cancel.is(200);
    house.decide(&house.keeper, &booked, "approve", json!({})).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn who_looks_at_a_booking_that_was_moved_meanwhile_grants_nothing() {
    let house = house(json!({ "approval": "always" })).await;
    let booked = house.book(json!({})).await.is(201).body.clone();
    let path = format!("/bookings/{}", booked["id"].as_str().expect("an id"));
    let later = booking(json!({ "rooms": [house.room], "start": "2026-11-24T20:00", "end": "2026-11-24T21:00" }));
    house.bench.put(&path).by(&house.anna).header("if-match", "\"1\"").json(&later).await.is(200);
    for verb in ["approve", "refuse"] {
        house.decide(&house.keeper, &booked, verb, json!({})).await.is_problem(412, "changed_meanwhile");
    }
    let shown = house.waiting(&house.keeper).await;
    let seen = json!({ "id": booked["id"], "version": shown[0]["version"] });
    house.decide(&house.keeper, &seen, "approve", json!({})).await.is(204);
}

#[tokio::test]
async fn two_answers_at_the_same_time_are_one() {
    let house = house(json!({ "approval": "always" })).await;
    let booked = house.book(json!({})).await.is(201).body.clone();
    let answers = join_all((0..8).map(|number| {
        let verb = if number % 2 == 0 { "approve" } else { "refuse" };
        house.decide(&house.keeper, &booked, verb, json!({}))
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    let audit = house.bench.audit().await;
    assert_eq!(
        audit.iter().filter(|entry| entry.action.starts_with("room.") && entry.action != "room.rules_changed").count(),
        1
    );
}

#[tokio::test]
async fn requests_of_the_past_and_old_refusals_are_tidied_up() {
    let house = house(json!({ "approval": "always" })).await;
    let refused = house.book(json!({})).await.is(201).body.clone();
    house.decide(&house.keeper, &refused, "refuse", json!({ "words": "Nein" })).await.is(204);
    house.book(json!({})).await.is(201);
    let left = async |house: &House| {
        let now = domain::Clock::now(house.bench.clock.as_ref());
        house.bench.scheduler.tidy_up(now).await.expect("the database is there");
        let ids = [domain::BookingId::from_uuid(refused["id"].as_str().expect("an id").parse().expect("a UUID"))];
        let mut unit = house.bench.store.read().await.expect("the database is there");
        let refusals = unit.room_requests_of_all(&ids).await.expect("readable").len();
        (refusals, unit.waiting_room_requests(&[house.room], 10).await.expect("readable").len())
    };
    assert_eq!(left(&house).await, (1, 1));
    house.bench.clock.set("2026-11-24T10:00:00Z");
    assert_eq!(left(&house).await, (1, 0), "the meeting is over");
    house.bench.clock.set("2026-12-23T08:00:01Z");
    assert_eq!(left(&house).await, (0, 0), "thirty days later");
}

/// The dates of a booking.
async fn dates(house: &House, booking: &Value) -> Vec<Value> {
    let path = format!("/bookings/{}/dates", booking["id"].as_str().expect("an id"));
    house.bench.get(&path).by(&house.anna).send().await.is(200).body["items"].as_array().expect("a list").clone()
}

/// Changes one date of a series, or it and all later ones.
async fn put_date(house: &House, booking: &Value, date: &Value, following: &str, tag: &str, body: Value) -> Answer {
    let (id, date) = (booking["id"].as_str().expect("an id"), date["id"].as_str().expect("an id"));
    let path = format!("/bookings/{id}/dates/{date}{following}");
    house.bench.put(&path).by(&house.anna).header("if-match", tag).json(&body).await
}

fn rules_broken(waiting: &[Value]) -> Vec<&str> {
    let reasons = waiting[0]["reasons"].as_array().expect("a list");
    reasons.iter().map(|reason| reason["rule"].as_str().expect("a word")).collect()
}

#[tokio::test]
async fn a_change_of_one_date_leaves_the_reasons_of_the_others() {
    let house = house(json!({ "approval": "out_of_policy", "maximum_minutes": 60 })).await;
    let long = json!({ "end": "2026-11-24T12:00", "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3;BYDAY=TU" } });
    let series = house.book(long).await.is(201).body.clone();
    assert_eq!(rules_broken(&house.waiting(&house.keeper).await), ["maximum_minutes"; 3]);
    let all = dates(&house, &series).await;
    let renamed = json!({ "start": "2026-12-01T10:00", "end": "2026-12-01T12:00", "title": "Klausur" });
    put_date(&house, &series, &all[1], "", "\"1\"", renamed).await.is(200);
    assert_eq!(rules_broken(&house.waiting(&house.keeper).await), ["maximum_minutes"; 3]);
    let short = json!({ "start": "2026-12-01T10:00", "end": "2026-12-01T11:00" });
    put_date(&house, &series, &all[1], "", "\"2\"", short).await.is(200);
    assert_eq!(rules_broken(&house.waiting(&house.keeper).await), ["maximum_minutes"; 2], "one is short enough now");
}

#[tokio::test]
async fn a_request_ends_when_the_booking_keeps_the_rules() {
    let house = house(json!({ "approval": "out_of_policy", "maximum_minutes": 60 })).await;
    let booked = house.book(json!({ "end": "2026-11-24T12:00" })).await.is(201).body.clone();
    assert_eq!(house.waiting(&house.keeper).await.len(), 1);
    let path = format!("/bookings/{}", booked["id"].as_str().expect("an id"));
    let put = async |tag: &str, changes: Value| {
        house.bench.put(&path).by(&house.anna).header("if-match", tag).json(&booking(changes)).await
    };
    let same = json!({ "rooms": [house.room], "end": "2026-11-24T12:00", "title": "Neu" });
    assert_eq!(put("\"1\"", same).await.is(200).body["rooms"][0]["is_waiting"], true, "a title keeps no rule");
    let shorter = put("\"2\"", json!({ "rooms": [house.room] })).await;
    assert_eq!(shorter.is(200).body["rooms"][0]["is_waiting"], false);
    assert_eq!(house.waiting(&house.keeper).await, Vec::<Value>::new(), "nobody needs to answer");
}

#[tokio::test]
async fn what_was_granted_to_a_series_is_granted_to_what_goes_on_from_it() {
    let house = house(json!({ "approval": "always" })).await;
    let rule = |count: u8| json!({ "rule": format!("FREQ=WEEKLY;COUNT={count};BYDAY=TU") });
    let series = house.book(json!({ "recurrence": rule(4) })).await.is(201).body.clone();
    house.decide(&house.keeper, &series, "approve", json!({})).await.is(204);
    let all = dates(&house, &series).await;
    let later = json!({ "title": "Neu", "rooms": [house.room], "start": "2026-12-08T10:00", "end": "2026-12-08T11:00",
        "recurrence": rule(2) });
    let split = put_date(&house, &series, &all[2], "/following", "\"1\"", booking(later)).await;
    assert_eq!(split.is(201).body["rooms"][0]["is_waiting"], false);
    assert_eq!(house.waiting(&house.keeper).await, Vec::<Value>::new());

    let other = house.book(json!({ "start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "recurrence": rule(4) }));
    let other = other.await.is(201).body.clone();
    let all = dates(&house, &other).await;
    let later = json!({ "rooms": [house.room], "start": "2026-12-08T14:00", "end": "2026-12-08T15:00",
        "recurrence": rule(2) });
    let split = put_date(&house, &other, &all[2], "/following", "\"1\"", booking(later)).await;
    assert_eq!(split.is(201).body["rooms"][0]["is_waiting"], true, "what waits goes on waiting");
    assert_eq!(house.waiting(&house.keeper).await.len(), 2, "for both halves");
}

#[tokio::test]
async fn who_looks_after_a_room_gets_a_letter_when_it_is_asked_for_and_only_then() {
    let house = house(json!({ "approval": "always" })).await;
    house.bench.speaks(&house.keeper, "en").await;
    let series = json!({ "rule": "FREQ=WEEKLY;COUNT=3;BYDAY=TU" });
    let booked = house.book(json!({ "recurrence": series })).await.is(201).body.clone();
    let letters = house.bench.letters().await;
    let to_keeper: Vec<&str> =
        letters.iter().filter(|(to, _)| to == "keeper@example.org").map(|(_, text)| text.as_str()).collect();
    assert_eq!(to_keeper.len(), 1);
    for words in [
        "Subject: Room asked for: Saal, 24 Nov 2026, 10:00",
        "Anna asks for the room Saal.",
        "The next of 3 dates",
        "https://meet.example.org/rooms",
        "Reply-To: Anna <anna@example.org>",
    ] {
        assert!(to_keeper[0].contains(words), "{words}\n{}", to_keeper[0]);
    }
    assert!(!to_keeper[0].contains("BEGIN:VCALENDAR"), "it is no invitation");

    let path = format!("/bookings/{}", booked["id"].as_str().expect("an id"));
    let renamed = json!({ "rooms": [house.room], "title": "Neu", "recurrence": series });
    house.bench.put(&path).by(&house.anna).header("if-match", "\"1\"").json(&booking(renamed)).await.is(200);
    let told = house.bench.letters().await;
    assert!(told.iter().all(|(to, _)| to != "keeper@example.org"), "it waits already");
    let all = dates(&house, &booked).await;
    let moved = json!({ "start": "2026-12-02T10:00", "end": "2026-12-02T11:00" });
    put_date(&house, &booked, &all[1], "", "\"2\"", moved).await.is(200);
    let told = house.bench.letters().await;
    assert_eq!(told.iter().filter(|(to, _)| to == "keeper@example.org").count(), 1, "another day is another question");
    let own = booking(json!({ "rooms": [house.room], "start": "2026-11-25T08:00", "end": "2026-11-25T09:00" }));
    house.bench.post("/bookings").by(&house.keeper).json(&own).await.is(201);
    let told = house.bench.letters().await;
    assert!(told.iter().all(|(_, text)| !text.contains("asked for")), "one does not ask oneself");
}
