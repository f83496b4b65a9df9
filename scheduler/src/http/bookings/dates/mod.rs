//! The single dates of a series: listed, shown, changed, cancelled; and changed from one of them on.

pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod change_following;
pub(crate) mod list;
pub(crate) mod show;

use domain::{Booking, BookingState, Occurrence, OccurrenceState};
use jiff::Timestamp;

use crate::booking::plan::BookingRefused;

/// Goes on only if the date is one of a series and still to come.
fn must_be_open(booking: &Booking, occurrence: &Occurrence, now: Timestamp) -> Result<(), BookingRefused> {
    if booking.series.is_none() {
        return Err(BookingRefused::Field { name: "id".into(), allowed: "a series; this is a single meeting" });
    }
    if matches!(booking.state, BookingState::Cancelled { .. }) {
        return Err(BookingRefused::Cancelled);
    }
    if matches!(occurrence.state, OccurrenceState::Ended { .. }) || occurrence.end <= now {
        return Err(BookingRefused::Ended);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
