//! One of those who book at the same time.

mod asking;
mod http;
mod keeper;
mod reading;
pub(crate) mod requests;

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

pub use self::http::{Answer, Wire};
pub use self::keeper::keep;
use crate::desk::Desk;
use crate::event::{RoomNumber, Ticket};
use crate::hours::Days;
use crate::site::Rooms;

/// So many bookings of one client stand at a time; more are cancelled first.
const MOST: usize = 24;

/// What all clients have in common.
#[derive(Clone)]
pub struct Shared {
    /// Record and knowledge.
    pub desk: Arc<Desk>,
    /// What can be booked.
    pub rooms: Arc<Rooms>,
    /// When.
    pub days: Arc<Days>,
}

/// One client. Two of them work for the same person and get into each other's way.
pub struct Client {
    person: u16,
    wire: Wire,
    desk: Arc<Desk>,
    rooms: Arc<Rooms>,
    days: Arc<Days>,
    random: StdRng,
    mine: Vec<Ticket>,
}

impl Client {
    /// In the name of a person.
    pub fn new(person: u16, wire: Wire, shared: &Shared, seed: u64) -> Self {
        let Shared { desk, rooms, days } = shared.clone();
        Self { person, wire, desk, rooms, days, random: StdRng::seed_from_u64(seed), mine: Vec::new() }
    }

    /// Works until enough is done.
    pub async fn work(mut self) {
        while !self.desk.is_over() {
            self.wire.is_up().await;
            let known = self.desk.any(&mut self.mine, &mut self.random);
            let Some((ticket, known)) = known else {
                self.books().await;
                continue;
            };
            let dice = self.random.random_range(0..100);
            let Some(diary) = known.diary.clone() else {
                self.clears(ticket, &known).await;
                continue;
            };
            match dice {
                _ if self.mine.len() >= MOST => self.cancels(ticket, &known, &diary).await,
                0..30 => self.books().await,
                30..38 => self.reads(ticket, &known).await,
                38..44 => self.keeps_a_room().await,
                44..48 => self.lets_go().await,
                48..56 => self.cancels(ticket, &known, &diary).await,
                56..72 if diary.rule.is_some() => self.changes_a_date(ticket, &known, &diary).await,
                72..82 if diary.rule.is_some() => self.cuts(ticket, &known, &diary).await,
                _ => self.redraws(ticket, &known, &diary).await,
            }
        }
    }

    /// None, one, or two rooms, ascending.
    fn some_rooms(&mut self) -> Vec<RoomNumber> {
        let count = [0, 1, 1, 1, 1, 1, 1, 2][self.random.random_range(0..8)];
        let all = u16::try_from(self.rooms.len()).expect("few rooms");
        let mut rooms: Vec<RoomNumber> = (0..count).map(|_| self.random.random_range(0..all)).collect();
        rooms.sort_unstable();
        rooms.dedup();
        rooms
    }
}
