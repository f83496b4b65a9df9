//! Whether somebody who moderates is inside. Without a moderator nobody can be called to speak and no door be opened, so
//! what binds others until a moderator decides rests then, and holds again as soon as one is back.

use domain::MeetingRole;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Effect, Meeting};

/// The last moderator may be gone this long before the meeting goes on without, seconds: a reload takes less. Who is cut
/// off counts as inside for [`super::AWAY_SECONDS`] before that.
pub const UNMODERATED_AFTER_SECONDS: i64 = 30;

/// The moderators as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chair {
    /// Somebody who moderates is inside.
    #[default]
    Taken,
    /// The last one went a moment ago, or none came yet.
    Left { since: Timestamp },
    /// Nobody moderates.
    Empty,
}

impl Chair {
    fn then(self, is_moderated: bool, now: Timestamp) -> Self {
        let patience = SignedDuration::from_secs(UNMODERATED_AFTER_SECONDS);
        match self {
            _ if is_moderated => Self::Taken,
            Self::Taken => Self::Left { since: now },
            Self::Left { since } if now.duration_since(since) >= patience => Self::Empty,
            Self::Left { .. } | Self::Empty => self,
        }
    }
}

impl Meeting {
    /// Looks who moderates now. What changes with it is told to everybody.
    pub(super) fn watch_chair(&mut self, effects: &mut Vec<Effect>) {
        let is_moderated = self.present().any(|person| person.role == MeetingRole::Moderator);
        let rested = self.microphones_rest();
        self.chair = self.chair.then(is_moderated, self.now);
        if self.microphones_rest() == rested {
            return;
        }
        // Nobody is there to end a call that takes as long as it takes.
        if !rested && self.turn.as_ref().is_some_and(|turn| !turn.ends()) {
            self.turn = None;
        }
        self.tell_room(effects);
        self.keep_rules(effects);
    }

    /// Nobody moderates, and this was so for more than a moment.
    pub(super) fn is_unmoderated(&self) -> bool {
        self.chair == Chair::Empty
    }
}
