//! "This and all later dates": where dates were moved, and while people are inside.

use std::collections::BTreeSet;
use std::time::Duration;

use cluster::{Command, NodeId};
use domain::{BookingId, MeetingName, OccurrenceState, RoomId, RoomKind, timing};
use futures_util::{FutureExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storage::Span;

use crate::testing::{Answer, Bench, Caller, booking};

/// Tuesdays from the coming day on, 10 to 11 in Berlin.
fn weekly(count: u32, changes: &Value) -> Value {
    let rule = format!("FREQ=WEEKLY;COUNT={count};BYDAY=TU");
    let mut body = booking(json!({ "recurrence": { "rule": rule } }));
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    body
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

async fn booked(bench: &Bench, by: &Caller, body: &Value) -> String {
    text(&bench.post("/bookings").by(by).json(body).await.is(201).body["id"])
}

async fn dates(bench: &Bench, by: &Caller, id: &str) -> Vec<Value> {
    let answer = bench.get(&format!("/bookings/{id}/dates")).by(by).send().await;
    answer.is(200).body["items"].as_array().expect("a list").clone()
}

/// The booking at one of its dates, and its ETag.
async fn shown(bench: &Bench, by: &Caller, id: &str, date: &Value) -> (Value, String) {
    let answer = bench.get(&format!("/bookings/{id}/dates/{}", text(&date["id"]))).by(by).send().await;
    (answer.is(200).body.clone(), answer.etag().to_owned())
}

async fn put(bench: &Bench, by: &Caller, path: &str, etag: &str, body: &Value) -> Answer {
    bench.put(path).by(by).header("if-match", etag).json(body).await
}

/// Changes this and all later dates in nothing but that they are another series.
async fn split(bench: &Bench, by: &Caller, id: &str, date: &Value, changes: &Value) -> Answer {
    let (body, etag) = shown(bench, by, id, date).await;
    let start = text(&body["series"]["following"]["start_local"]);
    let mut wish = weekly(1, changes);
    wish["recurrence"]["rule"] = body["series"]["following"]["rule"].clone();
    wish["end"] = json!(format!("{}T11:00", &start[..10]));
    wish["start"] = json!(start);
    put(bench, by, &format!("/bookings/{id}/dates/{}/following", text(&date["id"])), &etag, &wish).await
}

/// What the database has of a booking: by start, end and whether it takes place; and that its rule names each of them.
async fn kept(bench: &Bench, id: &str) -> BTreeSet<(Timestamp, Timestamp, bool)> {
    let id: BookingId = id.parse().expect("an id");
    let mut unit = bench.store.read().await.expect("the database is there");
    let booking = unit.booking(id).await.expect("readable").expect("it was booked");
    let dates = unit.occurrences_of(id).await.expect("readable");
    let zone = timing::zone(&booking.zone).expect("a known zone");
    let series = booking.series.expect("a series");
    let named: BTreeSet<_> =
        series.dates(&zone, Timestamp::MIN, Timestamp::MAX).expect("few").iter().map(|date| date.key).collect();
    let keys: BTreeSet<_> = dates.iter().filter_map(|one| one.key).collect();
    assert_eq!(named, keys, "its rule names other dates than it has: {series:?}");
    assert_eq!(keys.len(), dates.len(), "each date has a name of its own");
    dates.iter().map(|one| (one.start, one.end, one.state == OccurrenceState::Held)).collect()
}

/// When the room is held.
async fn claims(bench: &Bench, room: RoomId) -> BTreeSet<(Timestamp, Timestamp)> {
    let at = |text: &str| text.parse().expect("an instant");
    let span = Span { start: at("2026-01-01T00:00:00Z"), end: at("2029-01-01T00:00:00Z") };
    let mut unit = bench.store.read().await.expect("the database is there");
    let held = unit.taken_rooms_at(&[room], &[span], None).await.expect("readable");
    held.into_iter().map(|(_, held)| (held.start, held.end)).collect()
}

#[tokio::test]
async fn dates_moved_over_the_cut_are_where_they_take_place_in_calendars_too() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let rooms = json!({ "rooms": [room] });
    let id = booked(&bench, &anna, &weekly(6, &rooms)).await;
    let before = dates(&bench, &anna, &id).await;
    // The second goes behind the cut, the fifth before it.
    for (place, start, end, etag) in
        [(1, "2026-12-17T14:00", "2026-12-17T15:00", "\"1\""), (4, "2026-12-03T08:00", "2026-12-03T09:00", "\"2\"")]
    {
        let path = format!("/bookings/{id}/dates/{}", text(&before[place]["id"]));
        put(&bench, &anna, &path, etag, &json!({ "start": start, "end": end })).await.is(200);
    }
    let (all, held) = (kept(&bench, &id).await, claims(&bench, room).await);
    let answer = split(&bench, &anna, &id, &before[3], &rooms).await;
    let new = text(&answer.is(201).body["id"]);
    let mut both = kept(&bench, &id).await;
    both.extend(kept(&bench, &new).await);
    assert_eq!(both, all, "none is lost, and none there twice");
    assert_eq!(claims(&bench, room).await, held);
    let file = bench.get(&format!("/bookings/{id}/calendar.ics")).by(&anna).send().await.text.replace("\r\n ", "");
    for line in [
        "RRULE:FREQ=WEEKLY;UNTIL=20261215T085959Z;BYDAY=TU",
        "RDATE;TZID=Europe/Berlin:20261222T100000",
        "EXDATE;TZID=Europe/Berlin:20261201T100000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261222T100000",
        "DTSTART;TZID=Europe/Berlin:20261203T080000",
    ] {
        assert_eq!(file.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line}\n{file}");
    }
    let file = bench.get(&format!("/bookings/{new}/calendar.ics")).by(&anna).send().await.text.replace("\r\n ", "");
    for line in [
        "DTSTART;TZID=Europe/Berlin:20261215T100000",
        "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU",
        "RDATE;TZID=Europe/Berlin:20261217T140000",
        "EXDATE;TZID=Europe/Berlin:20261222T100000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261217T140000",
    ] {
        assert_eq!(file.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line}\n{file}");
    }
}

#[tokio::test]
async fn a_series_that_ends_from_a_date_on_keeps_what_was_moved_before_it() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let id = booked(&bench, &anna, &weekly(6, &json!({}))).await;
    let before = dates(&bench, &anna, &id).await;
    for (place, start, end, etag) in
        [(1, "2026-12-17T14:00", "2026-12-17T15:00", "\"1\""), (4, "2026-12-03T08:00", "2026-12-03T09:00", "\"2\"")]
    {
        let path = format!("/bookings/{id}/dates/{}", text(&before[place]["id"]));
        put(&bench, &anna, &path, etag, &json!({ "start": start, "end": end })).await.is(200);
    }
    let cancel = format!("/bookings/{id}/dates/{}/cancel?following=true", text(&before[3]["id"]));
    bench.post(&cancel).by(&anna).header("if-match", "\"3\"").send().await.is(200);
    let left: Vec<_> = dates(&bench, &anna, &id).await.iter().map(|date| text(&date["start_local"])).collect();
    assert_eq!(left, ["2026-11-24T10:00", "2026-12-03T08:00", "2026-12-08T10:00"]);
    kept(&bench, &id).await;
}

