//! Reminders: letters to those invited, a while before a date begins.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

/// How long before a date its reminder may go out, minutes: ten minutes to a week. Sooner it comes
/// too late to be read; earlier the invitation itself does.
pub const MINUTES: RangeInclusive<u32> = 10..=LONGEST_MINUTES;
/// The longest of these, minutes.
pub const LONGEST_MINUTES: u32 = 7 * 24 * 60;

/// Shall the reminder of a date go out now? Whoever was told of the booking after the reminder was due needs
/// none, and once a date has begun it helps nobody.
#[must_use]
pub fn is_due(minutes: u32, start: Timestamp, told_at: Timestamp, now: Timestamp) -> bool {
    let due = start.saturating_sub(SignedDuration::from_mins(minutes.into())).unwrap_or(start);
    told_at <= due && due <= now && now < start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_due_from_its_time_to_the_start_unless_the_booking_is_news() {
        let at = |minutes: i64| Timestamp::from_second(1_800_000_000 + 60 * minutes).expect("in range");
        let due = |told_at, now| is_due(60, at(120), at(told_at), at(now));
        assert_eq!([59, 60, 90, 119, 120, 121].map(|now| due(0, now)), [false, true, true, true, false, false]);
        assert!(due(60, 60));
        assert!(!due(61, 61), "booked when the reminder should have been out");
    }
}
