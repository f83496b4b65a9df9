use std::time::Instant;

use super::{AUDIBLE, HOLD, Speakers, Voice};
use crate::TrackSid;

/// Who is not silent makes room only for somebody this much louder: two who speak at once must
/// not cut each other off.
const LOUDER_BY: f32 = 1.5;

/// Which voices of a meeting are forwarded when it has more than anybody could follow. Sending
/// hundreds of open microphones to everybody is what breaks big meetings.
#[derive(Debug, Default)]
pub(crate) struct Loudest {
    heard: Vec<TrackSid>,
}

/// What changes about a voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Is forwarded as before, or not as before.
    Same { is_heard: bool },
    /// Is forwarded from now on, maybe instead of another.
    Heard { instead_of: Option<TrackSid> },
}

impl Loudest {
    /// A packet of a voice came, and its level is known; at most so many are heard, 0 means all.
    pub(crate) fn turn(&mut self, track: &TrackSid, most: usize, speakers: &Speakers, now: Instant) -> Turn {
        if most == 0 || self.heard.contains(track) {
            return Turn::Same { is_heard: true };
        }
        if self.heard.len() < most {
            self.heard.push(track.clone());
            return Turn::Heard { instead_of: None };
        }
        let silent = |voice: &Voice| voice.audible_at.is_none_or(|at| now.saturating_duration_since(at) > HOLD);
        let level_of = |track: &TrackSid| {
            speakers.voices.get(track).map_or(0.0, |voice| if silent(voice) { 0.0 } else { voice.level })
        };
        let level = level_of(track);
        let quietest = (0..self.heard.len())
            .min_by(|a, b| level_of(&self.heard[*a]).total_cmp(&level_of(&self.heard[*b])).then_with(|| a.cmp(b)));
        let Some(quietest) = quietest else { return Turn::Same { is_heard: false } };
        if level < AUDIBLE || level < level_of(&self.heard[quietest]) * LOUDER_BY {
            return Turn::Same { is_heard: false };
        }
        let before = std::mem::replace(&mut self.heard[quietest], track.clone());
        Turn::Heard { instead_of: Some(before) }
    }

    /// A voice ended or was switched off: its place is free.
    pub(crate) fn forget(&mut self, track: &TrackSid) {
        self.heard.retain(|heard| heard != track);
    }
}