/// Numbers that look random, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

#[tokio::test]
async fn wherever_dates_were_moved_or_cancelled_a_split_loses_and_doubles_none() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let mut numbers = Numbers(20_261_124);
    for round in 0..25 {
        let room = bench.room(RoomKind::Physical, &format!("Saal {round}"), 12).await;
        let rooms = json!({ "rooms": [room] });
        let count = 3 + numbers.below(6);
        let id = booked(&bench, &anna, &weekly(u32::try_from(count).expect("few"), &rooms)).await;
        for _ in 0..1 + numbers.below(4) {
            let dates = dates(&bench, &anna, &id).await;
            let date = &dates[usize::try_from(numbers.below(count)).expect("few")];
            let (_, etag) = shown(&bench, &anna, &id, date).await;
            let path = format!("/bookings/{id}/dates/{}", text(&date["id"]));
            if numbers.below(3) == 0 {
                let cancel = format!("{path}/cancel");
                bench.post(&cancel).by(&anna).header("if-match", &etag).send().await.is(200);
                continue;
            }
            let first: jiff::civil::Date = "2026-11-24".parse().expect("a day");
            let day = first + SignedDuration::from_hours(24 * i64::try_from(numbers.below(7 * count)).expect("few"));
            let hour = 12 + numbers.below(10);
            let moved = json!({ "start": format!("{day}T{hour}:00"), "end": format!("{day}T{hour}:50") });
            let answer = put(&bench, &anna, &path, &etag, &moved).await;
            assert!([200, 422].contains(&answer.status.as_u16()), "moved, or onto another: {}", answer.body);
        }
        let rows = dates(&bench, &anna, &id).await;
        let place = 1 + usize::try_from(numbers.below(count - 1)).expect("few");
        let (all, held) = (kept(&bench, &id).await, claims(&bench, room).await);
        let answer = split(&bench, &anna, &id, &rows[place], &rooms).await;
        if answer.status == 422 {
            // Nothing to come on one of the sides.
            assert_eq!(kept(&bench, &id).await, all);
            continue;
        }
        let new = text(&answer.is(201).body["id"]);
        let (ending, rest) = (kept(&bench, &id).await, kept(&bench, &new).await);
        let cut: Timestamp = text(&rows[place]["start"]).parse().expect("an instant");
        assert!(ending.iter().all(|date| date.0 < cut) && rest.iter().all(|date| date.0 >= cut), "round {round}");
        assert_eq!(ending.union(&rest).copied().collect::<BTreeSet<_>>(), all, "round {round}");
        assert_eq!(claims(&bench, room).await, held, "round {round}");
    }
}

