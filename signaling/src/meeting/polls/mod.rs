//! Polls and roll calls: one vote for each person, sums when the poll is closed.
//!
//! A vote belongs to the identity in the token, not to a connection: whoever reloads the page or
//! opens a second one has voted already. In a poll it is only noted that somebody voted, never
//! what; in a roll call everybody may read it once the poll is closed. All of it is gone with
//! the meeting.

mod poll;
mod words;

use std::collections::BTreeSet;

use domain::Private;
use media::PeerId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Effect, Meeting};
use poll::{Ballots, Poll, VoteRefused};
use words::Asked;

/// Polls that are remembered in one meeting; a further one makes the oldest forgotten.
const REMEMBERED: usize = 20;

/// The polls of a meeting, oldest first. At most the last one is open.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Polls {
    all: Vec<Poll>,
    /// How many were opened so far.
    opened: u32,
    /// What was last told of the open one: votes, and people who may vote.
    told: (usize, usize),
}

impl Meeting {
    /// Puts a question to the meeting. While one is open, another has to wait.
    pub(super) fn open_poll(
        &mut self,
        question: Private<String>,
        options: Vec<Private<String>>,
        roll_call: bool,
        with_guests: bool,
        effects: &mut Vec<Effect>,
    ) {
        if self.polls.all.last().is_some_and(|poll| poll.end.is_none()) {
            return;
        }
        let ballots = if roll_call {
            Ballots::RollCall(Default::default())
        } else {
            Ballots::Secret { voted: BTreeSet::new(), sums: vec![0; options.len()] }
        };
        self.polls.opened += 1;
        let (number, opened_at) = (self.polls.opened, self.now);
        if self.polls.all.len() >= REMEMBERED {
            self.polls.all.remove(0);
        }
        self.polls.all.push(Poll { number, question, options, with_guests, opened_at, ballots, end: None });
        self.tell_last_poll(effects);
    }

    /// Ends the voting; the sums are told. A poll that is closed already stays as it is.
    pub(super) fn close_poll(&mut self, number: u32, effects: &mut Vec<Effect>) {
        let Some(poll) = self.polls.all.last_mut().filter(|poll| poll.number == number && poll.end.is_none()) else {
            return;
        };
        poll.close(self.people.values(), self.now);
        self.tell_last_poll(effects);
    }

    /// Somebody says something to the server itself. What is not understood is passed over.
    pub(super) fn hear_asked(&mut self, peer: PeerId, payload: &[u8], effects: &mut Vec<Effect>) {
        match Asked::read(payload) {
            Some(Asked::Polls) => {
                let Some(person) = self.people.get(&peer) else { return };
                for poll in &self.polls.all {
                    say(peer, &words::shown(poll, poll.entitled(self.people.values()), person), effects);
                }
            }
            Some(Asked::Vote { poll, choice }) => self.vote(peer, poll, choice, effects),
            Some(Asked::Roll { poll, first }) => {
                if let Some(poll) = self.polls.all.iter().find(|each| each.number == poll) {
                    say(peer, &words::roll(poll, first), effects);
                }
            }
            None => {}
        }
    }

    /// How many have voted is told once a second at most, not with every vote.
    pub(super) fn tell_turnout(&mut self, effects: &mut Vec<Effect>) {
        let Some(poll) = self.polls.all.last().filter(|poll| poll.end.is_none()) else { return };
        if self.polls.told != (poll.voted(), poll.entitled(self.people.values())) {
            self.tell_last_poll(effects);
        }
    }

    /// The voter is told at once, the others with the next turnout.
    fn vote(&mut self, peer: PeerId, number: u32, choice: usize, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let poll = self.polls.all.iter_mut().find(|poll| poll.number == number);
        let counted = match poll {
            Some(poll) => poll.count(person, choice),
            None => Err(VoteRefused::Closed),
        };
        if let Err(why) = counted {
            say(peer, &words::refused(number, why), effects);
        }
        if let Some(poll) = self.polls.all.iter().find(|poll| poll.number == number) {
            say(peer, &words::shown(poll, poll.entitled(self.people.values()), person), effects);
        }
    }

    fn tell_last_poll(&mut self, effects: &mut Vec<Effect>) {
        let Some(poll) = self.polls.all.last() else { return };
        let entitled = poll.entitled(self.people.values());
        self.polls.told = (poll.voted(), entitled);
        for person in self.present() {
            say(person.peer, &words::shown(poll, entitled, person), effects);
        }
    }
}

fn say(peer: PeerId, what: &Value, effects: &mut Vec<Effect>) {
    effects.extend(Effect::tell(vec![peer], what));
}
