use domain::RoomKind;
use serde_json::{Value, json};

use super::testing::{Program, texts};
use crate::testing::{Answer, Bench, Caller};

const NEW: &[(&str, &str)] = &[("if-none-match", "*")];

/// An entry as a program writes it: tomorrow, 10 to 11 in Berlin.
fn entry(uid: &str, more: &str) -> String {
    let plain = |name: &str| !more.lines().any(|line| line.starts_with(name));
    let mut text = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261123T080000Z\n"
    );
    for (name, line) in [
        ("SUMMARY", "SUMMARY:Dienstberatung"),
        ("DTSTART", "DTSTART;TZID=Europe/Berlin:20261124T100000"),
        ("DTEND", "DTEND;TZID=Europe/Berlin:20261124T110000"),
    ] {
        if plain(name) {
            text.push_str(&format!("{line}\n"));
        }
    }
    text + more + "\nEND:VEVENT\nEND:VCALENDAR\n"
}

async fn program(bench: &Bench) -> (Program<'_>, Caller) {
    let anna = bench.person("Anna", &[]).await;
    (Program::new(bench, &anna).await, anna)
}

async fn bookings(bench: &Bench, of: &Caller) -> Vec<Value> {
    let of = bench.signed_in(of.id).await;
    bench.get("/bookings").by(&of).send().await.is(200).body["items"].as_array().expect("items").clone()
}

fn unfolded(answer: &Answer) -> String {
    answer.text.replace("\r\n ", "")
}

#[tokio::test]
async fn an_entry_becomes_a_booking_and_keeps_its_name_its_uid_and_its_alarm() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let jonas = bench.person("Jonas", &[]).await;
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    let place = format!("{}A%20b.ics", program.calendar(&anna));
    let more = "DESCRIPTION:Eins\\, zwei\nLOCATION:Sitzungszimmer\nORGANIZER:mailto:anna@example.org\n\
                ATTENDEE;CN=Jonas;ROLE=CHAIR:mailto:Jonas@example.org\n\
                ATTENDEE;CN=\"Gast, extern\":mailto:gast@example.org\nCATEGORIES:Dienst\nX-MOZ-GENERATION:1\n\
                BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM";
    let made = program.ask("PUT", &place, NEW, &entry("A-b@phone", more)).await;
    assert!(!made.is(201).headers.contains_key("etag"), "what is stored is not what was sent");
    let listed = bookings(&bench, &anna).await;
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0]["title"], &listed[0]["start"]), (&json!("Dienstberatung"), &json!("2026-11-24T09:00:00Z")));
    assert_eq!(listed[0]["rooms"][0]["id"], json!(room));
    let anna_again = bench.signed_in(anna.id).await;
    let shown =
        bench.get(&format!("/bookings/{}", listed[0]["id"].as_str().expect("an id"))).by(&anna_again).send().await;
    assert_eq!(shown.body["description"], "Eins, zwei");
    assert_eq!(
        (&shown.body["people"][0]["role"], &shown.body["people"][0]["person"]["id"]),
        (&json!("moderator"), &json!(jonas.id))
    );
    assert_eq!(
        (&shown.body["guests"][0]["name"], &shown.body["guests"][0]["email"]),
        (&json!("Gast, extern"), &json!("gast@example.org"))
    );

    let read = program.ask("GET", &place, &[], "").await;
    let file = unfolded(read.is(200));
    for line in ["UID:A-b@phone", "CATEGORIES:Dienst", "X-MOZ-GENERATION:1", "TRIGGER:-PT15M"] {
        assert!(file.contains(&format!("\r\n{line}\r\n")), "{line}: {file}");
    }
    // What was read is written back and changes nothing.
    let same = program.ask("PUT", &place, &[("if-match", read.etag())], &read.text).await;
    same.is(204);
    let again = program.ask("GET", &place, &[], "").await;
    assert_eq!(bookings(&bench, &anna).await.len(), 1);
    assert_eq!((&read.text, read.etag()), (&again.text, again.etag()));
    // Nobody overwrites what another has changed, and nobody makes twice what is there.
    program.ask("PUT", &place, &[("if-match", "\"x\"")], &read.text).await.is(412);
    program.ask("PUT", &place, NEW, &read.text).await.is(412);
    let other = program.ask("PUT", &format!("{}c.ics", program.calendar(&anna)), NEW, &entry("A-b@phone", "")).await;
    assert!(other.is(403).text.contains("<c:no-uid-conflict><d:href>/caldav/"), "{}", other.text);
    // Another time and a room that is gone from one of its two places.
    let moved = again.text.replace("20261124T100000", "20261124T140000").replace("20261124T110000", "20261124T150000");
    let moved = moved.replace("LOCATION:Sitzungszimmer\\; ", "LOCATION:");
    program.ask("PUT", &place, &[("if-match", again.etag())], &moved).await.is(204);
    let listed = bookings(&bench, &anna).await;
    assert_eq!((&listed[0]["start"], &listed[0]["rooms"]), (&json!("2026-11-24T13:00:00Z"), &json!([])));
    let trail: Vec<String> = bench.audit().await.into_iter().map(|line| line.action).collect();
    assert_eq!(trail[..2], ["booking.changed", "booking.created"], "what was the same is no change");
    // Deleted, it is cancelled.
    program.ask("DELETE", &place, &[("if-match", "\"x\"")], "").await.is(412);
    program.ask("DELETE", &place, &[], "").await.is(204);
    program.ask("GET", &place, &[], "").await.is(404);
    program.ask("PUT", &place, NEW, &entry("A-b@phone", "")).await.is(201);
}

