use serde_json::{Value, json};

use super::{REPLY_LIMIT, ReplyRefused};
use crate::testing::{Bench, Caller};

const GUEST: &str = "gast@elsewhere.org";

/// Anna has booked ten Tuesdays with a guest and Ben; each has a letter with an address to answer to.
struct Invited {
    bench: Bench,
    anna: Caller,
    ben: Caller,
    id: String,
    dates: Vec<String>,
    /// The guest's.
    address: String,
    /// Ben's.
    other: String,
}

/// The address the organiser goes by in a letter.
fn organiser(letter: &str) -> String {
    let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).expect("a message");
    let file = message.attachments().last().and_then(|part| part.text_contents()).expect("a calendar");
    let file = file.replace("\r\n", "\n").replace("\n ", "");
    let line = file.lines().find(|line| line.starts_with("ORGANIZER")).expect("somebody invites").to_owned();
    assert!(line.contains(";EMAIL=\"anna@example.org\":mailto:antwort+"), "{line}");
    line.rsplit("mailto:").next().expect("an address").to_owned()
}

impl Invited {
    async fn new() -> Self {
        let bench = Bench::with_replies().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let shown = bench
            .booked(
                &anna,
                json!({
                    "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10" },
                    "people": [{ "person": ben.id, "role": "participant" }],
                    "guests": [{ "name": "Gast", "email": GUEST }],
                }),
            )
            .await;
        let id = shown["id"].as_str().expect("an id").to_owned();
        let letters = bench.letters().await;
        let (other, address) = (organiser(&letters[1].1), organiser(&letters[2].1));
        assert_ne!(address, other);
        let listed = bench.get(&format!("/bookings/{id}/dates")).by(&anna).send().await;
        let dates = listed.is(200).body["items"].as_array().expect("a list").iter();
        let dates = dates.map(|date| date["id"].as_str().expect("an id").to_owned()).collect();
        Self { bench, anna, ben, id, dates, address, other }
    }

    /// A message of the guest's calendar, with changes to the lines of its event.
    fn message(&self, method: &str, partstat: &str, more: &str) -> String {
        let event = format!(
            "UID:{}@rennsteig\nDTSTAMP:20261123T100000Z\nATTENDEE;PARTSTAT={partstat}:mailto:{GUEST}\n{more}",
            self.id
        );
        wrapped(&self.address, method, &event)
    }

    async fn takes(&self, message: &str) -> Result<(), ReplyRefused> {
        self.bench.scheduler.take_reply(message.as_bytes(), None).await
    }

    async fn shown(&self, by: &Caller, path: &str) -> Value {
        let answer = self.bench.get(&format!("/bookings/{}{path}", self.id)).by(by).send().await;
        answer.is(200).body["guests"][0]["reply"].clone()
    }
}

fn wrapped(to: &str, method: &str, event: &str) -> String {
    let text = format!(
        "From: somebody@elsewhere.org\nTo: <{to}>\nSubject: Accepted\nMIME-Version: 1.0\n\
         Content-Type: multipart/alternative; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nok\n\
         --b\nContent-Type: text/calendar; method={method}; charset=utf-8\n\nBEGIN:VCALENDAR\nVERSION:2.0\n\
         METHOD:{method}\nBEGIN:VEVENT\n{}\nEND:VEVENT\nEND:VCALENDAR\n--b--\n",
        event.trim_end()
    );
    text.replace('\n', "\r\n")
}

#[tokio::test]
async fn an_answer_is_noted_and_shown_to_who_organises_alone() {
    let invited = Invited::new().await;
    invited.takes(&invited.message("REPLY", "ACCEPTED", "SEQUENCE:0\nCOMMENT:Gern\\, bis dann")).await.expect("fine");
    let shown = invited.shown(&invited.anna, "").await;
    assert_eq!(
        shown,
        json!({ "answer": "accepted", "answered_at": "2026-11-23T10:00:00Z", "comment": "Gern, bis dann" })
    );
    assert_eq!(invited.shown(&invited.ben, "").await, Value::Null);
    let audit = invited.bench.audit().await;
    assert_eq!(audit[0].action, "invitation.answered");

    let later = invited.message("REPLY", "DECLINED", "SEQUENCE:0").replace("T100000Z", "T110000Z");
    invited.takes(&later).await.expect("fine");
    invited.takes(&later).await.expect("the same once more does no harm");
    assert_eq!(invited.shown(&invited.anna, "").await["answer"], "declined");
    let earlier = invited.takes(&invited.message("REPLY", "TENTATIVE", "SEQUENCE:0")).await;
    assert!(matches!(earlier, Err(ReplyRefused::TooLate)), "it was overtaken on its way");
}

