//! A booking as an iCalendar file (RFC 5545) that calendars of all makers read.
//!
//! The join link stands where each of them looks: LOCATION, URL, the first line of DESCRIPTION,
//! the HTML body, CONFERENCE (RFC 7986). It is the neutral link, which asks for sign-in: calendar
//! entries are forwarded, personal links must not be; only the message to a guest carries the
//! guest's own. A downloaded file has METHOD PUBLISH: nobody is asked to answer and no attendee is
//! named. A message (RFC 5546) has REQUEST or CANCEL and names the one it is sent to.

pub(crate) mod feed;
pub(crate) mod free_busy;
mod line;
mod series;
mod zone;

use std::collections::HashMap;

use domain::recurrence::Moment;
use domain::{
    Answer, Booking, BookingId, BookingState, Invitation, MeetingRole, Occurrence, OccurrenceState, Person, PersonId,
    Private, Reply, Room, timing,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use storage::{Continuation, Span};

use line::Lines;

/// What the file asks of its reader (RFC 5546, 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method<'a> {
    /// To be noted.
    Publish,
    /// The attendee is invited, or the meeting has changed.
    Request(Attendee<'a>),
    /// It does not take place, or no longer with the attendee.
    Cancel(Attendee<'a>),
}

/// The one a message is sent to. The others are nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attendee<'a> {
    /// May be empty.
    pub(crate) name: &'a Private<String>,
    pub(crate) email: &'a Private<String>,
}

impl Method<'_> {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request(_) => "REQUEST",
            Self::Cancel(_) => "CANCEL",
        }
    }
}

/// What a file is written from.
pub(crate) struct Entry<'a> {
    pub(crate) booking: &'a Booking,
    /// From when until when it has dates; without any nothing is written.
    pub(crate) span: Option<Span>,
    /// By start; of a series those at least that were changed or cancelled by themselves.
    pub(crate) occurrences: &'a [Occurrence],
    pub(crate) organiser: Option<&'a Person>,
    pub(crate) booked_by: Option<&'a Person>,
    /// Where the attendee's calendar answers to, if not to the organiser's mailbox.
    pub(crate) answers_to: Option<&'a str>,
    /// Every room one of the dates has.
    pub(crate) rooms: &'a [Room],
    pub(crate) join_url: &'a str,
    pub(crate) written_at: Timestamp,
    /// For a calendar that a program keeps, which asks nobody for anything; METHOD is not written then.
    pub(crate) kept: Option<&'a Kept<'a>>,
    /// Only this date of a series (RFC 5546, 3.2.2.1 and 3.2.5), not the whole booking.
    pub(crate) date: Option<&'a Occurrence>,
    /// The series it goes on from, and the one that goes on from it.
    pub(crate) continuations: &'a [Continuation],
    /// Its reader may only know that it takes time: nothing is written of people, place, link and description.
    pub(crate) is_veiled: bool,
    pub(crate) method: Method<'a>,
}

/// What stands in an entry of a calendar that programs keep (RFC 4791, 4.1).
pub(crate) struct Kept<'a> {
    /// As the program chose it, or as all others have it.
    pub(crate) uid: String,
    /// Who is invited, as far as the calendar's owner may know.
    pub(crate) attending: Vec<Attending<'a>>,
    /// What was answered.
    pub(crate) replies: &'a [Reply],
    /// Those who answered for others, among whoever else is known.
    pub(crate) people: &'a HashMap<PersonId, Person>,
    /// How the owner's programs call other bookings that it is related to.
    pub(crate) uids: &'a HashMap<BookingId, String>,
    /// What the owner's program keeps for its person: `date|line`, the date empty for the whole.
    pub(crate) own_lines: &'a str,
}

impl<'a> Kept<'a> {
    /// Lines of this date, or of the whole.
    fn own(&self, date: Option<DateTime>) -> impl Iterator<Item = (&'a str, &'a str)> {
        let date = date.map(|date| Moment::Wall(date).to_string()).unwrap_or_default();
        let of_date = self.own_lines.lines().filter_map(move |line| {
            let (of, text) = line.split_once('|')?;
            (of == date).then_some(text)
        });
        of_date.filter_map(|text| text.split_once(':'))
    }

