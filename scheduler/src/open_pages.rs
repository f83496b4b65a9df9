//! Open pages that are told what changes (`http/changes`): how many a person has here, and who is told of what.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use cluster::Event;
use domain::{BookingId, Invitee, PersonId};
use storage::{StorageError, Store};

/// Most pages of one person that one node tells at a time.
pub(crate) const STREAMS_OF_ONE: usize = 8;

/// Counts them.
#[derive(Debug, Default)]
pub(crate) struct OpenPages {
    open: Mutex<HashMap<PersonId, usize>>,
}

impl OpenPages {
    /// One more, unless the person has as many as one may; it counts until it is dropped.
    pub(crate) fn enter(self: &Arc<Self>, person: PersonId) -> Option<Place> {
        let mut open = self.open.lock().expect("nobody panics while counting");
        let count = open.entry(person).or_default();
        if *count >= STREAMS_OF_ONE {
            return None;
        }
        *count += 1;
        Some(Place { pages: Arc::clone(self), person })
    }
}

/// An open page.
#[derive(Debug)]
pub(crate) struct Place {
    pages: Arc<OpenPages>,
    person: PersonId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.pages.open.lock().expect("nobody panics while counting");
        if let Some(count) = open.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.person);
            }
        }
    }
}

/// What pages are told of something that happened, read once for all of them.
pub(crate) async fn told(store: &dyn Store, event: &Event) -> Result<Option<Event>, StorageError> {
    Ok(match event {
        // What it held before is not known any more: any change may have freed a room.
        Event::BookingChanged { booking } => {
            let people = concerned(store, *booking).await?;
            Some(Event::PagesChanged { booking: Some(*booking), people, rooms: true })
        }
        Event::RoomsChanged => Some(Event::PagesChanged { booking: None, people: Vec::new(), rooms: true }),
        _ => None,
    })
}

/// Who organises it, booked it or is, or was, invited; nobody if it is gone.
async fn concerned(store: &dyn Store, id: BookingId) -> Result<Vec<PersonId>, StorageError> {
    let mut unit = store.read().await?;
    let Some(booking) = unit.booking(id).await? else { return Ok(Vec::new()) };
    let invitations = unit.invitations_of(id).await?;
    let invited = invitations.iter().filter_map(|one| match one.invitee {
        Invitee::Person(person) => Some(person),
        Invitee::Guest { .. } => None,
    });
    let people: BTreeSet<PersonId> = invited.chain([booking.organiser, booking.booked_by]).collect();
    Ok(people.into_iter().collect())
}
