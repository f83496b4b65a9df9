use domain::{Role, RoomKind};
use serde_json::{Value, json};

use crate::dav::testing::{Program, texts};
use crate::testing::{Bench, Caller, booking};

/// What nobody may read who has no part in it.
const MARKS: [&str; 3] = ["Zwetschgenmus", "Pflaumenkuchen", "Holunder"];
const HIDDEN: &str = "Privater Termin";
const RIGHTS: [&str; 5] = ["see_busy", "see_all", "book", "answer", "manage"];

/// Boss has a private booking with Ida and a guest, in a room that its keeper grants.
struct Secret {
    bench: Bench,
    boss: Caller,
    ida: Caller,
    keeper: Caller,
    room: String,
    shown: Value,
}

impl Secret {
    async fn new(more: Value) -> Self {
        let bench = Bench::with_mail().await;
        let (boss, ida) = (bench.person("Boss", &[]).await, bench.person("Ida", &[]).await);
        let keeper = bench.person("Keeper", &[]).await;
        let manager = bench.person("Manager", &[Role::RoomManager]).await;
        let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
        let policy = json!({ "approval": "always", "delegates": [keeper.id] });
        let policy = bench.put(&format!("/rooms/{room}/policy")).by(&manager).header("if-match", "\"1\"").json(&policy);
        policy.await.is(200);
        let mut wish = json!({
            "title": MARKS[0], "description": MARKS[1], "is_private": true, "rooms": [room],
            "people": [{ "person": ida.id, "role": "participant" }],
            "guests": [{ "name": MARKS[2], "email": "gast@example.org" }],
        });
        wish.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
        let shown = bench.booked(&boss, wish).await;
        let room = room.to_string();
        Self { bench, boss, ida, keeper, room, shown }
    }

    fn id(&self) -> &str {
        self.shown["id"].as_str().expect("an id")
    }

    fn meeting(&self) -> &str {
        self.shown["meeting_id"].as_str().expect("an id")
    }

    /// The answers to every question the API knows, about each of these ids.
    async fn read_by(&self, who: &Caller) -> Vec<(String, String)> {
        let description = serde_json::to_value(crate::openapi()).expect("a description is JSON");
        let names = ["{id}", "{occurrence_id}", "{booking_id}", "{room_id}", "{invitation_id}", "{identity}"];
        let span = "from=2026-11-01T00:00:00Z&to=2027-03-01T00:00:00Z";
        let mut answers = Vec::new();
        for (path, item) in description["paths"].as_object().expect("paths") {
            let Some(question) = item.get("get") else { continue };
            let content = &question["responses"]["200"]["content"];
            if content.get("text/event-stream").is_some() {
                continue;
            }
            let path = path.strip_prefix("/api/v1").expect("all under one prefix");
            let ids = [self.id(), self.meeting(), self.room.as_str()];
            let ids = if path.contains('{') { &ids[..] } else { &ids[..1] };
            for id in ids {
                let path = path.replacen("{id}", id, 1).replace("{occurrence_id}", self.meeting());
                let path = names.iter().fold(path, |path, name| path.replace(name, id));
                let asked = format!("{path}?person={}&{span}", self.boss.id);
                let answer = self.bench.get(&asked).by(who).send().await;
                answers.push((asked, answer.text));
            }
        }
        assert!(answers.len() > 40, "{}", answers.len());
        answers
    }

    async fn is_kept_from(&self, who: &Caller, named: &str) {
        for (path, text) in self.read_by(who).await {
            for mark in MARKS {
                assert!(!text.contains(mark), "{named} reads {mark} at {path}: {text}");
            }
        }
    }
}

fn series() -> Value {
    let own = json!([{ "date": "2026-12-01T10:00", "title": format!("{} anders", MARKS[0]) }]);
    json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4", "exceptions": own } })
}