    /// Dates that stand by themselves in this calendar alone: with an answer, or with lines of their own.
    fn dates(&self) -> impl Iterator<Item = DateTime> {
        let answered = self.replies.iter().filter_map(|reply| reply.key);
        let lines = self.own_lines.lines().filter_map(|line| line.split_once('|'));
        answered.chain(lines.filter_map(|(date, _)| DateTime::strptime("%Y%m%dT%H%M%S", date).ok()))
    }
}

/// Somebody invited, or a room that is held.
pub(crate) enum Attending<'a> {
    /// With the invitation and the mail address.
    Person(&'a Invitation, &'a Private<String>, &'a Private<String>),
    /// With a door or without.
    Room(&'a Room),
}

/// How a program calls a booking that it has not named itself.
pub(crate) fn uid(booking: BookingId) -> String {
    format!("{booking}@rennsteig")
}

/// How much of a series is written (RFC 4791, 9.6.5 and 9.6.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The rule, and every date that differs.
    Whole,
    /// The rule, and those that differ within the span.
    Limited(Span),
    /// Each date within the span by itself, in UTC.
    Expanded(Span),
}

impl Form {
    /// Is that date among what is written by itself?
    fn shows(self, date: &Occurrence) -> bool {
        match self {
            Self::Whole => true,
            Self::Limited(span) | Self::Expanded(span) => date.start < span.end && date.end > span.start,
        }
    }
}

/// How times are written.
#[derive(Clone, Copy)]
enum Clock<'a> {
    Wall(&'a TimeZone),
    Utc,
}

impl Clock<'_> {
    fn write(self, lines: &mut Lines, name: &str, instant: Timestamp) {
        match self {
            Self::Utc => lines.raw(name, &line::utc(instant)),
            Self::Wall(zone) => {
                let wall = line::wall(zone.to_datetime(instant));
                lines.raw(&format!("{name};TZID={}", zone.iana_name().unwrap_or("UTC")), &wall);
            }
        }
    }
}

/// What an event is beside its date.
struct Shape<'a> {
    clock: Clock<'a>,
    /// What only a series has.
    recurring: &'a [(String, String)],
    /// The date whose own lines it has; none for the whole.
    own: Option<DateTime>,
}

/// Writes the file: CRLF, lines folded at 75 octets.
pub(crate) fn write(entry: &Entry<'_>) -> String {
    write_as(entry, Form::Whole)
}

