use domain::RoomKind;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

/// Ten Tuesdays from the coming day on, 10 to 11 in Berlin.
fn weekly(changes: Value) -> Value {
    let mut body = booking(json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10;BYDAY=TU" } }));
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    body
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

struct Seen {
    id: String,
    etag: String,
}

async fn booked(bench: &Bench, by: &Caller, changes: Value) -> Seen {
    let answer = bench.post("/bookings").by(by).json(&weekly(changes)).await;
    Seen { id: text(&answer.is(201).body["id"]), etag: answer.etag().to_owned() }
}

async fn dates(bench: &Bench, by: &Caller, id: &str) -> Vec<Value> {
    let answer = bench.get(&format!("/bookings/{id}/dates")).by(by).send().await;
    answer.is(200).body["items"].as_array().expect("a list").clone()
}

fn starts(dates: &[Value]) -> Vec<String> {
    dates.iter().map(|date| text(&date["start_local"])).collect()
}

async fn put(bench: &Bench, by: &Caller, path: &str, etag: &str, body: &Value) -> Answer {
    bench.put(path).by(by).header("if-match", etag).json(body).await
}

#[tokio::test]
async fn a_series_is_booked_with_all_its_dates_and_says_its_rule() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let seen = booked(&bench, &anna, json!({ "rooms": [room] })).await;
    let shown = bench.get(&format!("/bookings/{}", seen.id)).by(&anna).send().await;
    assert_eq!(shown.is(200).body["series"]["rule"], "FREQ=WEEKLY;COUNT=10;BYDAY=TU");
    assert_eq!(shown.body["series"]["start_local"], "2026-11-24T10:00");
    let dates = dates(&bench, &anna, &seen.id).await;
    assert_eq!(dates.len(), 10);
    assert_eq!((&dates[9]["date"], &dates[9]["end_local"]), (&json!("2027-01-26T10:00"), &json!("2027-01-26T11:00")));
    let listed = bench.get("/bookings").by(&anna).send().await;
    assert_eq!(listed.is(200).body["items"].as_array().map(Vec::len), Some(10));
    let one = bench.get(&format!("/bookings/{}/dates/{}", seen.id, text(&dates[3]["id"]))).by(&anna).send().await;
    assert_eq!(one.is(200).body["start_local"], "2026-12-15T10:00");
    let stranger = bench.person("Stranger", &[]).await;
    bench.get(&format!("/bookings/{}/dates", seen.id)).by(&stranger).send().await.is_problem(404, "not_found");
}

#[tokio::test]
async fn bad_rules_are_refused_with_the_part_and_what_it_may_hold() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    for (rule, rooms, part) in [
        ("FREQ=WEEKLY;BYDAY=XX", json!([]), json!("BYDAY")),
        ("FREQ=HOURLY", json!([]), json!("FREQ")),
        ("FREQ=WEEKLY;COUNT=5;UNTIL=20270101", json!([]), json!("UNTIL")),
        ("FREQ=DAILY;COUNT=1001", json!([]), json!(null)),
        ("FREQ=YEARLY;COUNT=20", json!([]), json!(null)),
        ("FREQ=WEEKLY", json!([room]), json!(null)),
    ] {
        let body = weekly(json!({ "recurrence": { "rule": rule }, "rooms": rooms }));
        let answer = bench.post("/bookings").by(&anna).json(&body).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], "recurrence.rule", "{rule}");
        assert_eq!(answer.body["part"], part, "{rule}");
    }
    let missed = weekly(json!({ "recurrence": { "rule": "FREQ=WEEKLY;BYDAY=FR;COUNT=3" } }));
    let answer = bench.post("/bookings").by(&anna).json(&missed).await;
    assert_eq!(answer.is_problem(422, "invalid").body["next_valid"], "2026-11-27T10:00");
    let over = weekly(json!({ "recurrence": { "rule": "FREQ=WEEKLY;UNTIL=20261101" } }));
    bench.post("/bookings").by(&anna).json(&over).await.is_problem(422, "invalid");
}

