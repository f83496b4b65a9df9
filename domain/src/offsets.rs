//! What the clocks of a zone show over some years, kept so that two releases of the time zone database can be compared.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// The offsets of a zone from UTC, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// From which second on which offset holds, seconds; ascending, never empty.
    spans: Vec<(i64, i64)>,
    /// Up to here they are known, seconds.
    until: i64,
}

/// The text is not one of [`Offsets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are no offsets of a zone")]
pub struct InvalidOffsets;

impl Offsets {
    /// Those of a zone from an instant on, up to another.
    pub fn of(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Self {
        let seconds = |offset: Offset| i64::from(offset.seconds());
        let mut spans = vec![(from.as_second(), seconds(zone.to_offset(from)))];
        for transition in zone.following(from).take_while(|one| one.timestamp() < until) {
            let offset = seconds(transition.offset());
            if spans.last().is_some_and(|(_, before)| *before != offset) {
                spans.push((transition.timestamp().as_second(), offset));
            }
        }
        Self { spans, until: until.as_second() }
    }

    /// What the clocks show then; none beyond what is known.
    pub fn wall(&self, instant: Timestamp) -> Option<DateTime> {
        let offset = self.offset(instant.as_second())?;
        let shown = instant.checked_add(SignedDuration::from_secs(offset)).ok()?;
        Some(TimeZone::UTC.to_datetime(shown))
    }

    /// When the clocks show this: the first time if they do so twice; read with the offset before where they are put forward
    /// over it (RFC 5545, 3.3.5). None beyond what is known.
    pub fn instant(&self, wall: DateTime) -> Option<Timestamp> {
        let shown = TimeZone::UTC.to_timestamp(wall).ok()?.as_second();
        let ends = self.spans.iter().skip(1).map(|(start, _)| *start).chain([self.until]);
        let mut last = None;
        for ((start, offset), end) in self.spans.iter().zip(ends) {
            let second = shown - offset;
            if second < *start {
                // Not reached with this offset any more, and beyond the end with the one before.
                return last.and_then(|second| Timestamp::from_second(second).ok());
            }
            if second < end {
                return Timestamp::from_second(second).ok();
            }
            last = Some(second);
        }
        None
    }

    /// From when on the other ones differ, not before `from`; none if they do not, as far as both are known.
    pub fn differ_from(&self, other: &Self, from: Timestamp) -> Option<Timestamp> {
        let from = from.as_second();
        let until = self.until.min(other.until);
        let starts = |one: &Self| one.spans.iter().map(|(start, _)| *start).collect::<Vec<_>>();
        let mut moments = [vec![from], starts(self), starts(other)].concat();
        moments.retain(|moment| (from..until).contains(moment));
        moments.sort_unstable();
        let differs = |moment: &&i64| self.offset(**moment) != other.offset(**moment);
        moments.iter().find(differs).and_then(|moment| Timestamp::from_second(*moment).ok())
    }

    fn offset(&self, second: i64) -> Option<i64> {
        let place = self.spans.partition_point(|(start, _)| *start <= second).checked_sub(1)?;
        (second < self.until).then(|| self.spans[place].1)
    }
}

/// Words with a comma between second and offset; the last one is where they end.
impl Display for Offsets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (start, offset) in &self.spans {
            write!(f, "{start},{offset} ")?;
        }
        write!(f, "{}", self.until)
    }
}

impl FromStr for Offsets {
    type Err = InvalidOffsets;

    fn from_str(text: &str) -> Result<Self, InvalidOffsets> {
        let number = |text: &str| text.parse::<i64>().map_err(|_| InvalidOffsets);
        let (spans, until) = text.rsplit_once(' ').ok_or(InvalidOffsets)?;
        let spans = spans.split(' ').map(|word| {
            let (start, offset) = word.split_once(',').ok_or(InvalidOffsets)?;
            Ok((number(start)?, number(offset)?))
        });
        Ok(Self { spans: spans.collect::<Result<_, InvalidOffsets>>()?, until: number(until)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn offsets(zone: &str) -> Offsets {
        let zone = crate::timing::zone(zone).expect("a known zone");
        Offsets::of(&zone, at("2026-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"))
    }

    #[test]
    fn they_say_the_same_as_the_database_every_half_hour_of_four_years() {
        for name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"] {
            let zone = crate::timing::zone(name).expect("a known zone");
            let offsets = offsets(name);
            for half_hour in 100..69_000 {
                let instant = at("2026-01-01T00:00:00Z") + SignedDuration::from_mins(30 * half_hour);
                assert_eq!(offsets.wall(instant), Some(zone.to_datetime(instant)), "{name}");
                let wall = TimeZone::UTC.to_datetime(instant);
                let meant = zone.to_ambiguous_timestamp(wall).compatible().expect("in range");
                assert_eq!(offsets.instant(wall), Some(meant), "{name} {wall}");
            }
        }
    }

    #[test]
    fn they_are_read_as_they_are_written_and_nothing_else_is() {
        let berlin = offsets("Europe/Berlin");
        assert_eq!(berlin.to_string().parse(), Ok(berlin));
        for text in ["", "1", "1,2", "a,b 3", "1,2 3,4 ", "1;2 3"] {
            assert_eq!(text.parse::<Offsets>(), Err(InvalidOffsets), "{text}");
        }
    }

    #[test]
    fn releases_differ_from_the_first_change_that_is_still_to_come() {
        let (berlin, lagos) = (offsets("Europe/Berlin"), offsets("Africa/Lagos"));
        // In winter both are an hour ahead of UTC.
        let winter = at("2026-11-24T08:00:00Z");
        assert_eq!(berlin.differ_from(&lagos, winter), Some(at("2027-03-28T01:00:00Z")));
        assert_eq!(berlin.differ_from(&lagos, at("2027-06-01T00:00:00Z")), Some(at("2027-06-01T00:00:00Z")));
        assert_eq!(berlin.differ_from(&offsets("Europe/Paris"), winter), None);
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let berlin = offsets("Europe/Berlin");
        assert_eq!(berlin.wall(at("2030-01-01T00:00:00Z")), None);
        assert_eq!(berlin.wall(at("2025-12-31T23:59:59Z")), None);
        assert_eq!(berlin.instant("2030-06-01T10:00".parse().expect("a wall time")), None);
        assert_eq!(berlin.instant("2025-06-01T10:00".parse().expect("a wall time")), None);
    }
}
