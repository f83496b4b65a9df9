use std::collections::BTreeSet;

use domain::{BookingId, Occurrence, OccurrenceState, Role, RoomId, RoomKind};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storage::{Span, ZoneRules};

use crate::testing::{Bench, Caller, at};

const BERLIN: &str = "Europe/Berlin";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// As a program with an older release of the time zone database left it, in which Berlin keeps summer time all year: in
/// winter each date lies an hour earlier than its wall time is now.
async fn left_by_an_older_release(bench: &Bench, bookings: &[&str]) {
    let mut unit = bench.store.begin().await.expect("the database is there");
    for id in bookings {
        let id: BookingId = id.parse().expect("an id");
        let mut booking = unit.booking(id).await.expect("readable").expect("it was booked");
        let mut dates = unit.occurrences_of(id).await.expect("readable");
        for date in &mut dates {
            (date.start, date.end) = (date.start - HOUR, date.end - HOUR);
        }
        booking.version += 1;
        unit.save_booking(&booking, &dates).await.expect("writable");
    }
    let (from, until) = (at("2026-01-01T00:00:00Z").as_second(), at("2040-01-01T00:00:00Z").as_second());
    let offsets = format!("{from},7200 {until}");
    unit.note_zone_rules(&ZoneRules { zone: BERLIN.into(), release: "2020a".into(), offsets }).await.expect("writable");
    unit.commit().await.expect("the database is there");
    bench.clock.advance(SignedDuration::from_mins(1));
}

/// Until nothing is left to do.
async fn followed(bench: &Bench) {
    while bench.scheduler.follow_clocks().await.expect("the database is there") > 0 {}
}

async fn dates(bench: &Bench, id: &str) -> Vec<Occurrence> {
    let mut unit = bench.store.read().await.expect("the database is there");
    unit.occurrences_of(id.parse().expect("an id")).await.expect("readable")
}

async fn starts(bench: &Bench, id: &str) -> Vec<String> {
    dates(bench, id).await.iter().map(|date| date.start.to_string()).collect()
}

async fn claims(bench: &Bench, room: RoomId) -> BTreeSet<(Timestamp, Timestamp)> {
    let span = Span { start: at("2026-01-01T00:00:00Z"), end: at("2029-01-01T00:00:00Z") };
    let mut unit = bench.store.read().await.expect("the database is there");
    let held = unit.taken_rooms_at(&[room], &[span], None).await.expect("readable");
    held.into_iter().map(|(_, held)| (held.start, held.end)).collect()
}

async fn booked(bench: &Bench, by: &Caller, changes: Value) -> String {
    bench.booked(by, changes).await["id"].as_str().expect("an id").to_owned()
}

async fn report(bench: &Bench) -> Vec<Value> {
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    let answer = bench.get("/admin/zone-updates").by(&admin).send().await;
    answer.is(200).body["items"].as_array().expect("a list").clone()
}

/// The entry for the calendar in a letter.
fn entry(letter: &str) -> String {
    let letter = mail_parser::MessageParser::default().parse(letter.as_bytes()).expect("a message");
    let entry = letter.attachments().last().and_then(|part| part.text_contents()).expect("an entry");
    entry.replace("\r\n", "\n").replace("\n ", "")
}

