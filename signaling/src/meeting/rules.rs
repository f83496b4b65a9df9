//! Rules for everybody's microphones and screens. They hold in the main room; groups work as they like. That only who is
//! called speaks rests while nobody who moderates is inside (`chair.rs`).

use domain::policy::{Sender, Sending, SendingRules, may_send};
use media::{PeerId, TrackSid};
use protocol::livekit::{MuteTrackRequest, TrackSource, TrackType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::effect::Message;
use super::moderating::{Notice, notify};
use super::participant::Participant;
use super::{Effect, Meeting};

/// What moderators decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    only_presenters_share: bool,
    pub moderated_microphones: bool,
    /// How long a turn is, minutes; 0: as long as it takes.
    pub turn_minutes: u8,
}

impl Rules {
    /// As clients read them: what holds now, and whether the rule for microphones rests. Nothing where nothing is ruled.
    pub fn shown(&self, microphones_rest: bool) -> Option<Value> {
        (*self != Self::default()).then(|| {
            let mut said = json!({
                "only_presenters_share": self.only_presenters_share,
                "moderated_microphones": self.moderated_microphones && !microphones_rest,
                "turn_minutes": self.turn_minutes,
            });
            if microphones_rest {
                said["microphones_rest"] = json!(true);
            }
            said
        })
    }
}

impl Meeting {
    /// What is absent stays as it was.
    pub(super) fn set_rules(
        &mut self,
        only_presenters_share: Option<bool>,
        moderated_microphones: Option<bool>,
        turn_minutes: Option<u8>,
        effects: &mut Vec<Effect>,
    ) {
        let before = self.rules;
        self.rules = Rules {
            only_presenters_share: only_presenters_share.unwrap_or(before.only_presenters_share),
            moderated_microphones: moderated_microphones.unwrap_or(before.moderated_microphones),
            turn_minutes: turn_minutes.unwrap_or(before.turn_minutes),
        };
        if self.rules != before {
            self.tell_room(effects);
            self.keep_rules(effects);
        }
    }

    /// Whether the rules let somebody send this.
    pub(super) fn rules_allow(&self, person: &Participant, what: Sending) -> bool {
        let rules = SendingRules {
            only_presenters_share: self.rules.only_presenters_share,
            moderated_microphones: self.rules.moderated_microphones,
            is_moderated: !self.is_unmoderated(),
        };
        let has_floor = self.turn.as_ref().is_some_and(|turn| turn.identity == person.identity);
        let sender = Sender { role: person.role, presents: person.presents(), has_floor };
        // Who is shown from another meeting follows the rules over there.
        person.place.is_some() || person.origin.is_some() || may_send(sender, what, rules)
    }

    /// Microphones are moderated, and somebody is there to do it or was a moment ago.
    pub(super) fn moderates_microphones(&self) -> bool {
        self.rules.moderated_microphones && !self.is_unmoderated()
    }

    /// They would be, but nobody is there who could call anybody: the rule rests until a moderator is back.
    pub(super) fn microphones_rest(&self) -> bool {
        self.rules.moderated_microphones && self.is_unmoderated()
    }

    /// Ends what the rules no longer allow, of everybody.
    pub(super) fn keep_rules(&mut self, effects: &mut Vec<Effect>) {
        for peer in self.everybody() {
            self.keep_rules_for(peer, effects);
        }
    }

    /// The same for one: sound is switched off, and may be switched on once it is allowed; a screen is taken back.
    pub(super) fn keep_rules_for(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let over = person.tracks.values().filter_map(|track| {
            let what = sending(track.info.r#type, track.info.source);
            (!track.info.muted || what == Sending::Screen)
                .then_some((track.sid.clone(), what))
                .filter(|(_, what)| !self.rules_allow(person, *what))
        });
        let over: Vec<(TrackSid, Sending)> = over.collect();
        let mut is_share_over = false;
        for (sid, what) in over {
            if what == Sending::Voice {
                let mute = MuteTrackRequest { sid: sid.to_string(), muted: true };
                // First the owner: a client that reads of itself what it does not know sets it right again.
                effects.push(Effect::send(vec![peer], Message::Mute(mute.clone())));
                self.mute(peer, &mute, effects);
            } else {
                self.take_track(peer, &sid, effects);
                is_share_over |= what == Sending::Screen;
            }
        }
        if is_share_over {
            notify(peer, Notice::OnlyPresentersShare, effects);
        }
    }
}

/// What a track lets others see or hear. Sound that says nothing of itself counts as a voice.
pub fn sending(kind: i32, source: i32) -> Sending {
    let is_of_screen = source == TrackSource::ScreenShare as i32 || source == TrackSource::ScreenShareAudio as i32;
    match (kind == TrackType::Audio as i32, is_of_screen) {
        (true, true) => Sending::ScreenSound,
        (true, false) => Sending::Voice,
        (false, true) => Sending::Screen,
        (false, false) => Sending::Picture,
    }
}
