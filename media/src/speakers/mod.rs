//! Who speaks: from the loudness publishers write into each audio packet.

mod loudest;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::{Duration, Instant};

pub(crate) use loudest::{Loudest, Turn};

use crate::{PeerId, TrackSid};

/// Louder than this counts as speech, about -40 dB.
const AUDIBLE: f32 = 0.01;
/// Somebody who was audible so recently still counts: pauses between words are no change.
const HOLD: Duration = Duration::from_millis(700);
/// How strongly a new packet moves the level.
const WEIGHT: f32 = 0.2;
/// Levels are told in steps, so that they do not change with every breath.
const STEPS: f32 = 8.0;

/// The levels of one meeting.
#[derive(Debug, Default)]
pub(crate) struct Speakers {
    voices: HashMap<TrackSid, Voice>,
    told: Vec<(PeerId, TrackSid, f32)>,
}

#[derive(Debug)]
struct Voice {
    peer: PeerId,
    level: f32,
    audible_at: Option<Instant>,
}

impl Speakers {
    pub(crate) fn heard(&mut self, peer: PeerId, track: &TrackSid, level: f32, now: Instant) {
        let voice = match self.voices.get_mut(track) {
            Some(voice) => voice,
            None => self.voices.entry(track.clone()).or_insert(Voice { peer, level: 0.0, audible_at: None }),
        };
        voice.level += (level - voice.level) * WEIGHT;
        if voice.level >= AUDIBLE {
            voice.audible_at = Some(now);
        }
    }

    pub(crate) fn forget(&mut self, track: &TrackSid) {
        self.voices.remove(track);
    }

    /// Whether a participant speaks, or did lately.
    pub(crate) fn has_spoken(&self, peer: PeerId, now: Instant, lately: Duration) -> bool {
        let spoke = |voice: &Voice| voice.audible_at.is_some_and(|at| now.saturating_duration_since(at) <= lately);
        self.voices.values().any(|voice| voice.peer == peer && spoke(voice))
    }

    /// The speakers, loudest first, if they are others than last time.
    pub(crate) fn changed(&mut self, now: Instant) -> Option<Vec<(PeerId, TrackSid, f32)>> {
        let speaks = |voice: &Voice| voice.audible_at.is_some_and(|at| now.saturating_duration_since(at) <= HOLD);
        let mut speakers: Vec<(PeerId, TrackSid, f32)> = self
            .voices
            .iter()
            .filter(|(_, voice)| speaks(voice))
            .map(|(track, voice)| (voice.peer, track.clone(), ((voice.level * STEPS).ceil() / STEPS).clamp(0.0, 1.0)))
            .collect();
        speakers.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.1.cmp(&b.1)));
        if speakers == self.told {
            return None;
        }
        self.told.clone_from(&speakers);
        Some(speakers)
    }
}
