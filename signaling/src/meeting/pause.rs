//! A break: everybody sees until when, also who comes in later.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Effect, Meeting};

/// From when until when the meeting pauses, by the clock of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Meeting {
    /// Begins a break from now on; one that runs is replaced.
    pub(super) fn begin_break(&mut self, minutes: u8, effects: &mut Vec<Effect>) {
        let Ok(until) = self.now.checked_add(SignedDuration::from_mins(minutes.into())) else { return };
        self.pause = Some(Pause { from: self.now, until });
        self.tell_room(effects);
    }

    /// Ends the break before its time; without one nothing happens.
    pub(super) fn end_break(&mut self, effects: &mut Vec<Effect>) {
        if self.pause.take().is_some() {
            self.tell_room(effects);
        }
    }
}
