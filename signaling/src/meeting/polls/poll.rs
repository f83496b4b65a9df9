//! One question put to the meeting: who may answer, who has, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Identity, MeetingRole, Private};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::participant::Participant;

/// Longest name in a roll, characters: tokens of others may say longer ones.
const NAME_LIMIT: usize = 100;

/// A question with its votes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Poll {
    /// Counts from 1 in every meeting.
    pub number: u32,
    pub question: Private<String>,
    pub options: Vec<Private<String>>,
    pub with_guests: bool,
    pub opened_at: Timestamp,
    pub ballots: Ballots,
    pub end: Option<End>,
}

/// The votes.
#[derive(Clone, Serialize, Deserialize)]
pub enum Ballots {
    /// Who has voted, and the sums: it is nowhere said which vote is whose.
    Secret { voted: BTreeSet<Identity>, sums: Vec<u32> },
    /// Everybody's vote under the name the person had then.
    RollCall(BTreeMap<Identity, Vote>),
}

/// A vote that everybody may read once the poll is closed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Vote {
    pub name: Private<String>,
    pub choice: usize,
}

/// What was settled at closing.
#[derive(Clone, Serialize, Deserialize)]
pub struct End {
    pub at: Timestamp,
    /// How many could have voted: those who did, and those who were inside and did not.
    pub entitled: usize,
    /// Who was inside and did not vote; only kept of a roll call.
    pub abstaining: Vec<Private<String>>,
}

/// Why a vote does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteRefused {
    /// There is no such poll, or it is closed.
    Closed,
    /// Only guests of polls with guests, and nobody who is hidden.
    NotEntitled,
    /// The question has no such answer.
    NoSuchChoice,
    /// This person's vote is in; it cannot be taken back.
    AlreadyVoted,
}

impl VoteRefused {
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NotEntitled => "not_entitled",
            Self::NoSuchChoice => "no_such_choice",
            Self::AlreadyVoted => "already_voted",
        }
    }
}

impl Poll {
    /// May this person vote, if it has not already?
    pub fn entitles(&self, person: &Participant) -> bool {
        person.origin.is_none() && !person.grants.hidden && (self.with_guests || person.role != MeetingRole::Guest)
    }

    pub fn has_vote_of(&self, identity: &Identity) -> bool {
        match &self.ballots {
            Ballots::Secret { voted, .. } => voted.contains(identity),
            Ballots::RollCall(votes) => votes.contains_key(identity),
        }
    }

    /// What this person voted for, as far as it is known.
    pub fn choice_of(&self, identity: &Identity) -> Option<usize> {
        match &self.ballots {
            Ballots::Secret { .. } => None,
            Ballots::RollCall(votes) => votes.get(identity).map(|vote| vote.choice),
        }
    }

    /// Counts a person's only vote.
    pub fn count(&mut self, person: &Participant, choice: usize) -> Result<(), VoteRefused> {
        if self.end.is_some() {
            return Err(VoteRefused::Closed);
        }
        if !self.entitles(person) {
            return Err(VoteRefused::NotEntitled);
        }
        if choice >= self.options.len() {
            return Err(VoteRefused::NoSuchChoice);
        }
        if self.has_vote_of(&person.identity) {
            return Err(VoteRefused::AlreadyVoted);
        }
        match &mut self.ballots {
            Ballots::Secret { voted, sums } => {
                voted.insert(person.identity.clone());
                sums[choice] += 1;
            }
            Ballots::RollCall(votes) => {
                votes.insert(person.identity.clone(), Vote { name: name_of(person), choice });
            }
        }
        Ok(())
    }

    pub fn voted(&self) -> usize {
        match &self.ballots {
            Ballots::Secret { voted, .. } => voted.len(),
            Ballots::RollCall(votes) => votes.len(),
        }
    }

    /// How many have voted or may, of those who are inside now.
    pub fn entitled<'a>(&self, inside: impl Iterator<Item = &'a Participant>) -> usize {
        match &self.end {
            Some(end) => end.entitled,
            None => self.voted() + self.missing(inside).count(),
        }
    }

    /// Closes the poll: from now on its sums are told.
    pub fn close<'a>(&mut self, inside: impl Iterator<Item = &'a Participant>, at: Timestamp) {
        let missing: Vec<_> = self.missing(inside).map(name_of).collect();
        let entitled = self.voted() + missing.len();
        let abstaining = if matches!(self.ballots, Ballots::RollCall(_)) { missing } else { Vec::new() };
        self.end = Some(End { at, entitled, abstaining });
    }

    /// How many votes each answer has.
    pub fn sums(&self) -> Vec<u32> {
        match &self.ballots {
            Ballots::Secret { sums, .. } => sums.clone(),
            Ballots::RollCall(votes) => {
                let mut sums = vec![0; self.options.len()];
                for vote in votes.values() {
                    sums[vote.choice] += 1;
                }
                sums
            }
        }
    }

    /// Names and choices of a closed roll call by name; without a choice: did not vote.
    pub fn roll(&self) -> Vec<(&Private<String>, Option<usize>)> {
        let (Ballots::RollCall(votes), Some(end)) = (&self.ballots, &self.end) else { return Vec::new() };
        let voted = votes.values().map(|vote| (&vote.name, Some(vote.choice)));
        let mut roll: Vec<_> = voted.chain(end.abstaining.iter().map(|name| (name, None))).collect();
        roll.sort_by_key(|(name, _)| name.expose().to_lowercase());
        roll
    }

    fn missing<'a>(&self, inside: impl Iterator<Item = &'a Participant>) -> impl Iterator<Item = &'a Participant> {
        inside.filter(|person| self.entitles(person) && !self.has_vote_of(&person.identity))
    }
}

fn name_of(person: &Participant) -> Private<String> {
    person.name.expose().chars().take(NAME_LIMIT).collect::<String>().into()
}