#[tokio::test]
async fn taken_dates_are_listed_with_replacements_and_booked_in_one_step() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let other = bench.room(RoomKind::Physical, "Nebensaal", 20).await;
    let tiny = bench.room(RoomKind::Physical, "Kammer", 1).await;
    for day in ["2026-12-01", "2026-12-15", "2026-12-22"] {
        let (start, end) = (format!("{day}T10:30"), format!("{day}T12:00"));
        bench.booked(&ben, json!({ "rooms": [room], "start": start, "end": end })).await;
    }
    let wish = json!({ "rooms": [room], "people": [{ "person": ben.id, "role": "participant" }] });
    let refused = bench.post("/bookings").by(&anna).json(&weekly(wish.clone())).await;
    let conflicts = refused.is_problem(409, "dates_taken").body["conflicts"].as_array().expect("a list").clone();
    let named: Vec<_> = conflicts.iter().map(|one| text(&one["date"])).collect();
    assert_eq!(named, ["2026-12-01T10:00", "2026-12-15T10:00", "2026-12-22T10:00"]);
    let taken = &conflicts[0]["taken"][0];
    assert_eq!((&taken["room"]["name"], &taken["start"]), (&json!("Saal"), &json!("2026-12-01T09:30:00Z")));
    let proposed = conflicts[0]["free_rooms"].as_array().expect("a list");
    assert_eq!(proposed.iter().map(|one| one["id"].clone()).collect::<Vec<_>>(), [json!(other)], "not {tiny}");
    assert_eq!(conflicts[0]["free_times"][0], json!({ "start": "2026-12-01T09:30", "end": "2026-12-01T10:30" }));
    assert!(bench.get("/bookings").by(&anna).send().await.is(200).body["items"].as_array().expect("a list").is_empty());

    let exceptions = json!([
        { "date": "2026-12-01T10:00", "rooms": [other] },
        { "date": "2026-12-15T10:00", "start": "2026-12-15T09:30", "end": "2026-12-15T10:30" },
        { "date": "2026-12-22T10:00", "skip": true },
    ]);
    let mut body = weekly(wish);
    body["recurrence"]["exceptions"] = exceptions;
    let answer = bench.post("/bookings").by(&anna).json(&body).await;
    let dates = dates(&bench, &anna, &text(&answer.is(201).body["id"])).await;
    assert_eq!(dates.len(), 9);
    assert_eq!(dates[1]["rooms"], json!([other]));
    assert_eq!(starts(&dates)[3], "2026-12-15T09:30");
    assert!(!starts(&dates).iter().any(|start| start.starts_with("2026-12-22")));
    let unknown =
        json!({ "rule": "FREQ=WEEKLY;COUNT=2", "exceptions": [{ "date": "2026-11-25T10:00", "skip": true }] });
    let answer = bench.post("/bookings").by(&anna).json(&weekly(json!({ "recurrence": unknown }))).await;
    assert_eq!(answer.is_problem(422, "invalid").body["field"], "recurrence.exceptions[0].date");
}

#[tokio::test]
async fn one_date_is_moved_and_one_cancelled_and_a_new_time_for_all_keeps_both() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let seen = booked(&bench, &anna, json!({ "rooms": [room] })).await;
    let before = dates(&bench, &anna, &seen.id).await;
    let path = |place: usize| format!("/bookings/{}/dates/{}", seen.id, text(&before[place]["id"]));
    let moved = json!({ "start": "2026-12-02T14:00", "end": "2026-12-02T16:00", "title": "Klausur" });
    let answer = put(&bench, &anna, &path(1), &seen.etag, &moved).await;
    assert_eq!(answer.is(200).body["title"], "Klausur");
    put(&bench, &anna, &path(2), &seen.etag, &moved).await.is_problem(412, "changed_meanwhile");
    let cancel = format!("{}/cancel", path(2));
    let answer = bench.post(&cancel).by(&anna).header("if-match", "\"2\"").send().await;
    assert_eq!(answer.is(200).body["state"], "cancelled");
    // The room is free again on the cancelled date.
    let there = json!({ "rooms": [room], "start": "2026-12-08T10:00", "end": "2026-12-08T11:00" });
    bench.booked(&anna, there).await;

    let all = weekly(json!({ "rooms": [room], "start": "2026-11-24T13:00", "end": "2026-11-24T14:00" }));
    put(&bench, &anna, &format!("/bookings/{}", seen.id), "\"3\"", &all).await.is(200);
    let after = dates(&bench, &anna, &seen.id).await;
    let ids = |dates: &[Value]| dates.iter().map(|date| text(&date["id"])).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before), "every date is the one it was");
    assert_eq!(starts(&after)[..4], ["2026-11-24T13:00", "2026-12-02T14:00", "2026-12-08T13:00", "2026-12-15T13:00"]);
    assert_eq!(after[1]["title"], "Klausur");
    assert_eq!((&after[2]["is_cancelled"], &after[3]["is_cancelled"]), (&json!(true), &json!(false)));

    let single = put(&bench, &anna, &format!("/bookings/{}", seen.id), "\"4\"", &booking(json!({}))).await;
    assert_eq!(single.is_problem(422, "invalid").body["field"], "recurrence");
}

