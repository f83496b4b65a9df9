//! The waiting list of rooms: looks who can be offered a room that has become free, whatever made it free. Once per offer, on
//! whichever node.

#[cfg(test)]
mod tests;

use cluster::Event;
use domain::timing::Timing;
use domain::waiting_list::{RoomWait, Step, steps};
use domain::{PersonId, RoomId};
use storage::{Span, StorageError, Unit};
use uuid::Uuid;

use crate::app::App;
use crate::mail::offered;

/// Offers what is free to who waits for it; answers how many offers were made.
pub(crate) async fn offer_due(app: &App) -> Result<usize, StorageError> {
    let rooms = app.store.read().await?.awaited_rooms().await?;
    let mut offers = 0;
    for room in rooms {
        offers += offer(app, room).await?;
    }
    Ok(offers)
}

async fn offer(app: &App, id: RoomId) -> Result<usize, StorageError> {
    let now = app.now();
    let mut unit = app.store.read().await?;
    let planned = plan(app, unit.as_mut(), id).await?;
    drop(unit);
    if planned.is_empty() {
        return Ok(0);
    }
    // What was asked before this unit began may have changed since: with the room locked it is asked again.
    let mut unit = app.store.begin().await?;
    unit.lock_rooms(&[id]).await?;
    let waits = unit.room_waits_for(id).await?;
    let room = unit.room(id).await?;
    let (mut offers, mut people) = (0, Vec::new());
    for step in plan(app, unit.as_mut(), id).await? {
        match step {
            Step::Remove(wait) => _ = unit.delete_room_wait(wait).await?,
            Step::Offer(wait, until) => {
                let (Some(wait), Some(room)) = (waits.iter().find(|one| one.id == wait), &room) else { continue };
                if unit.offer_room(wait.id, until).await? {
                    offered::announce(app, unit.as_mut(), wait, room, until).await?;
                    offers += 1;
                    people.push(wait.person);
                }
            }
        }
    }
    unit.commit().await?;
    app.publish(Event::PagesChanged { booking: None, people, rooms: false }).await;
    tracing::debug!(room.id = %id, offers, at = %now, "the waiting list of room {id} was worked on");
    Ok(offers)
}

async fn plan(app: &App, unit: &mut dyn Unit, room: RoomId) -> Result<Vec<Step>, StorageError> {
    let now = app.now();
    let waits = unit.room_waits_for(room).await?;
    let is_open = unit.room(room).await?.is_some_and(|room| room.retired_at.is_none());
    let asked: Vec<Span> = waits.iter().map(|one| span(one.rest(now))).filter(|one| one.start < one.end).collect();
    let mut taken: Vec<Span> = Vec::new();
    if !asked.is_empty() {
        taken.extend(unit.taken_rooms_at(&[room], &asked, None).await?.into_iter().map(|(_, span)| span));
        // A form that somebody fills in; what is offered to others is decided by who waits.
        let held = unit.held_rooms_at(&[room], &asked, nobody(), now).await?;
        let is_offer = |one: &&storage::RoomHold| is_offered(&waits, one.person, one.span);
        taken.extend(held.iter().filter(|one| !is_offer(one)).map(|one| one.span));
    }
    let is_free = |time: Timing| is_open && !taken.iter().any(|one| one.start < time.end && time.start < one.end);
    Ok(steps(&waits, is_free, now))
}

fn is_offered(waits: &[RoomWait], person: PersonId, held: Span) -> bool {
    waits.iter().any(|one| one.person == person && span(one.time) == held && one.offered_until.is_some())
}

fn span(time: Timing) -> Span {
    Span { start: time.start, end: time.end }
}

fn nobody() -> PersonId {
    PersonId::from_uuid(Uuid::nil())
}
