//! What a meeting takes along to another node: what belongs to it and to the people, nothing of the
//! connections. Whoever joins anew there finds it as it was.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::chair::Chair;
use super::floor::Turn;
use super::groups::Groups;
use super::keeping::Kept;
use super::notes::Notes;
use super::pause::Pause;
use super::polls::Polls;
use super::roles::Roles;
use super::rules::Rules;
use super::{Meeting, Settings};

/// A meeting without anybody in it. Holds names.
#[derive(Serialize, Deserialize)]
pub struct Legacy {
    opened_at: Timestamp,
    metadata: String,
    settings: Option<Settings>,
    max_participants: u32,
    had_somebody: bool,
    pause: Option<Pause>,
    polls: Polls,
    kept: Kept,
    /// Absent where the node before knew of no roles.
    #[serde(default)]
    roles: Roles,
    /// Absent where the node before knew of no groups.
    #[serde(default)]
    groups: Groups,
    /// Absent where the node before knew of no rules.
    #[serde(default)]
    rules: Rules,
    #[serde(default)]
    chair: Chair,
    #[serde(default)]
    turn: Option<Turn>,
    /// Absent where the node before knew of no notes.
    #[serde(default)]
    notes: Notes,
}

impl Meeting {
    /// What the meeting is now, with everybody in it as somebody who may come again. It goes on as it is.
    pub fn bequeath(&mut self, now: Timestamp) -> Legacy {
        for person in self.people.values().filter(|person| person.origin.is_none()) {
            self.kept.note(person, now);
        }
        Legacy {
            opened_at: self.opened_at,
            metadata: self.metadata.clone(),
            settings: self.settings.clone(),
            max_participants: self.max_participants,
            had_somebody: self.had_somebody,
            pause: self.pause,
            polls: self.polls.clone(),
            kept: self.kept.clone(),
            roles: self.roles.clone(),
            groups: self.groups.clone(),
            rules: self.rules,
            chair: self.chair,
            turn: self.turn.clone(),
            notes: self.notes.clone(),
        }
    }

    /// Goes on where another node stopped. Call it before anybody joins.
    pub fn inherit(&mut self, legacy: Legacy) {
        let Legacy {
            opened_at,
            metadata,
            settings,
            max_participants,
            had_somebody,
            pause,
            polls,
            kept,
            roles,
            groups,
            rules,
            chair,
            turn,
            notes,
        } = legacy;
        self.opened_at = opened_at;
        self.metadata = metadata;
        self.settings = settings;
        self.max_participants = max_participants;
        self.had_somebody = had_somebody;
        self.pause = pause;
        self.polls = polls;
        self.kept = kept;
        self.roles = roles;
        self.groups = groups;
        self.rules = rules;
        self.chair = chair;
        self.turn = turn;
        self.notes = notes;
    }
}