#[tokio::test]
async fn whoever_has_no_part_in_it_reads_nothing_of_it_whatever_rights_they_have_and_whatever_they_ask() {
    for more in [json!({}), series()] {
        let secret = Secret::new(more).await;
        let bench = &secret.bench;
        for (named, roles) in
            [("stranger", &[][..]), ("roomer", &[Role::RoomManager]), ("admin", &[Role::Administrator])]
        {
            let who = bench.person(named, roles).await;
            secret.is_kept_from(&who, named).await;
        }
        secret.is_kept_from(&secret.keeper, "keeper").await;
        let delegate = bench.person("Delegate", &[]).await;
        for subset in 1..1_u32 << RIGHTS.len() {
            let held = RIGHTS.iter().enumerate().filter(|(place, _)| subset >> place & 1 == 1);
            let held: Vec<&str> = held.map(|(_, right)| *right).collect();
            bench.delegate(&secret.boss, &delegate, &held).await;
            secret.is_kept_from(&delegate, &format!("{held:?}")).await;
        }
        for who in [&secret.boss, &secret.ida] {
            let read = secret.read_by(who).await;
            for mark in MARKS {
                assert!(read.iter().any(|(_, text)| text.contains(mark)), "{mark}: who has a part in it reads it");
            }
        }
    }
}

#[tokio::test]
async fn a_delegate_sees_a_taken_time_and_can_neither_change_nor_enter_nor_answer_it() {
    let secret = Secret::new(json!({})).await;
    let Secret { bench, boss, .. } = &secret;
    let delegate = bench.person("Delegate", &[]).await;
    bench.delegate(boss, &delegate, &RIGHTS).await;
    let listed = bench.get(&format!("/bookings?person={}", boss.id)).by(&delegate).send().await;
    let item = &listed.is(200).body["items"][0];
    assert_eq!((&item["title"], &item["start"]), (&json!(HIDDEN), &json!("2026-11-24T09:00:00Z")));
    assert_eq!((&item["is_hidden"], &item["organiser"]["name"]), (&json!(true), &json!("Boss")));
    assert!(!listed.text.contains(secret.id()) && !listed.text.contains(secret.meeting()), "{}", listed.text);
    assert!(!listed.text.contains("Sitzungszimmer"), "{}", listed.text);
    bench.speaks(&delegate, "en").await;
    let english = bench.get(&format!("/bookings?person={}", boss.id)).by(&delegate).send().await;
    assert_eq!(english.is(200).body["items"][0]["title"], "Private appointment");

    let path = format!("/bookings/{}", secret.id());
    let other = booking(json!({}));
    let change = bench.put(&path).by(&delegate).header("if-match", "\"1\"").json(&other);
    change.await.is_problem(404, "not_found");
    let cancel = bench.post(&format!("{path}/cancel")).by(&delegate).header("if-match", "\"1\"").send();
    cancel.await.is_problem(404, "not_found");
    bench.delegate(&secret.ida, &delegate, &["answer"]).await;
    let answer = json!({ "answer": "declined", "person": secret.ida.id });
    bench.put(&format!("{path}/answer")).by(&delegate).json(&answer).await.is_problem(404, "not_found");
    bench.put(&format!("{path}/answer")).by(&secret.ida).json(&json!({ "answer": "accepted" })).await.is(200);

    bench.clock.set("2026-11-24T09:00:00Z");
    let delegate = bench.signed_in(delegate.id).await;
    let lobby = bench.get(&format!("/meetings/{}", secret.id())).by(&delegate).send().await;
    assert_eq!((&lobby.is(200).body["title"], &lobby.body["my_role"]), (&json!("Private appointment"), &json!(null)));
    let join = bench.post(&format!("/meetings/{}/join", secret.id())).by(&delegate).json(&json!({})).await;
    assert_eq!(join.is(200).body["state"], "waiting", "as any colleague with the link: {}", join.text);
    assert!(!join.text.contains(MARKS[0]), "{}", join.text);
}

