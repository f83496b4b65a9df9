//! Endless series stand in the calendar for two years ahead; every so often some more is added.
//!
//! They hold no rooms ([`crate::series::unfold`] refuses that, whoever asks and however): a new date takes none,
//! and no room's rules need to be asked. Only a single date may have rooms of its own; it was asked for by hand.

use domain::recurrence::Instance;
use domain::{Booking, BookingId, Deviation, HORIZON, Occurrence, OccurrenceId, OccurrenceState, timing};
use jiff::{SignedDuration, Timestamp};
use storage::StorageError;

use crate::app::App;

/// A series is extended when a week is missing.
const SLACK: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Most series extended in one go.
const AT_ONCE: u32 = 100;

/// Adds the dates that have come into reach; answers how many.
pub(crate) async fn extend(app: &App, now: Timestamp) -> Result<u64, StorageError> {
    let until = now.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    let due = until.checked_sub(SLACK).unwrap_or(until);
    let ids = app.store.read().await?.series_to_unfold(due, AT_ONCE).await?;
    let mut added = 0;
    for id in ids {
        match extend_one(app, id, until).await {
            Ok(dates) => added += dates,
            Err(StorageError::Unavailable(away)) => return Err(StorageError::Unavailable(away)),
            // One that cannot be extended keeps none of the others from it.
            Err(error) => tracing::warn!(booking.id = %id, error = %error, "a series could not be extended"),
        }
    }
    Ok(added)
}

async fn extend_one(app: &App, id: BookingId, until: Timestamp) -> Result<u64, StorageError> {
    let mut unit = app.store.begin().await?;
    let Some(booking) = unit.booking(id).await? else { return Ok(0) };
    let mut occurrences = unit.occurrences_of(id).await?;
    let Some(mut series) = booking.series.clone() else { return Ok(0) };
    let Some(from) = series.unfolded_until.filter(|from| *from < until) else { return Ok(0) };
    let zone = timing::zone(&booking.zone)
        .map_err(|_| StorageError::Inconsistent(format!("booking {id} names an unknown time zone")))?;
    let dates = series
        .dates(&zone, from, until)
        .map_err(|_| StorageError::Inconsistent(format!("the rule of booking {id} cannot be unfolded")))?;
    let is_new = |date: &&Instance| !occurrences.iter().any(|one| one.key == Some(date.key));
    let new: Vec<Occurrence> = dates
        .iter()
        .filter(is_new)
        .map(|date| Occurrence {
            id: OccurrenceId::from_uuid(app.new_id()),
            booking: id,
            start: date.start,
            end: date.start.checked_add(series.duration).unwrap_or(Timestamp::MAX),
            state: OccurrenceState::Held,
            locked_at: None,
            key: Some(date.key),
            deviation: Deviation::default(),
        })
        .collect();
    let added = new.len() as u64;
    occurrences.extend(new);
    series.unfolded_until = Some(until);
    let booking = Booking { series: Some(series), version: booking.version + 1, ..booking };
    unit.save_booking(&booking, &occurrences).await?;
    unit.commit().await?;
    Ok(added)
}
