use std::time::SystemTime;

use domain::{MailId, Private};
use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::letter::{Letter, Occasion, Part, Scope};
use super::smtp::MailSender;
use super::words::{Words, words};
use crate::calendar::{self, Attendee, Method, escape_html};

/// A message as it goes over the line: plain text, HTML, and the calendar entry twice, once to be
/// understood (RFC 6047) and once to be opened. `neutral` is the link for staff.
pub(crate) fn compose(
    letter: &Letter<'_>,
    sender: &MailSender,
    neutral: &str,
    id: MailId,
) -> Result<Vec<u8>, Unwritable> {
    let words = words(letter);
    let link = match &letter.addressee.part {
        Part::Guest(Some(link)) => link.expose(),
        _ => neutral,
    };
    let attendee = Attendee { name: letter.addressee.name, email: letter.addressee.email };
    let method = match (letter.occasion, &letter.addressee.part) {
        (_, Part::Organiser) => Method::Publish,
        (Occasion::Cancelled, _) => Method::Cancel(attendee),
        _ => Method::Request(attendee),
    };
    let calendar = calendar::write(&calendar::Entry {
        booking: letter.booking,
        occurrences: letter.occurrences,
        organiser: Some(letter.organiser),
        booked_by: Some(letter.booked_by),
        answers_to: letter.answers_to.as_ref().map(|address| address.expose().as_str()),
        rooms: letter.rooms,
        join_url: link,
        written_at: letter.written_at,
        // Who organises opens the file by hand: the whole series, as it now is, is never half of it.
        date: match (letter.scope, &letter.addressee.part) {
            (Scope::Whole, _) | (_, Part::Organiser) => None,
            (Scope::Date, _) => Some(letter.occurrence),
        },
        method,
    });
    let part = |kind: &str, body: String| {
        let kind = ContentType::parse(kind).expect("our own content types are well formed");
        SinglePart::builder().header(kind).body(body)
    };
    let text = format!("text/calendar; method={}; charset=utf-8", method.word());
    let alternative = MultiPart::alternative()
        .singlepart(part("text/plain; charset=utf-8", plain(&words, link)))
        .singlepart(part("text/html; charset=utf-8", html(&words, link)))
        .singlepart(part(&text, calendar.clone()));
    let attachment = SinglePart::builder()
        .header(ContentType::parse("application/ics").expect("our own content types are well formed"))
        .header(ContentDisposition::attachment(words.file))
        .body(calendar);
    let name = letter.organiser.name.expose();
    let from = Mailbox::new(Some(format!("{name} (Rennsteig)")), sender.address().clone());
    let domain = sender.address().domain();
    let message = lettre::Message::builder()
        .date(SystemTime::from(letter.written_at))
        .message_id(Some(format!("<{id}@{domain}>")))
        .from(from)
        .reply_to(mailbox(&letter.organiser.name, &letter.organiser.email)?)
        .to(mailbox(letter.addressee.name, letter.addressee.email)?)
        .subject(words.subject)
        // Keeps "I am away" answers of both kinds from coming back.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"),
            "OOF, AutoReply".into(),
        ))
        .multipart(MultiPart::mixed().multipart(alternative).singlepart(attachment))
        .map_err(|_| Unwritable)?;
    Ok(message.formatted())
}

/// An address that no message can be sent to. It is not quoted: it is somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no message can be written to this address")]
pub(crate) struct Unwritable;

fn mailbox(name: &Private<String>, email: &Private<String>) -> Result<Mailbox, Unwritable> {
    let name = Some(name.expose()).filter(|name| !name.is_empty()).cloned();
    Ok(Mailbox::new(name, email.expose().parse().map_err(|_| Unwritable)?))
}

fn plain(words: &Words, link: &str) -> String {
    let mut text = format!("{}\n\n{}\n\n{}\n{}\n", words.greeting, words.news, words.title, words.when);
    for line in words.series.iter().chain(&words.place) {
        text.push_str(&format!("{line}\n"));
    }
    if let Some((label, hint)) = &words.join {
        text.push_str(&format!("\n{label}: {link}\n{hint}\n"));
    }
    if !words.description.is_empty() {
        text.push_str(&format!("\n{}\n", words.description));
    }
    text.push_str(&format!("\n-- \n{}\n", words.closing));
    text.replace('\n', "\r\n")
}

/// Plain enough for every reader, screen readers among them: headings, paragraphs, one link that
/// also says where it goes. No picture, nothing loaded from anywhere.
fn html(words: &Words, link: &str) -> String {
    let e = escape_html;
    let mut body = format!(
        "<p>{}</p><p>{}</p><h1 style=\"font-size:1.25rem;margin:1.5em 0 .25em\">{}</h1><p style=\"margin:0\">{}</p>",
        e(&words.greeting),
        e(&words.news),
        e(&words.title),
        e(&words.when)
    );
    for line in words.series.iter().chain(&words.place) {
        body.push_str(&format!("<p style=\"margin:0\">{}</p>", e(line)));
    }
    if let Some((label, hint)) = &words.join {
        let link = e(link);
        body.push_str(&format!(
            "<p style=\"margin:1.5em 0\"><a href=\"{link}\" style=\"display:inline-block;padding:.75em 1.5em;\
             background:#003b73;color:#fff;border-radius:4px;text-decoration:none;font-weight:600\">{label}</a></p>\
             <p><a href=\"{link}\">{link}</a></p><p>{}</p>",
            e(hint)
        ));
    }
    if !words.description.is_empty() {
        body.push_str(&format!("<p>{}</p>", e(&words.description).replace('\n', "<br>")));
    }
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:sans-serif;font-size:1rem;line-height:1.5;max-width:40em\">{body}\
         <hr style=\"margin-top:2em\"><p style=\"color:#555\">{}</p></body></html>",
        words.language,
        e(&words.subject),
        e(words.closing)
    )
}
