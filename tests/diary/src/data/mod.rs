//! Years of bookings, the same for the same seed: who meets when, in which room, with whom.
//!
//! Rooms are booked from 8 to 18 on working days, two thirds of it by weekly series; a room is never held twice at one
//! time. Dates without a room are nine tenths series. One person in twenty is much in demand.

mod calendar;
pub mod cell;
mod fill;
mod postgres;
mod rows;
mod sqlite;

use uuid::Uuid;

pub use calendar::{Calendar, NOW};
pub use cell::Cell;
pub use fill::{fill, is_filled};
pub use rows::{Author, Taker};

/// Everybody asks with this secret and their number behind it.
pub const SECRET: &str = "a-secret-of-the-benchmark-";
/// Who lets the first person see when they are busy: so many, from everybody.
pub const PRINCIPALS: usize = 49;
/// People with a calendar address of their own, the busiest ones.
pub const FEEDS: usize = 40;
/// One in so many is much in demand.
pub const BUSY_ONE_IN: usize = 20;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Accounts.
    pub people: usize,
    /// Rooms with a door.
    pub rooms: usize,
    /// Dates that hold a room.
    pub room_dates: usize,
    /// All dates.
    pub dates: usize,
    /// What everything random begins with.
    pub seed: u64,
}

impl Shape {
    /// A state administration after five years.
    pub fn full() -> Self {
        Self { people: 20_000, rooms: 500, room_dates: 1_500_000, dates: 10_000_000, seed: 1 }
    }

    /// A smaller one of the same kind.
    pub fn part(self, of: u32) -> Self {
        let of = of.max(1) as usize;
        let part = |all: usize, least: usize| (all / of).max(least);
        Self {
            people: part(self.people, 100),
            rooms: part(self.rooms, 10),
            room_dates: part(self.room_dates, 1_000),
            dates: part(self.dates, 5_000),
            ..self
        }
    }

    /// How many are much in demand; they come first.
    pub fn busy_people(&self) -> usize {
        (self.people / BUSY_ONE_IN).max(1)
    }
}

/// Ids are numbers of a kind, ascending as those are that are drawn by the clock.
fn id(kind: u8, number: usize) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(kind) << 40 | number as u128)
}

/// Who they are: one in twenty is much in demand, as everywhere.
pub fn principals(shape: &Shape) -> impl Iterator<Item = usize> {
    let step = (shape.people - 1) / PRINCIPALS;
    (0..PRINCIPALS).map(move |number| 1 + number * step)
}

/// The id of a person.
pub fn person(number: usize) -> Uuid {
    id(1, number)
}

/// The id of a room.
pub fn room(number: usize) -> Uuid {
    id(2, number)
}

/// The id of a person's calendar address.
pub fn feed(number: usize) -> Uuid {
    id(3, number)
}

/// How many people fit into a room.
pub fn seats(number: usize) -> usize {
    [4, 6, 8, 12, 12, 14, 16, 20, 60, 120][number % 10]
}

/// Where a room is.
pub fn site(number: usize) -> String {
    format!("Haus {}", number / 10 % 10 + 1)
}
