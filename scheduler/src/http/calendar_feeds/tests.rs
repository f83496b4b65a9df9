use calcard::icalendar::{ICalendar, ICalendarComponentType};
use domain::RoomKind;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Answer, BASE, Bench, Caller};

/// Makes an address and answers its path within the API.
async fn made(bench: &Bench, by: &Caller, body: Value) -> String {
    let made = bench.post("/calendar-feeds").by(by).json(&body).await;
    let url = made.is(201).body["url"].as_str().expect("an address").to_owned();
    url.strip_prefix(&format!("{BASE}/api/v1")).expect("an address of ours").to_owned()
}

/// Reads it as a calendar program does: without a session.
async fn read(bench: &Bench, path: &str) -> Answer {
    bench.get(path).without("sec-fetch-site").send().await
}

fn unfolded(answer: &Answer) -> String {
    answer.text.replace("\r\n ", "")
}

fn events(file: &str) -> usize {
    let calendar = ICalendar::parse(file).expect("a calendar that can be read");
    calendar.components.iter().filter(|one| one.component_type == ICalendarComponentType::VEvent).count()
}

#[tokio::test]
async fn the_own_calendar_has_what_one_organises_or_is_invited_to_with_series_and_what_differs() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let weekly = json!({ "title": "Jour fixe", "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10;BYDAY=TU" } });
    let series = bench.booked(&anna, weekly).await;
    let id = series["id"].as_str().expect("an id");
    let dates = bench.get(&format!("/bookings/{id}/dates")).by(&anna).send().await.is(200).body["items"].clone();
    let date = format!("/bookings/{id}/dates/{}", dates[1]["id"].as_str().expect("an id"));
    let moved = json!({ "start": "2026-12-02T14:00", "end": "2026-12-02T15:00", "title": "Klausur" });
    bench.put(&date).by(&anna).header("if-match", "\"1\"").json(&moved).await.is(200);
    let people = json!([{ "person": anna.id, "role": "participant" }]);
    let zone = json!({ "title": "Call", "zone": "America/New_York", "people": people, "guests": [{ "name": "Gast" }] });
    bench.booked(&ben, zone).await;
    bench.booked(&ben, json!({ "title": "Geheim" })).await;

    let path = made(&bench, &anna, json!({})).await;
    let answer = read(&bench, &path).await;
    assert_eq!(answer.is(200).headers["content-type"], "text/calendar; charset=utf-8");
    let file = unfolded(&answer);
    assert_eq!(events(&file), 3, "{file}");
    for line in [
        "RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=TU",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000",
        "DTSTART;TZID=Europe/Berlin:20261202T140000",
        "SUMMARY:Jour fixe",
        "SUMMARY:Klausur",
        "SUMMARY:Call",
        "TZID:Europe/Berlin",
        "TZID:America/New_York",
    ] {
        assert_eq!(file.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line}\n{file}");
    }
    assert!(!file.contains("Geheim") && !file.contains("Gast") && !file.contains("ATTENDEE"), "{file}");
}

#[tokio::test]
async fn nothing_is_sent_again_while_nothing_has_changed() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    let path = made(&bench, &anna, json!({})).await;
    let tag = read(&bench, &path).await.etag().to_owned();
    bench.clock.advance(SignedDuration::from_hours(1));
    let again = bench.get(&path).header("if-none-match", &format!("\"other\", W/{tag}")).send().await;
    assert_eq!((again.is(304).text.as_str(), again.etag()), ("", tag.as_str()));
    let anna = bench.signed_in(anna.id).await;
    let cancel = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
    bench.post(&cancel).by(&anna).header("if-match", "\"1\"").send().await.is(200);
    let after = bench.get(&path).header("if-none-match", &tag).send().await;
    assert_eq!(events(&after.is(200).text), 0, "what is cancelled is gone");
}