/// The same in another form.
pub(crate) fn write_as(entry: &Entry<'_>, form: Form) -> String {
    let zone = timing::zone(&entry.booking.zone).unwrap_or(TimeZone::UTC);
    let mut lines = Lines::default();
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//Rennsteig//Rennsteig//DE");
    lines.raw("CALSCALE", "GREGORIAN");
    if entry.kept.is_none() {
        lines.raw("METHOD", entry.method.word());
    }
    if let Some(Span { start, end }) = entry.span {
        if !matches!(form, Form::Expanded(_)) {
            zone::write(&mut lines, &zone, start, end);
        }
        match (&entry.booking.series, entry.date, form) {
            (None, _, Form::Expanded(_)) => single(&mut lines, entry, Clock::Utc),
            (None, ..) => single(&mut lines, entry, Clock::Wall(&zone)),
            (Some(_), Some(date), _) => series::write_date(&mut lines, entry, &zone, date),
            (Some(series), None, Form::Expanded(span)) => series::expand(&mut lines, entry, &zone, (series, span)),
            (Some(series), None, _) => series::write(&mut lines, entry, &zone, (series, form)),
        }
    }
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

/// From when until when there are dates, which are by start.
pub(crate) fn span(occurrences: &[Occurrence]) -> Option<Span> {
    Some(Span { start: occurrences.first()?.start, end: occurrences.last()?.end })
}

/// A single meeting.
fn single(lines: &mut Lines, entry: &Entry<'_>, clock: Clock<'_>) {
    if let Some(only) = entry.occurrences.first() {
        event(lines, entry, only, &Shape { clock, recurring: &[], own: None });
    }
}

/// One VEVENT.
fn event(lines: &mut Lines, entry: &Entry<'_>, occurrence: &Occurrence, shape: &Shape<'_>) {
    let Entry { booking, join_url, .. } = entry;
    let is_cancelled = matches!(booking.state, BookingState::Cancelled { .. })
        || occurrence.state == OccurrenceState::Cancelled
        || matches!(entry.method, Method::Cancel(_));

    lines.raw("BEGIN", "VEVENT");
    lines.raw("UID", &entry.kept.map_or_else(|| uid(booking.id), |kept| kept.uid.clone()));
    lines.raw("DTSTAMP", &line::utc(entry.written_at));
    lines.raw("CREATED", &line::utc(booking.created_at));
    lines.raw("LAST-MODIFIED", &line::utc(booking.updated_at));
    lines.raw("SEQUENCE", &booking.sequence.to_string());
    shape.clock.write(lines, "DTSTART", occurrence.start);
    shape.clock.write(lines, "DTEND", occurrence.end);
    for (name, value) in shape.recurring {
        lines.raw(name, value);
    }
    related(lines, entry);
    lines.raw("STATUS", if is_cancelled { "CANCELLED" } else { "CONFIRMED" });
    let own: Vec<(&str, &str)> = entry.kept.iter().flat_map(|kept| kept.own(shape.own)).collect();
    // A program that shows it as free keeps that for its person.
    if !own.iter().any(|(name, _)| name.eq_ignore_ascii_case("TRANSP")) {
        lines.raw("TRANSP", "OPAQUE");
    }
    lines.raw("CLASS", if booking.is_private { "PRIVATE" } else { "PUBLIC" });
    if entry.is_veiled {
        lines.text("SUMMARY", occurrence.title(booking));
        lines.raw("END", "VEVENT");
        return;
    }
    organiser(lines, entry);
    attendee(lines, entry.method);
    if let Some(kept) = entry.kept {
        attending(lines, entry.booking, kept, occurrence);
    }
    lines.text("SUMMARY", occurrence.title(booking));
    lines.text("LOCATION", &location(entry, occurrence));
    lines.raw("URL", join_url);
    lines.text("DESCRIPTION", &description(entry));
    lines.text("X-ALT-DESC;FMTTYPE=text/html", &html(entry));
    lines.raw("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Beitreten", join_url);
    lines.raw("X-GOOGLE-CONFERENCE", join_url);
    lines.raw("X-MICROSOFT-CDO-BUSYSTATUS", if is_cancelled { "FREE" } else { "BUSY" });
    lines.raw("X-MICROSOFT-DISALLOW-COUNTER", "FALSE");
    for (name, value) in own {
        lines.raw(name, value);
    }
    lines.raw("END", "VEVENT");
}

/// The other parts of a series that was split: the one that goes on, and the one with which it began. All are peers: a reader
/// that does not know RFC 9253 would take its NEXT and FIRST for PARENT (RFC 5545, 3.2.15), each the other's.
fn related(lines: &mut Lines, entry: &Entry<'_>) {
    // A program may have named the other part itself.
    let uid = |booking: BookingId| match entry.kept.and_then(|kept| kept.uids.get(&booking)) {
        Some(named) => named.clone(),
        None => uid(booking),
    };
    for one in entry.continuations {
        if one.earlier == entry.booking.id {
            lines.raw("RELATED-TO;RELTYPE=SIBLING", &uid(one.later));
        }
        if one.later == entry.booking.id {
            lines.raw("RELATED-TO;RELTYPE=SIBLING", &uid(one.first));
        }
    }
}

/// Booked "im Auftrag von": the organiser stands for it, SENT-BY names who pressed the button.
fn organiser(lines: &mut Lines, entry: &Entry<'_>) {
    let Some(organiser) = entry.organiser else { return };
    let mut name = format!("ORGANIZER;CN={}", line::parameter(organiser.name.expose()));
    if let Some(sender) = entry.booked_by.filter(|sender| sender.id != organiser.id) {
        name.push_str(&format!(";SENT-BY={}", line::parameter(&format!("mailto:{}", sender.email.expose()))));
    }
    let address = organiser.email.expose();
    if entry.answers_to.is_some() {
        // Who it is all the same (RFC 7986, 6.2).
        name.push_str(&format!(";EMAIL={}", line::parameter(address)));
    }
    lines.raw(&name, &format!("mailto:{}", entry.answers_to.unwrap_or(address)));
}

fn attendee(lines: &mut Lines, method: Method<'_>) {
    let (attendee, answer) = match method {
        Method::Publish => return,
        Method::Request(attendee) => (attendee, "PARTSTAT=NEEDS-ACTION;RSVP=TRUE"),
        Method::Cancel(attendee) => (attendee, "PARTSTAT=NEEDS-ACTION"),
    };
    let mut name = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT".to_owned();
    if !attendee.name.expose().is_empty() {
        name.push_str(&format!(";CN={}", line::parameter(attendee.name.expose())));
    }
    lines.raw(&format!("{name};{answer}"), &format!("mailto:{}", attendee.email.expose()));
}

fn attending(lines: &mut Lines, booking: &Booking, kept: &Kept<'_>, occurrence: &Occurrence) {
    for one in &kept.attending {
        match one {
            Attending::Person(invitation, name, address) => {
                let role = if invitation.role == MeetingRole::Moderator { "CHAIR" } else { "REQ-PARTICIPANT" };
                let mut property = format!("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE={role}");
                if !name.expose().is_empty() {
                    property.push_str(&format!(";CN={}", line::parameter(name.expose())));
                }
                let reply = Reply::to_date(kept.replies, invitation.id, occurrence.key);
                property.push_str(match reply.and_then(|reply| reply.answer) {
                    Some(Answer::Accepted) => ";PARTSTAT=ACCEPTED",
                    Some(Answer::Declined) => ";PARTSTAT=DECLINED",
                    Some(Answer::Tentative) => ";PARTSTAT=TENTATIVE",
                    None => ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
                });
                if let Some(sender) = reply.and_then(|reply| kept.people.get(&reply.answered_by?)) {
                    let sender = line::parameter(&format!("mailto:{}", sender.email.expose()));
                    property.push_str(&format!(";SENT-BY={sender}"));
                }
                lines.raw(&property, &format!("mailto:{}", address.expose()));
            }
            Attending::Room(room) if !occurrence.rooms(booking).contains(&room.id) => {}
            Attending::Room(room) => {
                let name = line::parameter(&room.name);
                let property = format!("ATTENDEE;CUTYPE=ROOM;ROLE=NON-PARTICIPANT;PARTSTAT=ACCEPTED;CN={name}");
                lines.raw(&property, &format!("urn:uuid:{}", room.id));
            }
        }
    }
}

/// The rooms in front, the link last: it is what people tap on.
fn location(entry: &Entry<'_>, occurrence: &Occurrence) -> String {
    let mut places: Vec<String> = entry
        .rooms
        .iter()
        .filter(|room| occurrence.rooms(entry.booking).contains(&room.id))
        .map(|room| match &room.site {
            Some(site) => format!("{} ({site})", room.name),
            None => room.name.clone(),
        })
        .collect();
    places.push(entry.join_url.to_owned());
    places.join("; ")
}

fn description(entry: &Entry<'_>) -> String {
    let first = format!("Beitreten: {}", entry.join_url);
    if entry.booking.description.is_empty() { first } else { format!("{first}\n\n{}", entry.booking.description) }
}

fn html(entry: &Entry<'_>) -> String {
    let link = escape_html(entry.join_url);
    let text = escape_html(&entry.booking.description).replace('\n', "<br>");
    format!("<html><body><p>Beitreten: <a href=\"{link}\">{link}</a></p><p>{text}</p></body></html>")
}

pub(crate) fn escape_html(text: &str) -> String {
    if !text.contains(['&', '<', '>', '"']) {
        return text.to_owned();
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
