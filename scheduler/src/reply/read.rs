//! What a message says (RFC 6047), read without believing it.

use calcard::common::PartialDateTime;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarMethod, ICalendarParameterName,
    ICalendarParameterValue, ICalendarParticipationStatus, ICalendarProperty, ICalendarValue,
};
use domain::recurrence::Moment;
use domain::{Answer, BookingId, COMMENT_LIMIT, Private, text};
use jiff::Timestamp;
use jiff::civil::DateTime;
use mail_parser::{Address, HeaderName, Message, MessageParser, MimeHeaders as _};

use super::{REPLY_LIMIT, ReplyRefused};

/// Largest calendar in a message, in bytes.
const CALENDAR_LIMIT: usize = 256 * 1024;
/// Most events of one answer: a series and single dates of it.
const EVENTS_LIMIT: usize = 100;
/// Most addresses looked at for the token.
const ADDRESSES_LIMIT: usize = 20;

/// What a message says.
pub(super) struct Said {
    /// Where it was sent to.
    pub(super) addresses: Vec<String>,
    pub(super) booking: BookingId,
    /// At least one.
    pub(super) events: Vec<Event>,
}

/// What it says about the booking, or one date of it.
pub(super) struct Event {
    /// The date, as the attendee's calendar names it.
    pub(super) date: Option<Moment>,
    /// Mail addresses, lower case, with their answers.
    pub(super) attendees: Vec<(Private<String>, Option<Answer>)>,
    pub(super) sequence: i32,
    pub(super) stamped_at: Timestamp,
    /// Start and end of a counter-proposal.
    pub(super) proposal: Option<(Moment, Moment)>,
    pub(super) comment: Option<Private<String>>,
}

/// Reads a message. `recipient` is what the mail server says it was for; without it, the header is asked.
pub(super) fn read(message: &[u8], recipient: Option<&str>) -> Result<Said, ReplyRefused> {
    if message.len() > REPLY_LIMIT {
        return Err(ReplyRefused::TooLarge);
    }
    let message = MessageParser::default().parse(message).ok_or(ReplyRefused::Unreadable("not a message"))?;
    let addresses = match recipient {
        Some(recipient) => vec![recipient.to_owned()],
        None => recipients(&message),
    };
    let calendar = ICalendar::parse(calendar(&message)?).map_err(|_| ReplyRefused::Unreadable("a broken calendar"))?;
    let zones = calendar.build_tz_resolver();
    let counters = match method(&calendar) {
        Some(ICalendarMethod::Reply) => false,
        Some(ICalendarMethod::Counter) => true,
        _ => return Err(ReplyRefused::Unreadable("its METHOD is neither REPLY nor COUNTER")),
    };
    let found: Vec<&ICalendarComponent> = events(&calendar).take(EVENTS_LIMIT + 1).collect();
    if found.is_empty() || found.len() > EVENTS_LIMIT {
        return Err(ReplyRefused::Unreadable("no event, or more than 100"));
    }
    let booking = found[0].uid().and_then(booking);
    let booking = booking.ok_or(ReplyRefused::Unknown)?;
    if found.iter().any(|event| event.uid() != found[0].uid()) {
        return Err(ReplyRefused::Unreadable("it answers to several meetings"));
    }
    let events: Result<Vec<Event>, ReplyRefused> =
        found.iter().map(|event| self::event(event, &zones, counters)).collect();
    Ok(Said { addresses, booking, events: events? })
}

/// Delivered-To and the like are what mail servers write; To is what the attendee's calendar wrote.
fn recipients(message: &Message<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["Delivered-To", "X-Original-To"] {
        let values = message.header_values(HeaderName::Other(name.into()));
        found.extend(values.filter_map(|value| value.as_text()).map(str::to_owned));
    }
    for list in [message.to(), message.cc()].into_iter().flatten() {
        let addresses: Vec<_> = match list {
            Address::List(list) => list.iter().collect(),
            Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
        };
        found.extend(addresses.into_iter().filter_map(|one| one.address()).map(str::to_owned));
    }
    found.truncate(ADDRESSES_LIMIT);
    found
}

fn calendar<'m>(message: &'m Message<'_>) -> Result<&'m str, ReplyRefused> {
    let is_calendar = |kind: &mail_parser::ContentType<'_>| {
        let sub = kind.subtype().unwrap_or_default();
        (kind.ctype().eq_ignore_ascii_case("text") && sub.eq_ignore_ascii_case("calendar"))
            || (kind.ctype().eq_ignore_ascii_case("application") && sub.eq_ignore_ascii_case("ics"))
    };
    let part = message.parts.iter().find(|part| part.content_type().is_some_and(is_calendar));
    let part = part.ok_or(ReplyRefused::Unreadable("no part for a calendar"))?;
    let text = part.text_contents().or_else(|| std::str::from_utf8(part.contents()).ok());
    text.filter(|text| text.len() <= CALENDAR_LIMIT)
        .ok_or(ReplyRefused::Unreadable("its calendar is no text or too long"))
}