#[tokio::test]
async fn a_held_room_and_whatever_cannot_be_kept_is_refused_by_name() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let jonas = bench.person("Jonas", &[]).await;
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    bench.booked(&jonas, json!({ "rooms": [room] })).await;
    let place = format!("{}a.ics", program.calendar(&anna));
    let cases = [
        ("LOCATION:Sitzungszimmer", "LOCATION"),
        ("ATTENDEE;CUTYPE=ROOM;CN=Sitzungszimmer:mailto:raum@example.org", "LOCATION"),
        ("LOCATION:Kantine", "LOCATION"),
        ("ATTENDEE;CUTYPE=ROOM;CN=Kantine:mailto:x@example.org", "ATTENDEE"),
        ("ATTENDEE;CUTYPE=GROUP:mailto:x@example.org", "ATTENDEE"),
        ("ATTENDEE:tel:+49", "ATTENDEE"),
        ("ORGANIZER:mailto:jonas@example.org", "ORGANIZER"),
        ("RDATE;VALUE=DATE:20261201", "RDATE"),
        ("STATUS:TENTATIVE", "STATUS"),
        ("RRULE:FREQ=HOURLY;COUNT=3", "RRULE"),
        ("RRULE:FREQ=WEEKLY;COUNT=0", "RRULE"),
        ("EXDATE;TZID=Europe/Berlin:20261201T100000", "RRULE"),
        ("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20261125T100000", "RECURRENCE-ID"),
        ("SUMMARY:", "SUMMARY"),
        ("SUMMARY:a\nSUMMARY:b", "SUMMARY"),
        ("DTSTART;VALUE=DATE:20261124", "DTSTART"),
        ("DTSTART:20261124T100000", "DTSTART"),
        ("DTSTART;TZID=Nirgends/Wo:20261124T100000", "DTSTART"),
        ("DTSTART;TZID=Europe/Berlin:20261124T120000", "DTEND"),
        ("DTEND;TZID=Europe/Berlin:20261126T110000", "DTEND"),
        ("BEGIN:VLOCATION\nNAME:x\nEND:VLOCATION", "VLOCATION"),
    ];
    for (more, property) in cases {
        let answer = program.ask("PUT", &place, NEW, &entry("a", more)).await;
        assert!(matches!(answer.status.as_u16(), 403 | 409), "{more}: {}", answer.text);
        let words = texts(&answer, "r:words")[0].to_owned();
        assert!(words.starts_with(property), "{more}: {words}");
    }
    let taken = program.ask("PUT", &place, NEW, &entry("a", "LOCATION:Sitzungszimmer")).await;
    assert!(
        taken.is(409).text.contains("taken at that time. (Sitzungszimmer, until 2026-11-24T10:00:00Z)"),
        "{}",
        taken.text
    );
    let wrong = [
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n".to_owned(), "valid-calendar-object-resource"),
        ("nonsense".to_owned(), "valid-calendar-data"),
        (entry("a", "").replace("VEVENT", "VTODO"), "supported-calendar-component"),
        (entry("a", "").replace("VERSION:2.0", "METHOD:REQUEST"), "valid-calendar-object-resource"),
        (entry("", ""), "valid-calendar-object-resource"),
        (entry("a", &format!("X-A:{}", "x".repeat(20_000))), "max-resource-size"),
        (entry("a", "DTSTART:20261120T100000Z\nDTEND:20261120T110000Z"), "min-date-time"),
        (entry("a", "RRULE:FREQ=YEARLY;COUNT=12"), "max-date-time"),
        (entry("a", "RRULE:FREQ=DAILY;COUNT=1001"), "max-instances"),
        (entry("a", &"ATTENDEE:mailto:x@example.org\n".repeat(10_000)), "max-attendees-per-instance"),
        (entry("a", &format!("RDATE:{}20261201T100000Z", "20261201T100000Z,".repeat(1_000))), "max-instances"),
    ];
    for (text, condition) in wrong {
        let answer = program.ask("PUT", &place, NEW, &text).await;
        assert!(answer.is(403).text.contains(condition), "{condition}: {}", answer.text);
    }
    program.ask("GET", &place, &[], "").await.is(404);
    assert!(bookings(&bench, &anna).await.is_empty());
}

