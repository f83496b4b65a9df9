//! Groups that are open, and who belongs where.

use std::collections::{BTreeMap, BTreeSet};

use domain::groups::{Division, deal};
use domain::{Identity, Private};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Place;

/// People who are given a place in one meeting; a further one stays in the main room.
const LIMIT: usize = 4096;

/// Where somebody belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Belonging {
    /// Is in this group.
    In(u8),
    /// Went to the main room and may come back into this group.
    BackFrom(u8),
}

/// Groups from their opening to their end.
#[derive(Clone, Serialize, Deserialize)]
pub struct Opened {
    pub titles: Vec<Private<String>>,
    pub may_choose: bool,
    pub may_return: bool,
    pub opened_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    /// Everybody was told that the end is near.
    pub is_warned: bool,
    people: BTreeMap<Identity, Belonging>,
    /// Groups that ask for help.
    calling: BTreeSet<u8>,
}

impl Opened {
    /// `people`: those who may be dealt out.
    pub fn new(
        titles: Vec<Private<String>>,
        division: Division,
        mut people: Vec<Identity>,
        may_return: bool,
        opened_at: Timestamp,
        ends_at: Option<Timestamp>,
    ) -> Self {
        let may_choose = division == Division::Choice;
        let mut opened = Self {
            titles,
            may_choose,
            may_return,
            opened_at,
            ends_at,
            is_warned: false,
            people: BTreeMap::new(),
            calling: BTreeSet::new(),
        };
        match division {
            Division::Hand { seats } => seats.into_iter().for_each(|seat| opened.enter(seat.identity, seat.group)),
            Division::Chance { seed } => {
                people.sort();
                let dealt = deal(people.len(), opened.count(), seed);
                people.into_iter().zip(dealt).for_each(|(identity, group)| opened.enter(identity, group));
            }
            Division::Choice => {}
        }
        opened
    }

    fn count(&self) -> u8 {
        u8::try_from(self.titles.len()).unwrap_or(u8::MAX)
    }

    pub fn has(&self, group: u8) -> bool {
        (1..=self.count()).contains(&group)
    }

    pub fn place_of(&self, identity: &Identity) -> Place {
        match self.people.get(identity) {
            Some(Belonging::In(group)) => Some(*group),
            Some(Belonging::BackFrom(_)) | None => None,
        }
    }

    /// The group somebody is in, or may come back into.
    pub fn own_group(&self, identity: &Identity) -> Place {
        self.people.get(identity).map(|belonging| match belonging {
            Belonging::In(group) | Belonging::BackFrom(group) => *group,
        })
    }

    /// A group that does not exist is passed over.
    pub fn enter(&mut self, identity: Identity, group: u8) {
        if self.has(group) && (self.people.len() < LIMIT || self.people.contains_key(&identity)) {
            self.people.insert(identity, Belonging::In(group));
        }
    }

    pub fn go_back(&mut self, identity: &Identity) {
        if let Some(belonging) = self.people.get_mut(identity)
            && let Belonging::In(group) = *belonging
        {
            *belonging = Belonging::BackFrom(group);
        }
    }

    /// Belongs to no group any more.
    pub fn forget(&mut self, identity: &Identity) {
        self.people.remove(identity);
    }

    /// Sets the end unless it comes sooner already; says whether it did.
    pub fn end_by(&mut self, end: Option<Timestamp>) -> bool {
        let is_sooner = end.is_some_and(|end| self.ends_at.is_none_or(|ends_at| end < ends_at));
        if is_sooner {
            self.ends_at = end;
        }
        is_sooner
    }

    /// A group asks for help; says whether it did not do so before.
    pub fn call(&mut self, group: u8) -> bool {
        self.calling.insert(group)
    }

    /// Somebody came to help; says whether that was asked for.
    pub fn answer(&mut self, group: u8) -> bool {
        self.calling.remove(&group)
    }

    pub fn calling(&self) -> impl Iterator<Item = u8> {
        self.calling.iter().copied()
    }
}
