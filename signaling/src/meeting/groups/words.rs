//! What is said about groups, as JSON on the server's own topic.

use domain::{MeetingRole, Private};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::participant::Participant;
use super::opened::Opened;

/// What a participant asks of the server.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Asked {
    /// How it is with groups.
    Groups,
    /// Into a group.
    EnterGroup {
        /// Its number.
        group: u8,
    },
    /// Into the main room.
    LeaveGroup,
    /// A moderator shall come into the group.
    GroupHelp,
}

impl Asked {
    /// What a message says; nothing if it is not understood.
    pub fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}

/// Why a step is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepRefused {
    /// There are no groups (any more).
    Closed,
    /// No group has this number.
    NoSuchGroup,
    /// The moderation did not allow it.
    NotAllowed,
    /// Only who is in a group calls for help.
    NotInAGroup,
    /// Nobody is there who could come.
    NoModerator,
}

impl StepRefused {
    fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NoSuchGroup => "no_such_group",
            Self::NotAllowed => "not_allowed",
            Self::NotInAGroup => "not_in_a_group",
            Self::NoModerator => "no_moderator",
        }
    }
}

/// The groups as one participant sees them: calls for help only of the own group, moderators see all.
pub fn shown(opened: &Opened, to: &Participant) -> Value {
    let sees = |group: &u8| to.role == MeetingRole::Moderator || to.place == Some(*group);
    let mut said = json!({
        "event": "groups",
        "open": true,
        "titles": opened.titles,
        "may_choose": opened.may_choose,
        "may_return": opened.may_return,
        "opened_at": opened.opened_at.to_string(),
        "calling": opened.calling().filter(sees).collect::<Vec<_>>(),
    });
    let parts = [
        ("ends_at", opened.ends_at.map(|at| json!(at.to_string()))),
        ("place", to.place.map(|group| json!(group))),
        ("own", opened.own_group(&to.identity).map(|group| json!(group))),
    ];
    for (key, value) in parts {
        if let Some(value) = value {
            said[key] = value;
        }
    }
    said
}

pub fn none() -> Value {
    json!({ "event": "groups", "open": false })
}

/// The walls fall in so many seconds.
pub fn ending(seconds: i64) -> Value {
    json!({ "event": "groups_ending", "seconds": seconds })
}

/// A word of the moderation to everybody.
pub fn told(text: &Private<String>) -> Value {
    json!({ "event": "group_word", "text": text })
}

/// A group asks a moderator to come; the name is that of who asked.
pub fn help(group: u8, name: &Private<String>) -> Value {
    json!({ "event": "group_help", "group": group, "name": name })
}

pub fn refused(why: StepRefused) -> Value {
    json!({ "event": "group_refused", "reason": why.word() })
}