#[tokio::test]
async fn changed_dates_a_new_rule_no_longer_has_are_shown_and_given_up_only_by_name() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let seen = booked(&bench, &anna, json!({})).await;
    let before = dates(&bench, &anna, &seen.id).await;
    let moved = json!({ "start": "2026-12-02T14:00", "end": "2026-12-02T16:00" });
    let path = format!("/bookings/{}/dates/{}", seen.id, text(&before[1]["id"]));
    put(&bench, &anna, &path, &seen.etag, &moved).await.is(200);
    let wednesdays = |give_up: Value| {
        weekly(json!({ "start": "2026-11-25T10:00", "end": "2026-11-25T11:00",
            "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4;BYDAY=WE", "give_up": give_up } }))
    };
    let path = format!("/bookings/{}", seen.id);
    let refused = put(&bench, &anna, &path, "\"2\"", &wednesdays(json!([]))).await;
    let lost = &refused.is_problem(409, "exceptions_lost").body["occurrences"];
    assert_eq!((&lost[0]["id"], &lost[0]["date"]), (&before[1]["id"], &json!("2026-12-01T10:00")));
    assert_eq!(lost.as_array().map(Vec::len), Some(1));
    put(&bench, &anna, &path, "\"2\"", &wednesdays(json!([before[1]["id"]]))).await.is(200);
    assert_eq!(starts(&dates(&bench, &anna, &seen.id).await)[..2], ["2026-11-25T10:00", "2026-12-02T10:00"]);
}

#[tokio::test]
async fn what_has_begun_is_history_that_no_change_of_the_series_touches() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let seen = booked(&bench, &anna, json!({})).await;
    let before = dates(&bench, &anna, &seen.id).await;
    bench.clock.set("2026-12-02T09:00:00Z");
    let anna = bench.signed_in(anna.id).await;
    let all = weekly(json!({ "start": "2026-11-24T15:00", "end": "2026-11-24T16:00" }));
    put(&bench, &anna, &format!("/bookings/{}", seen.id), &seen.etag, &all).await.is(200);
    let after = dates(&bench, &anna, &seen.id).await;
    assert_eq!(after[..2], before[..2]);
    assert_eq!(starts(&after)[2], "2026-12-08T15:00");
    assert_eq!(after.len(), 10);
    let shown = bench.get(&format!("/bookings/{}", seen.id)).by(&anna).send().await;
    assert_eq!(shown.is(200).body["start_local"], "2026-12-08T15:00", "the next date is shown");
}

#[tokio::test]
async fn this_and_following_makes_two_series_and_the_rooms_pass_from_one_to_the_other() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let seen = booked(&bench, &anna, json!({ "rooms": [room], "guests": [{ "name": "Gast" }] })).await;
    let before = dates(&bench, &anna, &seen.id).await;
    let path = |place: usize| format!("/bookings/{}/dates/{}/following", seen.id, text(&before[place]["id"]));
    let later = weekly(json!({ "rooms": [room], "start": "2026-12-15T10:30", "end": "2026-12-15T11:30",
        "recurrence": { "rule": "FREQ=WEEKLY;COUNT=7" }, "guests": [{ "name": "Gast" }] }));
    put(&bench, &anna, &path(0), &seen.etag, &later).await.is_problem(422, "invalid");
    let answer = put(&bench, &anna, &path(3), &seen.etag, &later).await;
    let new = text(&answer.is(201).body["id"]);
    assert!(answer.body["guests"][0]["link"].is_string(), "the new series has links of its own");
    assert_eq!(starts(&dates(&bench, &anna, &seen.id).await), starts(&before[..3]));
    let after = dates(&bench, &anna, &new).await;
    assert_eq!((after.len(), starts(&after)[0].as_str()), (7, "2026-12-15T10:30"));
    let old = bench.get(&format!("/bookings/{}", seen.id)).by(&anna).send().await;
    assert_eq!(old.is(200).body["series"]["rule"], "FREQ=WEEKLY;UNTIL=20261215T085959Z;BYDAY=TU");

    let third = text(&after[2]["id"]);
    let cancel = format!("/bookings/{new}/dates/{third}/cancel?following=true");
    bench.post(&cancel).by(&anna).header("if-match", "\"1\"").send().await.is(200);
    assert_eq!(dates(&bench, &anna, &new).await.len(), 2);
    let first = format!("/bookings/{new}/dates/{}/cancel?following=true", text(&after[0]["id"]));
    bench.post(&first).by(&anna).header("if-match", "\"2\"").send().await.is_problem(422, "invalid");
}