#[tokio::test]
async fn only_who_organises_it_makes_it_private_and_it_stays_so_until_that_is_said() {
    let secret = Secret::new(json!({})).await;
    let Secret { bench, boss, .. } = &secret;
    let delegate = bench.person("Delegate", &[]).await;
    bench.delegate(boss, &delegate, &["book"]).await;
    let for_boss = booking(
        json!({ "organiser": boss.id, "is_private": true, "start": "2026-11-25T10:00", "end": "2026-11-25T11:00" }),
    );
    let refused = bench.post("/bookings").by(&delegate).json(&for_boss).await;
    assert_eq!(refused.is_problem(422, "invalid").body["field"], "is_private");

    let path = format!("/bookings/{}", secret.id());
    let says_nothing = booking(json!({ "title": MARKS[0] }));
    let kept = bench.put(&path).by(boss).header("if-match", "\"1\"").json(&says_nothing).await;
    assert_eq!(kept.is(200).body["is_private"], true);
    bench.get(&path).by(&delegate).send().await.is_problem(404, "not_found");
    let open = booking(json!({ "title": MARKS[0], "is_private": false }));
    let opened = bench.put(&path).by(boss).header("if-match", "\"2\"").json(&open).await;
    assert_eq!(opened.is(200).body["is_private"], false);
    assert_eq!(bench.get(&path).by(&delegate).send().await.is(200).body["title"], MARKS[0]);
}

#[tokio::test]
async fn rest_of_a_private_series_is_private_too() {
    let secret = Secret::new(series()).await;
    let Secret { bench, boss, .. } = &secret;
    let listed = bench.get(&format!("/bookings/{}/dates", secret.id())).by(boss).send().await;
    let third = listed.is(200).body["items"][2]["id"].as_str().expect("an id").to_owned();
    let rule = json!({ "rule": "FREQ=WEEKLY;COUNT=2" });
    let body = booking(json!({ "start": "2026-12-08T14:00", "end": "2026-12-08T15:00", "recurrence": rule }));
    let path = format!("/bookings/{}/dates/{third}/following", secret.id());
    let made = bench.put(&path).by(boss).header("if-match", "\"1\"").json(&body).await;
    assert_eq!(made.is(201).body["is_private"], true, "{}", made.text);
}

#[tokio::test]
async fn calendars_of_others_and_of_rooms_hold_a_taken_time_and_ones_own_says_that_it_is_private() {
    for more in [json!({}), series()] {
        let secret = Secret::new(more).await;
        let Secret { bench, boss, ida, .. } = &secret;
        let delegate = bench.person("Delegate", &[]).await;
        bench.delegate(boss, &delegate, &RIGHTS).await;
        let program = Program::new(bench, &delegate).await;
        let calendar = program.calendar(boss);
        let query = "<c:calendar-query xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:prop><d:getetag/>\
                     <c:calendar-data/></d:prop><c:filter><c:comp-filter name=\"VCALENDAR\"/></c:filter></c:calendar-query>";
        let told = program.ask("REPORT", &calendar, &[("depth", "1")], query).await;
        let places = texts(told.is(207), "d:href");
        assert_eq!(places.len(), 1, "{}", told.text);
        let read = program.ask("GET", places[0], &[], "").await;
        for text in [&told.text, &read.is(200).text] {
            assert!(text.contains(HIDDEN) && text.contains("CLASS:PRIVATE"), "{text}");
            assert!(!text.contains(secret.id()) && !text.contains(secret.meeting()), "no way to its link: {text}");
            assert!(MARKS.iter().all(|mark| !text.contains(mark)), "{text}");
            for line in ["ATTENDEE", "ORGANIZER", "LOCATION", "URL", "DESCRIPTION", "CONFERENCE"] {
                assert!(!text.contains(&format!("\n{line}")), "{line}: {text}");
            }
        }
        program.ask("PUT", places[0], &[], &read.text.replace(HIDDEN, "Frei")).await.is(403);
        program.ask("DELETE", places[0], &[], "").await.is(403);
        program.ask("GET", &format!("{calendar}{}.ics", secret.id()), &[], "").await.is(404);

        let own = Program::new(bench, ida).await;
        let read = own.ask("GET", &format!("{}{}.ics", own.calendar(ida), secret.id()), &[], "").await;
        assert!(read.is(200).text.contains(MARKS[0]) && read.text.contains("CLASS:PRIVATE"), "{}", read.text);
        for (who, sees) in [(&secret.keeper, false), (ida, true)] {
            let made = bench.post("/calendar-feeds").by(who).json(&json!({ "room": secret.room })).await;
            let url = made.is(201).body["url"].as_str().expect("an address").to_owned();
            let path = url.split("/api/v1").nth(1).expect("an address of ours");
            let feed = bench.get(path).without("sec-fetch-site").send().await;
            assert_eq!(feed.is(200).text.contains(MARKS[0]), sees, "{}", feed.text);
            assert_eq!(feed.text.contains(HIDDEN), !sees, "{}", feed.text);
        }
    }
}