fn method(calendar: &ICalendar) -> Option<&ICalendarMethod> {
    let outer = calendar.components.iter().find(|one| one.component_type == ICalendarComponentType::VCalendar)?;
    match outer.property(&ICalendarProperty::Method)?.values.first()? {
        ICalendarValue::Method(method) => Some(method),
        _ => None,
    }
}

fn events(calendar: &ICalendar) -> impl Iterator<Item = &ICalendarComponent> {
    calendar.components.iter().filter(|one| one.component_type == ICalendarComponentType::VEvent)
}

fn booking(uid: &str) -> Option<BookingId> {
    uid.strip_suffix("@rennsteig")?.parse().ok()
}

fn event(event: &ICalendarComponent, zones: &TzResolver<&str>, counters: bool) -> Result<Event, ReplyRefused> {
    let one = |property: ICalendarProperty| event.property(&property);
    let time = |property: ICalendarProperty| one(property).and_then(|entry| moment(entry, zones));
    let attendees: Vec<_> = event.properties(&ICalendarProperty::Attendee).filter_map(attendee).collect();
    // Only who proposes another time sends along who else is invited (RFC 5546, 3.2.3 and 3.2.7).
    if attendees.is_empty() || (attendees.len() > 1 && !counters) {
        return Err(ReplyRefused::Unreadable("not exactly one attendee answers"));
    }
    let date = match one(ICalendarProperty::RecurrenceId) {
        Some(entry) => Some(moment(entry, zones).ok_or(ReplyRefused::Unreadable("RECURRENCE-ID is no time"))?),
        None => None,
    };
    let Some(Moment::Instant(stamped_at)) = time(ICalendarProperty::Dtstamp) else {
        return Err(ReplyRefused::Unreadable("DTSTAMP is missing or not in UTC"));
    };
    let sequence = one(ICalendarProperty::Sequence).and_then(|entry| entry.values.first()?.as_integer());
    let sequence =
        i32::try_from(sequence.unwrap_or(0)).map_err(|_| ReplyRefused::Unreadable("SEQUENCE is too large"))?;
    let proposal = time(ICalendarProperty::Dtstart).zip(time(ICalendarProperty::Dtend));
    if counters && proposal.is_none() {
        return Err(ReplyRefused::Unreadable("a proposal without start and end"));
    }
    let comment = one(ICalendarProperty::Comment).and_then(|entry| entry.values.first()?.as_text());
    Ok(Event {
        date,
        attendees,
        sequence,
        stamped_at,
        proposal: proposal.filter(|_| counters),
        comment: comment.and_then(comment_text),
    })
}

fn attendee(entry: &ICalendarEntry) -> Option<(Private<String>, Option<Answer>)> {
    let address = text::email(entry.calendar_address()?).ok()?;
    let answer = match entry.parameter(&ICalendarParameterName::Partstat) {
        Some(ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Accepted)) => Some(Answer::Accepted),
        Some(ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined)) => Some(Answer::Declined),
        Some(ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Tentative)) => Some(Answer::Tentative),
        _ => None,
    };
    Some((Private::new(address), answer))
}

/// What can be shown of a comment.
fn comment_text(comment: &str) -> Option<Private<String>> {
    let comment: String = comment.chars().take(COMMENT_LIMIT).collect();
    text::lines(&comment, COMMENT_LIMIT).ok().filter(|comment| !comment.is_empty()).map(Private::new)
}

fn moment(entry: &ICalendarEntry, zones: &TzResolver<&str>) -> Option<Moment> {
    let time = entry.values.first()?.as_partial_date_time()?;
    if entry.tz_id().is_none() && time.tz_hour.is_none() {
        return wall(time).map(Moment::Wall);
    }
    let instant = time.to_date_time_with_tz(zones.resolve_or_default(entry.tz_id()))?;
    Timestamp::from_second(instant.timestamp()).ok().map(Moment::Instant)
}

fn wall(time: &PartialDateTime) -> Option<DateTime> {
    let small = |part: Option<u8>| part.and_then(|part| i8::try_from(part).ok());
    let year = i16::try_from(time.year?).ok()?;
    let (hour, minute, second) = (small(time.hour)?, small(time.minute)?, small(time.second).unwrap_or(0));
    DateTime::new(year, small(time.month)?, small(time.day)?, hour, minute, second, 0).ok()
}
