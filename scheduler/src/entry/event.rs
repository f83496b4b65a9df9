use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::attendee::{Attendee, address};
use super::content::{Component, Line};
use super::refused::{EntryRefused, Fault, refused};
use super::when::When;

/// Most people and rooms of an event: as many as a booking can have of each.
pub(crate) const MOST_ATTENDEES: usize = 1_020;
/// Most dates named one by one.
const MOST_DATES: usize = 1_000;

/// Follow from something else, or say how the file was made.
const DERIVED: &[&str] = &[
    "UID",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "SEQUENCE",
    "URL",
    "X-ALT-DESC",
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-MICROSOFT-DISALLOW-COUNTER",
];
/// Understood; once in an event, but for the last ones.
const UNDERSTOOD: &[&str] = &[
    "DTSTART",
    "DTEND",
    "DURATION",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "RRULE",
    "RECURRENCE-ID",
    "ORGANIZER",
    "STATUS",
    "CLASS",
    "EXDATE",
    "RDATE",
    "ATTENDEE",
];
/// Those that may stand in an event more than once.
const REPEATED: &[&str] = &["EXDATE", "RDATE", "ATTENDEE", "URL", "CONFERENCE"];

/// The booking, or one date of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// Which date; none is the whole.
    pub(crate) date: Option<When>,
    pub(crate) start: When,
    pub(crate) length: SignedDuration,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) location: String,
    pub(crate) rule: Option<String>,
    /// Besides the rule.
    pub(crate) more: Vec<When>,
    pub(crate) except: Vec<When>,
    /// A mail address.
    pub(crate) organiser: Option<String>,
    pub(crate) attendees: Vec<Attendee>,
    pub(crate) is_cancelled: bool,
    /// Whether others may see more than its time; none where a program says nothing about it.
    pub(crate) is_private: Option<bool>,
}

impl Event {
    pub(super) fn read(event: &Component, calendar: &Component) -> Result<Self, EntryRefused> {
        for name in UNDERSTOOD.iter().filter(|name| !REPEATED.contains(name)) {
            if event.all(name).count() > 1 {
                return Err(refused(name, "once"));
            }
        }
        if let Some(other) = event.components.iter().find(|inner| inner.name != "VALARM") {
            return Err(refused(&other.name, "nothing but alarms (VALARM) within an event"));
        }
        let is_cancelled = match event.line("STATUS").map(|line| line.value.trim().to_ascii_uppercase()).as_deref() {
            None | Some("CONFIRMED") => false,
            Some("CANCELLED") => true,
            Some(_) => return Err(refused("STATUS", "CONFIRMED, or CANCELLED for a date of a series")),
        };
        let date = event.line("RECURRENCE-ID");
        if date.is_some_and(|line| line.parameter("RANGE").is_some()) {
            return Err(refused("RECURRENCE-ID", "without RANGE: this and following is changed in Rennsteig"));
        }
        if event.all("ATTENDEE").count() > MOST_ATTENDEES {
            let allowed = "up to 500 people with an account, 500 guests and 20 rooms";
            return Err(EntryRefused::of(Fault::Attendees, "ATTENDEE", allowed));
        }
        let time = |line: &Line| When::read(line, line.value.trim(), calendar);
        let start = event.line("DTSTART").ok_or_else(|| refused("DTSTART", "a time")).and_then(time)?;
        let text = |name: &str| event.line(name).map(Line::unescaped).unwrap_or_default();
        Ok(Self {
            date: date.map(time).transpose()?,
            length: length(event, &start, event.line("DTEND").map(time).transpose()?)?,
            start,
            title: text("SUMMARY"),
            description: text("DESCRIPTION"),
            location: text("LOCATION"),
            rule: event.line("RRULE").map(|line| line.value.trim().to_owned()),
            more: times(event, "RDATE", calendar)?,
            except: times(event, "EXDATE", calendar)?,
            organiser: event.line("ORGANIZER").map(organiser).transpose()?,
            attendees: event.all("ATTENDEE").map(Attendee::read).collect::<Result<_, _>>()?,
            is_cancelled,
            // What is neither is private as well (RFC 5545, 3.8.1.3).
            is_private: event.line("CLASS").map(|line| !line.value.trim().eq_ignore_ascii_case("PUBLIC")),
        })
    }

    /// What this address answers.
    pub(crate) fn answer(&self, address: &str) -> Option<&Attendee> {
        self.attendees.iter().find(|one| one.address() == Some(address))
    }

    /// Who is named, but for what they answer; in an order of their own.
    pub(crate) fn people(&self) -> Vec<(&str, &str, bool)> {
        let person = |one: &'_ Attendee| one.address().is_some();
        let all = self.attendees.iter().filter(|one| person(one));
        let mut people: Vec<_> =
            all.map(|one| (one.address().unwrap_or_default(), one.name.as_str(), one.is_chair)).collect();
        people.sort_unstable();
        people
    }
}

/// What is kept of an event for its person: alarms, and properties that are neither understood nor follow from others.
pub(super) fn own(event: &Component) -> Vec<String> {
    let is_own = |line: &&Line| {
        let name = line.name.as_str();
        let is_ours = name == "RELATED-TO"
            && line.parameter("RELTYPE").is_some_and(|kind| matches!(kind, "SIBLING" | "NEXT" | "FIRST"));
        // Every entry is written so.
        let is_opaque = name == "TRANSP" && line.value.eq_ignore_ascii_case("OPAQUE");
        !DERIVED.contains(&name) && !UNDERSTOOD.contains(&name) && !is_ours && !is_opaque
    };
    let texts = event.lines.iter().filter(is_own).map(|line| line.text.clone());
    texts.chain(event.components.iter().flat_map(Component::texts)).collect()
}

fn times(event: &Component, name: &str, calendar: &Component) -> Result<Vec<When>, EntryRefused> {
    let mut times = Vec::new();
    for line in event.all(name) {
        for value in line.value.split(',') {
            if times.len() >= MOST_DATES {
                return Err(EntryRefused::of(Fault::Instances, name, "up to 1,000 dates"));
            }
            times.push(When::read(line, value.trim(), calendar)?);
        }
    }
    Ok(times)
}

/// From start to end, between the instants they mean.
fn length(event: &Component, start: &When, end: Option<When>) -> Result<SignedDuration, EntryRefused> {
    if let Some(line) = event.line("DURATION") {
        let span = line.value.trim().strip_prefix('+').unwrap_or(line.value.trim());
        let span = Some(span).filter(|span| span.starts_with('P')).and_then(|span| span.parse::<Span>().ok());
        let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        return length
            .filter(SignedDuration::is_positive)
            .ok_or_else(|| refused("DURATION", "longer than nothing, like PT1H30M"));
    }
    let end = end.ok_or_else(|| refused("DTEND", "a time, or DURATION"))?;
    let instants = start.instant().zip(end.instant());
    let length = instants.map(|(start, end)| end.duration_since(start));
    length.filter(SignedDuration::is_positive).ok_or_else(|| refused("DTEND", "after DTSTART"))
}

fn organiser(line: &Line) -> Result<String, EntryRefused> {
    address(&line.value).ok_or_else(|| EntryRefused::of(Fault::Organiser, "ORGANIZER", "a mail address as mailto:"))
}

/// The end, as long after the start as the clocks of that zone say.
pub(crate) fn end(
    start: jiff::civil::DateTime,
    length: SignedDuration,
    zone: &TimeZone,
) -> Option<jiff::civil::DateTime> {
    let instant = domain::recurrence::Moment::Wall(start).instance(zone)?.start.checked_add(length).ok()?;
    Some(zone.to_datetime(instant))
}
