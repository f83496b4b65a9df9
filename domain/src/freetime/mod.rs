//! When rooms and people are free, as bits: a fast answer for searching and ranking. The database stays
//! the judge of what can be booked.
//!
//! A [`Grid`] cuts a stretch of time into slots of [`SLOT`]. A slot that is touched at all counts as
//! taken: what is said to be free is free. [`FreeTime`] holds one row of bits for each room or person.
//! [`HeldTimes`] is exact and knows by whom; from it, everything that is held for years ahead can be kept in memory.
//!
//! To add a question: a method of [`FreeTime`], and beside it in `tests.rs` the same question asked of
//! a plain list.

mod bits;
mod grid;
mod held;

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

/// How often a time of the week is free in a row of weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekly<K> {
    /// In which room, or of whom.
    pub of: K,
    /// Which of the times asked for.
    pub time: usize,
    /// Which of its dates are taken, by number, from 0.
    pub taken: Vec<usize>,
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

    /// Forgets a row.
    pub fn remove(&mut self, of: K) {
        self.rows.remove(&of);
    }

    /// Takes a span. What lies outside the grid is left out.
    pub fn take(&mut self, of: K, span: Timing) {
        let slots = self.grid.touched(span);
        self.add(of).set(slots);
    }

    /// Something in a span has changed: clears it and takes what is there now. `now` holds everything
    /// that touches the span, also what reaches out of it, because neighbours may share a slot.
    pub fn redraw(&mut self, of: K, span: Timing, now: impl IntoIterator<Item = Timing>) {
        let changed = self.grid.touched(span);
        let kept: Vec<_> = now.into_iter().map(|taken| self.grid.touched(taken)).collect();
        let row = self.add(of);
        row.clear(changed.clone());
        for slots in kept {
            // Only here: outside nothing was cleared.
            row.set(slots.start.max(changed.start)..slots.end.min(changed.end));
        }
    }

    /// Is it free? Nothing is outside the grid, and who has no row is not known.
    pub fn is_free(&self, of: K, span: Timing) -> bool {
        self.grid.holds(span) && self.rows.get(&of).is_some_and(|row| !row.any(self.grid.touched(span)))
    }

    /// Which of these are free, in their order.
    pub fn free_among<'a>(
        &'a self,
        of: impl IntoIterator<Item = K> + 'a,
        span: Timing,
    ) -> impl Iterator<Item = K> + 'a {
        let (slots, is_held) = (self.grid.touched(span), self.grid.holds(span));
        of.into_iter().filter(move |of| is_held && self.rows.get(of).is_some_and(|row| !row.any(slots.clone())))
    }

    /// Every slot at which something of so many slots could begin; empty for who has no row.
    pub fn beginnings(&self, of: K, length: usize) -> Slots {
        self.rows.get(&of).map_or_else(|| Slots::none(self.grid.len()), |row| row.beginnings(length))
    }

    /// The numbers of those dates of a series that are taken, or that lie outside the grid.
    pub fn conflicts(&self, of: K, dates: &[Timing]) -> Vec<usize> {
        (0..dates.len()).filter(|number| !self.is_free(of, dates[*number])).collect()
    }

    /// The best of several times of the week, each given by its dates, over several rooms: the fewest
    /// dates taken first, then as the times and the rooms were named; at most `limit`.
    pub fn best_weekly(&self, of: &[K], times: &[Vec<Timing>], limit: usize) -> Vec<Weekly<K>> {
        let slots: Vec<Vec<_>> = times
            .iter()
            .map(|dates| dates.iter().map(|date| (self.grid.holds(*date), self.grid.touched(*date))).collect())
            .collect();
        let mut ranks = Vec::with_capacity(of.len() * times.len());
        for (place, key) in of.iter().enumerate() {
            let Some(row) = self.rows.get(key) else { continue };
            for (time, dates) in slots.iter().enumerate() {
                let taken = dates.iter().filter(|(is_held, slots)| !is_held || row.any(slots.clone())).count();
                ranks.push((taken, time, place));
            }
        }
        ranks.sort_unstable();
        ranks.truncate(limit);
        let weekly = |(_, time, place): (usize, usize, usize)| Weekly {
            of: of[place],
            time,
            taken: self.conflicts(of[place], &times[time]),
        };
        ranks.into_iter().map(weekly).collect()
    }
}

#[cfg(test)]
mod tests;
