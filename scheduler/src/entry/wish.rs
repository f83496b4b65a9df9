//! What a calendar program wants an entry to be. Everything in the file is either understood, kept for its person as
//! it is, known to follow from something else, or refused by name: nothing is lost without a word.

use domain::recurrence::Moment;
use jiff::tz::TimeZone;

use super::content::{self, Component};
use super::event::{self, Event};
use super::refused::{EntryRefused, Fault, refused};
use super::when::When;

/// Most events of an entry: a series, and dates that differ.
const MOST_EVENTS: usize = 1_001;
/// Most lines of an entry.
const MOST_LINES: usize = 20_000;
/// Most that is kept of an entry for its person alone, bytes.
const MOST_OWN: usize = 16 * 1024;
/// Longest UID, bytes.
const LONGEST_UID: usize = 255;

/// An entry as it shall be.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) uid: String,
    /// The booking, or the whole series.
    pub(crate) whole: Event,
    /// Dates that differ.
    pub(crate) dates: Vec<Event>,
    /// What is kept for the person, a line each, with the date it belongs to.
    own: Vec<(Option<When>, String)>,
}

impl Wish {
    /// Reads an entry that a program stores (RFC 4791, 4.1).
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, EntryRefused> {
        let calendar = content::read(bytes, MOST_LINES)?;
        if calendar.line("METHOD").is_some() {
            return Err(refused("METHOD", "none in an entry that is stored (RFC 4791, 4.1)"));
        }
        Self::of(&events(&calendar)?, &calendar)
    }

    /// Reads what was written here, whatever its size.
    pub(crate) fn told(text: &str) -> Result<Self, EntryRefused> {
        let calendar = content::read(text.as_bytes(), usize::MAX)?;
        Self::of(&events(&calendar)?, &calendar)
    }

    /// What events with one UID ask for.
    pub(crate) fn of(events: &[&Component], calendar: &Component) -> Result<Self, EntryRefused> {
        if events.len() > MOST_EVENTS {
            return Err(EntryRefused::of(Fault::Instances, "RECURRENCE-ID", "up to 1,000 dates that differ"));
        }
        let Some(first) = events.first() else {
            return Err(refused("VEVENT", "one, and one more for each date of a series that differs"));
        };
        let uid = first.line("UID").map(|line| line.value.clone()).unwrap_or_default();
        if uid.is_empty() || uid.len() > LONGEST_UID {
            return Err(refused("UID", "1 to 255 bytes"));
        }
        if events.iter().any(|event| event.line("UID").map(|line| &line.value) != Some(&uid)) {
            return Err(refused("UID", "the same in every event of an entry"));
        }
        let (mut whole, mut dates, mut own) = (None, Vec::new(), Vec::new());
        for component in events {
            let event = Event::read(component, calendar)?;
            own.extend(event::own(component).into_iter().map(|line| (event.date.clone(), line)));
            match event.date {
                None if whole.is_some() => return Err(refused("RECURRENCE-ID", "in every event but one")),
                None => whole = Some(event),
                Some(_) => dates.push(event),
            }
        }
        let whole = whole.ok_or_else(|| refused("RECURRENCE-ID", "none in the event that stands for the series"))?;
        let is_series = whole.rule.is_some() || !whole.more.is_empty();
        if !is_series && (!dates.is_empty() || !whole.except.is_empty()) {
            return Err(refused("RRULE", "needed where there is EXDATE or RECURRENCE-ID"));
        }
        if own.iter().map(|(_, line)| line.len()).sum::<usize>() > MOST_OWN {
            let allowed = "up to 16 KiB of alarms, attachments, categories and the like";
            return Err(EntryRefused::of(Fault::Size, "VEVENT", allowed));
        }
        Ok(Self { uid, whole, dates, own })
    }

    /// Nobody is invited.
    pub(crate) fn leave_out_people(&mut self) {
        for event in self.dates.iter_mut().chain([&mut self.whole]) {
            event.attendees.retain(|one| one.address().is_none());
        }
    }

    /// Rooms of other houses are nobody here.
    pub(crate) fn leave_out_room_addresses(&mut self) {
        for event in self.dates.iter_mut().chain([&mut self.whole]) {
            event.attendees.retain(|one| one.address().is_some());
        }
    }

    /// The zone of the booking it asks for.
    pub(crate) fn zone(&self) -> &str {
        self.whole.start.zone().unwrap_or("UTC")
    }

    /// What is kept for the person as it is stored: `date|line`, the date by its wall time and empty for the whole.
    pub(crate) fn own_lines(&self, zone: &TimeZone) -> String {
        let date = |date: &Option<When>| {
            let wall = date.as_ref().and_then(|date| date.wall(zone));
            wall.map(|wall| Moment::Wall(wall).to_string()).unwrap_or_default()
        };
        self.own.iter().map(|(of, line)| format!("{}|{line}\n", date(of))).collect()
    }
}

/// The events of a calendar that holds nothing else.
fn events(calendar: &Component) -> Result<Vec<&Component>, EntryRefused> {
    let mut events = Vec::new();
    for component in &calendar.components {
        match component.name.as_str() {
            "VEVENT" => events.push(component),
            "VTIMEZONE" => {}
            name => return Err(EntryRefused::of(Fault::Component, name, "not kept here: events (VEVENT) only")),
        }
    }
    Ok(events)
}
