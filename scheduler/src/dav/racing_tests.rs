//! Programs send again what took too long, while the first request is still at work.

use futures_util::future::join_all;
use serde_json::json;

use super::testing::Program;
use crate::testing::Bench;

const ENTRY: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\nBEGIN:VEVENT\nUID:once@phone\n\
                     DTSTAMP:20261123T080000Z\nSUMMARY:Dienstberatung\nDTSTART;TZID=Europe/Berlin:20261124T100000\n\
                     DTEND;TZID=Europe/Berlin:20261124T110000\nEND:VEVENT\nEND:VCALENDAR\n";

/// The answers to several requests at a time, the lowest first, and how many bookings came of them.
async fn sent_at_a_time(headers: &[(&'static str, &str)], names: &[&str]) -> (Vec<u16>, usize) {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let places: Vec<String> = names.iter().map(|name| format!("{}{name}.ics", program.calendar(&anna))).collect();
    let sent = places.iter().map(|place| program.ask("PUT", place, headers, ENTRY));
    let mut statuses: Vec<u16> = join_all(sent).await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    let again = bench.signed_in(anna.id).await;
    let listed = bench.get("/bookings").by(&again).send().await;
    (statuses, listed.is(200).body["items"].as_array().map_or(0, Vec::len))
}

#[tokio::test]
async fn the_same_entry_sent_twice_at_a_time_is_booked_once() {
    let new = [("if-none-match", "*")];
    assert_eq!(sent_at_a_time(&new, &["a", "a", "a"]).await, (vec![201, 412, 412], 1));
    // Without a condition the later one changes what is there.
    assert_eq!(sent_at_a_time(&[], &["a", "a"]).await, (vec![201, 204], 1));
}

#[tokio::test]
async fn one_uid_sent_to_two_places_at_a_time_is_booked_once() {
    assert_eq!(sent_at_a_time(&[], &["a", "b"]).await, (vec![201, 403], 1));
}

#[tokio::test]
async fn an_imported_entry_and_one_of_a_program_at_a_time_are_one_booking() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let place = format!("{}a.ics", program.calendar(&anna));
    let import = bench.post("/bookings/import").by(&anna).header("content-type", "text/calendar").body(ENTRY).send();
    let (put, imported) = tokio::join!(program.ask("PUT", &place, &[], ENTRY), import);
    assert!([201, 403].contains(&put.status.as_u16()), "{}", put.text);
    let is_booked = imported.is(200).body["entries"][0].get("booking").is_some();
    assert_ne!(is_booked, put.status == 201, "one of the two: {} {}", put.status, imported.text);
    let listed = bench.get("/bookings").by(&bench.signed_in(anna.id).await).send().await;
    assert_eq!(listed.is(200).body["items"].as_array().map(Vec::len), Some(1), "{}", json!(listed.text));
}
