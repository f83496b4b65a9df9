//! Who has the floor, and until when. Nobody is cut off at the end of a turn unless microphones are moderated.

use std::collections::HashMap;

use domain::Identity;
use jiff::{SignedDuration, Timestamp};
use media::PeerId;
use protocol::livekit::TrackSource;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::administering::Change;
use super::moderating::{HAND, Notice, notify};
use super::{Effect, Meeting};

/// Somebody's turn to speak. It belongs to the person, not to a connection.
#[derive(Clone, Serialize, Deserialize)]
pub struct Turn {
    pub identity: Identity,
    from: Timestamp,
    /// Without it as long as it takes.
    until: Option<Timestamp>,
    /// The speaker was told that the time is over.
    is_over: bool,
}

impl Turn {
    /// Ends by itself.
    pub fn ends(&self) -> bool {
        self.until.is_some()
    }

    /// As clients read it.
    pub fn shown(&self) -> Value {
        let mut said = json!({ "identity": self.identity.as_str(), "from": self.from.to_string() });
        if let Some(until) = self.until {
            said["until"] = json!(until.to_string());
        }
        said
    }
}

impl Meeting {
    /// Calls somebody to speak. Whoever had the floor has it no longer; who is not inside is passed over.
    pub(super) fn give_floor(&mut self, identity: Identity, effects: &mut Vec<Effect>) {
        let Ok(peer) = self.find_own(&identity) else { return };
        let minutes = self.rules.turn_minutes;
        let until =
            (minutes > 0).then(|| self.now.checked_add(SignedDuration::from_mins(minutes.into())).ok()).flatten();
        let before = self.turn.take();
        // A turn without an end means something only where nobody else may speak.
        if until.is_some() || self.moderates_microphones() {
            self.turn = Some(Turn { identity: identity.clone(), from: self.now, until, is_over: false });
        }
        if self.turn.is_some() || before.is_some() {
            self.tell_room(effects);
        }
        self.keep_rules(effects);
        if self.people.get(&peer).is_some_and(|person| person.attributes.contains_key(HAND)) {
            let attributes = HashMap::from([(HAND.to_owned(), String::new())]);
            let _ = self.change(Change { identity: identity.to_string(), attributes, ..Change::default() }, effects);
        }
        notify(peer, Notice::AskedToSpeak, effects);
    }

    /// Ends the turn before its time, or after it.
    pub(super) fn end_turn(&mut self, effects: &mut Vec<Effect>) {
        if self.turn.take().is_some() {
            self.tell_room(effects);
            self.keep_rules(effects);
        }
    }

    /// Forgets the turn of somebody who was sent away for good.
    pub(super) fn forget_turn_of(&mut self, identity: &Identity, effects: &mut Vec<Effect>) {
        if self.turn.as_ref().is_some_and(|turn| turn.identity == *identity) {
            self.end_turn(effects);
        }
    }

    /// The clock: at the end the speaker hears of it and may finish the sentence, unless microphones are moderated.
    /// The turn itself is over once the speaker is silent, or gone without coming back.
    pub(super) fn end_turn_in_time(&mut self, effects: &mut Vec<Effect>) {
        let Some(turn) = &mut self.turn else { return };
        let identity = turn.identity.clone();
        let is_over = turn.until.is_some_and(|until| until <= self.now);
        let is_told = std::mem::replace(&mut turn.is_over, is_over);
        let speaker = self.find_own(&identity).ok();
        if let (Some(peer), true, false) = (speaker, is_over, is_told) {
            notify(peer, Notice::TurnOver, effects);
        }
        let is_gone = speaker.is_none() && !self.places(self.now).contains(&identity);
        let is_silent = speaker.is_none_or(|peer| !self.has_open_microphone(peer));
        if is_gone || (is_over && (self.moderates_microphones() || is_silent)) {
            self.end_turn(effects);
        }
    }

    fn has_open_microphone(&self, peer: PeerId) -> bool {
        self.people.get(&peer).is_some_and(|person| {
            let mut tracks = person.tracks.values();
            tracks.any(|track| track.info.source == TrackSource::Microphone as i32 && !track.info.muted)
        })
    }
}