#[tokio::test]
async fn the_calendar_of_a_room_names_what_the_maker_may_see_and_else_only_that_it_is_taken() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let keeper = bench.person("Keeper", &[domain::Role::RoomManager]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    bench.booked(&anna, json!({ "title": "Annas", "rooms": [room] })).await;
    let later = json!({ "title": "Bens", "rooms": [room], "start": "2026-11-24T12:00", "end": "2026-11-24T13:00" });
    bench.booked(&ben, later).await;
    bench.booked(&ben, json!({ "title": "Woanders" })).await;
    let file = unfolded(&read(&bench, &made(&bench, &anna, json!({ "room": room })).await).await);
    assert_eq!(events(&file), 2);
    assert!(file.contains("SUMMARY:Annas\r\n") && file.contains("SUMMARY:Belegt\r\n"), "{file}");
    assert!(file.contains("DTSTART:20261124T110000Z\r\n") && file.contains("NAME:Saal\r\n"), "{file}");
    assert!(!file.contains("Bens") && !file.contains("ben@example.org"), "{file}");
    let file = unfolded(&read(&bench, &made(&bench, &keeper, json!({ "room": room })).await).await);
    assert!(file.contains("SUMMARY:Annas\r\n") && file.contains("SUMMARY:Bens\r\n"), "{file}");
    let nowhere = json!({ "room": "019ab000-0000-7000-8000-000000000000" });
    bench.post("/calendar-feeds").by(&anna).json(&nowhere).await.is_problem(422, "invalid");
}

#[tokio::test]
async fn an_address_works_until_it_is_ended_replaced_or_its_account_closed() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let first = made(&bench, &anna, json!({})).await;
    read(&bench, &first).await.is(200);
    let without = first.split('?').next().expect("a path");
    for wrong in [without.to_owned(), format!("{without}?key="), format!("{without}?key=x")] {
        read(&bench, &wrong).await.is_problem(404, "not_found");
    }
    let second = made(&bench, &anna, json!({})).await;
    read(&bench, &first).await.is_problem(404, "not_found");
    let listed = bench.get("/calendar-feeds").by(&anna).send().await;
    let items = listed.is(200).body["items"].as_array().expect("a list").clone();
    assert_eq!(items.len(), 1);
    assert!(!listed.text.contains("key") && items[0].get("room").is_none(), "{}", listed.text);
    assert_eq!(bench.get("/calendar-feeds").by(&ben).send().await.body["items"], json!([]));

    let own = format!("/calendar-feeds/{}", items[0]["id"].as_str().expect("an id"));
    bench.delete(&own).by(&ben).send().await.is_problem(404, "not_found");
    bench.delete(&own).by(&anna).send().await.is(204);
    read(&bench, &second).await.is_problem(404, "not_found");
    let audit: Vec<String> = bench.audit().await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(audit, ["calendar_feed.ended", "calendar_feed.made", "calendar_feed.made"]);

    let third = made(&bench, &anna, json!({})).await;
    let admin = bench.person("Admin", &[domain::Role::Administrator]).await;
    let close = bench.ask(Method::PATCH, &format!("/people/{}", anna.id)).by(&admin);
    close.json(&json!({ "disabled": true })).await.is(200);
    read(&bench, &third).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn who_reads_too_often_waits_and_programs_make_no_addresses() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let path = made(&bench, &anna, json!({})).await;
    for _ in 0..30 {
        read(&bench, &path).await.is(200);
    }
    let refused = read(&bench, &path).await;
    assert_eq!(refused.is_problem(429, "too_many_attempts").headers["retry-after"], "600");
    bench.clock.advance(SignedDuration::from_mins(10));
    read(&bench, &path).await.is(200);
    let token = bench.post("/api-tokens").by(&anna).json(&json!({ "label": "x", "days": 1 })).await;
    let bearer = format!("Bearer {}", token.is(201).body["token"].as_str().expect("a token"));
    let made = bench.post("/calendar-feeds").header("authorization", &bearer).json(&json!({})).await;
    made.is_problem(403, "not_allowed");
}

#[tokio::test]
async fn what_is_long_over_is_left_out() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    bench.booked(&anna, json!({ "title": "Vorbei" })).await;
    let path = made(&bench, &anna, json!({})).await;
    bench.clock.advance(SignedDuration::from_hours(24 * 89));
    assert!(read(&bench, &path).await.is(200).text.contains("Vorbei"));
    bench.clock.advance(SignedDuration::from_hours(24 * 5));
    assert!(!read(&bench, &path).await.is(200).text.contains("Vorbei"));
}
