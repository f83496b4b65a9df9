//! What all clients share: the clock, the record, and what they believe their bookings to be.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rand::Rng;
use tokio::sync::watch;

use crate::diary::Diary;
use crate::event::{Act, Event, Outcome, Tick, Ticket};

/// Whoever found nothing to do looks again after so many operations of others.
const A_LITTLE: usize = 100;

/// One desk for a whole run.
pub struct Desk {
    began: Instant,
    tickets: AtomicU64,
    events: Mutex<Vec<Event>>,
    shelf: Mutex<BTreeMap<Ticket, Known>>,
    done: watch::Sender<usize>,
    enough: usize,
}

/// A booking that a client got to know by an answer.
#[derive(Clone, Debug)]
pub struct Known {
    /// Whose it is.
    pub person: u16,
    /// The program's id of it.
    pub id: String,
    /// As of this version.
    pub version: u64,
    /// How it is; none if an answer was lost and nobody knows.
    pub diary: Option<Diary>,
}

impl Desk {
    /// For so many operations.
    pub fn new(enough: usize) -> Self {
        Self {
            began: Instant::now(),
            tickets: AtomicU64::new(0),
            events: Mutex::default(),
            shelf: Mutex::default(),
            done: watch::Sender::new(0),
            enough,
        }
    }

    /// Now.
    pub fn tick(&self) -> Tick {
        u64::try_from(self.began.elapsed().as_micros()).expect("runs end")
    }

    /// A number for a booking that nobody else has.
    pub fn ticket(&self) -> Ticket {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }

    /// Are all operations done?
    pub fn is_over(&self) -> bool {
        *self.done.borrow() >= self.enough
    }

    /// Waits until so many are done.
    pub async fn wait_for(&self, done: usize) {
        self.done.subscribe().wait_for(|now| *now >= done.min(self.enough)).await.expect("the desk stands");
    }

    /// Waits until a little more is done.
    pub async fn wait_for_more(&self) {
        let now = *self.done.borrow();
        self.wait_for(now + A_LITTLE).await;
    }

    /// Writes down what was asked and what came of it. Reading what is there is no operation.
    pub fn record(&self, person: u16, asked: Tick, act: Act, outcome: Outcome) {
        let counts = !matches!(act, Act::Read(..));
        let event = Event { person, asked, answered: self.tick(), act, outcome };
        self.events.lock().expect("nobody panics with it").push(event);
        if counts {
            self.done.send_modify(|done| *done += 1);
        }
    }

    /// All that was recorded.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().expect("nobody panics with it"))
    }

    /// Keeps what is known of a booking, unless something newer is.
    pub fn know(&self, ticket: Ticket, known: Known) {
        let mut shelf = self.shelf.lock().expect("nobody panics with it");
        if shelf.get(&ticket).is_none_or(|one| one.version < known.version) {
            shelf.insert(ticket, known);
        }
    }

    /// Nobody knows any more how it is, unless something newer is known.
    pub fn doubt(&self, ticket: Ticket, version: u64) {
        let mut shelf = self.shelf.lock().expect("nobody panics with it");
        if let Some(known) = shelf.get_mut(&ticket).filter(|one| one.version == version) {
            known.diary = None;
        }
    }

    /// Nobody touches it any more.
    pub fn forget(&self, ticket: Ticket) {
        self.shelf.lock().expect("nobody panics with it").remove(&ticket);
    }

    /// What is known of it.
    pub fn known(&self, ticket: Ticket) -> Option<Known> {
        self.shelf.lock().expect("nobody panics with it").get(&ticket).cloned()
    }

    /// One of the bookings among these, and those that are still there.
    pub fn any(&self, mine: &mut Vec<Ticket>, random: &mut impl Rng) -> Option<(Ticket, Known)> {
        let shelf = self.shelf.lock().expect("nobody panics with it");
        mine.retain(|ticket| shelf.contains_key(ticket));
        let ticket = *mine.get(random.random_range(0..mine.len().max(1)))?;
        Some((ticket, shelf[&ticket].clone()))
    }
}
