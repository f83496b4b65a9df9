//! Invitations reach a real mail server, over an encrypted line, and the link in them opens the door.

use std::time::{Duration, Instant};

use http::Method;
use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use tests::servers::mail::MailServer;
use tests::{Knock, NewBooking, SOON, Server};
use tokio::time::timeout;

/// Waits for messages without keeping the server under test from its work.
async fn received(mail: MailServer, recipient: &'static str, count: usize) -> (MailServer, Vec<String>) {
    let waiting = tokio::task::spawn_blocking(move || {
        let messages = mail.received(recipient, count).expect("the messages arrive");
        (mail, messages)
    });
    waiting.await.expect("nobody panics while waiting")
}

/// Looks into the database until every letter was tried in vain.
async fn until_all_were_tried(server: &Server) {
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database_file()));
    let pool = pool.await.expect("the database is there");
    let deadline = Instant::now() + SOON;
    loop {
        let fewest: Option<i64> =
            sqlx::query_scalar("SELECT min(attempts) FROM outbox").fetch_one(&pool).await.expect("a table");
        if fewest.is_some_and(|attempts| attempts > 0) {
            return;
        }
        assert!(Instant::now() < deadline, "letters are tried");
        tokio::time::sleep(Duration::from_millis(50)).await; // asks again
    }
}

fn text(message: &str) -> String {
    let parsed = MessageParser::default().parse(message.as_bytes()).expect("a message that can be read");
    parsed.body_text(0).expect("a text").replace("\r\n", "\n")
}

/// The calendar entry of a message, unfolded.
fn entry(message: &str) -> String {
    let parsed = MessageParser::default().parse(message.as_bytes()).expect("a message that can be read");
    let inside = parsed.attachments().last().and_then(|part| part.text_contents()).expect("an entry for the calendar");
    inside.replace("\r\n", "\n").replace("\n ", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_opens_the_door_with_the_link_from_the_mail() {
    let mail = MailServer::start().expect("aiosmtpd is installed");
    let server = Server::with_mail(&mail).await;
    let anna = server.person("Anna Vogt").await;
    let booking = NewBooking::now("Haushalt").guest_with_mail("Gero Gast", "gero@elsewhere.example");
    let booking = anna.books(booking.set("guests_wait", false)).await;

    let (mail, letters) = received(mail, "gero@elsewhere.example", 1).await;
    let letter = text(&letters[0]);
    let link = letter.lines().find_map(|line| line.strip_prefix("Beitreten: ")).expect("a link of its own line");
    assert_eq!(link, booking.link_of("Gero Gast"));
    assert!(
        matches!(server.guest(link, "Gero Gast").knocks().await, Knock::Admitted(_)),
        "the link in the letter opens"
    );

    let (_mail, letters) = received(mail, "anna.vogt@example.org", 1).await;
    assert!(letters[0].contains("method=PUBLISH"), "the organiser gets the entry for the calendar");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_wait_while_the_mail_server_is_away() {
    let mut mail = MailServer::closed().expect("openssl is installed");
    let server = Server::with_mail(&mail).await;
    let anna = server.person("Anna Vogt").await;
    anna.books(NewBooking::now("Haushalt").guest_with_mail("Gero Gast", "gero@elsewhere.example")).await;
    until_all_were_tried(&server).await;

    mail.open().expect("aiosmtpd is installed");
    server.clock.put_forward(2);
    let (_mail, letters) = received(mail, "gero@elsewhere.example", 1).await;
    assert!(letters[0].contains("method=REQUEST"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_date_of_a_series_reaches_a_guest_as_that_date_alone() {
    let mail = MailServer::start().expect("aiosmtpd is installed");
    let server = Server::with_mail(&mail).await;
    let anna = server.person("Anna Vogt").await;
    let series = json!({ "rule": "FREQ=WEEKLY;COUNT=5" });
    let booking = NewBooking::now("Haushalt").guest_with_mail("Gero Gast", "gero@elsewhere.example");
    let booking = anna.books(booking.set("recurrence", series)).await;
    let dates = anna.asks(Method::GET, &format!("/bookings/{}/dates", booking.id()), Value::Null).await.ok();
    let date = dates["items"][2]["id"].as_str().expect("a date has an id");
    let path = format!("/api/v1/bookings/{}/dates/{date}/cancel", booking.id());
    let headers = [("if-match", booking.etag.as_str())];
    let answer = anna.browser.clone().ask_raw(Method::POST, &path, Vec::new(), &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    let (_mail, letters) = received(mail, "gero@elsewhere.example", 2).await;
    let is = |letter: &&String, method: &str| letter.contains(&format!("method={method}"));
    let invited = letters.iter().find(|letter| is(letter, "REQUEST")).expect("the invitation");
    let cancelled = letters.iter().find(|letter| is(letter, "CANCEL")).expect("the cancellation");
    assert!(entry(invited).contains("RRULE:FREQ=WEEKLY;COUNT=5\n"));
    let file = entry(cancelled);
    assert!(file.contains("RECURRENCE-ID;TZID=Europe/Berlin:") && file.contains("STATUS:CANCELLED"), "{file}");
    assert!(!file.contains("RRULE:FREQ=WEEKLY"), "{file}");
    assert!(text(cancelled).contains("Anna Vogt hat diesen Termin abgesagt."));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_reaches_a_guest_when_the_date_is_near_and_leads_in() {
    let mail = MailServer::start().expect("aiosmtpd is installed");
    let server = Server::with_mail(&mail).await;
    let anna = server.person("Anna Vogt").await;
    let start = Timestamp::now() + SignedDuration::from_mins(25);
    let booking = NewBooking::at("Haushalt", start, 60).guest_with_mail("Gero Gast", "gero@elsewhere.example");
    let booking = anna.books(booking.set("remind_minutes", 10).set("guests_wait", false)).await;
    let (mail, letters) = received(mail, "gero@elsewhere.example", 1).await;
    assert!(letters[0].contains("method=REQUEST"), "the invitation comes alone: {}", letters[0]);

    server.clock.put_forward(20);
    let (_mail, letters) = received(mail, "gero@elsewhere.example", 2).await;
    let reminders: Vec<String> = letters
        .iter()
        .map(|letter| text(letter))
        .filter(|text| text.contains("erinnert Sie an diese Besprechung"))
        .collect();
    let [reminder] = reminders.as_slice() else { panic!("one reminder, not {}", reminders.len()) };
    let link = reminder.lines().find_map(|line| line.strip_prefix("Beitreten: ")).expect("a link of its own line");
    assert_eq!(link, booking.link_of("Gero Gast"));
    assert!(matches!(server.guest(link, "Gero Gast").knocks().await, Knock::Admitted(_)), "the link in it opens");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_says_nothing_holds_up_neither_the_work_nor_the_stop() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let server = Server::with_mail_at(silent.local_addr().expect("it is bound").port()).await;
    let anna = server.person("Anna Vogt").await;
    anna.books(NewBooking::now("Haushalt").guest_with_mail("Gero Gast", "gero@elsewhere.example")).await;
    let _line = timeout(SOON, silent.accept()).await.expect("a letter is to go out").expect("somebody calls");
    // While it is waited for.
    anna.books(NewBooking::now("Personal")).await;
    timeout(SOON, server.stop()).await.expect("it stops all the same");
}