#[tokio::test]
async fn a_series_is_written_with_its_rule_what_is_left_out_and_dates_that_differ() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let place = format!("{}serie.ics", program.calendar(&anna));
    let rule = "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261201T100000";
    let second = "END:VEVENT\nBEGIN:VEVENT\nUID:s\nSUMMARY:Dienstberatung\nRECURRENCE-ID;TZID=Europe/Berlin:20261208T100000\n\
                  DTSTART;TZID=Europe/Berlin:20261209T140000\nDTEND;TZID=Europe/Berlin:20261209T150000";
    let whole = entry("s", rule).replacen("END:VEVENT", &format!("{second}\nEND:VEVENT"), 1);
    program.ask("PUT", &place, NEW, &whole).await.is(201);
    let starts = async || -> Vec<String> {
        let listed = bookings(&bench, &anna).await;
        listed
            .iter()
            .filter(|item| item["state"] == "active")
            .map(|item| item["start"].as_str().expect("a time").to_owned())
            .collect()
    };
    assert_eq!(starts().await, ["2026-11-24T09:00:00Z", "2026-12-09T13:00:00Z", "2026-12-15T09:00:00Z"]);
    let read = program.ask("GET", &place, &[], "").await;
    program.ask("PUT", &place, &[("if-match", read.etag())], &read.text).await.is(204);
    assert_eq!(starts().await.len(), 3, "written back as it was read, it is the same");
    // The moved date is where the rule has it again, and another one is left out.
    let read = program.ask("GET", &place, &[], "").await;
    let text = unfolded(&read);
    let (master, _) = text.split_once("\r\nEND:VEVENT\r\n").expect("two events");
    let less = format!("{master}\r\nEXDATE;TZID=Europe/Berlin:20261215T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    program.ask("PUT", &place, &[("if-match", read.etag())], &less).await.is(204);
    assert_eq!(starts().await, ["2026-11-24T09:00:00Z", "2026-12-08T09:00:00Z"]);
    // A title of its own, and one more date.
    let read = program.ask("GET", &place, &[], "").await;
    let own = second.replace("SUMMARY:Dienstberatung", "SUMMARY:Klausur").replacen("END:VEVENT\n", "", 1);
    let own = own.replace("20261209T1", "20261208T1");
    let titled = unfolded(&read).replacen("END:VCALENDAR", &format!("{own}\nEND:VEVENT\nEND:VCALENDAR"), 1);
    program.ask("PUT", &place, &[], &titled).await.is(204);
    assert_eq!(bench.audit().await[0].action, "booking.date_changed", "only that date");
    assert_eq!(bookings(&bench, &anna).await[1]["title"], "Klausur");
    let read = program.ask("GET", &place, &[], "").await;
    let more = unfolded(&read).replacen(
        "RRULE:FREQ=WEEKLY",
        "RDATE;TZID=Europe/Berlin:20261218T090000\r\nRRULE:FREQ=WEEKLY",
        1,
    );
    program.ask("PUT", &place, &[], &more).await.is(204);
    let all = ["2026-11-24T09:00:00Z", "2026-12-08T13:00:00Z", "2026-12-18T08:00:00Z"];
    assert_eq!(starts().await, all);
    let read = program.ask("GET", &place, &[], "").await;
    assert!(read.text.contains("RDATE;TZID=Europe/Berlin:20261218T090000"), "{}", read.text);
    // One date is taken out: only that is cancelled.
    let none = unfolded(&read).replacen(
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Berlin:20261218T090000\r\nRRULE:FREQ=WEEKLY",
        1,
    );
    program.ask("PUT", &place, &[], &none).await.is(204);
    assert_eq!(bench.audit().await[0].action, "booking.date_cancelled");
    assert_eq!(starts().await, all[..2]);
    let refused = program.ask("PUT", &place, &[], &unfolded(&read)).await;
    assert!(texts(refused.is(403), "r:words")[0].starts_with("EXDATE"), "{}", refused.text);
}

