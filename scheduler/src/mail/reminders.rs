//! Reminders of dates that are near, written when their time has come.

use domain::{Answer, OccurrenceId, Reply, reminder};
use storage::StorageError;

use super::news;
use crate::app::App;
use crate::http::bookings::Rows;

/// Dates looked at in one round.
const AT_ONCE: u32 = 20;

/// Writes the reminders that are due into the outbox, those of a few dates at a time; answers of how
/// many. Each date is reminded of once per start, whichever node does it.
pub(crate) async fn write_due(app: &App) -> Result<usize, StorageError> {
    if app.config.mail_from.is_none() {
        return Ok(0);
    }
    let due = app.store.read().await?.dates_to_remind(app.now(), AT_ONCE).await?;
    for date in &due {
        write(app, *date).await?;
    }
    Ok(due.len())
}

async fn write(app: &App, date: OccurrenceId) -> Result<(), StorageError> {
    let mut unit = app.store.begin().await?;
    let Some(occurrence) = unit.occurrence(date).await? else { return Ok(()) };
    let Some(rows) = Rows::read(unit.as_mut(), occurrence.booking).await? else { return Ok(()) };
    // What was asked before this unit began may have changed since.
    let is_due = rows
        .booking
        .remind_minutes
        .is_some_and(|minutes| reminder::is_due(minutes, occurrence.start, rows.booking.updated_at, app.now()));
    if !is_due || !unit.note_reminder(date, occurrence.start).await? {
        return Ok(());
    }
    let replies = unit.replies_of(occurrence.booking).await?;
    let has_declined = |invitation: &domain::Invitation| {
        Reply::to_date(&replies, invitation.id, occurrence.key).and_then(|reply| reply.answer) == Some(Answer::Declined)
    };
    news::remind(app, unit.as_mut(), rows.shown(&occurrence), has_declined).await?;
    unit.commit().await
}
