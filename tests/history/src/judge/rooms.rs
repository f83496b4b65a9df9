//! No room is held twice: at no moment of the run, and not at its end.

use std::collections::BTreeMap;

use super::Finding;
use super::lives::{Life, Lives};
use crate::event::{Claim, Record, Tick, Ticket};

/// Looks at both.
pub fn check(lives: &Lives, record: &Record) -> Vec<Finding> {
    let mut findings: Vec<Finding> = lives.rooms().flat_map(during).collect();
    let claims = record.found.iter().flat_map(|one| one.shown.claims.iter().map(|claim| (*claim, one.ticket)));
    let mut claims: Vec<(Claim, Ticket)> = claims.collect();
    claims.sort_unstable();
    for pair in claims.windows(2) {
        let [(first, owner), (second, other)] = pair else { continue };
        if first.0 == second.0 && second.1 < first.2 {
            findings.push(Finding::HeldTwice { first: (*owner, *first), second: (*other, *second), since: None });
        }
    }
    findings
}

/// Goes through the run moment by moment with what one room surely was held by.
fn during(lives: &[Life]) -> Vec<Finding> {
    let sure = |life: &&Life| life.since < life.until;
    let mut moments: Vec<(Tick, bool, &Life)> = Vec::new();
    for life in lives.iter().filter(sure) {
        moments.push((life.since, true, life));
        moments.push((life.until, false, life));
    }
    // What ends at a moment has ended before anything begins.
    moments.sort_by_key(|(tick, begins, _)| (*tick, *begins));
    let (mut held, mut findings): (BTreeMap<i64, &Life>, Vec<Finding>) = (BTreeMap::new(), Vec::new());
    for (tick, begins, life) in moments {
        let start = life.claim.1;
        if !begins {
            if held.get(&start).is_some_and(|one| one.ticket == life.ticket) {
                held.remove(&start);
            }
            continue;
        }
        let before = held.range(..life.claim.2).next_back().map(|(_, one)| *one);
        if let Some(other) = before.filter(|other| other.meets(&life.claim)) {
            let (first, second) = ((other.ticket, other.claim), (life.ticket, life.claim));
            findings.push(Finding::HeldTwice { first, second, since: Some(tick) });
            continue;
        }
        held.insert(start, life);
    }
    findings
}
