//! One booking follows the clocks.

use cluster::Event;
use domain::recurrence::{Ending, Moment, Until};
use domain::{Booking, BookingId, BookingState, Occurrence, OccurrenceState, Offsets, Series};
use jiff::Timestamp;
use storage::{AuditEntry, Span, StayReason, StorageError, Unit, ZonePass, ZoneStay, ZoneUpdate};

use crate::app::App;
use crate::http::bookings::Rows;
use crate::mail::clocks;
use crate::reply;

/// What the clocks showed, and what they show.
pub(super) struct Clocks {
    pub(super) earlier: Offsets,
    pub(super) later: Offsets,
}

impl Clocks {
    /// The instant of the same wall time.
    fn follow(&self, instant: Timestamp) -> Option<Timestamp> {
        self.later.instant(self.earlier.wall(instant)?)
    }
}

/// Where a date belongs.
struct Place {
    /// Of the date among those of the booking.
    number: usize,
    start: Timestamp,
    end: Timestamp,
}

/// Lets a booking follow, says so to everybody invited, and goes one step on with the update.
pub(super) async fn booking(
    app: &App,
    update: &ZoneUpdate,
    clocks: &Clocks,
    id: BookingId,
) -> Result<ZoneUpdate, StorageError> {
    let mut unit = app.store.begin().await?;
    let mut next = ZoneUpdate { done: id, settled: update.settled + 1, ..update.clone() };
    let rows = Rows::read(unit.as_mut(), id).await?;
    let rows = rows.filter(|rows| rows.booking.state == BookingState::Active && rows.booking.zone == update.rules.zone);
    let mut changed = false;
    if let Some(rows) = rows {
        let Plan { mut places, mut stays, series } = plan(app, &rows, clocks, update.begun_at);
        let taken = taken(unit.as_mut(), &rows, &places).await?;
        if !taken.is_empty() && update.pass != ZonePass::Last {
            // Others may follow yet, and give the rooms free.
            next.settled = update.settled;
            unit.step_zone_update(update, &next).await?;
            unit.add_zone_wait(&update.rules.zone, id).await?;
            unit.commit().await?;
            return Ok(next);
        }
        let (free, held): (Vec<Place>, Vec<Place>) =
            places.into_iter().partition(|place| !taken.contains(&place.number));
        (places, stays) =
            (free, stays.into_iter().chain(held.into_iter().map(|place| (place, StayReason::RoomTaken))).collect());
        changed = settle(app, unit.as_mut(), update, &rows, series, places, &stays, &mut next).await?;
    }
    unit.step_zone_update(update, &next).await?;
    unit.end_zone_wait(&update.rules.zone, id).await?;
    unit.commit().await?;
    if changed {
        app.publish(Event::BookingChanged { booking: id }).await;
    }
    Ok(next)
}

/// What follows, what cannot, and the series as it is then.
struct Plan {
    places: Vec<Place>,
    stays: Vec<(Place, StayReason)>,
    series: Option<Series>,
}

fn plan(app: &App, rows: &Rows, clocks: &Clocks, begun_at: Timestamp) -> Plan {
    let (now, booking) = (app.now(), &rows.booking);
    // Since the update began dates are made by the new clocks. Those of a rule say by themselves when they are.
    let is_new = booking.created_at >= begun_at;
    let was_touched = booking.updated_at >= begun_at;
    let (mut places, mut stays) = (Vec::new(), Vec::new());
    for (number, one) in rows.occurrences.iter().enumerate().filter(|(_, one)| !one.is_history(now)) {
        let regular = booking.series.as_ref().zip(one.key).filter(|_| !one.deviation.is_moved);
        let meant = match regular {
            Some((series, key)) => clocks.later.instant(key).map(|start| (start, start + series.duration)),
            None if is_new => None,
            None => clocks.follow(one.start).zip(clocks.follow(one.end)),
        };
        let Some((start, end)) = meant.filter(|meant| *meant != (one.start, one.end) && meant.1 > meant.0) else {
            continue;
        };
        let place = Place { number, start, end };
        let window = app.config.join_window;
        if one.state != OccurrenceState::Cancelled && (window.has_opened(one.start, now) || start <= now) {
            stays.push((place, StayReason::TooLate));
        } else if (regular.is_none() && was_touched) || end.duration_since(start) > domain::timing::LONGEST {
            stays.push((place, StayReason::Changed));
        } else {
            places.push(place);
        }
    }
    let series = booking.series.clone().filter(|_| !was_touched).map(|series| following(series, clocks));
    Plan { places, stays, series: series.or_else(|| booking.series.clone()) }
}

