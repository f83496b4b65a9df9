//! Many bookings in one file, for a calendar program that reads it again and again.

use std::collections::BTreeMap;

use domain::timing;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::Span;

use super::line::{self, Lines};
use super::{Clock, Entry, Form, series, single, zone};

/// How often a calendar program shall look again (RFC 7986, 5.7).
const LOOK_AGAIN: &str = "PT1H";

/// About how many octets an entry has, and a taken time.
const OF_ENTRY: usize = 1_300;
const OF_TAKEN: usize = 220;

/// A time that is taken, without a word about by what.
pub(crate) struct Taken {
    /// Stable: the same time has the same one.
    pub(crate) uid: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) changed_at: Timestamp,
    pub(crate) title: String,
}

/// Writes the file. The same bookings give the same text, whenever it is asked for.
pub(crate) fn write(name: &str, entries: &[Entry<'_>], taken: &[Taken]) -> String {
    let mut lines = Lines::of_about(OF_ENTRY * entries.len() + OF_TAKEN * taken.len());
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//Rennsteig//Rennsteig//DE");
    lines.raw("CALSCALE", "GREGORIAN");
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    lines.raw("REFRESH-INTERVAL;VALUE=DURATION", LOOK_AGAIN);
    lines.raw("X-PUBLISHED-TTL", LOOK_AGAIN);
    for (zone, (first, last)) in zones(entries) {
        zone::write(&mut lines, &timing::zone(zone).unwrap_or(TimeZone::UTC), first, last);
    }
    for entry in entries {
        let zone = timing::zone(&entry.booking.zone).unwrap_or(TimeZone::UTC);
        match &entry.booking.series {
            None => single(&mut lines, entry, Clock::Wall(&zone)),
            Some(rule) => series::write(&mut lines, entry, &zone, (rule, Form::Whole)),
        }
    }
    for time in taken {
        lines.raw("BEGIN", "VEVENT");
        lines.raw("UID", &time.uid);
        lines.raw("DTSTAMP", &line::utc(time.changed_at));
        lines.raw("DTSTART", &line::utc(time.start));
        lines.raw("DTEND", &line::utc(time.end));
        lines.raw("TRANSP", "OPAQUE");
        lines.text("SUMMARY", &time.title);
        lines.raw("END", "VEVENT");
    }
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

/// Each zone once, with the span it is needed for.
fn zones<'a>(entries: &[Entry<'a>]) -> BTreeMap<&'a str, (Timestamp, Timestamp)> {
    let mut zones: BTreeMap<&str, (Timestamp, Timestamp)> = BTreeMap::new();
    for entry in entries {
        let Some(Span { start, end }) = entry.span else { continue };
        let span = zones.entry(entry.booking.zone.as_str()).or_insert((start, end));
        *span = (span.0.min(start), span.1.max(end));
    }
    zones
}
