use serde_json::json;

use super::testing::{Program, texts};
use crate::testing::{Bench, booking};

/// What a program posts to ask about these people.
fn question(more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VFREEBUSY\nUID:frage-1\nDTSTAMP:20261123T080000Z\n\
         DTSTART:20261124T000000Z\nDTEND:20261125T000000Z\nORGANIZER:mailto:anna@example.org\n{more}\n\
         END:VFREEBUSY\nEND:VCALENDAR\n"
    )
}

#[tokio::test]
async fn the_outbox_says_when_those_are_busy_whom_one_may_see() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let (boss, jonas) = (bench.person("Boss", &[]).await, bench.person("Jonas", &[]).await);
    let program = Program::new(&bench, &anna).await;
    bench.booked(&boss, json!({ "title": "Geheim" })).await;
    bench.booked(&jonas, json!({ "title": "Auch" })).await;
    bench.delegate(&boss, &anna, &["see_busy"]).await;
    let principal = format!("/caldav/people/{}/", anna.id);
    let found = program.find(&principal, "0", "<c:schedule-outbox-URL/>").await;
    let outbox = format!("{principal}outbox/");
    assert!(found.is(207).text.contains(&format!("<c:schedule-outbox-URL><d:href>{outbox}<")), "{}", found.text);
    let shown = program.find(&outbox, "0", "<resourcetype/>").await;
    assert!(shown.is(207).text.contains("<c:schedule-outbox/>"), "{}", shown.text);

    let people =
        ["anna", "boss", "jonas", "niemand"].map(|name| format!("ATTENDEE:mailto:{name}@example.org")).join("\n");
    let answer = program.ask("POST", &outbox, &[], &question(&people)).await;
    let statuses = texts(answer.is(200), "c:request-status");
    assert_eq!(statuses, ["2.0;Success", "2.0;Success", "3.8;No authority", "3.7;Invalid calendar user"]);
    let said = texts(&answer, "c:calendar-data");
    assert!(!said[0].contains("FREEBUSY;"), "{}", said[0]);
    assert!(said[1].contains("FREEBUSY;FBTYPE=BUSY:20261124T090000Z/20261124T100000Z"), "{}", said[1]);
    assert!(said[1].contains("METHOD:REPLY") && said[1].contains("UID:frage-1"), "{}", said[1]);
    assert!(said.len() == 2 && !answer.text.contains("Geheim"), "{}", answer.text);
}

#[tokio::test]
async fn what_is_no_question_is_refused_by_name() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let jonas = bench.person("Jonas", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let outbox = format!("/caldav/people/{}/outbox/", anna.id);
    let fine = question("ATTENDEE:mailto:anna@example.org");
    let cases = [
        (question(""), "ATTENDEE"),
        (question(&"ATTENDEE:mailto:x@example.org\n".repeat(101)), "ATTENDEE"),
        (fine.replace("METHOD:REQUEST", "METHOD:PUBLISH"), "METHOD"),
        (fine.replace("VFREEBUSY", "VEVENT"), "VFREEBUSY"),
        (fine.replace("DTEND:20261125", "DTEND:20271125"), "DTEND"),
        (fine.replace("DTSTART:20261124T000000Z", "DTSTART;VALUE=DATE:20261124"), "DTSTART"),
        (fine.replace("anna@example.org\nATT", "jonas@example.org\nATT"), "ORGANIZER"),
    ];
    for (text, property) in cases {
        let refused = program.ask("POST", &outbox, &[], &text).await;
        assert!(texts(refused.is(403), "r:words")[0].starts_with(property), "{property}: {}", refused.text);
    }
    assert!(program.ask("POST", &outbox, &[], "x").await.is(403).text.contains("valid-calendar-data"));
    program.ask("POST", &format!("/caldav/people/{}/outbox/", jonas.id), &[], &fine).await.is(404);
    program.ask("POST", &program.calendar(&anna), &[], &fine).await.is(405);
}

#[tokio::test]
async fn the_parts_of_a_series_name_each_other_as_the_program_calls_them() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let place = format!("{}serie.ics", program.calendar(&anna));
    let text = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:eigene\nSUMMARY:Runde\nRRULE:FREQ=WEEKLY;COUNT=4\n\
                DTSTART;TZID=Europe/Berlin:20261124T100000\nDTEND;TZID=Europe/Berlin:20261124T110000\n\
                END:VEVENT\nEND:VCALENDAR\n";
    program.ask("PUT", &place, &[], text).await.is(201);
    let listed = bench.get("/bookings").by(&anna).send().await;
    let (id, date) = (&listed.body["items"][0]["id"], &listed.body["items"][2]["meeting_id"]);
    let path = format!("/bookings/{}/dates/{}/following", id.as_str().expect("an id"), date.as_str().expect("an id"));
    let later = booking(
        json!({ "start": "2026-12-08T14:00", "end": "2026-12-08T15:00", "recurrence": { "rule": "FREQ=WEEKLY;COUNT=2" } }),
    );
    let made = bench.put(&path).by(&anna).header("if-match", "\"1\"").json(&later).await;
    let later = made.is(201).body["id"].as_str().expect("an id").to_owned();
    let first = program.ask("GET", &place, &[], "").await.text.replace("\r\n ", "");
    assert!(first.contains(&format!("RELATED-TO;RELTYPE=SIBLING:{later}@rennsteig")), "{first}");
    let second = program.ask("GET", &format!("{}{later}.ics", program.calendar(&anna)), &[], "").await;
    assert!(second.is(200).text.replace("\r\n ", "").contains("RELATED-TO;RELTYPE=SIBLING:eigene"), "{}", second.text);
}