/// The end of a rule is an instant, too, and so is how far an endless one is unfolded.
fn following(mut series: Series, clocks: &Clocks) -> Series {
    if let Ending::Until(Until::Moment(Moment::Instant(last))) = series.rule.ending()
        && let Some(last) = clocks.follow(last)
    {
        series.rule = series.rule.ending_with(Ending::Until(Until::Moment(Moment::Instant(last))));
    }
    series.unfolded_until = series.unfolded_until.map(|until| clocks.follow(until).unwrap_or(until));
    series
}

/// Which of the dates meet what others hold. The rooms are locked then.
async fn taken(unit: &mut dyn Unit, rows: &Rows, places: &[Place]) -> Result<Vec<usize>, StorageError> {
    let held = |place: &&Place| rows.occurrences[place.number].state == OccurrenceState::Held;
    let places: Vec<&Place> = places.iter().filter(held).collect();
    let date = |place: &Place| &rows.occurrences[place.number];
    let rooms = rows.booking.rooms_with(&rows.occurrences);
    if places.is_empty() || rooms.is_empty() {
        return Ok(Vec::new());
    }
    unit.lock_rooms(&rooms).await?;
    let spans: Vec<Span> = places.iter().map(|place| Span { start: place.start, end: place.end }).collect();
    let others = unit.taken_rooms_at(&rooms, &spans, Some(rows.booking.id)).await?;
    let meets = |place: &&&Place| {
        let needed = date(place).rooms(&rows.booking);
        others.iter().any(|(room, span)| needed.contains(room) && span.start < place.end && place.start < span.end)
    };
    Ok(places.iter().filter(meets).map(|place| place.number).collect())
}

/// Writes what follows and what stays, and tells everybody. Answers whether anything was to be told.
#[expect(clippy::too_many_arguments, reason = "what was found about one booking")]
async fn settle(
    app: &App,
    unit: &mut dyn Unit,
    update: &ZoneUpdate,
    rows: &Rows,
    series: Option<Series>,
    places: Vec<Place>,
    stays: &[(Place, StayReason)],
    next: &mut ZoneUpdate,
) -> Result<bool, StorageError> {
    if places.is_empty() && stays.is_empty() && series == rows.booking.series {
        return Ok(false);
    }
    let mut stays: Vec<(&Place, StayReason)> = stays.iter().map(|(place, reason)| (place, *reason)).collect();
    let mut moved: Vec<&Place> = places.iter().collect();
    let booking = Booking { series, ..rows.booking.rescheduled(app.now()) };
    let occurrences = loop {
        // What stays may stand where another date of the same series would go.
        let meets = |place: &&Place| {
            let stays = stays.iter().map(|(stays, _)| &rows.occurrences[stays.number]);
            stays
                .filter(|one| one.state == OccurrenceState::Held)
                .any(|one| one.start < place.end && place.start < one.end)
        };
        match moved.iter().position(meets) {
            Some(place) => stays.push((moved.remove(place), StayReason::RoomTaken)),
            None => break arranged(rows, &moved, &stays),
        }
    };
    unit.save_booking(&booking, &occurrences).await?;
    let follows = |place: &&&Place| rows.occurrences[place.number].state == OccurrenceState::Held;
    next.moved += u32::try_from(moved.iter().filter(follows).count()).unwrap_or(u32::MAX);
    let mut kept = Vec::new();
    for (place, reason) in &stays {
        let (date, reason) = (rows.occurrences[place.number].id, *reason);
        let (zone, release) = (update.rules.zone.clone(), update.rules.release.clone());
        unit.note_zone_stay(&ZoneStay { date, zone, release, wanted: place.start, reason }).await?;
        kept.push(clocks::Stay { date: &rows.occurrences[place.number], wanted: place.start, reason });
    }
    if moved.is_empty() && stays.is_empty() {
        // Only where its rule ends.
        return Ok(true);
    }
    let subject = format!("booking {}, {} of {}", booking.id, update.rules.release, update.rules.zone);
    let entry =
        AuditEntry { at: app.now(), actor: None, on_behalf_of: None, action: "booking.follows_clocks".into(), subject };
    unit.add_audit(&entry).await?;
    reply::ask_anew(app, unit, &booking, &rows.invitations, None).await?;
    let now = Rows { booking, occurrences, invitations: rows.invitations.clone() };
    clocks::announce(app, unit, rows, &now, &kept).await?;
    Ok(true)
}

/// The dates as they are then, by start. One of a series that stays is where its rule does not have it any more.
fn arranged(rows: &Rows, moved: &[&Place], stays: &[(&Place, StayReason)]) -> Vec<Occurrence> {
    let mut occurrences = rows.occurrences.clone();
    for place in moved {
        let one = &mut occurrences[place.number];
        (one.start, one.end) = (place.start, place.end);
    }
    for (place, _) in stays {
        let one = &mut occurrences[place.number];
        one.deviation.is_moved |= one.key.is_some();
    }
    occurrences.sort_by_key(|one| (one.start, one.id));
    occurrences
}
