//! Is what was recorded possible? Every rule here holds for any program that books rightly, whatever its insides.

mod chains;
mod holds;
mod lives;
mod refusals;
mod rooms;

use std::collections::BTreeMap;
use std::fmt;

use crate::event::{Act, Claim, Event, Outcome, Record, Tick, Ticket};

use self::chains::Chains;
use self::lives::Lives;

/// The stories of so many bookings are told.
const TOLD: usize = 4;

/// Something that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Two bookings held one room at one time.
    HeldTwice {
        /// The one, and by whom.
        first: (Ticket, Claim),
        /// The other, and by whom.
        second: (Ticket, Claim),
        /// Since then, if not only at the end.
        since: Option<Tick>,
    },
    /// A booking was acknowledged and is not there.
    Lost(Ticket),
    /// A version was acknowledged, and what is there is older.
    VersionLost(Ticket, u64),
    /// Two changes started from the same version and both were acknowledged.
    BothChanged(Ticket, u64),
    /// There is a version, or a booking, that nobody asked for or that was refused.
    FromNowhere(Ticket, u64),
    /// It is not what was acknowledged.
    Differs(Ticket, u64),
    /// Somebody read an older version than had been acknowledged before.
    ReadTheOld(Ticket, u64),
    /// It was booked although it could not be.
    Nonsense(Ticket, String),
    /// It was refused because of a booking, a form or a change that there was not.
    Unfounded(Tick, String),
    /// Somebody else booked, or kept, what a form kept.
    Ousted(Tick, Claim),
    /// The program met a fault of its own.
    Fault(Tick, String),
}

impl Finding {
    /// Which bookings it is about.
    fn tickets(&self) -> Vec<Ticket> {
        match self {
            Self::HeldTwice { first, second, .. } => vec![first.0, second.0],
            Self::Lost(ticket)
            | Self::VersionLost(ticket, _)
            | Self::BothChanged(ticket, _)
            | Self::FromNowhere(ticket, _)
            | Self::Differs(ticket, _)
            | Self::ReadTheOld(ticket, _)
            | Self::Nonsense(ticket, _) => vec![*ticket],
            Self::Unfounded(..) | Self::Ousted(..) | Self::Fault(..) => Vec::new(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// How often what came of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// By operation: acknowledged, refused, lost answers.
    pub counts: BTreeMap<String, [usize; 3]>,
    /// By code, how often something was refused.
    pub refusals: BTreeMap<String, usize>,
    /// Bookings at the end, and rooms they hold.
    pub stands: (usize, usize),
    /// What cannot be; nothing if all is well.
    pub findings: Vec<Finding>,
    /// Everything that was asked of the bookings in the first findings, for whoever looks for the cause.
    pub stories: Vec<String>,
}

/// Looks at all of it.
pub fn judge(record: &Record) -> Verdict {
    let mut verdict = Verdict::default();
    for event in &record.events {
        let (verb, place) = (verb(&event.act), place(&event.outcome));
        verdict.counts.entry(verb.to_owned()).or_default()[place] += 1;
        if let Outcome::Refused(status, code, _) = &event.outcome {
            *verdict.refusals.entry(format!("{status} {code}")).or_default() += 1;
            if *status == 500 {
                verdict.findings.push(Finding::Fault(event.asked, verb.to_owned()));
            }
        }
        if let (Act::Change { steps, refusal_due: Some(why), .. }, Outcome::Done) = (&event.act, &event.outcome) {
            let ticket = steps.last().map_or(0, |step| step.ticket);
            verdict.findings.push(Finding::Nonsense(ticket, why.clone()));
        }
    }
    let claims = record.found.iter().map(|one| one.shown.claims.len()).sum();
    verdict.stands = (record.found.len(), claims);
    let chains = Chains::of(record);
    verdict.findings.extend(chains.check(record));
    let lives = Lives::of(&chains, record);
    verdict.findings.extend(rooms::check(&lives, record));
    verdict.findings.extend(holds::check(&lives, record));
    verdict.findings.extend(refusals::check(&chains, &lives, record));
    let tickets = verdict.findings.iter().flat_map(Finding::tickets).take(TOLD);
    verdict.stories = tickets.flat_map(|ticket| story(ticket, record)).collect();
    verdict
}

/// What was asked of one booking, in order.
fn story(ticket: Ticket, record: &Record) -> Vec<String> {
    let is_about = |event: &&Event| match &event.act {
        Act::Change { steps, .. } => steps.iter().any(|step| step.ticket == ticket),
        Act::Read(read, ..) => read == &ticket,
        Act::Hold(_) => false,
    };
    let mut events: Vec<&Event> = record.events.iter().filter(is_about).collect();
    events.sort_by_key(|event| event.asked);
    let found = record.found.iter().filter(|one| one.ticket == ticket);
    events.iter().map(|event| format!("{event:?}")).chain(found.map(|one| format!("{one:?}"))).collect()
}

fn verb(act: &Act) -> &str {
    match act {
        Act::Change { verb, .. } => verb,
        Act::Hold(claims) if claims.is_empty() => "release",
        Act::Hold(_) => "hold",
        Act::Read(..) => "read",
    }
}

fn place(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Done => 0,
        Outcome::Refused(..) => 1,
        Outcome::Unknown => 2,
    }
}

#[cfg(test)]
mod tests;
