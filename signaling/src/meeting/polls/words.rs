//! What is said about polls, as JSON on the server's own topic.

use domain::Private;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::participant::Participant;
use super::poll::{Ballots, Poll, VoteRefused};

/// Lines of a roll that come with one answer; with the longest names they fit into one message.
pub const ROLL_LINES: usize = 100;

/// What a participant asks of the server.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Asked {
    /// All polls of this meeting, as they are now.
    Polls,
    /// One's vote.
    Vote {
        poll: u32,
        /// Which answer, from 0.
        choice: usize,
    },
    /// The roll of a closed roll call, from this line on.
    Roll {
        poll: u32,
        #[serde(default)]
        first: usize,
    },
}

impl Asked {
    /// What a message says; nothing if it is not understood.
    pub fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a Private<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<usize>,
}

/// A poll as one participant may see it: sums only once it is closed, one's own choice only of a roll call.
pub fn shown(poll: &Poll, entitled: usize, to: &Participant) -> Value {
    let mut said = json!({
        "event": "poll",
        "poll": poll.number,
        "question": poll.question,
        "options": poll.options,
        "roll_call": matches!(poll.ballots, Ballots::RollCall(_)),
        "with_guests": poll.with_guests,
        "opened_at": poll.opened_at.to_string(),
        "voted": poll.voted(),
        "entitled": entitled,
        "may_vote": poll.end.is_none() && poll.entitles(to) && !poll.has_vote_of(&to.identity),
        "has_voted": poll.has_vote_of(&to.identity),
    });
    if let Some(choice) = poll.choice_of(&to.identity) {
        said["choice"] = json!(choice);
    }
    if let Some(end) = &poll.end {
        said["closed_at"] = json!(end.at.to_string());
        said["sums"] = json!(poll.sums());
    }
    said
}

/// So many lines of a roll from one line on.
pub fn roll(poll: &Poll, first: usize) -> Value {
    let roll = poll.roll();
    let lines: Vec<_> =
        roll.iter().skip(first).take(ROLL_LINES).map(|(name, choice)| Line { name, choice: *choice }).collect();
    json!({ "event": "poll_roll", "poll": poll.number, "first": first, "of": roll.len(), "lines": lines })
}

pub fn refused(poll: u32, why: VoteRefused) -> Value {
    json!({ "event": "vote_refused", "poll": poll, "reason": why.word() })
}
