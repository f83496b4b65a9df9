//! A calendar's answer finds its way from the letter through `mail-in` into the booking.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use http::Method;
use mail_parser::MessageParser;
use serde_json::Value;
use tests::servers::mail::MailServer;
use tests::{NewBooking, Process, program};

const GUEST: &str = "gero@elsewhere.example";

/// Hands one message over, as a mail server does.
fn mail_in(folder: &Path, message: &[u8]) -> Output {
    let mut command = Command::new(program());
    command.arg("mail-in").env("RENNSTEIG__DATA__DIR", folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // It may stop reading before the end: what is too large is not read.
    let _ = child.stdin.take().expect("piped").write_all(message);
    child.wait_with_output().expect("the program ends")
}

/// The lines of the calendar entry in a letter, unfolded.
fn entry(letter: &str) -> Vec<String> {
    let message = MessageParser::default().parse(letter.as_bytes()).expect("a message that can be read");
    let file = message.attachments().last().and_then(|part| part.text_contents()).expect("an entry for the calendar");
    file.replace("\r\n", "\n").replace("\n ", "").lines().map(str::to_owned).collect()
}

fn answer(to: &str, uid: &str, partstat: &str) -> String {
    format!(
        "From: {GUEST}\r\nTo: {to}\r\nSubject: Re\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n\
         BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n{uid}\r\nSEQUENCE:0\r\n\
         DTSTAMP:20260101T000000Z\r\nATTENDEE;PARTSTAT={partstat}:mailto:{GUEST}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_belongs_to_an_invitation_is_shown_and_others_are_sent_back() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mail = MailServer::start().expect("aiosmtpd is installed");
    let (port, authorities) = (mail.port().to_string(), mail.certificate());
    let settings = [
        ("MAIL__HOST", "localhost"),
        ("MAIL__PORT", port.as_str()),
        ("MAIL__FROM", "rennsteig@example.org"),
        ("MAIL__ANSWERS_TO", "antwort@example.org"),
        ("MAIL__CA_FILE", authorities.to_str().expect("a readable path")),
    ];
    let mut server = Process::serve(folder.path(), None, &settings).await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Haushalt").guest_with_mail("Gero Gast", GUEST)).await;
    let letters = tokio::task::spawn_blocking(move || mail.received(GUEST, 1).expect("the letter arrives"));
    let lines = entry(&letters.await.expect("nobody panics while waiting")[0]);
    let line = |name: &str| lines.iter().find(|line| line.starts_with(name)).expect("the entry has it").clone();
    let (uid, organiser) = (line("UID:"), line("ORGANIZER"));
    let to = organiser.rsplit("mailto:").next().expect("an address");
    assert!(to.starts_with("antwort+"), "{to}");

    let taken = mail_in(folder.path(), answer(to, &uid, "ACCEPTED").as_bytes());
    assert_eq!((taken.status.code(), taken.stderr.is_empty()), (Some(0), true), "{taken:?}");
    let shown = anna.asks(Method::GET, &format!("/bookings/{}", booking.id()), Value::Null).await.ok();
    assert_eq!(shown["guests"][0]["reply"]["answer"], "accepted");

    let elsewhere = tempfile::tempdir().expect("a folder can be made");
    let large = [answer(to, &uid, "DECLINED").into_bytes(), vec![b' '; 5 * 1024 * 1024]].concat();
    let forged = answer("antwort+0123456789abcdef0123456789abcdef@example.org", &uid, "DECLINED");
    for (folder, message, code, reason) in [
        (folder.path(), forged.as_bytes(), 77, "belongs to no invitation"),
        (folder.path(), large.as_slice(), 65, "larger than 1 MiB"),
        (folder.path(), b"\0\xff\xfe".as_slice(), 65, "no answer of a calendar"),
        (elsewhere.path(), forged.as_bytes(), 75, "data.dir"),
    ] {
        let refused = mail_in(folder, message);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(code), "{said}");
        assert!(said.contains(reason) && !said.contains(GUEST) && !said.contains("antwort+"), "{said}");
    }
    let shown = anna.asks(Method::GET, &format!("/bookings/{}", booking.id()), Value::Null).await.ok();
    assert_eq!(shown["guests"][0]["reply"]["answer"], "accepted", "nothing else counted");
    assert!(server.stop().await);
}