#[tokio::test]
async fn letters_say_that_it_is_private_and_who_keeps_the_room_is_not_told_what_it_is_for() {
    let secret = Secret::new(json!({})).await;
    let letters = secret.bench.letters().await;
    let body = |letter: &str| {
        let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).expect("a message");
        let file = message.attachments().last().and_then(|part| part.text_contents()).unwrap_or_default().to_owned();
        (message.body_text(0).expect("a text").into_owned(), file)
    };
    let of = |address: &str| {
        let letter = letters.iter().find(|(to, _)| to == address);
        letter.map(|(_, letter)| body(letter)).unwrap_or_else(|| panic!("{address} has no letter"))
    };
    let (asked, _) = of("keeper@example.org");
    assert!(asked.contains(HIDDEN) && MARKS.iter().all(|mark| !asked.contains(mark)), "{asked}");
    let (invited, entry) = of("ida@example.org");
    assert!(invited.contains(MARKS[0]) && entry.contains("CLASS:PRIVATE"), "{invited}\n{entry}");
}

#[tokio::test]
async fn a_calendar_program_makes_an_entry_private_and_keeps_it_by_saying_nothing() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let place = format!("{}a.ics", program.calendar(&anna));
    let entry = |class: &str| {
        format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\nBEGIN:VEVENT\nUID:a\nDTSTAMP:20261123T080000Z\n\
             SUMMARY:Arzt\nDTSTART;TZID=Europe/Berlin:20261124T100000\nDTEND;TZID=Europe/Berlin:20261124T110000\n\
             {class}END:VEVENT\nEND:VCALENDAR\n"
        )
    };
    let is_private = async || {
        let anna = bench.signed_in(anna.id).await;
        bench.get("/bookings").by(&anna).send().await.is(200).body["items"][0]["is_private"].clone()
    };
    program.ask("PUT", &place, &[], &entry("CLASS:CONFIDENTIAL\n")).await.is(201);
    assert_eq!(is_private().await, true);
    let read = program.ask("GET", &place, &[], "").await;
    assert!(read.is(200).text.contains("CLASS:PRIVATE"), "{}", read.text);
    program.ask("PUT", &place, &[], &read.text.replace("CLASS:PRIVATE\r\n", "")).await.is(204);
    assert_eq!(is_private().await, true);
    program.ask("PUT", &place, &[], &read.text.replace("CLASS:PRIVATE", "CLASS:PUBLIC")).await.is(204);
    assert_eq!(is_private().await, false);
    let file = entry("CLASS:PRIVATE\n").replace("UID:a", "UID:b").replace("20261124", "20261125");
    let length = file.len().to_string();
    let anna_again = bench.signed_in(anna.id).await;
    let asking = bench.post("/bookings/import").by(&anna_again).header("content-type", "text/calendar");
    let made = asking.header("content-length", &length).body(file).send().await;
    let id = made.is(200).body["entries"][0]["booking"].as_str().expect("it was booked").to_owned();
    assert_eq!(bench.get(&format!("/bookings/{id}")).by(&anna_again).send().await.is(200).body["is_private"], true);
}
