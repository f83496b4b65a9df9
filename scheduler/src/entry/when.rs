use std::str::FromStr as _;

use calcard::common::timezone::Tz;
use domain::timing;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::content::{Component, Line};
use super::refused::{EntryRefused, refused};

/// How a time is written, but for the `Z` of UTC.
const PATTERN: &str = "%Y%m%dT%H%M%S";

/// A time as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Utc(Timestamp),
    /// Wall time with the IANA name of its zone.
    Wall(DateTime, String),
}

impl When {
    /// Reads the value of that line, or one of several.
    pub(crate) fn read(line: &Line, value: &str, zones: &Component) -> Result<Self, EntryRefused> {
        let name = line.name.as_str();
        match line.parameter("VALUE").map(str::to_ascii_uppercase).as_deref() {
            None | Some("DATE-TIME") => {}
            Some("DATE") => return Err(refused(name, "a time of day: whole days are not booked")),
            Some(_) => return Err(refused(name, "times, neither days nor periods")),
        }
        if let Some(utc) = value.strip_suffix(['Z', 'z']) {
            let wall = DateTime::strptime(PATTERN, utc).ok().and_then(|wall| TimeZone::UTC.to_timestamp(wall).ok());
            return wall.map(Self::Utc).ok_or_else(|| refused(name, "a time like 20261124T080000Z"));
        }
        let wall = DateTime::strptime(PATTERN, value).map_err(|_| refused(name, "a time like 20261124T090000"))?;
        // Without a zone: that of the whole file, if it has one.
        let whole = || zones.line("X-WR-TIMEZONE").map(|line| line.value.trim());
        let Some(id) = line.parameter("TZID").or_else(whole) else {
            return Err(refused(name, "with TZID, or in UTC"));
        };
        let known = zone(id, zones);
        let known = known.ok_or_else(|| refused(name, "a TZID of the time zone database, like Europe/Berlin"))?;
        Ok(Self::Wall(wall, known))
    }

    /// The wall time in that zone.
    pub(crate) fn wall(&self, zone: &TimeZone) -> Option<DateTime> {
        match self {
            Self::Wall(wall, name) if zone.iana_name() == Some(name) => Some(*wall),
            _ => self.instant().map(|instant| zone.to_datetime(instant)),
        }
    }

    /// When that is; of a time that happens twice the first.
    pub(crate) fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::Utc(instant) => Some(*instant),
            Self::Wall(wall, name) => timing::zone(name).ok()?.to_ambiguous_timestamp(*wall).compatible().ok(),
        }
    }

    /// The zone it is written in.
    pub(crate) fn zone(&self) -> Option<&str> {
        match self {
            Self::Utc(_) => None,
            Self::Wall(_, zone) => Some(zone),
        }
    }
}

/// The IANA name of a zone: itself, at the end of a longer one, as other makers call it, or as its VTIMEZONE says.
fn zone(id: &str, zones: &Component) -> Option<String> {
    let known = |name: &str| timing::zone(name).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    let ends = || id.match_indices('/').find_map(|(slash, _)| known(&id[slash + 1..]));
    let of_others = || Tz::from_str(id).ok().and_then(|zone| known(&zone.name()?));
    let said = || {
        let all = zones.components.iter().filter(|one| one.name == "VTIMEZONE");
        let mut own = all.filter(|one| one.line("TZID").is_some_and(|line| line.value == id));
        own.find_map(|zone| known(&zone.line("X-LIC-LOCATION")?.value))
    };
    known(id).or_else(ends).or_else(of_others).or_else(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::content;

    fn read(line: &str) -> Result<When, EntryRefused> {
        let own = "BEGIN:VTIMEZONE\nTZID:Amt\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE";
        let file = format!("BEGIN:VCALENDAR\n{own}\nBEGIN:VEVENT\n{line}\nEND:VEVENT\nEND:VCALENDAR");
        let calendar = content::read(file.as_bytes(), 100).expect("it can be read");
        let line = &calendar.components[1].lines[0];
        When::read(line, &line.value, &calendar)
    }

    #[test]
    fn zones_are_known_by_the_names_that_programs_give_them() {
        for id in [
            "Europe/Berlin",
            "W. Europe Standard Time",
            "\"(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien\"",
            "/freeassociation.sourceforge.net/Europe/Berlin",
            "/mozilla.org/20050126_1/Europe/Berlin",
            "Amt",
        ] {
            let when =
                read(&format!("DTSTART;TZID={id}:20261124T100000")).unwrap_or_else(|error| panic!("{id}: {error}"));
            let instant = when.instant().expect("it is a time");
            assert_eq!(instant.to_string(), "2026-11-24T09:00:00Z", "{id}: {when:?}");
        }
        for (id, name) in [("Eastern Standard Time", "America/New_York"), ("GMT Standard Time", "Europe/London")] {
            assert_eq!(read(&format!("DTSTART;TZID={id}:20261124T100000")).expect(id).zone(), Some(name));
        }
    }

    #[test]
    fn what_is_no_time_is_refused_by_its_name() {
        for line in [
            "DTSTART:20261124T100000",
            "DTSTART;TZID=Nirgends/Wo:20261124T100000",
            "DTSTART;VALUE=DATE:20261124",
            "DTSTART:20261124",
            "DTSTART:20261324T100000Z",
            "DTSTART:",
        ] {
            assert!(read(line).expect_err(line).to_string().starts_with("DTSTART: "), "{line}");
        }
        assert!(
            read("RDATE;VALUE=PERIOD:20261124T100000Z/PT1H").expect_err("a period").to_string().starts_with("RDATE")
        );
    }
}