/// A node that owns the meeting, and hears what it shall do.
async fn owner(bench: &Bench, date: &Value) -> impl futures_util::Stream<Item = Command> + Unpin {
    let meeting: MeetingName = text(&date["id"]).parse().expect("a name");
    let node = NodeId("one".into());
    bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(600)).await.expect("a directory");
    bench.cluster.bus.commands(&node).await.expect("a bus")
}

#[tokio::test]
async fn nothing_goes_on_from_a_date_whose_door_is_open_and_its_meeting_stays() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let id = booked(&bench, &anna, &weekly(6, &json!({ "guests": [{ "name": "Gast" }] }))).await;
    let before = dates(&bench, &anna, &id).await;
    let mut commands = owner(&bench, &before[2]).await;
    // Moderators may come half an hour before the start; then it runs.
    for now in ["2026-12-08T08:30:00Z", "2026-12-08T09:20:00Z"] {
        bench.clock.set(now);
        let anna = bench.signed_in(anna.id).await;
        let refused = split(&bench, &anna, &id, &before[2], &json!({})).await;
        let next = &refused.is_problem(409, "door_open").body["next"];
        assert_eq!((&next["id"], &next["date"]), (&before[3]["id"], &json!("2026-12-15T10:00")), "{now}");
        let cancel = format!("/bookings/{id}/dates/{}/cancel?following=true", text(&before[2]["id"]));
        bench.post(&cancel).by(&anna).header("if-match", "\"1\"").send().await.is_problem(409, "door_open");
        assert_eq!(dates(&bench, &anna, &id).await, before, "nothing has changed");
        assert!(commands.next().now_or_never().is_none(), "nobody is sent away");
    }
    let anna = bench.signed_in(anna.id).await;
    split(&bench, &anna, &id, &before[3], &json!({ "guests": [{ "name": "Gast" }] })).await.is(201);
    assert_eq!(dates(&bench, &anna, &id).await, before[..3], "the running date stays in its series, with its id");
    assert!(commands.next().now_or_never().is_none(), "nobody is sent away");
    let join = format!("/meetings/{}/join", text(&before[2]["id"]));
    bench.post(&join).by(&anna).json(&json!({})).await.is(200);
}

#[tokio::test]
async fn a_date_with_an_open_door_that_a_change_of_all_takes_away_is_cancelled_and_its_meeting_ends() {
    for skip in [false, true] {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let id = booked(&bench, &anna, &weekly(6, &json!({}))).await;
        let before = dates(&bench, &anna, &id).await;
        let mut commands = owner(&bench, &before[2]).await;
        bench.clock.set("2026-12-08T08:40:00Z");
        let anna = bench.signed_in(anna.id).await;
        let mut all = weekly(6, &json!({}));
        match skip {
            true => all["recurrence"]["exceptions"] = json!([{ "date": "2026-12-08T10:00", "skip": true }]),
            false => {
                all["recurrence"]["rule"] = json!("FREQ=WEEKLY;COUNT=6;BYDAY=WE");
                (all["start"], all["end"]) = (json!("2026-11-25T10:00"), json!("2026-11-25T11:00"));
            }
        }
        put(&bench, &anna, &format!("/bookings/{id}"), "\"1\"", &all).await.is(200);
        let meeting = text(&before[2]["id"]).parse().expect("a name");
        assert_eq!(commands.next().now_or_never(), Some(Some(Command::EndMeeting { meeting })));
        let told = bench.get(&format!("/meetings/{}", text(&before[2]["id"]))).by(&anna).send().await;
        assert_eq!(told.is(200).body["state"], "cancelled", "who was inside reads why");
    }
}

#[tokio::test]
async fn a_date_that_is_moved_away_keeps_its_meeting() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let id = booked(&bench, &anna, &weekly(6, &json!({}))).await;
    let before = dates(&bench, &anna, &id).await;
    let mut commands = owner(&bench, &before[2]).await;
    bench.clock.set("2026-12-08T08:40:00Z");
    let anna = bench.signed_in(anna.id).await;
    let path = format!("/bookings/{id}/dates/{}", text(&before[2]["id"]));
    let later = json!({ "start": "2026-12-08T14:00", "end": "2026-12-08T15:00" });
    put(&bench, &anna, &path, "\"1\"", &later).await.is(200);
    assert!(commands.next().now_or_never().is_none(), "who is inside stays");
    let join = format!("/meetings/{}/join", text(&before[2]["id"]));
    bench.post(&join).by(&anna).json(&json!({})).await.is_problem(403, "too_early");
}
