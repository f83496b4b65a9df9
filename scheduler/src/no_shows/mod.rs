//! Rooms that nobody came to: released for others, once per date, on whichever node.
//!
//! Somebody came if somebody was in the meeting (the signalling half says so, see [`crate::webhooks::keeping`], or the
//! directory shows who is inside) or said so on its page. A word at the door of one of several rooms keeps that room: those
//! that nobody is in are released. While it cannot be known nothing is.

#[cfg(test)]
mod tests;

use cluster::Event;
use domain::{MeetingName, Occurrence, OccurrenceId, Room, RoomId, RoomKind, no_show};
use jiff::Timestamp;
use storage::{RoomRelease, StorageError, Unit};

use crate::app::App;
use crate::http::bookings::Rows;
use crate::mail::released;
use crate::webhooks::keeping::{NotKept, keep};

/// Releases the rooms whose time has come; answers of how many dates.
pub(crate) async fn release_due(app: &App) -> Result<usize, NotKept> {
    let dates = app.store.read().await?.unattended_dates(app.now()).await?;
    if dates.is_empty() {
        return Ok(0);
    }
    // What meetings said in time comes first.
    while keep(app).await? > 0 {}
    let mut released = 0;
    for date in dates {
        released += usize::from(release(app, date).await?);
    }
    Ok(released)
}

async fn release(app: &App, date: OccurrenceId) -> Result<bool, NotKept> {
    let report = app.cluster.directory.report(&MeetingName::from(date)).await?;
    let is_inside = report.is_some_and(|report| report.participants.iter().any(|one| one.path.is_some()));
    let now = app.now();
    let mut unit = app.store.begin().await?;
    if is_inside {
        unit.note_attended(date, now).await?;
        unit.commit().await?;
        return Ok(false);
    }
    let Some(occurrence) = unit.occurrence(date).await? else { return Ok(false) };
    let Some(rows) = Rows::read(unit.as_mut(), occurrence.booking).await? else { return Ok(false) };
    // At some doors somebody was: those rooms are used.
    let seen = unit.rooms_seen(date).await?;
    let mut kept = kept_for_who_comes(unit.as_mut(), occurrence.rooms(&rows.booking)).await?;
    kept.retain(|(room, _)| !seen.contains(&room.id));
    let Some(minutes) = kept.iter().map(|(_, minutes)| *minutes).max() else { return Ok(false) };
    let due = no_show::release_at(minutes, occurrence.start, occurrence.end, rows.booking.updated_at);
    if due.is_none_or(|due| now < due) || !unit.note_release(date, occurrence.start).await? {
        return Ok(false);
    }
    let rooms: Vec<Room> = kept.into_iter().map(|(room, _)| room).collect();
    let without = without_rooms(&rows, date, &rooms, now);
    unit.save_booking(&without.booking, &without.occurrences).await?;
    for room in &rooms {
        unit.add_audit(&RoomRelease { date, room: room.id }.entry(now)).await?;
    }
    let in_a_row = unit.no_shows(occurrence.booking).await?;
    let date = without.occurrences.iter().find(|one| one.id == date).unwrap_or(&occurrence);
    let news = released::News { rows: &without, date, rooms: &rooms, in_a_row, is_part: !seen.is_empty() };
    released::announce(app, unit.as_mut(), &news).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: occurrence.booking }).await;
    Ok(true)
}

/// Those of the rooms that are released if nobody comes, and after how many minutes.
pub(crate) async fn kept_for_who_comes(
    unit: &mut dyn Unit,
    rooms: &[RoomId],
) -> Result<Vec<(Room, u16)>, StorageError> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    let rules = unit.room_rules(rooms).await?;
    let minutes = |id| rules.iter().find(|rules| rules.room == id).and_then(|rules| rules.policy.release_after_minutes);
    let rooms = unit.rooms_by_id(rooms).await?.into_iter().filter(|room| room.kind == RoomKind::Physical);
    Ok(rooms.filter_map(|room| minutes(room.id).map(|minutes| (room, minutes))).collect())
}

/// The booking as it goes on: its other dates keep their rooms, and the meeting itself stays.
fn without_rooms(rows: &Rows, date: OccurrenceId, released: &[Room], now: Timestamp) -> Rows {
    let left = |rooms: &[RoomId]| -> Vec<RoomId> {
        rooms.iter().copied().filter(|one| !released.iter().any(|room| room.id == *one)).collect()
    };
    let mut booking = rows.booking.rescheduled(now);
    let mut occurrences: Vec<Occurrence> = rows.occurrences.clone();
    if booking.series.is_none() {
        booking.rooms = left(&booking.rooms);
    } else if let Some(one) = occurrences.iter_mut().find(|one| one.id == date) {
        one.deviation.rooms = Some(left(one.rooms(&booking)));
    }
    Rows { booking, occurrences, invitations: rows.invitations.clone() }
}
