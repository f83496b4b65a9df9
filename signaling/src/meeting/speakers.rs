//! Who speaks: the engine tells the whole list, clients are told what changed.

use std::collections::BTreeMap;

use media::{PeerId, TrackSid};
use protocol::livekit::{SpeakerInfo, SpeakersChanged};

use super::effect::Message;
use super::groups::Place;
use super::{Effect, Meeting};

impl Meeting {
    pub(super) fn hear_speakers(&mut self, speakers: &[(PeerId, TrackSid, f32)], effects: &mut Vec<Effect>) {
        // Of those who are only shown here their own meeting says it.
        let shown = |peer: &PeerId| self.people.get(peer).is_some_and(|person| person.origin.is_some());
        let mut now: BTreeMap<PeerId, f32> = self.speaking.clone();
        now.retain(|peer, _| shown(peer));
        for (peer, _, level) in speakers {
            if self.people.get(peer).is_some_and(|person| !person.grants.hidden) {
                let loudest = now.entry(*peer).or_default();
                *loudest = loudest.max(*level);
            }
        }
        self.tell_speaking(now, effects);
    }

    /// Tells what is other than before.
    pub(super) fn tell_speaking(&mut self, now: BTreeMap<PeerId, f32>, effects: &mut Vec<Effect>) {
        let before = std::mem::replace(&mut self.speaking, now);
        let louder_or_new = self.speaking.iter().filter(|(peer, level)| before.get(peer) != Some(level));
        let silent = before.keys().filter(|peer| !self.speaking.contains_key(peer));
        let changed =
            louder_or_new.map(|(peer, level)| (*peer, *level, true)).chain(silent.map(|peer| (*peer, 0.0, false)));
        // Nobody hears what is said behind a wall, so nobody is told who says it.
        let mut by_place: BTreeMap<Place, Vec<SpeakerInfo>> = BTreeMap::new();
        for (peer, level, active) in changed {
            if let (Some(person), Some(speaker)) = (self.people.get(&peer), self.speaker(peer, level, active)) {
                by_place.entry(person.place).or_default().push(speaker);
            }
        }
        for (place, changed) in by_place {
            let there = self.people.values().filter(|person| person.place == place);
            effects.push(said(there.map(|person| person.peer).collect(), changed));
        }
    }

    /// What a newcomer has missed.
    pub(super) fn tell_present_speakers(&self, peer: PeerId, effects: &mut Vec<Effect>) {
        let place = self.people.get(&peer).and_then(|person| person.place);
        let is_here = |speaker: &PeerId| self.people.get(speaker).is_some_and(|person| person.place == place);
        let present: Vec<_> = self
            .speaking
            .iter()
            .filter(|(speaker, _)| is_here(speaker))
            .filter_map(|(speaker, level)| self.speaker(*speaker, *level, true))
            .collect();
        if !present.is_empty() {
            effects.push(said(vec![peer], present));
        }
    }

    /// Tells one participant how others sound who came to where it is, or went away.
    pub(super) fn tell_who_came(&self, peer: PeerId, others: &[(PeerId, bool)], effects: &mut Vec<Effect>) {
        let speakers: Vec<_> = others
            .iter()
            .filter_map(|(other, is_here)| {
                let level = self.speaking.get(other)?;
                self.speaker(*other, if *is_here { *level } else { 0.0 }, *is_here)
            })
            .collect();
        if !speakers.is_empty() {
            effects.push(said(vec![peer], speakers));
        }
    }

    /// Tells one participant that it speaks itself, or does not.
    pub(super) fn tell_speaker(&self, peer: PeerId, level: f32, active: bool, effects: &mut Vec<Effect>) {
        effects.extend(self.speaker(peer, level, active).map(|speaker| said(vec![peer], vec![speaker])));
    }

    fn speaker(&self, peer: PeerId, level: f32, active: bool) -> Option<SpeakerInfo> {
        let sid = self.people.get(&peer)?.sid.clone();
        Some(SpeakerInfo { sid, level, active })
    }
}

fn said(to: Vec<PeerId>, speakers: Vec<SpeakerInfo>) -> Effect {
    Effect::send(to, Message::SpeakersChanged(SpeakersChanged { speakers }))
}