#[tokio::test]
async fn dates_follow_the_clocks_once_and_everybody_is_told() {
    let bench = Bench::with_mail().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let rule = json!({ "rule": "FREQ=WEEKLY;UNTIL=20261222T090000Z", "exceptions": [
        { "date": "2026-12-01T10:00", "start": "2026-12-02T14:00", "end": "2026-12-02T16:00" },
    ] });
    let people = json!([{ "person": ben.id, "role": "participant" }]);
    let series = booked(&bench, &anna, json!({ "rooms": [room], "recurrence": rule, "people": people })).await;
    let evening = json!({ "start": "2026-11-24T18:00", "end": "2026-11-24T19:00" });
    let single = booked(&bench, &anna, evening).await;
    let (meant, held) = (starts(&bench, &series).await, claims(&bench, room).await);
    assert_eq!(meant.len(), 5);
    left_by_an_older_release(&bench, &[&series, &single]).await;
    // The last date is the last instant of the rule, by the older clocks.
    let mut unit = bench.store.begin().await.expect("the database is there");
    let id: BookingId = series.parse().expect("an id");
    let mut booking = unit.booking(id).await.expect("readable").expect("it was booked");
    let rule = "FREQ=WEEKLY;UNTIL=20261222T080000Z".parse().expect("a rule");
    booking.series.as_mut().expect("a series").rule = rule;
    booking.version += 1;
    let rows = unit.occurrences_of(id).await.expect("readable");
    unit.save_booking(&booking, &rows).await.expect("writable");
    unit.commit().await.expect("the database is there");
    assert_ne!(starts(&bench, &series).await, meant);
    bench.letters().await;

    followed(&bench).await;
    assert_eq!(starts(&bench, &series).await, meant, "ten o'clock is ten o'clock again, and fourteen fourteen");
    assert_eq!(starts(&bench, &single).await, ["2026-11-24T17:00:00Z"]);
    assert_eq!(claims(&bench, room).await, held);
    let mut unit = bench.store.read().await.expect("the database is there");
    let after = unit.booking(id).await.expect("readable").expect("it was booked");
    assert_eq!(after.sequence, booking.sequence + 1);
    assert_eq!(after.series.expect("a series").rule.to_string(), "FREQ=WEEKLY;UNTIL=20261222T090000Z");
    drop(unit);

    let letters = bench.letters().await;
    let to: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["anna@example.org", "anna@example.org", "ben@example.org"]);
    let entry = entry(&letters[2].1);
    for line in [
        "METHOD:REQUEST",
        "DTSTART;TZID=Europe/Berlin:20261124T100000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000",
        "DTSTART;TZID=Europe/Berlin:20261202T140000",
    ] {
        assert_eq!(entry.matches(&format!("\n{line}\n")).count(), 1, "{line}\n{entry}");
    }
    assert_eq!(entry.matches("\nSEQUENCE:1\n").count(), 2, "the series and the date that differs: {entry}");
    let reported = report(&bench).await;
    assert_eq!(reported.len(), 1);
    assert_eq!((&reported[0]["zone"], &reported[0]["earlier_release"]), (&json!(BERLIN), &json!("2020a")));
    assert_eq!((&reported[0]["moved"], &reported[0]["stays"]), (&json!(6), &json!([])));
    assert!(reported[0]["ended_at"].is_string());

    bench.clock.advance(HOUR);
    followed(&bench).await;
    assert_eq!(starts(&bench, &series).await, meant);
    assert!(bench.letters().await.is_empty(), "nobody is told twice");
}

#[tokio::test]
async fn neighbours_in_one_room_all_follow_whoever_comes_first() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let mut ids = Vec::new();
    for hour in [12, 10, 11, 14, 13] {
        let time = |hour: i32| format!("2026-11-24T{hour}:00");
        let wish = json!({ "rooms": [room], "start": time(hour), "end": time(hour + 1) });
        ids.push(booked(&bench, &anna, wish).await);
    }
    let held = claims(&bench, room).await;
    // The earlier ones first, so that none is in another's way.
    left_by_an_older_release(&bench, &[&ids[1], &ids[2], &ids[0], &ids[4], &ids[3]]).await;
    assert_ne!(claims(&bench, room).await, held);
    followed(&bench).await;
    assert_eq!(claims(&bench, room).await, held);
    let reported = report(&bench).await;
    assert_eq!((&reported[0]["moved"], &reported[0]["stays"]), (&json!(5), &json!([])));
}

