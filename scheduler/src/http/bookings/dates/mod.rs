//! The single dates of a series: listed, shown, changed, cancelled; and changed from one of them on.

pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod change_following;
pub(crate) mod list;
pub(crate) mod show;

use domain::{Booking, BookingId, BookingState, Occurrence, OccurrenceId, OccurrenceState};
use jiff::Timestamp;
use serde_json::json;
use storage::Unit;

use super::Rows;
use crate::app::App;
use crate::booking::plan::{BookingRefused, wall_time};
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem};
use crate::http::request::IfMatch;

/// A series with the date that is about to change.
struct Opened {
    unit: Box<dyn Unit>,
    rows: Rows,
    date: Occurrence,
}

/// Opens a date for somebody who may change it.
async fn open(
    app: &App,
    who: &SignedIn,
    id: BookingId,
    date: OccurrenceId,
    if_match: &IfMatch,
) -> Result<Opened, Problem> {
    let mut unit = app.store.begin().await?;
    let rows = Rows::changed_by(unit.as_mut(), who, id).await?;
    let date = rows.date(date)?.clone();
    if_match.is(rows.booking.version)?;
    must_be_open(&rows.booking, &date, app.now())?;
    Ok(Opened { unit, rows, date })
}

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

/// Goes on only if nobody can be inside yet, on this date or a later one: no meeting passes from one series to another.
fn must_not_have_opened(app: &App, rows: &Rows, from: &Occurrence) -> Result<(), Problem> {
    let (now, window) = (app.now(), app.config.join_window);
    let has_opened = |one: &&Occurrence| one.state != OccurrenceState::Cancelled && window.has_opened(one.start, now);
    let mut later = rows.occurrences.iter().filter(|one| one.start >= from.start);
    if !later.any(|one| has_opened(&one)) {
        return Ok(());
    }
    let is_next = |one: &&Occurrence| one.state == OccurrenceState::Held && !has_opened(one);
    let next = rows.occurrences.iter().find(is_next);
    let next = next.map(|one| json!({ "id": one.id, "date": one.key.map(wall_time), "start": Instant(one.start) }));
    let words =
        "The door of this meeting is open: change or cancel this date by itself, and the following from the next on.";
    Err(Problem::new(Code::DoorOpen, words).with_field("occurrence_id").with("next", json!(next)))
}

#[cfg(test)]
mod cut_tests;
#[cfg(test)]
mod tests;
