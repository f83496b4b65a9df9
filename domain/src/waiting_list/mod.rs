//! Waiting for a room that somebody else has: who asked first is asked first once it is free.
//!
//! [`steps`] decides from values alone what is to be done now. An offer keeps the room free for one who waits, for a
//! limited time; who lets it pass stands in nobody's way and is no longer on the list.

use jiff::{SignedDuration, Timestamp};

use crate::timing::Timing;
use crate::{PersonId, RoomId, RoomWaitId};

/// How long an offer stands.
pub const OFFERED_FOR: SignedDuration = SignedDuration::from_mins(60);
/// How long it stands at least, even if the time begins sooner or has begun.
pub const OFFERED_AT_LEAST: SignedDuration = SignedDuration::from_mins(10);
/// Most rooms and times one person waits for.
pub const MOST_OF_ONE: usize = 20;

/// Somebody waits for a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomWait {
    /// Stable id.
    pub id: RoomWaitId,
    /// Which room.
    pub room: RoomId,
    /// Who.
    pub person: PersonId,
    /// For which time.
    pub time: Timing,
    /// Since when.
    pub asked_at: Timestamp,
    /// Until when the room is kept for this person, once it was offered.
    pub offered_until: Option<Timestamp>,
}

impl RoomWait {
    /// What is left of the time: of one that has begun, the rest.
    pub fn rest(&self, now: Timestamp) -> Timing {
        Timing { start: self.time.start.max(now), end: self.time.end }
    }

    /// Is the room kept for this person now?
    pub fn is_offered(&self, now: Timestamp) -> bool {
        self.offered_until.is_some_and(|until| now < until)
    }

    fn has_passed(&self, now: Timestamp) -> bool {
        self.time.end <= now || self.offered_until.is_some_and(|until| until <= now)
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Take it off the list: its time is over, or the offer was not taken.
    Remove(RoomWaitId),
    /// Offer the room until then.
    Offer(RoomWaitId, Timestamp),
}

/// What is to be done now with those who wait for one room. `is_free` says whether the room could be booked at a time,
/// offers apart: of two whose times overlap only one has an offer.
pub fn steps(waits: &[RoomWait], is_free: impl Fn(Timing) -> bool, now: Timestamp) -> Vec<Step> {
    let mut steps: Vec<Step> = waits.iter().filter(|one| one.has_passed(now)).map(|one| Step::Remove(one.id)).collect();
    let mut kept: Vec<Timing> = waits.iter().filter(|one| one.is_offered(now)).map(|one| one.time).collect();
    let mut waiting: Vec<&RoomWait> =
        waits.iter().filter(|one| !one.has_passed(now) && one.offered_until.is_none()).collect();
    waiting.sort_by_key(|one| (one.asked_at, one.id));
    for one in waiting {
        let rest = one.rest(now);
        if kept.iter().any(|other| overlap(*other, rest)) || !is_free(rest) {
            continue;
        }
        kept.push(one.time);
        steps.push(Step::Offer(one.id, offered_until(one.time, now)));
    }
    steps
}

/// An hour, but no longer than the time has not begun; a while at any rate, if it is not over sooner.
fn offered_until(time: Timing, now: Timestamp) -> Timestamp {
    let in_a = |while_: SignedDuration| now.saturating_add(while_).unwrap_or(time.end);
    in_a(OFFERED_FOR).min(time.start).max(in_a(OFFERED_AT_LEAST)).min(time.end)
}

fn overlap(one: Timing, other: Timing) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests;