#[tokio::test]
async fn a_date_whose_room_others_hold_then_stays_and_is_reported() {
    let bench = Bench::with_mail().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let rule = json!({ "rule": "FREQ=WEEKLY;COUNT=3" });
    let series = booked(&bench, &anna, json!({ "rooms": [room], "recurrence": rule })).await;
    let meant = starts(&bench, &series).await;
    left_by_an_older_release(&bench, &[&series]).await;
    // Whoever books now does so by the new clocks.
    let wish = json!({ "rooms": [room], "start": "2026-12-01T10:00", "end": "2026-12-01T11:00" });
    let other = booked(&bench, &ben, wish).await;
    bench.letters().await;
    followed(&bench).await;
    let after = dates(&bench, &series).await;
    let told: Vec<String> = after.iter().map(|date| date.start.to_string()).collect();
    assert_eq!(told, [meant[0].as_str(), "2026-12-01T08:00:00Z", meant[2].as_str()]);
    assert!(after[1].deviation.is_moved && !after[0].deviation.is_moved, "it is not where its rule has it");
    assert_eq!(starts(&bench, &other).await, ["2026-12-01T09:00:00Z"], "what is new stays");
    assert_eq!(claims(&bench, room).await.len(), 4);
    let reported = report(&bench).await;
    assert_eq!(reported[0]["moved"], 2);
    let stay = &reported[0]["stays"][0];
    assert_eq!((&stay["booking_id"], &stay["reason"]), (&json!(series), &json!("room_taken")));
    assert_eq!(
        (&stay["start"], &stay["wanted_start"]),
        (&json!("2026-12-01T08:00:00Z"), &json!("2026-12-01T09:00:00Z"))
    );
    let letters = bench.letters().await;
    let to: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["anna@example.org"; 2], "the change for the calendar, and what could not follow; nothing for Ben");
}

#[tokio::test]
async fn a_date_whose_door_is_open_stays() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let rule = json!({ "rule": "FREQ=WEEKLY;COUNT=3" });
    let series = booked(&bench, &anna, json!({ "recurrence": rule })).await;
    let meant = starts(&bench, &series).await;
    left_by_an_older_release(&bench, &[&series]).await;
    bench.clock.set("2026-11-24T07:40:00Z");
    followed(&bench).await;
    assert_eq!(starts(&bench, &series).await, ["2026-11-24T08:00:00Z", meant[1].as_str(), meant[2].as_str()]);
    assert_eq!(report(&bench).await[0]["stays"][0]["reason"], "too_late");
}

#[tokio::test]
async fn two_nodes_let_each_booking_follow_once_and_an_older_one_moves_nothing_back() {
    let bench = Bench::with_mail().await;
    let anna = bench.person("Anna", &[]).await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(booked(&bench, &anna, json!({})).await);
    }
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    left_by_an_older_release(&bench, &names).await;
    bench.letters().await;
    let other = bench.through(&bench.scheduler);
    tokio::join!(followed(&bench), followed(&other));
    followed(&bench).await;
    for id in &ids {
        assert_eq!(starts(&bench, id).await, ["2026-11-24T09:00:00Z"]);
    }
    assert_eq!(bench.letters().await.len(), 7);
    assert_eq!(report(&bench).await[0]["moved"], 7);

    let mut unit = bench.store.begin().await.expect("the database is there");
    let (from, until) = (at("2026-01-01T00:00:00Z").as_second(), at("2040-01-01T00:00:00Z").as_second());
    let offsets = format!("{from},0 {until}");
    let later = ZoneRules { zone: BERLIN.into(), release: "9999z".into(), offsets };
    unit.note_zone_rules(&later).await.expect("writable");
    unit.commit().await.expect("the database is there");
    followed(&bench).await;
    assert_eq!(dates(&bench, &ids[0]).await[0].state, OccurrenceState::Held);
    assert_eq!(starts(&bench, &ids[0]).await, ["2026-11-24T09:00:00Z"]);
}

#[tokio::test]
async fn without_an_update_everything_is_noted_and_nothing_moves() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let id = booked(&bench, &anna, json!({})).await;
    followed(&bench).await;
    let noted = bench.store.read().await.expect("the database is there").zone_rules().await.expect("readable");
    assert!(noted.len() > 400 && noted.iter().any(|rules| rules.zone == BERLIN), "{} zones", noted.len());
    assert_eq!(starts(&bench, &id).await, ["2026-11-24T09:00:00Z"]);
    assert!(report(&bench).await.is_empty());
}
