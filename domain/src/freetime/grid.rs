use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use crate::timing::Timing;

/// The length of a slot. Five years of a room are 64 KiB.
pub const SLOT: SignedDuration = SignedDuration::from_mins(5);

const SLOT_SECONDS: i64 = SLOT.as_secs();

/// A stretch of time, cut into slots that begin at full five minutes UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// In slots since 1970.
    first: i64,
    slots: usize,
}

impl Grid {
    /// Everything that this span touches; empty if it ends when or before it starts.
    pub fn over(span: Timing) -> Self {
        let first = span.start.as_second().div_euclid(SLOT_SECONDS);
        let slots = usize::try_from(ceiling(span.end) - first).unwrap_or(0);
        Self { first, slots }
    }

    /// How many slots.
    pub fn len(&self) -> usize {
        self.slots
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.slots == 0
    }

    /// When a slot begins.
    pub fn start_of(&self, slot: usize) -> Timestamp {
        let second = i64::try_from(slot).ok().and_then(|slot| (self.first + slot).checked_mul(SLOT_SECONDS));
        second.and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(Timestamp::MAX)
    }

    /// The slots that a span touches, as far as they are here.
    pub fn touched(&self, span: Timing) -> Range<usize> {
        let place = |slot: i64| usize::try_from(slot - self.first).unwrap_or(0).min(self.slots);
        let start = place(span.start.as_second().div_euclid(SLOT_SECONDS));
        start..place(ceiling(span.end)).max(start)
    }

    /// The same of a span in seconds since 1970.
    pub fn touched_seconds(&self, start: i64, end: i64) -> Range<usize> {
        let place = |slot: i64| usize::try_from(slot - self.first).unwrap_or(0).min(self.slots);
        let start = place(start.div_euclid(SLOT_SECONDS));
        start..place((end + SLOT_SECONDS - 1).div_euclid(SLOT_SECONDS)).max(start)
    }
}

/// The first slot that begins when or after this is.
fn ceiling(at: Timestamp) -> i64 {
    let whole = at.as_second().div_euclid(SLOT_SECONDS);
    let is_exact = at.as_second().rem_euclid(SLOT_SECONDS) == 0 && at.subsec_nanosecond() == 0;
    whole + i64::from(!is_exact)
}
