mod dial_in;
mod reminders;
mod series;

use calcard::icalendar::ICalendar;
use domain::RoomKind;
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use serde_json::{Value, json};

use crate::testing::{Bench, Caller, booking};

fn parsed(text: &str) -> Message<'_> {
    MessageParser::default().parse(text.as_bytes()).expect("a message that can be read")
}

/// The calendar entry inside the message, unfolded; the opened and the understood one are equal.
fn entry(message: &Message<'_>) -> String {
    let inside = message
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")))
        .expect("a part for the calendar");
    let method = inside.content_type().and_then(|kind| kind.attribute("method")).expect("RFC 6047 asks for it");
    let text = inside.text_contents().expect("text").to_owned();
    ICalendar::parse(&text).expect("a calendar that can be read");
    let text = text.replace("\r\n", "\n").replace("\n ", "");
    assert!(text.contains(&format!("METHOD:{method}")), "{text}");
    let attached = message.attachments().last().and_then(|part| part.text_contents().map(str::to_owned));
    assert_eq!(attached.map(|text| text.replace("\r\n", "\n").replace("\n ", "")), Some(text.clone()));
    text
}

fn plain(message: &Message<'_>) -> String {
    message.body_text(0).expect("a text").replace("\r\n", "\n")
}

async fn change(bench: &Bench, by: &Caller, shown: &Value, changes: Value) -> Value {
    let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
    let tag = format!("\"{}\"", shown["version"]);
    let answer = bench.put(&path).by(by).header("if-match", &tag).json(&booking(changes)).await;
    answer.is(200);
    answer.body
}

fn recipients(letters: &[(String, String)]) -> Vec<&str> {
    letters.iter().map(|(to, _)| to.as_str()).collect()
}

#[tokio::test]
async fn everybody_gets_an_invitation_with_the_link_that_is_theirs() {
    let bench = Bench::with_mail().await;
    let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
    let invited = bench.person("Ute", &[]).await;
    bench.delegate(&boss, &assistant, &["book"]).await;
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    let shown = bench
        .booked(
            &assistant,
            json!({
                "organiser": boss.id, "rooms": [room], "description": "TOP 1: <Lage>",
                "people": [{ "person": invited.id, "role": "participant" }],
                "guests": [{ "name": "Gast", "email": "gast@elsewhere.org" }, { "name": "Ohne Adresse" }],
            }),
        )
        .await;
    let letters = bench.letters().await;
    assert_eq!(recipients(&letters), ["boss@example.org", "gast@elsewhere.org", "ute@example.org"]);
    let neutral = shown["join_url"].as_str().expect("a link");

    let own = parsed(&letters[0].1);
    assert!(entry(&own).contains("METHOD:PUBLISH"), "nobody invites the organiser");
    assert!(plain(&own).contains("diese Besprechung ist für Sie gebucht."), "{}", plain(&own));

    let staff = parsed(&letters[2].1);
    assert_eq!(staff.subject(), Some("Einladung: Dienstberatung, 24.11.2026, 10:00 Uhr"));
    let text = plain(&staff);
    assert!(text.contains("Assistant im Auftrag von Boss lädt Sie zu einer Besprechung ein."), "{text}");
    assert!(text.contains("Dienstag, 24. November 2026, 10:00 bis 11:00 Uhr (Europe/Berlin)\nRaum: Sitzungszimmer"));
    assert!(text.contains(&format!("Beitreten: {neutral}\n")) && !text.contains('#'), "{text}");
    let from = staff.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!((from.name(), from.address()), (Some("Boss (Rennsteig)"), Some("rennsteig@example.org")));
    let answers = staff.reply_to().and_then(|to| to.first()).and_then(|to| to.address());
    assert_eq!(answers, Some("boss@example.org"));

    let guest = parsed(&letters[1].1);
    let link = shown["guests"][0]["link"].as_str().expect("shown once");
    assert!(plain(&guest).contains(&format!("Beitreten: {link}\n")), "{}", plain(&guest));
    let html = guest.body_html(0).expect("HTML");
    assert!(html.contains("TOP 1: &lt;Lage&gt;") && html.contains("<html lang=\"de\">"), "{html}");
    let entry = entry(&guest);
    assert!(entry.contains("METHOD:REQUEST") && entry.contains("SENT-BY=\"mailto:assistant@example.org\""), "{entry}");
    assert!(entry.contains("RSVP=TRUE:mailto:gast@elsewhere.org") && !entry.contains("example.org:"), "{entry}");
    assert!(entry.contains(&format!("URL:{link}")), "{entry}");
}

