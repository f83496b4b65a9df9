//! No-shows: a room that nobody came to is free again for others.
//!
//! Somebody came if somebody was in the meeting, or said so at the door. Who it was is nowhere kept. The rule is
//! Exchange's: EnableAutoRelease and PostReservationMaxClaimTimeInMinutes.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

/// After how many minutes a room may be released: sooner people are still on the stairs.
pub const MINUTES: RangeInclusive<u16> = 5..=120;
/// How long before the start somebody can say at the door that the booking is used.
pub const CHECK_IN_EARLY: SignedDuration = SignedDuration::from_mins(15);
/// After so many no-shows in a row the one who invites is asked whether the series shall end.
pub const IN_A_ROW: u32 = 3;

/// When the rooms of a date are released if nobody comes; never if the date is over by then. A booking that was made or
/// changed after its start has its time from then on: somebody was busy with it just now.
#[must_use]
pub fn release_at(minutes: u16, start: Timestamp, end: Timestamp, changed_at: Timestamp) -> Option<Timestamp> {
    let patience = SignedDuration::from_mins(i64::from(minutes));
    start.max(changed_at).checked_add(patience).ok().filter(|at| *at < end)
}

/// Can somebody say now that a date is used?
pub fn check_in(start: Timestamp, end: Timestamp, now: Timestamp) -> Result<(), CheckInRefused> {
    let opens_at = start.saturating_sub(CHECK_IN_EARLY).unwrap_or(start);
    if now < opens_at {
        Err(CheckInRefused::TooEarly { opens_at })
    } else if now >= end {
        Err(CheckInRefused::Over)
    } else {
        Ok(())
    }
}

/// Why nobody can say now that a date is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckInRefused {
    /// It begins later.
    #[error("the date begins later")]
    TooEarly {
        /// From when on it can be said.
        opens_at: Timestamp,
    },
    /// It has ended.
    #[error("the date is over")]
    Over,
}

/// Is the one who invites asked now whether the series shall end? Once per [`IN_A_ROW`]: who lets it go on is not asked
/// again the week after.
#[must_use]
pub fn asks_to_end(in_a_row: u32) -> bool {
    in_a_row > 0 && in_a_row.is_multiple_of(IN_A_ROW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 60 * minutes).expect("in range")
    }

    #[test]
    fn rooms_are_released_some_minutes_after_the_start_or_after_the_last_change() {
        let release = |changed| release_at(10, at(60), at(120), at(changed));
        assert_eq!(release(0), Some(at(70)));
        assert_eq!(release(60), Some(at(70)));
        assert_eq!(release(65), Some(at(75)), "who changed it at five past was there");
        assert_eq!(release(110), None, "the date is over by then");
        assert_eq!(release_at(60, at(60), at(120), at(0)), None, "nothing would be left to release");
    }

    #[test]
    fn the_door_takes_a_word_from_a_quarter_of_an_hour_before_until_the_end() {
        let said = |now| check_in(at(60), at(120), at(now));
        assert_eq!(said(44), Err(CheckInRefused::TooEarly { opens_at: at(45) }));
        assert_eq!([45, 60, 119].map(said), [Ok(()); 3]);
        assert_eq!(said(120), Err(CheckInRefused::Over));
    }

    #[test]
    fn every_third_no_show_in_a_row_asks() {
        let asks: Vec<u32> = (0..=7).filter(|count| asks_to_end(*count)).collect();
        assert_eq!(asks, [3, 6]);
    }
}
