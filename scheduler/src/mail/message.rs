use std::time::SystemTime;

use domain::{MailId, Person, Private};
use jiff::Timestamp;
use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};

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
    let part = |kind: &str, body: String| {
        let kind = ContentType::parse(kind).expect("our own content types are well formed");
        SinglePart::builder().header(kind).body(body)
    };
    let to = mailbox(letter.addressee.name, letter.addressee.email)?;
    let head = head(letter.organiser, to, sender, letter.written_at, id)?.subject(words.subject.clone());
    let alternative = MultiPart::alternative()
        .singlepart(part("text/plain; charset=utf-8", plain(&words, link)))
        .singlepart(part("text/html; charset=utf-8", html(&words, link)));
    // A reminder asks no calendar anything: what stands there already would be asked for again.
    if letter.occasion == Occasion::Reminded {
        return head.multipart(alternative).map(|message| message.formatted()).map_err(|_| Unwritable);
    }
    let attendee = Attendee { name: letter.addressee.name, email: letter.addressee.email };
    let method = match (letter.occasion, &letter.addressee.part) {
        (_, Part::Organiser) => Method::Publish,
        (Occasion::Cancelled, _) => Method::Cancel(attendee),
        _ => Method::Request(attendee),
    };
    let calendar = calendar::write(&calendar::Entry {
        booking: letter.booking,
        span: calendar::span(letter.occurrences),
        occurrences: letter.occurrences,
        organiser: Some(letter.organiser),
        booked_by: Some(letter.booked_by),
        answers_to: letter.answers_to.as_ref().map(|address| address.expose().as_str()),
        rooms: letter.rooms,
        join_url: link,
        written_at: letter.written_at,
        kept: None,
        // Who organises opens the file by hand: the whole series, as it now is, is never half of it.
        date: match (letter.scope, &letter.addressee.part) {
            (Scope::Whole, _) | (_, Part::Organiser) => None,
            (Scope::Date, _) => Some(letter.occurrence),
        },
        continuations: letter.continuations,
        is_veiled: false,
        method,
    });
    let text = format!("text/calendar; method={}; charset=utf-8", method.word());
    let alternative = alternative.singlepart(part(&text, calendar.clone()));
    let attachment = SinglePart::builder()
        .header(ContentType::parse("application/ics").expect("our own content types are well formed"))
        .header(ContentDisposition::attachment(words.file))
        .body(calendar);
    let message =
        head.multipart(MultiPart::mixed().multipart(alternative).singlepart(attachment)).map_err(|_| Unwritable)?;
    Ok(message.formatted())
}

/// Who writes to whom, and when. Answers go to who is behind it.
fn head(
    writer: &Person,
    to: Mailbox,
    sender: &MailSender,
    written_at: Timestamp,
    id: MailId,
) -> Result<MessageBuilder, Unwritable> {
    let from = Mailbox::new(Some(format!("{} (Rennsteig)", writer.name.expose())), sender.address().clone());
    let domain = sender.address().domain();
    let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into());
    let builder = lettre::Message::builder()
        .date(SystemTime::from(written_at))
        .message_id(Some(format!("<{id}@{domain}>")))
        .from(from)
        .reply_to(mailbox(&writer.name, &writer.email)?)
        .to(to)
        // Keeps "I am away" answers of both kinds from coming back.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("X-Auto-Response-Suppress", "OOF, AutoReply"));
    Ok(builder)
}

/// A letter without an entry for the calendar: something to look at.
pub(super) struct Notice {
    pub(super) language: &'static str,
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) news: String,
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    /// What stands on the button, where it leads, and a sentence about it.
    pub(super) link: (&'static str, String, &'static str),
    pub(super) closing: &'static str,
}

/// Such a letter as it goes over the line: plain text and HTML.
pub(super) fn notice(
    notice: &Notice,
    writer: &Person,
    reader: &Person,
    sender: &MailSender,
    written_at: Timestamp,
    id: MailId,
) -> Result<Vec<u8>, Unwritable> {
    let e = escape_html;
    let (label, link, hint) = &notice.link;
    let lines = notice.lines.join("\n");
    let text = format!(
        "{}\n\n{}\n\n{}\n{lines}\n\n{label}: {link}\n{hint}\n\n-- \n{}\n",
        notice.greeting, notice.news, notice.title, notice.closing
    );
    let mut body = format!("<p>{}</p><p>{}</p>{}", e(&notice.greeting), e(&notice.news), heading(&notice.title));
    body.extend(notice.lines.iter().map(|line| format!("<p style=\"margin:0\">{}</p>", e(line))));
    body.push_str(&button(label, link, hint));
    let part = |kind: &str, body: String| {
        let kind = ContentType::parse(kind).expect("our own content types are well formed");
        SinglePart::builder().header(kind).body(body)
    };
    let alternative = MultiPart::alternative()
        .singlepart(part("text/plain; charset=utf-8", text.replace('\n', "\r\n")))
        .singlepart(part("text/html; charset=utf-8", page(notice.language, &notice.subject, &body, notice.closing)));
    let message = head(writer, mailbox(&reader.name, &reader.email)?, sender, written_at, id)?
        .subject(notice.subject.clone())
        .multipart(alternative)
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
    if let Some(dial_in) = &words.dial_in {
        text.push_str(&format!("\n{dial_in}\n"));
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
        "<p>{}</p><p>{}</p>{}<p style=\"margin:0\">{}</p>",
        e(&words.greeting),
        e(&words.news),
        heading(&words.title),
        e(&words.when)
    );
    for line in words.series.iter().chain(&words.place) {
        body.push_str(&format!("<p style=\"margin:0\">{}</p>", e(line)));
    }
    if let Some((label, hint)) = &words.join {
        body.push_str(&button(label, link, hint));
    }
    if let Some(dial_in) = &words.dial_in {
        body.push_str(&format!("<p>{}</p>", e(dial_in)));
    }
    if !words.description.is_empty() {
        body.push_str(&format!("<p>{}</p>", e(&words.description).replace('\n', "<br>")));
    }
    page(words.language, &words.subject, &body, words.closing)
}

fn heading(title: &str) -> String {
    format!("<h1 style=\"font-size:1.25rem;margin:1.5em 0 .25em\">{}</h1>", escape_html(title))
}

fn button(label: &str, link: &str, hint: &str) -> String {
    let (link, hint) = (escape_html(link), escape_html(hint));
    format!(
        "<p style=\"margin:1.5em 0\"><a href=\"{link}\" style=\"display:inline-block;padding:.75em 1.5em;\
         background:#003b73;color:#fff;border-radius:4px;text-decoration:none;font-weight:600\">{label}</a></p>\
         <p><a href=\"{link}\">{link}</a></p><p>{hint}</p>"
    )
}

fn page(language: &str, subject: &str, body: &str, closing: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:sans-serif;font-size:1rem;line-height:1.5;max-width:40em\">{body}\
         <hr style=\"margin-top:2em\"><p style=\"color:#555\">{}</p></body></html>",
        escape_html(subject),
        escape_html(closing)
    )
}
