//! Every booking is a chain of versions: each acknowledged change is a link, a lost answer may be one.

use std::collections::BTreeMap;

use super::Finding;
use crate::event::{Act, Event, Outcome, Record, Shown, Step, Ticket};

/// The chains by booking.
pub struct Chains<'r> {
    chains: BTreeMap<Ticket, Chain<'r>>,
}

/// What is known of one booking.
#[derive(Default)]
pub struct Chain<'r> {
    /// By the version they lead to.
    pub acknowledged: BTreeMap<u64, Vec<Link<'r>>>,
    /// The same, where the answer was lost.
    pub possible: BTreeMap<u64, Vec<Link<'r>>>,
    /// Its version at the end, if it is there.
    pub last: Option<u64>,
}

/// A change of a booking.
#[derive(Clone, Copy)]
pub struct Link<'r> {
    /// With everything else that was asked in it.
    pub event: &'r Event,
    /// What it made of this booking.
    pub step: &'r Step,
}

impl<'r> Chain<'r> {
    /// What the version may be: as acknowledged, else as one of those asked for whose answers were lost.
    pub fn shown(&self, version: u64) -> impl Iterator<Item = &'r Shown> {
        let certain = self.acknowledged.get(&version);
        let links = certain.or_else(|| self.possible.get(&version)).into_iter().flatten();
        links.map(|link| &link.step.wanted)
    }

    /// The version whose acknowledgement came before this tick.
    fn acknowledged_before(&self, tick: u64) -> u64 {
        let before = |links: &Vec<Link<'_>>| links.iter().any(|link| link.event.answered < tick);
        self.acknowledged.iter().rev().find(|(_, links)| before(links)).map_or(0, |(version, _)| *version)
    }
}

impl<'r> Chains<'r> {
    /// From everything that was recorded.
    pub fn of(record: &'r Record) -> Self {
        let mut chains: BTreeMap<Ticket, Chain<'r>> = BTreeMap::new();
        for event in &record.events {
            let Act::Change { steps, .. } = &event.act else { continue };
            for step in steps {
                let chain = chains.entry(step.ticket).or_default();
                let links = match event.outcome {
                    Outcome::Done => &mut chain.acknowledged,
                    Outcome::Unknown => &mut chain.possible,
                    Outcome::Refused(..) => continue,
                };
                links.entry(step.base + 1).or_default().push(Link { event, step });
            }
        }
        for found in &record.found {
            chains.entry(found.ticket).or_default().last = Some(found.version);
        }
        Self { chains }
    }

    /// All bookings.
    pub fn iter(&self) -> impl Iterator<Item = (Ticket, &Chain<'r>)> {
        self.chains.iter().map(|(ticket, chain)| (*ticket, chain))
    }

    /// One of them.
    pub fn get(&self, ticket: Ticket) -> Option<&Chain<'r>> {
        self.chains.get(&ticket)
    }

    /// Nothing acknowledged is lost, nothing is there that nobody asked for, and all is as it was wanted.
    pub fn check(&self, record: &Record) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (ticket, chain) in self.iter() {
            for (version, links) in &chain.acknowledged {
                if links.len() > 1 {
                    findings.push(Finding::BothChanged(ticket, *version));
                }
            }
            let newest = chain.acknowledged.keys().next_back().copied();
            match (newest, chain.last) {
                (Some(_), None) => findings.push(Finding::Lost(ticket)),
                (Some(newest), Some(last)) if newest > last => findings.push(Finding::VersionLost(ticket, newest)),
                _ => {}
            }
            for version in 1..=chain.last.unwrap_or(0) {
                if chain.shown(version).next().is_none() {
                    findings.push(Finding::FromNowhere(ticket, version));
                }
            }
        }
        for found in &record.found {
            findings.extend(self.differs(found.ticket, found.version, &found.shown));
        }
        for event in &record.events {
            let Act::Read(ticket, version, shown) = &event.act else { continue };
            let Some(chain) = self.chains.get(ticket) else { continue };
            if *version < chain.acknowledged_before(event.asked) {
                findings.push(Finding::ReadTheOld(*ticket, *version));
            }
            findings.extend(self.differs(*ticket, *version, shown));
        }
        findings
    }

    fn differs(&self, ticket: Ticket, version: u64, shown: &Shown) -> Option<Finding> {
        let mut wanted = self.chains.get(&ticket)?.shown(version).peekable();
        // None at all is a finding of its own.
        wanted.peek()?;
        (!wanted.any(|one| one == shown)).then_some(Finding::Differs(ticket, version))
    }
}
