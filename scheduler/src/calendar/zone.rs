use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::line::Lines;

/// A change of the clocks, as a calendar states it.
struct Change {
    /// Wall time before the change.
    wall: DateTime,
    from: Offset,
    to: Offset,
    name: String,
    is_daylight: bool,
}

/// Writes the zone's rules around the span. Rules that repeat every year are stated as such;
/// others as single changes.
pub(super) fn write(lines: &mut Lines, zone: &TimeZone, start: Timestamp, end: Timestamp) {
    let name = zone.iana_name().unwrap_or("UTC");
    let changes = changes(zone, start, end);
    lines.raw("BEGIN", "VTIMEZONE");
    lines.raw("TZID", name);
    if changes.is_empty() {
        let info = zone.to_offset_info(start);
        let (offset, name) = (info.offset(), info.abbreviation().to_owned());
        let wall = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        observance(lines, &Change { wall, from: offset, to: offset, name, is_daylight: false }, None);
    }
    let mut stated: Vec<String> = Vec::new();
    for change in &changes {
        let rule = rule(change);
        let repeats = changes.iter().filter(|other| self::rule(other) == rule && other.to == change.to).count();
        // Seen in each of the years looked at: a standing rule, stated once.
        if repeats >= YEARS {
            let key = format!("{rule}{}", change.to);
            if !stated.contains(&key) {
                observance(lines, change, Some(&rule));
                stated.push(key);
            }
        } else {
            observance(lines, change, None);
        }
    }
    lines.raw("END", "VTIMEZONE");
}

/// How many years must agree for a rule to count as standing.
const YEARS: usize = 3;

/// All changes from the year before the start to two years after the end.
fn changes(zone: &TimeZone, start: Timestamp, end: Timestamp) -> Vec<Change> {
    let year = SignedDuration::from_hours(24 * 366);
    let (Ok(first), Ok(last)) = (start.checked_sub(year), end.checked_add(year * 2)) else { return Vec::new() };
    let mut before = zone.to_offset(first);
    zone.following(first)
        .take_while(|transition| transition.timestamp() <= last)
        .map(|transition| {
            let from = std::mem::replace(&mut before, transition.offset());
            Change {
                wall: from.to_datetime(transition.timestamp()),
                from,
                to: transition.offset(),
                name: transition.abbreviation().to_owned(),
                is_daylight: transition.dst().is_dst(),
            }
        })
        .filter(|change| change.from != change.to)
        .collect()
}

/// "Every year, on the last Sunday of March": counted from the end where it is the last one.
fn rule(change: &Change) -> String {
    let date = change.wall.date();
    let weekday =
        ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
    let is_last = i16::from(date.day()) + 7 > i16::from(date.days_in_month());
    let ordinal = if is_last { -1 } else { (date.day() - 1) / 7 + 1 };
    format!("FREQ=YEARLY;BYMONTH={};BYDAY={ordinal}{weekday}", date.month())
}

fn observance(lines: &mut Lines, change: &Change, rule: Option<&str>) {
    let kind = if change.is_daylight { "DAYLIGHT" } else { "STANDARD" };
    lines.raw("BEGIN", kind);
    lines.raw("DTSTART", &change.wall.strftime("%Y%m%dT%H%M%S").to_string());
    lines.raw("TZOFFSETFROM", &offset(change.from));
    lines.raw("TZOFFSETTO", &offset(change.to));
    lines.text("TZNAME", &change.name);
    if let Some(rule) = rule {
        lines.raw("RRULE", rule);
    }
    lines.raw("END", kind);
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, size) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let rest = if size % 60 == 0 { String::new() } else { format!("{:02}", size % 60) };
    format!("{sign}{:02}{:02}{rest}", size / 3_600, size / 60 % 60)
}