#[tokio::test]
async fn a_change_tells_those_who_stay_those_who_come_and_those_who_go() {
    let bench = Bench::with_mail().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let guests = json!([{ "name": "Eins", "email": "eins@x.org" }, { "name": "Zwei", "email": "zwei@x.org" }]);
    let shown = bench.booked(&anna, json!({ "guests": guests })).await;
    bench.letters().await;
    let (one, link) = (&shown["guests"][0]["id"], shown["guests"][0]["link"].as_str().expect("shown once"));

    // Only who is invited changes: those who stay hear nothing.
    let people = json!([{ "person": ben.id, "role": "participant" }]);
    let kept = json!([{ "id": one, "name": "Eins", "email": "eins@x.org" }]);
    let shown = change(&bench, &anna, &shown, json!({ "guests": kept, "people": people })).await;
    let letters = bench.letters().await;
    assert_eq!(recipients(&letters), ["ben@example.org", "zwei@x.org"]);
    assert_eq!(parsed(&letters[0].1).subject(), Some("Einladung: Dienstberatung, 24.11.2026, 10:00 Uhr"));
    let away = parsed(&letters[1].1);
    assert_eq!(away.subject(), Some("Abgesagt: Dienstberatung, 24.11.2026, 10:00 Uhr"));
    let gone = entry(&away);
    assert!(gone.contains("METHOD:CANCEL") && gone.contains("STATUS:CANCELLED"), "{gone}");

    // It moves: all hear of it, with the link they have.
    let moved = json!({ "start": "2026-11-25T10:00", "end": "2026-11-25T11:00", "guests": kept, "people": people });
    let shown = change(&bench, &anna, &shown, moved).await;
    let letters = bench.letters().await;
    assert_eq!(recipients(&letters), ["anna@example.org", "ben@example.org", "eins@x.org"]);
    let guest = parsed(&letters[2].1);
    assert_eq!(guest.subject(), Some("Geändert: Dienstberatung, 25.11.2026, 10:00 Uhr"));
    assert!(plain(&guest).contains(link), "the link stays: {}", plain(&guest));
    assert!(entry(&guest).contains("SEQUENCE:1"));

    let path = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
    bench.post(&path).by(&anna).header("if-match", "\"3\"").send().await.is(200);
    let letters = bench.letters().await;
    assert_eq!(recipients(&letters), ["anna@example.org", "ben@example.org", "eins@x.org"]);
    let guest = parsed(&letters[2].1);
    let gone = entry(&guest);
    assert!(gone.contains("METHOD:CANCEL") && gone.contains("SEQUENCE:2"), "{gone}");
    assert!(!plain(&guest).contains("Beitreten"), "{}", plain(&guest));
}

#[tokio::test]
async fn a_renewed_link_goes_to_its_guest_alone() {
    let bench = Bench::with_mail().await;
    let anna = bench.person("Anna", &[]).await;
    let guests = json!([{ "name": "Eins", "email": "eins@x.org" }, { "name": "Zwei", "email": "zwei@x.org" }]);
    let shown = bench.booked(&anna, json!({ "guests": guests })).await;
    bench.letters().await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let path = format!("/bookings/{}/guests/{}/link", text(&shown["id"]), text(&shown["guests"][1]["id"]));
    let renewed = bench.post(&path).by(&anna).send().await;
    let link = text(&renewed.is(200).body["link"]);
    assert_ne!(link, text(&shown["guests"][1]["link"]));
    let letters = bench.letters().await;
    assert_eq!(recipients(&letters), ["zwei@x.org"]);
    assert!(plain(&parsed(&letters[0].1)).contains(&link));
}

#[tokio::test]
async fn a_refused_booking_writes_no_letter_and_neither_does_a_house_without_a_mail_server() {
    let bench = Bench::with_mail().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    bench.booked(&anna, json!({ "rooms": [room] })).await;
    assert_eq!(bench.letters().await.len(), 1);
    bench.post("/bookings").by(&anna).json(&booking(json!({ "rooms": [room] }))).await.is_problem(409, "room_taken");
    assert_eq!(bench.letters().await.len(), 0);

    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    bench.booked(&anna, json!({ "guests": [{ "name": "Gast", "email": "gast@x.org" }] })).await;
    assert_eq!(bench.letters().await.len(), 0);
}