#[tokio::test]
async fn who_is_invited_answers_and_changes_nothing_else() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let jonas = bench.person("Jonas", &[]).await;
    let invites = json!({ "people": [{ "person": anna.id, "role": "participant" }], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" } });
    let shown = bench.booked(&jonas, invites).await;
    let place = format!("{}{}.ics", program.calendar(&anna), shown["id"].as_str().expect("an id"));
    let read = program.ask("GET", &place, &[], "").await;
    let text = unfolded(read.is(200));
    let accepted = text.replace("PARTSTAT=NEEDS-ACTION;RSVP=TRUE", "PARTSTAT=ACCEPTED");
    program.ask("PUT", &place, &[("if-match", read.etag())], &accepted).await.is(204);
    let reply = async || {
        let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
        bench.get(&path).by(&jonas).send().await.body["people"][0]["reply"]["answer"].clone()
    };
    assert_eq!(reply().await, "accepted");
    let read = program.ask("GET", &place, &[], "").await;
    assert!(unfolded(&read).contains("PARTSTAT=ACCEPTED"), "{}", read.text);
    for (from, to, property) in
        [("SUMMARY:Dienst", "SUMMARY:Meine Dienst", "SUMMARY"), (":20261124T100000", ":20261124T103000", "DTSTART")]
    {
        let refused = program.ask("PUT", &place, &[], &unfolded(&read).replacen(from, to, 1)).await;
        assert!(texts(refused.is(403), "r:words")[0].starts_with(property), "{}", refused.text);
    }
    // One date by itself.
    let date = "BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Dienstberatung\nRECURRENCE-ID;TZID=Europe/Berlin:20261201T100000\n\
                DTSTART;TZID=Europe/Berlin:20261201T100000\nDTEND;TZID=Europe/Berlin:20261201T110000\n\
                ATTENDEE;PARTSTAT=DECLINED:mailto:anna@example.org\nEND:VEVENT\nEND:VCALENDAR"
        .replace("{uid}", &format!("{}@rennsteig", shown["id"].as_str().expect("an id")));
    let declined = unfolded(&read).replacen("END:VCALENDAR", &date, 1);
    program.ask("PUT", &place, &[], &declined).await.is(204);
    let read = program.ask("GET", &place, &[], "").await;
    let events = unfolded(&read);
    let own = events.split("BEGIN:VEVENT").find(|event| event.contains("RECURRENCE-ID")).expect("a date by itself");
    assert!(
        own.contains("RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000") && own.contains("PARTSTAT=DECLINED"),
        "{own}"
    );
    assert_eq!(reply().await, "accepted", "of the whole");
    // Taken out, it is declined and stays away until the time changes.
    program.ask("DELETE", &place, &[], "").await.is(204);
    assert_eq!(reply().await, "declined");
    program.ask("GET", &place, &[], "").await.is(404);
    let trail: Vec<String> = bench.audit().await.into_iter().map(|line| line.action).collect();
    assert_eq!(trail.iter().filter(|action| *action == "invitation.answered").count(), 3);
}

#[tokio::test]
async fn who_may_answer_for_somebody_answers_in_that_calendar_and_the_organiser_reads_both_names() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let (jonas, boss) = (bench.person("Jonas", &[]).await, bench.person("Boss", &[]).await);
    bench.delegate(&boss, &anna, &["see_all"]).await;
    let people = json!([{ "person": boss.id, "role": "participant" }]);
    let shown = bench.booked(&jonas, json!({ "people": people })).await;
    let name = format!("{}.ics", shown["id"].as_str().expect("an id"));
    let place = format!("{}{name}", program.calendar(&boss));
    program.ask("GET", &place, &[], "").await.is(404);
    bench.delegate(&boss, &anna, &["see_all", "answer"]).await;
    let read = program.ask("GET", &place, &[], "").await;
    let declined = unfolded(read.is(200)).replace("PARTSTAT=NEEDS-ACTION;RSVP=TRUE", "PARTSTAT=DECLINED");
    program.ask("PUT", &place, &[("if-match", read.etag())], &declined).await.is(204);
    let line = bench.audit().await.remove(0);
    assert_eq!((line.actor, line.on_behalf_of), (Some(anna.id), Some(boss.id)));

    let his = Program::new(&bench, &jonas).await;
    let told = his.ask("GET", &format!("{}{name}", his.calendar(&jonas)), &[], "").await;
    let sent_by = "PARTSTAT=DECLINED;SENT-BY=\"mailto:anna@example.org\":mailto:boss@example.org";
    assert!(unfolded(told.is(200)).contains(sent_by), "{}", told.text);
    bench.delegate(&boss, &anna, &["see_all"]).await;
    program.ask("DELETE", &place, &[], "").await.is(404);
}

#[tokio::test]
async fn who_may_book_for_somebody_writes_into_that_calendar_and_who_may_only_see_does_not() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let boss = bench.person("Boss", &[]).await;
    bench.delegate(&boss, &anna, &["see_all"]).await;
    let place = format!("{}a.ics", program.calendar(&boss));
    program.ask("PUT", &place, NEW, &entry("a", "")).await.is(403);
    bench.delegate(&boss, &anna, &["book"]).await;
    program.ask("PUT", &place, NEW, &entry("a", "")).await.is(201);
    let listed = bookings(&bench, &boss).await;
    assert_eq!((&listed[0]["organiser"]["name"], &listed[0]["booked_by"]["name"]), (&json!("Boss"), &json!("Anna")));
    program.ask("DELETE", &place, &[], "").await.is(204);
    assert!(bookings(&bench, &boss).await.iter().all(|item| item["state"] == "cancelled"));
}