#[tokio::test]
async fn a_date_of_a_series_is_not_moved_onto_another_booking_or_another_date() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let seen = booked(&bench, &anna, json!({ "rooms": [room] })).await;
    bench.booked(&ben, json!({ "rooms": [room], "start": "2026-12-02T14:00", "end": "2026-12-02T15:00" })).await;
    let dates = dates(&bench, &anna, &seen.id).await;
    let path = format!("/bookings/{}/dates/{}", seen.id, text(&dates[1]["id"]));
    let at = |start: &str, end: &str| json!({ "start": start, "end": end });
    let taken = put(&bench, &anna, &path, &seen.etag, &at("2026-12-02T14:30", "2026-12-02T15:30")).await;
    assert_eq!(taken.is_problem(409, "dates_taken").body["conflicts"][0]["date"], "2026-12-01T10:00");
    let own = put(&bench, &anna, &path, &seen.etag, &at("2026-12-08T10:30", "2026-12-08T11:30")).await;
    assert_eq!(own.is_problem(422, "invalid").body["field"], "start");
    put(&bench, &ben, &path, &seen.etag, &at("2026-12-02T16:00", "2026-12-02T17:00"))
        .await
        .is_problem(404, "not_found");
}

#[tokio::test]
async fn an_endless_series_stands_in_the_calendar_for_two_years_and_is_extended() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let seen = booked(&bench, &anna, json!({ "recurrence": { "rule": "FREQ=WEEKLY" } })).await;
    let first = dates(&bench, &anna, &seen.id).await.len();
    assert_eq!(first, 105);
    bench.clock.set("2027-01-25T08:00:00Z");
    let now = domain::Clock::now(bench.clock.as_ref());
    bench.scheduler.tidy_up(now).await.expect("the database is there");
    bench.scheduler.tidy_up(now).await.expect("the database is there");
    let anna = bench.signed_in(anna.id).await;
    assert_eq!(dates(&bench, &anna, &seen.id).await.len(), first + 9);
}

#[tokio::test]
async fn the_calendar_file_of_a_series_has_its_rule_what_is_left_out_and_what_differs() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let seen = booked(&bench, &anna, json!({})).await;
    let dates = dates(&bench, &anna, &seen.id).await;
    let path = |place: usize| format!("/bookings/{}/dates/{}", seen.id, text(&dates[place]["id"]));
    let moved = json!({ "start": "2026-12-02T14:00", "end": "2026-12-02T16:00", "title": "Klausur" });
    put(&bench, &anna, &path(1), &seen.etag, &moved).await.is(200);
    bench.post(&format!("{}/cancel", path(2))).by(&anna).header("if-match", "\"2\"").send().await.is(200);
    let file = bench.get(&format!("/bookings/{}/calendar.ics", seen.id)).by(&anna).send().await;
    let file = file.is(200).text.replace("\r\n ", "");
    let calendar = calcard::icalendar::ICalendar::parse(&file).expect("a calendar that can be read");
    let events = calendar
        .components
        .iter()
        .filter(|one| one.component_type == calcard::icalendar::ICalendarComponentType::VEvent);
    assert_eq!(events.count(), 2, "{file}");
    for line in [
        "DTSTART;TZID=Europe/Berlin:20261124T100000",
        "RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=TU",
        "EXDATE;TZID=Europe/Berlin:20261208T100000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000",
        "DTSTART;TZID=Europe/Berlin:20261202T140000",
        "SUMMARY:Klausur",
        "SUMMARY:Dienstberatung",
    ] {
        assert_eq!(file.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line}\n{file}");
    }
}
