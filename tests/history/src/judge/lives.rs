//! Since when and until when a booking held a room: surely, and perhaps.

use std::collections::BTreeMap;

use super::chains::{Chain, Chains, Link};
use crate::event::{Claim, Outcome, Record, RoomNumber, Tick, Ticket};

/// One claim of one booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Of which booking.
    pub ticket: Ticket,
    /// Which room, when.
    pub claim: Claim,
    /// Who asked for it.
    pub person: u16,
    /// It was not there before: the request was sent then.
    pub asked: Tick,
    /// From then on it surely was.
    pub since: Tick,
    /// Until then it surely was: the request that ended it was sent then.
    pub until: Tick,
    /// From then on it surely was not any more.
    pub gone: Tick,
}

impl Life {
    /// Do two want the same room at the same time?
    pub fn meets(&self, claim: &Claim) -> bool {
        self.claim.0 == claim.0 && self.claim.1 < claim.2 && claim.1 < self.claim.2
    }

    /// Was it perhaps there at some moment of these?
    pub fn may_be_there(&self, from: Tick, to: Tick) -> bool {
        self.asked <= to && from <= self.gone
    }
}

/// All of them, by room and start.
pub struct Lives {
    by_room: BTreeMap<RoomNumber, Vec<Life>>,
}

impl Lives {
    /// From the chains.
    pub fn of(chains: &Chains<'_>, record: &Record) -> Self {
        let mut by_room: BTreeMap<RoomNumber, Vec<Life>> = BTreeMap::new();
        let found: BTreeMap<Ticket, _> = record.found.iter().map(|one| (one.ticket, &one.shown)).collect();
        for (ticket, chain) in chains.iter() {
            for life in lives(ticket, chain, found.get(&ticket).map(|shown| shown.claims.as_slice())) {
                by_room.entry(life.claim.0).or_default().push(life);
            }
        }
        by_room.values_mut().for_each(|lives| lives.sort_by_key(|life| life.claim.1));
        Self { by_room }
    }

    /// All that wanted the room at that time, at whatever moment.
    pub fn meeting(&self, claim: Claim) -> impl Iterator<Item = &Life> {
        let lives = self.by_room.get(&claim.0).map(Vec::as_slice).unwrap_or_default();
        // None lasts longer than a day, whatever it is: what starts earlier has ended.
        let first = lives.partition_point(|life| life.claim.1 <= claim.1 - crate::hours::LONGEST);
        lives[first..].iter().take_while(move |life| life.claim.1 < claim.2).filter(move |life| life.meets(&claim))
    }

    /// All, room by room.
    pub fn rooms(&self) -> impl Iterator<Item = &[Life]> {
        self.by_room.values().map(Vec::as_slice)
    }
}

/// A link of the chain as it must have been: acknowledged, or the only one whose answer was lost.
fn certain<'r>(chain: &Chain<'r>, version: u64) -> Option<(Link<'r>, bool)> {
    if let Some(links) = chain.acknowledged.get(&version) {
        return Some((links[0], true));
    }
    match chain.possible.get(&version).map(Vec::as_slice) {
        Some([one]) => Some((*one, false)),
        // A request sent twice with one key is one request.
        Some([one, others @ ..]) if others.iter().all(|link| link.step.wanted == one.step.wanted) => {
            Some((*one, false))
        }
        _ => None,
    }
}

fn lives(ticket: Ticket, chain: &Chain<'_>, at_the_end: Option<&[Claim]>) -> Vec<Life> {
    let (mut open, mut over): (BTreeMap<Claim, Life>, Vec<Life>) = (BTreeMap::new(), Vec::new());
    let last = chain.last.unwrap_or(0);
    for version in 1..=last {
        let Some((link, is_acknowledged)) = certain(chain, version) else {
            // Nobody knows what this version was. What was there may have ended with it.
            let asked = chain.possible.get(&version).into_iter().flatten().map(|link| link.event.asked).min();
            over.extend(open.split_off(&(0, i64::MIN, i64::MIN)).into_values().map(|life| Life {
                until: asked.unwrap_or(life.since),
                gone: Tick::MAX,
                ..life
            }));
            continue;
        };
        let wanted = &link.step.wanted.claims;
        // A request sent again with its key may have been carried out the first time.
        let sent_before = chain.possible.get(&version).into_iter().flatten().map(|link| link.event.asked).min();
        let asked = link.event.asked.min(sent_before.unwrap_or(Tick::MAX));
        // Who started the next change from this version had seen it.
        let next = certain(chain, version + 1).filter(|_| version < last).map(|(next, _)| next.event.asked);
        let since = if is_acknowledged { link.event.answered } else { next.unwrap_or(Tick::MAX) };
        let gone = if link.event.outcome == Outcome::Done { link.event.answered } else { Tick::MAX };
        let ended: Vec<Claim> = open.keys().filter(|claim| wanted.binary_search(claim).is_err()).copied().collect();
        for claim in ended {
            let life = open.remove(&claim).expect("it was just there");
            over.push(Life { until: asked, gone, ..life });
        }
        for claim in wanted {
            let person = link.event.person;
            let new = Life { ticket, claim: *claim, person, asked, since, until: Tick::MAX, gone: Tick::MAX };
            open.entry(*claim).or_insert(new);
        }
    }
    // A booking of which only the end is known.
    for claim in at_the_end.unwrap_or_default() {
        open.entry(*claim).or_insert(Life {
            ticket,
            claim: *claim,
            person: u16::MAX,
            asked: 0,
            since: Tick::MAX,
            until: Tick::MAX,
            gone: Tick::MAX,
        });
    }
    over.extend(open.into_values());
    over
}
