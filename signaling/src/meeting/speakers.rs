//! Who speaks: the engine tells the whole list, clients are told what changed.

use std::collections::BTreeMap;

use media::{PeerId, TrackSid};
use protocol::livekit::{SpeakerInfo, SpeakersChanged};

use super::effect::Message;
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
        let changed: Vec<_> = louder_or_new
            .map(|(peer, level)| (*peer, *level, true))
            .chain(silent.map(|peer| (*peer, 0.0, false)))
            .filter_map(|(peer, level, active)| self.speaker(peer, level, active))
            .collect();
        if !changed.is_empty() {
            effects.push(said(self.everybody(), changed));
        }
    }

    /// What a newcomer has missed.
    pub(super) fn tell_present_speakers(&self, peer: PeerId, effects: &mut Vec<Effect>) {
        let present: Vec<_> =
            self.speaking.iter().filter_map(|(speaker, level)| self.speaker(*speaker, *level, true)).collect();
        if !present.is_empty() {
            effects.push(said(vec![peer], present));
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