#[tokio::test]
async fn one_date_is_answered_by_itself_in_whatever_zone_it_is_named() {
    let invited = Invited::new().await;
    invited.takes(&invited.message("REPLY", "ACCEPTED", "SEQUENCE:0")).await.expect("fine");
    for name in ["RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000", "RECURRENCE-ID:20261201T090000Z"] {
        invited.takes(&invited.message("REPLY", "DECLINED", name)).await.expect("fine");
    }
    let date = |place: usize| format!("/dates/{}", invited.dates[place]);
    assert_eq!(invited.shown(&invited.anna, &date(1)).await["answer"], "declined");
    assert_eq!(invited.shown(&invited.anna, &date(2)).await["answer"], "accepted");
    let none = invited.takes(&invited.message("REPLY", "DECLINED", "RECURRENCE-ID:20261202T090000Z")).await;
    assert!(matches!(none, Err(ReplyRefused::Unknown)));
}

#[tokio::test]
async fn a_changed_time_asks_anew_and_answers_to_the_old_one_are_too_late() {
    let invited = Invited::new().await;
    let first = invited.message("REPLY", "ACCEPTED", "SEQUENCE:0");
    invited.takes(&first).await.expect("fine");
    let moved = json!({ "start": "2026-12-02T14:00", "end": "2026-12-02T15:00" });
    let path = format!("/bookings/{}/dates/{}", invited.id, invited.dates[1]);
    invited.bench.put(&path).by(&invited.anna).header("if-match", "\"1\"").json(&moved).await.is(200);
    let date = format!("/dates/{}", invited.dates[1]);
    assert_eq!(invited.shown(&invited.anna, &date).await, Value::Null);
    assert_eq!(invited.shown(&invited.anna, &format!("/dates/{}", invited.dates[2])).await["answer"], "accepted");
    let old = "RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000\nSEQUENCE:";
    let late = invited.takes(&invited.message("REPLY", "ACCEPTED", &format!("{old}0"))).await;
    assert!(matches!(late, Err(ReplyRefused::TooLate)));
    invited.takes(&invited.message("REPLY", "TENTATIVE", &format!("{old}1"))).await.expect("fine");
    assert_eq!(invited.shown(&invited.anna, &date).await["answer"], "tentative");
    invited.takes(&first).await.expect("the series is where it was");
    let ahead = invited.takes(&invited.message("REPLY", "ACCEPTED", "SEQUENCE:9")).await;
    assert!(matches!(ahead, Err(ReplyRefused::Unreadable(_))), "that was never sent");
}

#[tokio::test]
async fn another_time_is_proposed_to_who_organises_and_changes_nothing() {
    let invited = Invited::new().await;
    invited.takes(&invited.message("REPLY", "ACCEPTED", "SEQUENCE:0")).await.expect("fine");
    let times = "RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000\nDTSTART;TZID=Europe/Berlin:20261201T140000\n\
        DTEND;TZID=Europe/Berlin:20261201T150000\nATTENDEE;PARTSTAT=ACCEPTED:mailto:somebody@else.org";
    invited.takes(&invited.message("COUNTER", "NEEDS-ACTION", times)).await.expect("fine");
    let date = format!("/dates/{}", invited.dates[1]);
    let shown = invited.shown(&invited.anna, &date).await;
    assert_eq!(shown["proposal"], json!({ "start": "2026-12-01T13:00:00Z", "end": "2026-12-01T14:00:00Z" }));
    assert_eq!(shown["answer"], "accepted", "an answer given before is not taken back");
    let listed = invited.bench.get(&format!("/bookings/{}{date}", invited.id)).by(&invited.anna).send().await;
    assert_eq!(listed.is(200).body["start"], "2026-12-01T09:00:00Z");
    let backwards = invited.message("COUNTER", "TENTATIVE", "DTSTART:20261201T140000Z\nDTEND:20261201T130000Z");
    assert!(matches!(invited.takes(&backwards).await, Err(ReplyRefused::Unreadable(_))));
}

