//! People agree on wall times. When the clocks of a zone will be set otherwise than was known, what stands in the calendar
//! follows them, once, on whichever node, and is reported; nothing moves silently.
//!
//! With every release of the time zone database it is noted what the clocks show ([`domain::Offsets`]). A program with a later
//! release compares; where the future differs, the bookings of the zone follow one after the other, each in a unit of its own
//! that also says how far it is: whoever is interrupted goes on there. A date whose rooms others hold at the new time
//! waits until they have followed, too; what then still meets stays where it is.

mod follow;
#[cfg(test)]
mod tests;

use domain::{BookingId, Offsets, timing};
use jiff::{SignedDuration, Timestamp};
use storage::{StorageError, ZonePass, ZoneRules, ZoneUpdate};
use uuid::Uuid;

use crate::app::App;

/// Dates lie within the coming ten years; the release of a program that runs for longer is noted anew before that.
const NOTED: SignedDuration = SignedDuration::from_hours(24 * 366 * 15);
/// What runs just now is compared as well.
const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 2);
/// Most bookings that follow in one go.
const AT_ONCE: u32 = 50;

/// Notes what the clocks show, begins what follows from it, and lets some bookings follow; answers how many were looked at.
pub(crate) async fn follow(app: &App) -> Result<usize, StorageError> {
    let under_way = app.store.read().await?.zone_update_under_way().await?;
    let under_way = match under_way {
        Some(update) => Some(update),
        None => {
            note(app).await?;
            app.store.read().await?.zone_update_under_way().await?
        }
    };
    let Some(mut update) = under_way else { return Ok(0) };
    let earlier = app.store.read().await?.zone_rules().await?;
    let earlier =
        earlier.iter().find(|rules| rules.zone == update.rules.zone).and_then(|rules| rules.offsets.parse().ok());
    let clocks = earlier.zip(update.rules.offsets.parse().ok());
    let Some((earlier, later)) = clocks else {
        return Err(StorageError::Inconsistent(format!("the clocks of {} cannot be read", update.rules.zone)));
    };
    let clocks = follow::Clocks { earlier, later };
    let ids = next(app, &update).await?;
    for id in &ids {
        update = match follow::booking(app, &update, &clocks, *id).await {
            Ok(update) => update,
            Err(StorageError::Inconsistent(words)) => {
                // One that cannot be read keeps none of the others from it.
                tracing::error!(booking.id = %id, error = %words, "a booking cannot follow the clocks");
                skip(app, &update, *id).await?
            }
            Err(StorageError::Conflict(words)) => return by_others(app, &update, words).await,
            Err(error) => return Err(error),
        };
    }
    if ids.is_empty() {
        end_pass(app, update).await?;
        return Ok(1);
    }
    Ok(ids.len())
}

/// Another node is at it, or the booking was changed just now: then it is tried again.
async fn by_others(app: &App, update: &ZoneUpdate, words: &'static str) -> Result<usize, StorageError> {
    let now = app.store.read().await?.zone_update_under_way().await?;
    if now.as_ref() == Some(update) { Err(StorageError::Conflict(words)) } else { Ok(0) }
}

/// Which bookings are looked at next.
async fn next(app: &App, update: &ZoneUpdate) -> Result<Vec<BookingId>, StorageError> {
    let mut unit = app.store.read().await?;
    let zone = &update.rules.zone;
    match update.pass {
        ZonePass::All => unit.bookings_of_zone(zone, app.now(), update.done, AT_ONCE).await,
        ZonePass::Waiting | ZonePass::Last => unit.zone_waits(zone, update.done, AT_ONCE).await,
    }
}

async fn skip(app: &App, update: &ZoneUpdate, id: BookingId) -> Result<ZoneUpdate, StorageError> {
    let mut unit = app.store.begin().await?;
    let next = ZoneUpdate { done: id, ..update.clone() };
    unit.step_zone_update(update, &next).await?;
    unit.end_zone_wait(&update.rules.zone, id).await?;
    unit.commit().await?;
    Ok(next)
}

/// Another pass as long as one has helped, then the last one; then the zone has followed.
async fn end_pass(app: &App, update: ZoneUpdate) -> Result<(), StorageError> {
    let mut unit = app.store.begin().await?;
    let waits = !unit.zone_waits(&update.rules.zone, first(), 1).await?.is_empty();
    let mut next = ZoneUpdate { done: first(), settled: 0, ..update.clone() };
    match (waits, update.pass) {
        (true, ZonePass::All) => next.pass = ZonePass::Waiting,
        (true, ZonePass::Waiting) if update.settled > 0 => {}
        (true, ZonePass::Waiting) => next.pass = ZonePass::Last,
        (false, _) | (true, ZonePass::Last) => {
            (next.ended_at, next.done) = (Some(app.now()), update.done);
            unit.note_zone_rules(&update.rules).await?;
        }
    }
    unit.step_zone_update(&update, &next).await?;
    unit.commit().await?;
    if next.ended_at.is_some() {
        let ZoneRules { zone, release, .. } = &next.rules;
        tracing::warn!(
            zone,
            release,
            dates = next.moved,
            "the clocks of {zone} will be set otherwise: {} dates have followed them, those that could not are listed for administrators",
            next.moved
        );
    }
    Ok(())
}

/// Notes what the clocks of every zone show under this program's release, and begins an update where that is news.
async fn note(app: &App) -> Result<(), StorageError> {
    let (release, now) = (timing::zone_release(), app.now());
    let known = app.store.read().await?.zone_rules().await?;
    let is_known = !known.is_empty() && known.iter().all(|rules| *rules.release >= *release);
    if is_known {
        if let Some(later) = known.iter().find(|rules| *rules.release > *release) {
            tracing::warn!(
                release,
                noted = later.release,
                "bookings follow the clocks of a later release of the time zone database than this program has: update it"
            );
        }
        return Ok(());
    }
    let rules = tokio::task::spawn_blocking(move || all(release, now)).await;
    let rules = rules.map_err(|_| StorageError::Inconsistent("the time zone database cannot be read".into()))?;
    let mut unit = app.store.begin().await?;
    for rules in rules {
        let before = known.iter().find(|known| known.zone == rules.zone);
        match before.filter(|before| before.release < rules.release && differ(before, &rules, now)) {
            None => unit.note_zone_rules(&rules).await?,
            Some(before) => {
                let update = ZoneUpdate {
                    earlier_release: before.release.clone(),
                    begun_at: now,
                    ended_at: None,
                    pass: ZonePass::All,
                    done: first(),
                    settled: 0,
                    moved: 0,
                    rules,
                };
                unit.begin_zone_update(&update).await?;
            }
        }
    }
    unit.commit().await
}

fn all(release: &str, now: Timestamp) -> Vec<ZoneRules> {
    let (from, until) = (now - BEFORE, now.checked_add(NOTED).unwrap_or(Timestamp::MAX));
    let rules = timing::zone_names().filter_map(|name| {
        let offsets = Offsets::of(&timing::zone(&name).ok()?, from, until);
        Some(ZoneRules { zone: name, release: release.to_owned(), offsets: offsets.to_string() })
    });
    rules.collect()
}

/// Will the clocks show something else from now on?
fn differ(before: &ZoneRules, after: &ZoneRules, now: Timestamp) -> bool {
    let read = |rules: &ZoneRules| rules.offsets.parse::<Offsets>().ok();
    read(before).zip(read(after)).is_some_and(|(before, after)| before.differ_from(&after, now).is_some())
}

/// Before all bookings.
fn first() -> BookingId {
    BookingId::from_uuid(Uuid::nil())
}
