//! What a form keeps is nobody else's for five minutes.

use std::collections::BTreeMap;

use super::Finding;
use super::lives::Lives;
use crate::event::{Act, Claim, Event, Outcome, Record, Tick};

/// How long a form keeps what it keeps, microseconds; from being asked, which is a little less.
const KEPT: Tick = 5 * 60 * 1_000_000;

/// Rooms that somebody keeps.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Who.
    pub person: u16,
    /// What.
    pub claim: Claim,
    /// Not before.
    pub asked: Tick,
    /// Surely from then on.
    pub since: Tick,
    /// Surely until then.
    pub until: Tick,
    /// Surely not after.
    pub gone: Tick,
}

/// Everything that was ever kept.
pub fn kept(record: &Record) -> Vec<Kept> {
    let mut by_person: BTreeMap<u16, Vec<&Event>> = BTreeMap::new();
    for event in record.events.iter().filter(|event| !matches!(event.act, Act::Read(..))) {
        by_person.entry(event.person).or_default().push(event);
    }
    let mut all = Vec::new();
    for events in by_person.values_mut() {
        events.sort_by_key(|event| event.asked);
        let mut answered_before = 0;
        for (place, event) in events.iter().enumerate() {
            // Whatever the same person asks next, at either window, may end it; an answer that was lost proves nothing.
            let overlaps = answered_before > event.asked;
            answered_before = answered_before.max(event.answered);
            let Act::Hold(claims) = &event.act else { continue };
            if matches!(event.outcome, Outcome::Refused(..)) || claims.is_empty() {
                continue;
            }
            let until = events.get(place + 1).map_or(Tick::MAX, |next| next.asked).min(event.asked + KEPT);
            let is_sure = event.outcome == Outcome::Done && !overlaps;
            let since = if is_sure { event.answered } else { Tick::MAX };
            for claim in claims {
                let gone = event.answered + KEPT;
                all.push(Kept { person: event.person, claim: *claim, asked: event.asked, since, until, gone });
            }
        }
    }
    all
}

/// Nobody else got it meanwhile.
pub fn check(lives: &Lives, record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for kept in kept(record).into_iter().filter(|kept| kept.since < kept.until) {
        let others = lives.meeting(kept.claim).filter(|life| life.person != kept.person);
        // Asked for and acknowledged while it was kept.
        let ousted = others.filter(|life| kept.since <= life.asked && life.since <= kept.until);
        findings.extend(ousted.map(|life| Finding::Ousted(life.asked, kept.claim)));
    }
    findings
}
