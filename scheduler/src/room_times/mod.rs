//! The rooms, and when they are held, in memory: for whoever searches and proposes. The claim in the database decides who has a room.
//!
//! It is loaded beside what the server does, and kept up to date by every booking that this node writes, by what other
//! nodes tell on the bus, and by being loaded again every now and then, because an event may be lost. Until it is there,
//! and for times it does not know, the database is asked. When it is behind, a room may be shown as taken that is free
//! again, or as free that somebody else has just booked: then booking it is refused.

pub(crate) mod load;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use cluster::Event;
use domain::freetime::HeldTimes;
use domain::timing::Timing;
use domain::{BookingId, Room, RoomId};
use jiff::Timestamp;
use storage::{RoomRules, Span, StorageError, Store, Unit};
use tokio::sync::Mutex;

pub(crate) type Held = HeldTimes<RoomId, BookingId>;

struct Known {
    held: Held,
    /// All that are not retired, by name.
    rooms: Arc<Vec<Room>>,
    /// Of those that have any, by room.
    rules: BTreeMap<RoomId, RoomRules>,
}

/// What this node knows of all rooms.
#[derive(Default)]
pub(crate) struct RoomTimes {
    known: RwLock<Option<Known>>,
    /// Reading and noting are one step: who read earlier never notes later. While everything is loaded, whatever
    /// changes is noted here, to be read again at its end.
    turn: Mutex<Option<Vec<BookingId>>>,
}

impl RoomTimes {
    /// Asks what is known; none if it does not reach so far back, or nothing is known yet.
    pub(crate) fn ask<T>(&self, since: Timestamp, question: impl FnOnce(&Held) -> T) -> Option<T> {
        let known = self.known.read().expect("nobody panics while noting");
        known.as_ref().map(|known| &known.held).filter(|held| held.since() <= since).map(question)
    }

    /// Is it known what is held since then?
    pub(crate) fn know(&self, since: Timestamp) -> bool {
        self.ask(since, |_| ()).is_some()
    }

    /// [`storage::Rooms::rooms`] from memory, if they are there.
    pub(crate) async fn rooms(&self, unit: &mut dyn Unit) -> Result<Arc<Vec<Room>>, StorageError> {
        let known = self.known.read().expect("nobody panics while noting").as_ref().map(|known| known.rooms.clone());
        match known {
            Some(rooms) => Ok(rooms),
            None => Ok(Arc::new(unit.rooms().await?)),
        }
    }

    /// These rooms from memory, by id, if all of them are there.
    pub(crate) fn rooms_by_id(&self, ids: &[RoomId]) -> Option<Vec<Room>> {
        let known = self.known.read().expect("nobody panics while noting");
        let rooms = &known.as_ref()?.rooms;
        let mut found: Vec<Room> =
            ids.iter().map(|id| rooms.iter().find(|room| room.id == *id).cloned()).collect::<Option<_>>()?;
        found.sort_unstable_by_key(|room| room.id);
        Some(found)
    }

    /// All rooms and their rules, if they are there and it is known since then what is held.
    pub(crate) fn all(&self, since: Timestamp) -> Option<(Arc<Vec<Room>>, Vec<RoomRules>)> {
        let known = self.known.read().expect("nobody panics while noting");
        let known = known.as_ref().filter(|known| known.held.since() <= since)?;
        Some((known.rooms.clone(), known.rules.values().cloned().collect()))
    }

    /// [`storage::RoomPolicies::room_rules`] from memory, if they are there.
    pub(crate) async fn rules(&self, unit: &mut dyn Unit, rooms: &[RoomId]) -> Result<Vec<RoomRules>, StorageError> {
        let of = |known: &Known| match known.rules.is_empty() {
            true => Vec::new(),
            false => rooms.iter().filter_map(|room| known.rules.get(room).cloned()).collect(),
        };
        let known = self.known.read().expect("nobody panics while noting").as_ref().map(of);
        match known {
            Some(rules) => Ok(rules),
            None => unit.room_rules(rooms).await,
        }
    }

    /// What others than `except` hold of these in the span, if that is not known here; whoever is told none asks the memory.
    pub(crate) async fn read_unless_known(
        &self,
        unit: &mut dyn Unit,
        rooms: &[RoomId],
        span: Span,
        except: Option<BookingId>,
    ) -> Result<Option<Held>, StorageError> {
        if self.know(span.start) {
            return Ok(None);
        }
        Ok(Some(by_somebody(span.start, unit.taken_rooms_at(rooms, &[span], except).await?)))
    }

    /// [`storage::Rooms::taken_rooms_at`] from memory, if that can be answered from memory.
    pub(crate) async fn taken(
        &self,
        unit: &mut dyn Unit,
        rooms: &[RoomId],
        spans: &[Span],
        except: Option<BookingId>,
    ) -> Result<Vec<(RoomId, Span)>, StorageError> {
        let asked: Vec<Timing> = spans.iter().map(|span| Timing { start: span.start, end: span.end }).collect();
        let since = spans.iter().map(|span| span.start).min().unwrap_or(Timestamp::MAX);
        match self.ask(since, |held| held.taken(rooms, &asked, except)) {
            Some(taken) => {
                let span = |time: Timing| Span { start: time.start, end: time.end };
                Ok(taken.into_iter().map(|(room, time)| (room, span(time))).collect())
            }
            None => unit.taken_rooms_at(rooms, spans, except).await,
        }
    }

    /// Something was written, here or elsewhere: what it says now is read and noted. If that fails, nothing is known until
    /// everything is loaded again.
    pub(crate) async fn hear(&self, store: &dyn Store, event: &Event) {
        let noted = match event {
            Event::BookingChanged { booking } => self.note_booking(store, *booking).await,
            Event::RoomsChanged => self.note_rooms(store).await,
            _ => Ok(()),
        };
        if let Err(error) = noted {
            *self.known.write().expect("nobody panics while noting") = None;
            tracing::warn!(error = %error, "what rooms hold is asked of the database for a while");
        }
    }

    async fn note_rooms(&self, store: &dyn Store) -> Result<(), StorageError> {
        let _turn = self.turn.lock().await;
        if !self.know(Timestamp::MAX) {
            return Ok(());
        }
        let (rooms, rules) = load::rooms(store.read().await?.as_mut()).await?;
        if let Some(known) = self.known.write().expect("nobody panics while noting").as_mut() {
            (known.rooms, known.rules) = (rooms, rules);
        }
        Ok(())
    }

    async fn note_booking(&self, store: &dyn Store, booking: BookingId) -> Result<(), StorageError> {
        let mut missed = self.turn.lock().await;
        if let Some(missed) = missed.as_mut() {
            missed.push(booking);
        }
        let Some(since) = self.ask(Timestamp::MAX, Held::since) else { return Ok(()) };
        let claims = store.read().await?.claims_of_booking(booking, since).await?;
        if let Some(known) = self.known.write().expect("nobody panics while noting").as_mut() {
            known.held.replace(booking, claims.iter().map(load::spell));
        }
        Ok(())
    }
}

/// The same in memory of what the database was asked for; by whom it is held makes no difference any more.
pub(crate) fn by_somebody(since: Timestamp, taken: Vec<(RoomId, Span)>) -> Held {
    let somebody = BookingId::from_uuid(uuid::Uuid::nil());
    let mut held = Held::new(since);
    for (room, span) in taken {
        held.take(room, Timing { start: span.start, end: span.end }, somebody);
    }
    held
}
