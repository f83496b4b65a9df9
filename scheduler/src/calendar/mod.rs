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

use domain::{
    Answer, Booking, BookingId, BookingState, Invitation, MeetingRole, Occurrence, OccurrenceState, Person, Private,
    Reply, Room, timing,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::Continuation;

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
    /// By start; at least one.
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

/// Writes the file: CRLF, lines folded at 75 octets.
pub(crate) fn write(entry: &Entry<'_>) -> String {
    let zone = timing::zone(&entry.booking.zone).unwrap_or(TimeZone::UTC);
    let mut lines = Lines::default();
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//Rennsteig//Rennsteig//DE");
    lines.raw("CALSCALE", "GREGORIAN");
    if entry.kept.is_none() {
        lines.raw("METHOD", entry.method.word());
    }
    if let (Some(first), Some(last)) = (entry.occurrences.first(), entry.occurrences.last()) {
        zone::write(&mut lines, &zone, first.start, last.end);
        match (&entry.booking.series, entry.date) {
            (None, _) => event(&mut lines, entry, &zone, first, &[]),
            (Some(_), Some(date)) => series::write_date(&mut lines, entry, &zone, date),
            (Some(series), None) => series::write(&mut lines, entry, &zone, series, first),
        }
    }
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

/// One VEVENT; `recurring` are the properties that only a series has.
fn event(
    lines: &mut Lines,
    entry: &Entry<'_>,
    zone: &TimeZone,
    occurrence: &Occurrence,
    recurring: &[(String, String)],
) {
    let Entry { booking, join_url, .. } = entry;
    let is_cancelled = matches!(booking.state, BookingState::Cancelled { .. })
        || occurrence.state == OccurrenceState::Cancelled
        || matches!(entry.method, Method::Cancel(_));
    let name = zone.iana_name().unwrap_or("UTC");
    let wall = |instant: Timestamp| instant.to_zoned(zone.clone()).strftime("%Y%m%dT%H%M%S").to_string();
    let utc = |instant: Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();

    lines.raw("BEGIN", "VEVENT");
    lines.raw("UID", &entry.kept.map_or_else(|| uid(booking.id), |kept| kept.uid.clone()));
    lines.raw("DTSTAMP", &utc(entry.written_at));
    lines.raw("CREATED", &utc(booking.created_at));
    lines.raw("LAST-MODIFIED", &utc(booking.updated_at));
    lines.raw("SEQUENCE", &booking.sequence.to_string());
    lines.raw(&format!("DTSTART;TZID={name}"), &wall(occurrence.start));
    lines.raw(&format!("DTEND;TZID={name}"), &wall(occurrence.end));
    for (name, value) in recurring {
        lines.raw(name, value);
    }
    related(lines, entry);
    lines.raw("STATUS", if is_cancelled { "CANCELLED" } else { "CONFIRMED" });
    lines.raw("TRANSP", "OPAQUE");
    lines.raw("CLASS", "PUBLIC");
    organiser(lines, entry);
    attendee(lines, entry.method);
    if let Some(kept) = entry.kept {
        attending(lines, kept, occurrence);
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
    lines.raw("END", "VEVENT");
}

/// The other parts of a series that was split: the one that goes on, and the one with which it began. All are peers: a reader
/// that does not know RFC 9253 would take its NEXT and FIRST for PARENT (RFC 5545, 3.2.15), each the other's.
fn related(lines: &mut Lines, entry: &Entry<'_>) {
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

fn attending(lines: &mut Lines, kept: &Kept<'_>, occurrence: &Occurrence) {
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
                lines.raw(&property, &format!("mailto:{}", address.expose()));
            }
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
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