#[tokio::test]
async fn an_answer_counts_only_if_address_booking_and_attendee_belong_together() {
    let invited = Invited::new().await;
    let message = invited.message("REPLY", "ACCEPTED", "SEQUENCE:0");
    let other = invited.bench.booked(&invited.anna, json!({ "guests": [{ "name": "Gast", "email": GUEST }] })).await;
    let other = other["id"].as_str().expect("an id");
    for (what, wrong) in [
        ("somebody else's address", message.replace(&invited.address, &invited.other)),
        ("no token", message.replace(&invited.address, "antwort@example.org")),
        ("a guessed token", message.replace(&invited.address, "antwort+0123456789abcdef0123456789abcdef@example.org")),
        ("another attendee", message.replace(GUEST, "ben@example.org")),
        ("another booking", message.replace(&invited.id, other)),
        ("no booking", message.replace(&invited.id, "00000000-0000-0000-0000-000000000000")),
        ("not ours", message.replace("@rennsteig", "@google.com")),
    ] {
        assert!(matches!(invited.takes(&wrong).await, Err(ReplyRefused::Unknown)), "{what}");
    }
    let by_hand = message.replace(&invited.address, "list@example.org");
    let taken = invited.bench.scheduler.take_reply(by_hand.as_bytes(), Some(&invited.address.to_uppercase())).await;
    taken.expect("the mail server's word about the recipient counts");
    let elsewhere = invited.bench.scheduler.take_reply(message.as_bytes(), Some("antwort@example.org")).await;
    assert!(matches!(elsewhere, Err(ReplyRefused::Unknown)), "and counts more than the header");

    let cancel = format!("/bookings/{}/cancel", invited.id);
    invited.bench.post(&cancel).by(&invited.anna).header("if-match", "\"1\"").send().await.is(200);
    assert!(matches!(invited.takes(&message).await, Err(ReplyRefused::Unknown)), "a guest's invitation ends with it");
    let ben = message.replace(&invited.address, &invited.other).replace(GUEST, "ben@example.org");
    assert!(matches!(invited.takes(&ben).await, Err(ReplyRefused::Cancelled)));
}

#[tokio::test]
async fn hostile_messages_are_refused_with_a_reason() {
    let invited = Invited::new().await;
    let message = invited.message("REPLY", "ACCEPTED", "SEQUENCE:0");
    let nested = format!(
        "{}{}",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".repeat(5_000),
        message.replace("boundary=\"b\"", "boundary=\"y\"")
    );
    let within = (0..200).fold(message.clone(), |inner, _| format!("Content-Type: message/rfc822\r\n\r\n{inner}"));
    let many = "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\n".repeat(101);
    let deep = "BEGIN:VEVENT\r\n".repeat(15_000);
    for (what, hostile) in [
        ("nothing", String::new()),
        ("noise", "\u{0}\u{1}\u{2}".repeat(10_000)),
        ("no calendar", "From: a@b.org\r\nTo: c@d.org\r\n\r\nOK!\r\n".to_owned()),
        ("nested parts", nested),
        ("nested messages", within),
        ("an invitation", message.replace("REPLY", "REQUEST")),
        ("delegated", message.replace("ACCEPTED", "DELEGATED")),
        ("two who answer", message.replace("SEQUENCE:0", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@c.org")),
        ("nobody who answers", message.replace("ATTENDEE", "X-ATTENDEE")),
        ("no stamp", message.replace("DTSTAMP", "X-DTSTAMP")),
        ("a floating stamp", message.replace("T100000Z", "T100000")),
        ("a huge sequence", message.replace("SEQUENCE:0", "SEQUENCE:99999999999")),
        ("a negative stamp", message.replace("20261123T100000Z", "-0011123T100000Z")),
        ("many events", message.replace("SEQUENCE:0\r\n", &many)),
        ("nested events", message.replace("BEGIN:VEVENT\r\n", &deep)),
        ("a broken calendar", message.replace("BEGIN:VCALENDAR", "BEGIN:VCARD")),
        ("an endless line", message.replace("SEQUENCE:0", &format!("COMMENT:{}", "x".repeat(300_000)))),
    ] {
        let refused = invited.takes(&hostile).await;
        assert!(matches!(refused, Err(ReplyRefused::Unreadable(_))), "{what}: {refused:?}");
    }
    let large = format!("{message}{}", " ".repeat(5 * 1024 * 1024));
    assert!(large.len() > REPLY_LIMIT && matches!(invited.takes(&large).await, Err(ReplyRefused::TooLarge)));
    assert_eq!(invited.shown(&invited.anna, "").await, Value::Null, "none of it counted");
}
