//! Whoever is refused is told the truth.

use std::collections::BTreeMap;

use super::Finding;
use super::chains::Chains;
use super::holds::{self, Kept};
use super::lives::Lives;
use crate::event::{Act, Blame, Claim, Event, Outcome, Record, RoomNumber, Step};

/// What was blamed was there, or may have been, between the question and the answer.
pub fn check(chains: &Chains<'_>, lives: &Lives, record: &Record) -> Vec<Finding> {
    let mut kept: BTreeMap<RoomNumber, Vec<Kept>> = BTreeMap::new();
    for one in holds::kept(record) {
        kept.entry(one.claim.0).or_default().push(one);
    }
    let mut findings = Vec::new();
    for event in &record.events {
        let Outcome::Refused(status, code, blames) = &event.outcome else { continue };
        let steps = match &event.act {
            Act::Change { steps, .. } => steps.as_slice(),
            _ => &[],
        };
        let is_founded = match code.as_str() {
            "room_taken" | "dates_taken" | "room_held" => {
                let in_the_way = |blame: &Blame| is_in_the_way(blame, event, steps, lives, &kept);
                !blames.is_empty() && blames.iter().all(in_the_way)
            }
            // What changes no booking has no step, and cannot be judged so.
            "changed_meanwhile" => steps.is_empty() || steps.iter().any(|step| was_changed(step, event, chains)),
            _ => true,
        };
        if !is_founded {
            findings.push(Finding::Unfounded(event.asked, format!("{status} {code} {blames:?}")));
        }
    }
    findings
}

fn is_in_the_way(
    blame: &Blame,
    event: &Event,
    steps: &[Step],
    lives: &Lives,
    kept: &BTreeMap<RoomNumber, Vec<Kept>>,
) -> bool {
    let (from, to) = (event.asked, event.answered);
    // Two dates of one series may be in each other's way.
    let meet = |one: &Claim, other: &Claim| one.0 == other.0 && one.1 < other.2 && other.1 < one.2 && one != other;
    let own = || steps.iter().flat_map(|step| &step.wanted.claims);
    let itself = |claim: &Claim| own().any(|one| one == claim) && own().any(|one| meet(one, claim));
    match blame {
        Blame::Taken(claim) => {
            itself(claim) || lives.meeting(*claim).any(|life| life.claim == *claim && life.may_be_there(from, to))
        }
        Blame::TakenUntil(room, until) => {
            let last = (*room, until - 1, *until);
            let is_it = |claim: &Claim| claim.0 == *room && claim.2 == *until;
            own().any(|claim| is_it(claim) && itself(claim))
                || lives.meeting(last).any(|life| is_it(&life.claim) && life.may_be_there(from, to))
        }
        Blame::Held(room) => {
            let by_others = kept.get(room).into_iter().flatten().filter(|one| one.person != event.person);
            by_others.into_iter().any(|one| one.asked <= to && from <= one.gone)
        }
    }
}

/// Did somebody else start from the same version, or a later one, and perhaps succeed?
fn was_changed(step: &Step, event: &Event, chains: &Chains<'_>) -> bool {
    let Some(chain) = chains.get(step.ticket) else { return false };
    let others = chain.acknowledged.range(step.base + 1..).chain(chain.possible.range(step.base + 1..));
    others.flat_map(|(_, links)| links).any(|link| link.event.asked <= event.answered)
}
