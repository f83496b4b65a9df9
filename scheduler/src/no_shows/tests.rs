use std::time::Duration;

use cluster::{Burden, DownloadReport, Happening, MeetingReport, NodeId, ParticipantReport, PathKind};
use domain::{Clock as _, MeetingName, MeetingRole, Private, Role, RoomId, RoomKind};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Bench, Caller, at, booking};

/// The start of what is booked, ten minutes later, and one second before that.
const START: &str = "2026-11-24T09:00:00Z";
const DUE: &str = "2026-11-24T09:10:00Z";
const NOT_YET: &str = "2026-11-24T09:09:59Z";

/// A room that is released after ten minutes.
async fn strict(bench: &Bench) -> (RoomId, Caller) {
    let keeper = bench.person("Keeper", &[Role::RoomManager]).await;
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let path = format!("/rooms/{room}/policy");
    let rules = json!({ "release_after_minutes": 10 });
    bench.put(&path).by(&keeper).header("if-match", "\"1\"").json(&rules).await.is(200);
    (room, keeper)
}

async fn released(bench: &Bench) -> usize {
    bench.scheduler.release_rooms().await.expect("all is there")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// Somebody's media arrived in this meeting; the signalling half says so.
async fn joins(bench: &Bench, meeting: &str) {
    let happening = Happening {
        meeting: meeting.parse().expect("a name"),
        run: format!("run {}", bench.clock.now()),
        sequence: 1,
        event: "participant_joined".into(),
        at: bench.clock.now(),
        body: Private::new("{}".into()),
    };
    bench.cluster.happenings.add(&[happening]).await.expect("a cluster");
}

async fn taken(bench: &Bench, room: RoomId) -> bool {
    let mut unit = bench.store.read().await.expect("the database is there");
    !unit.claims_of_rooms(&[room], bench.clock.now()).await.expect("readable").is_empty()
}

#[tokio::test]
async fn a_room_that_nobody_came_to_is_free_after_its_minutes_and_those_who_booked_are_told() {
    let bench = Bench::with_mail().await;
    let (room, _) = strict(&bench).await;
    let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
    let guest = bench.person("Ute", &[]).await;
    bench.delegate(&boss, &assistant, &["book"]).await;
    let other = bench.room(RoomKind::Physical, "Anderer", 12).await;
    let people = json!([{ "person": guest.id, "role": "participant" }]);
    let shown =
        bench.booked(&assistant, json!({ "organiser": boss.id, "rooms": [room, other], "people": people })).await;
    bench.scheduler.load_room_times().await.expect("the database is there");
    bench.letters().await;

    bench.clock.set(NOT_YET);
    assert_eq!(released(&bench).await, 0);
    bench.clock.set(DUE);
    assert_eq!((released(&bench).await, released(&bench).await), (1, 0), "once");
    assert!(!taken(&bench, room).await && taken(&bench, other).await);
    let assistant = bench.signed_in(assistant.id).await;
    let free = bench.get(&format!("/rooms/free?start={DUE}&end=2026-11-24T10:00:00Z")).by(&assistant).send().await;
    let is_free = |name: &str| {
        let rooms = free.body["items"].as_array().expect("rooms");
        rooms.iter().find(|one| one["name"] == name).expect("it is there")["free"] == true
    };
    assert!(is_free("Saal") && !is_free("Anderer"), "also in memory: {}", free.text);

    let path = format!("/bookings/{}", text(&shown["id"]));
    let seen = bench.get(&path).by(&assistant).send().await;
    assert_eq!(seen.is(200).body["state"], "active", "the meeting itself stays");
    assert_eq!(seen.body["rooms"].as_array().map(Vec::len), Some(1));
    let attendance = json!({ "opens_at": "2026-11-24T08:45:00Z", "is_attended": false, "is_released": true });
    assert_eq!(seen.body["attendance"], attendance);
    let letters = bench.letters().await;
    let readers: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(readers, ["assistant@example.org", "boss@example.org", "ute@example.org"], "once each");
    let letter = mail_parser::MessageParser::default().parse(letters[1].1.as_bytes()).expect("a message");
    assert_eq!(letter.subject(), Some("Raum freigegeben: Saal, 24.11.2026, 10:00 Uhr"));
    let words = letter.body_text(0).expect("a text").replace("\r\n", "\n");
    assert!(words.contains("bis 10:10 Uhr ist niemand gekommen. Deshalb ist wieder frei: Saal."), "{words}");
    assert!(words.contains("Die Besprechung selbst bleibt bestehen."), "{words}");
    let letter = mail_parser::MessageParser::default().parse(letters[2].1.as_bytes()).expect("a message");
    assert_eq!(letter.subject(), Some("Raum freigegeben: Dienstberatung, 24.11.2026, 10:00 Uhr"));
    let words = letter.body_text(0).expect("a text").replace("\r\n", "\n");
    let told =
        "bis 10:10 Uhr ist niemand gekommen. Deshalb ist wieder frei: Saal. Die Besprechung bleibt, so wie hier steht:";
    assert!(words.replace('\n', " ").contains(told), "{words}");
    assert!(words.contains("Raum: Anderer"), "{words}");
    let trail = bench.audit().await;
    assert_eq!((trail[0].action.as_str(), trail[0].actor), ("room.released", None));
    assert!(trail[0].subject.ends_with(&format!("room {room}")), "{}", trail[0].subject);
}

#[tokio::test]
async fn a_room_stays_if_somebody_was_in_the_meeting_or_is() {
    let bench = Bench::new().await;
    let (room, anna) = strict(&bench).await;
    let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
    let meeting = text(&shown["meeting_id"]);
    bench.clock.set(START);
    joins(&bench, meeting).await;
    bench.clock.set(DUE);
    assert_eq!(released(&bench).await, 0, "it waited in the cluster and is read first");
    assert!(taken(&bench, room).await);
    let anna = bench.signed_in(anna.id).await;
    let seen = bench.get(&format!("/bookings/{}", text(&shown["id"]))).by(&anna).send().await;
    assert_eq!(seen.body["attendance"]["is_attended"], true);
    assert_eq!(seen.body["attendance"]["release_at"], Value::Null);

    // Another one, where only the directory knows who is inside.
    bench.clock.set("2026-11-25T08:00:00Z");
    let anna = bench.signed_in(anna.id).await;
    let times = json!({ "rooms": [room], "start": "2026-11-25T10:00", "end": "2026-11-25T11:00" });
    let shown = bench.booked(&anna, times).await;
    let meeting: MeetingName = text(&shown["meeting_id"]).parse().expect("a name");
    bench.clock.set("2026-11-25T09:10:00Z");
    let node = NodeId("one".into());
    let ttl = Duration::from_secs(60);
    let claim = bench.cluster.directory.claim(&meeting, &node, ttl).await.expect("a directory");
    let cluster::Claim::Ours(lease) = claim else { panic!("nobody else has it") };
    let now = bench.clock.now();
    let somebody = ParticipantReport {
        identity: anna.id.into(),
        name: Private::from("Anna"),
        role: MeetingRole::Moderator,
        joined_at: now,
        path: Some(PathKind::Udp),
        rtt_ms: None,
        loss_up: None,
        loss_down: None,
        site: None,
        bitrate_up_bps: 0,
        bitrate_down_bps: 0,
        download: DownloadReport::default(),
        upload_limit_bps: None,
        tracks: Vec::new(),
    };
    let report = MeetingReport {
        meeting: meeting.clone(),
        node,
        run: "run".into(),
        started_at: now,
        measured_at: now,
        burden: Burden::default(),
        is_unmoderated: false,
        recorded_by: Vec::new(),
        captioned_by: Vec::new(),
        participants: vec![somebody],
    };
    bench.cluster.directory.publish_report(&lease, &report, ttl).await.expect("a directory");
    assert_eq!(released(&bench).await, 0);
    assert!(taken(&bench, room).await);
}

#[tokio::test]
async fn one_word_at_the_door_or_on_the_page_keeps_the_room() {
    let bench = Bench::new().await;
    let (room, anna) = strict(&bench).await;
    let (ben, eve) = (bench.person("Ben", &[]).await, bench.person("Eve", &[]).await);
    let people = json!([{ "person": ben.id, "role": "participant" }]);
    let shown = bench.booked(&anna, json!({ "rooms": [room], "people": people })).await;
    let path = format!("/meetings/{}/check-in", text(&shown["meeting_id"]));
    let early = bench.post(&path).by(&ben).send().await;
    assert_eq!(early.is_problem(403, "too_early").body["opens_at"], "2026-11-24T08:45:00Z");
    bench.clock.set("2026-11-24T08:45:00Z");
    let (ben, eve) = (bench.signed_in(ben.id).await, bench.signed_in(eve.id).await);
    bench.post(&path).send().await.is_problem(401, "sign_in_required");
    bench.post(&path).by(&eve).send().await.is_problem(404, "not_found");
    assert_eq!(bench.post(&path).by(&ben).send().await.is(200).body["is_released"], false);
    bench.clock.set(DUE);
    assert_eq!(released(&bench).await, 0);

    // The panel: a secret of this room alone, and only for what is booked now.
    let anna = bench.signed_in(anna.id).await;
    let door = format!("/rooms/{room}/door");
    bench.post(&door).by(&bench.signed_in(ben.id).await).send().await.is_problem(403, "not_allowed");
    let old = bench.post(&door).by(&anna).send().await.is(201).body["secret"].clone();
    let secret = bench.post(&door).by(&anna).send().await.is(201).body["secret"].clone();
    let times = json!({ "rooms": [room], "start": "2026-11-24T14:00", "end": "2026-11-24T15:00" });
    bench.booked(&anna, times).await;
    let panel = format!("/rooms/{room}/check-in");
    let says = |secret: &Value| {
        let body = json!({ "secret": secret });
        let asked = bench.post(&panel);
        async move { asked.json(&body).await }
    };
    bench.clock.set("2026-11-24T12:44:59Z");
    says(&secret).await.is_problem(404, "not_found");
    bench.clock.set("2026-11-24T12:45:00Z");
    says(&old).await.is_problem(404, "link_invalid");
    assert_eq!(says(&secret).await.is(200).body["start"], "2026-11-24T13:00:00Z");
    bench.clock.set("2026-11-24T13:30:00Z");
    assert_eq!(released(&bench).await, 0);
    let anna = bench.signed_in(anna.id).await;
    bench.delete(&door).by(&anna).send().await.is(204);
    says(&secret).await.is_problem(404, "link_invalid");
}

#[tokio::test]
async fn of_several_rooms_those_are_released_at_whose_door_nobody_was() {
    let bench = Bench::with_mail().await;
    let (room, anna) = strict(&bench).await;
    let other = bench.room(RoomKind::Physical, "Anbau", 12).await;
    let rules = json!({ "release_after_minutes": 5 });
    let path = format!("/rooms/{other}/policy");
    bench.put(&path).by(&anna).header("if-match", "\"1\"").json(&rules).await.is(200);
    let secret = bench.post(&format!("/rooms/{room}/door")).by(&anna).send().await.is(201).body["secret"].clone();
    let guests = json!([{ "name": "Gast", "email": "gast@elsewhere.org" }]);
    let rule = json!({ "rule": "FREQ=WEEKLY;COUNT=3" });
    let wish = json!({ "rooms": [room, other], "guests": guests, "recurrence": rule });
    let shown = bench.booked(&anna, wish).await;
    let path = format!("/bookings/{}", text(&shown["id"]));
    bench.letters().await;

    bench.clock.set(START);
    let panel = bench.post(&format!("/rooms/{room}/check-in")).json(&json!({ "secret": secret })).await;
    assert_eq!(panel.is(200).body["is_released"], false);
    let anna = bench.signed_in(anna.id).await;
    let dates = bench.get(&format!("{path}/dates")).by(&anna).send().await;
    let date = format!("{path}/dates/{}", text(&dates.is(200).body["items"][0]["id"]));
    let seen = bench.get(&date).by(&anna).send().await;
    let attendance = json!({ "opens_at": "2026-11-24T08:45:00Z", "release_at": "2026-11-24T09:05:00Z",
        "is_attended": false, "is_released": false, "rooms_seen": [room] });
    assert_eq!(seen.is(200).body["attendance"], attendance);

    bench.clock.set("2026-11-24T09:05:00Z");
    assert_eq!((released(&bench).await, released(&bench).await), (1, 0), "once");
    assert!(taken(&bench, room).await);
    let seen = bench.get(&date).by(&anna).send().await;
    assert_eq!(seen.body["rooms"].as_array().map(Vec::len), Some(1));
    assert_eq!((&seen.body["rooms"][0]["name"], &seen.body["no_shows"]), (&json!("Saal"), &Value::Null));
    let next = format!("{path}/dates/{}", text(&dates.body["items"][1]["id"]));
    let next = bench.get(&next).by(&anna).send().await;
    assert_eq!(next.body["rooms"].as_array().map(Vec::len), Some(2), "the other dates stay as they are");
    let letters = bench.letters().await;
    let readers: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(readers, ["gast@elsewhere.org", "keeper@example.org"]);
    let parsed = mail_parser::MessageParser::default().parse(letters[1].1.as_bytes()).expect("a message");
    let words = parsed.body_text(0).expect("a text").replace("\r\n", " ");
    assert!(words.contains("wieder frei: Anbau."), "{words}");
    assert!(words.contains("in einem anderen Raum aber schon"), "{words}");
    let entry = mail_parser::MessageParser::default().parse(letters[0].1.as_bytes()).expect("a message");
    let words = entry.body_text(0).expect("a text").replace("\r\n", " ");
    assert!(words.contains("wieder frei: Anbau.") && words.contains("Raum: Saal"), "{words}");

    // At the last door: nobody waits for anybody any more.
    bench.clock.set("2026-12-01T09:00:00Z");
    let anna = bench.signed_in(anna.id).await;
    let other_secret =
        bench.post(&format!("/rooms/{other}/door")).by(&anna).send().await.is(201).body["secret"].clone();
    for (room, secret) in [(room, &secret), (other, &other_secret)] {
        bench.post(&format!("/rooms/{room}/check-in")).json(&json!({ "secret": secret })).await.is(200);
    }
    bench.clock.set("2026-12-01T09:30:00Z");
    assert_eq!(released(&bench).await, 0);
}

#[tokio::test]
async fn who_comes_too_late_is_told_so_and_a_room_without_the_rule_stays() {
    let bench = Bench::new().await;
    let (room, anna) = strict(&bench).await;
    let free = bench.room(RoomKind::Physical, "Frei", 12).await;
    bench.booked(&anna, json!({ "rooms": [free] })).await;
    let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
    bench.clock.set(DUE);
    assert_eq!(released(&bench).await, 1);
    assert!(taken(&bench, free).await);
    let anna = bench.signed_in(anna.id).await;
    let path = format!("/meetings/{}/check-in", text(&shown["meeting_id"]));
    assert_eq!(bench.post(&path).by(&anna).send().await.is(200).body["is_released"], true);
    // Booked again while it is free: it is the same date, and nobody takes it away a second time.
    let path = format!("/bookings/{}", text(&shown["id"]));
    let again = bench.put(&path).by(&anna).header("if-match", "\"2\"").json(&booking(json!({ "rooms": [room] }))).await;
    again.is(200);
    bench.clock.advance(SignedDuration::from_mins(20));
    assert_eq!(released(&bench).await, 0);
}

#[tokio::test]
async fn three_dates_of_a_series_in_a_row_ask_whether_it_shall_end_and_one_that_is_used_starts_anew() {
    let bench = Bench::with_mail().await;
    let (room, anna) = strict(&bench).await;
    let shown = bench.booked(&anna, json!({ "rooms": [room], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=8" } })).await;
    let path = format!("/bookings/{}", text(&shown["id"]));
    bench.letters().await;
    let mut week = at(DUE);
    let mut asked = Vec::new();
    for number in 1..=7 {
        bench.clock.set(&week.to_string());
        let anna = bench.signed_in(anna.id).await;
        if number == 3 {
            let dates = bench.get(&format!("{path}/dates")).by(&anna).send().await;
            joins(&bench, text(&dates.body["items"][2]["id"])).await;
        }
        assert_eq!(released(&bench).await, usize::from(number != 3), "week {number}");
        let letters = bench.letters().await;
        let subjects: Vec<String> = letters
            .iter()
            .filter_map(|(_, text)| {
                mail_parser::MessageParser::default().parse(text.as_bytes())?.subject().map(str::to_owned)
            })
            .collect();
        if subjects.iter().any(|one| one == "Wird diese Terminserie noch gebraucht? Dienstberatung") {
            asked.push(number);
        }
        let seen = bench.get(&path).by(&anna).send().await;
        let expected = [Value::Null, Value::Null, Value::Null, Value::Null, Value::Null, json!(3), json!(4)];
        assert_eq!(seen.body["no_shows"], expected[number - 1], "week {number}");
        week += SignedDuration::from_hours(7 * 24);
    }
    assert_eq!(asked, [6], "two, one that was used, then three more");
    // The dates to come have their room.
    let dates = bench.get(&format!("{path}/dates")).by(&bench.signed_in(anna.id).await).send().await;
    let last = text(&dates.body["items"][7]["id"]).to_owned();
    let seen = bench.get(&format!("{path}/dates/{last}")).by(&bench.signed_in(anna.id).await).send().await;
    assert_eq!(seen.body["rooms"][0]["name"], "Saal");
}

#[tokio::test]
async fn of_two_nodes_one_releases() {
    let bench = Bench::with_mail().await;
    let (room, anna) = strict(&bench).await;
    bench.booked(&anna, json!({ "rooms": [room] })).await;
    bench.letters().await;
    let other = crate::Scheduler::new(
        bench.scheduler.app.config.clone(),
        bench.store.clone(),
        bench.cluster.clone(),
        bench.clock.clone(),
        bench.randomness.clone(),
    );
    bench.clock.set(DUE);
    let (one, two) = tokio::join!(bench.scheduler.release_rooms(), other.release_rooms());
    assert_eq!(one.expect("all is there") + two.expect("all is there"), 1);
    assert_eq!(bench.letters().await.len(), 1);
}
