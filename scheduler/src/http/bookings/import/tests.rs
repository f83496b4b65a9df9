use domain::RoomKind;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller};

/// An event tomorrow, 10 to 11 in Berlin.
fn event(uid: &str, more: &str) -> String {
    let mut text = format!("BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261101T080000Z\nSUMMARY:{uid}\n");
    if !more.contains("DTSTART") {
        text.push_str("DTSTART;TZID=Europe/Berlin:20261124T100000\nDTEND;TZID=Europe/Berlin:20261124T110000\n");
    }
    format!("{text}{more}\nEND:VEVENT\n")
}

fn file(events: &[String]) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:PUBLISH\n{}END:VCALENDAR\n", events.concat())
}

async fn ask(bench: &Bench, by: &Caller, path: &str, file: &str) -> Answer {
    // As browsers and programs send it, unlike the bench.
    let length = file.len().to_string();
    let asking = bench.post(path).by(by).header("content-type", "text/calendar").header("content-length", &length);
    asking.body(file.to_owned()).send().await
}

async fn titles(bench: &Bench, by: &Caller) -> Vec<String> {
    let listed = bench.get("/bookings").by(by).send().await;
    let items = listed.is(200).body["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
}

#[tokio::test]
async fn a_file_is_looked_at_first_and_then_booked_but_never_twice() {
    let bench = Bench::with_mail().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    bench.booked(&jonas, json!({ "rooms": [room] })).await;
    bench.letters().await;
    let times = |day: u32, from: u32| format!("DTSTART;TZID=Europe/Berlin:202611{day}T{from}0000\nDURATION:PT1H");
    let file = file(&[
        event(
            "Einzeln",
            &format!(
                "{}\nLOCATION:Kantine, Erdgeschoss\nDESCRIPTION:Mitbringen\nATTENDEE:mailto:jonas@example.org",
                times(25, 10)
            ),
        ),
        event("Belegt", "LOCATION:Sitzungszimmer"),
        event("Serie", &format!("{}\nRRULE:FREQ=WEEKLY;COUNT=3", times(26, 14))),
        event(
            "Serie",
            &format!("{}\nRECURRENCE-ID;TZID=Europe/Berlin:20261203T140000\nSTATUS:CANCELLED", times(26, 14)),
        ),
        event("Ganztags", "DTSTART;VALUE=DATE:20261127"),
        event("Vorbei", "DTSTART:20261001T100000Z\nDURATION:PT1H"),
        event("Fremd", "ORGANIZER:mailto:jonas@example.org"),
        "BEGIN:VTODO\nUID:x\nEND:VTODO\n".to_owned(),
    ]);
    let preview = ask(&bench, &anna, "/bookings/import/preview", &file).await;
    let body = &preview.is(200).body;
    assert_eq!((&body["past"], &body["others"]), (&json!(1), &json!(1)));
    let entries = body["entries"].as_array().expect("entries");
    let places: Vec<&Value> = entries.iter().map(|one| &one["entry"]).collect();
    assert_eq!(places, [0, 1, 2, 3, 5], "{body}");
    assert_eq!(entries[0]["start"], "2026-11-25T09:00:00Z");
    assert_eq!((&entries[0]["place"], &entries[0]["people"]), (&json!("Kantine, Erdgeschoss"), &json!(1)));
    assert_eq!((&entries[0]["checked"]["dates"], &entries[0]["checked"]["conflicts"]), (&json!(1), &json!([])));
    assert_eq!(entries[1]["checked"]["conflicts"][0]["taken"][0]["room"]["name"], "Sitzungszimmer");
    assert_eq!((&entries[2]["is_series"], &entries[2]["checked"]["dates"]), (&json!(true), &json!(2)));
    for (place, field) in [(3, "DTSTART"), (4, "ORGANIZER")] {
        assert_eq!(entries[place]["refused"]["code"], "not_understood");
        assert_eq!(entries[place]["refused"]["field"], field);
    }
    assert!(titles(&bench, &anna).await.is_empty(), "nothing is booked yet");

    let booked = ask(&bench, &anna, "/bookings/import?entries=0,1,2", &file).await;
    let entries = booked.is(200).body["entries"].as_array().expect("entries").clone();
    assert_eq!(entries.len(), 3);
    assert!(entries[0]["booking"].is_string() && entries[2]["booking"].is_string(), "{}", booked.text);
    assert_eq!(
        (&entries[1]["refused"]["code"], &entries[1]["refused"]["field"]),
        (&json!("room_taken"), &json!("rooms"))
    );
    assert_eq!(titles(&bench, &anna).await, ["Einzeln", "Serie", "Serie"]);
    let path = format!("/bookings/{}", entries[0]["booking"].as_str().expect("an id"));
    let shown = bench.get(&path).by(&anna).send().await;
    assert_eq!(shown.body["description"], "Kantine, Erdgeschoss\n\nMitbringen");
    assert_eq!(shown.body["people"], json!([]), "nobody is invited unasked");
    let again = ask(&bench, &anna, "/bookings/import?entries=0,2", &file).await;
    assert!(
        again.is(200).body["entries"]
            .as_array()
            .expect("entries")
            .iter()
            .all(|one| one["refused"]["code"] == "is_there")
    );
    assert_eq!(titles(&bench, &anna).await.len(), 3);
}

#[tokio::test]
async fn who_is_named_is_invited_only_if_that_is_wanted_and_who_may_not_book_for_somebody_imports_nothing() {
    let bench = Bench::with_mail().await;
    let (anna, boss) = (bench.person("Anna", &[]).await, bench.person("Boss", &[]).await);
    let file = file(&[event("Runde", "ATTENDEE;CN=Gast:mailto:gast@example.org")]);
    let path = format!("/bookings/import?invite=true&organiser={}", boss.id);
    ask(&bench, &anna, &path, &file).await.is_problem(403, "not_allowed");
    ask(&bench, &anna, &path.replace("import", "import/preview"), &file).await.is_problem(403, "not_allowed");
    bench.delegate(&boss, &anna, &["book"]).await;
    let made = ask(&bench, &anna, &path, &file).await;
    let id = made.is(200).body["entries"][0]["booking"].as_str().expect("booked").to_owned();
    let shown = bench.get(&format!("/bookings/{id}")).by(&boss).send().await;
    assert_eq!(shown.body["guests"][0]["name"], "Gast");
    assert_eq!(shown.body["booked_by"]["name"], "Anna");
    let letters = bench.letters().await;
    assert!(letters.iter().any(|(to, _)| to == "gast@example.org"), "{letters:?}");
}

#[tokio::test]
async fn hostile_files_are_refused_with_a_reason() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let many: Vec<String> = (0..201).map(|place| event(&format!("e{place}"), "")).collect();
    let cases = [
        (String::new(), "VCALENDAR"),
        ("BEGIN:VEVENT\n".repeat(10_000), "4 deep"),
        (file(&many), "200 entries"),
        (file(&[]).replace("PUBLISH", "CANCEL"), "METHOD"),
        ("A:b\n".repeat(300_000), "VCALENDAR"),
        (format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", "A:b\n".repeat(300_000)), "250000 lines"),
        (file(&[event("x", &format!("X-A:{}", "y".repeat(40_000)))]), "32 KiB"),
    ];
    for (text, allowed) in cases {
        let refused = ask(&bench, &anna, "/bookings/import/preview", &text).await;
        let body = &refused.is_problem(422, "invalid").body;
        assert_eq!(body["field"], "file");
        assert!(body["detail"].as_str().expect("words").contains(allowed), "{allowed}: {}", refused.text);
    }
    let large = "x".repeat(5 * 1024 * 1024 + 1);
    ask(&bench, &anna, "/bookings/import/preview", &large).await.is_problem(413, "too_large");
    ask(&bench, &anna, "/bookings/import?entries=a", &file(&[])).await.is_problem(422, "invalid");
    // What is hostile in one entry keeps out no other.
    let entries = [
        (event("viele", &"ATTENDEE:mailto:x@example.org\n".repeat(10_000)), "ATTENDEE"),
        (event("dauernd", "RRULE:FREQ=SECONDLY"), "recurrence.rule"),
        (event("endlos", "RRULE:FREQ=DAILY;COUNT=100000"), "recurrence.rule"),
        (event("alt", "DTSTART;TZID=Nirgends/Wo:20261124T100000\nDURATION:PT1H"), "DTSTART"),
        (event("rund", "DTSTART:20261124T100000Z\nDURATION:P9999999999W"), "DURATION"),
        (event("breit", &format!("X-B:{}", "y".repeat(20_000))), "VEVENT"),
        (event("", ""), "UID"),
    ];
    let whole: Vec<String> = entries.iter().map(|(text, _)| text.clone()).chain([event("gut", "")]).collect();
    let preview = ask(&bench, &anna, "/bookings/import/preview", &file(&whole)).await;
    let shown = preview.is(200).body["entries"].as_array().expect("entries").clone();
    for ((_, field), entry) in entries.iter().zip(&shown) {
        assert_eq!(entry["refused"]["field"], *field, "{entry}");
    }
    assert_eq!(shown[7]["checked"]["dates"], 1, "{}", shown[7]);
}
