//! When rooms and people are free, as bits: a fast answer for searching and ranking. The database stays
//! the judge of what can be booked.
//!
//! A [`Grid`] cuts a stretch of time into slots of [`SLOT`]. A slot that is touched at all counts as
//! taken: what is said to be free is free. [`FreeTime`] holds one row of bits for each person for a while.
//! [`HeldTimes`] is exact and knows by whom; from it, everything that is held of rooms for years ahead can be kept in
//! memory, with a bit for each quarter of an hour beside it for searches that look at hundreds of rooms.
//!
//! To add a question: a method, and beside it in the tests the same question asked of a plain list.

mod bits;
mod grid;
mod held;
mod quarters;

use std::collections::BTreeMap;

pub use bits::Slots;
pub use grid::{Grid, SLOT};
pub use held::HeldTimes;

use crate::timing::Timing;

/// What is taken, by whom or what.
#[derive(Clone, Debug)]
pub struct FreeTime<K> {
    grid: Grid,
    rows: BTreeMap<K, Slots>,
}

impl<K: Ord + Copy> FreeTime<K> {
    /// Nothing is known yet, nothing taken.
    pub fn new(grid: Grid) -> Self {
        Self { grid, rows: BTreeMap::new() }
    }

    /// The stretch of time this knows about.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Makes a row, if there is none: from now on it is among those that can be free.
    pub fn add(&mut self, of: K) -> &mut Slots {
        self.rows.entry(of).or_insert_with(|| Slots::none(self.grid.len()))
    }

    /// Takes a span. What lies outside the grid is left out.
    pub fn take(&mut self, of: K, span: Timing) {
        let slots = self.grid.touched(span);
        self.add(of).set(slots);
    }

    /// Every slot at which something of so many slots could begin; empty for who has no row.
    pub fn beginnings(&self, of: K, length: usize) -> Slots {
        self.rows.get(&of).map_or_else(|| Slots::none(self.grid.len()), |row| row.beginnings(length))
    }
}

#[cfg(test)]
mod tests;
