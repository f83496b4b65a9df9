//! What moderators decide about others. They switch off, ask and name; they switch nothing on.

use std::collections::HashMap;

use cluster::Moderation;
use domain::Identity;
use media::{Channel, PeerId, TrackSid};
use protocol::data::{FromServer, SERVER_TOPIC, from_server};
use protocol::livekit::{MuteTrackRequest, TrackSource};

use super::administering::Change;
use super::effect::Message;
use super::participant::Participant;
use super::{Effect, Meeting};

/// When a hand went up; clients set it on themselves.
pub const HAND: &str = "hand_raised_at";

/// Told to the person concerned, as JSON on the server's own topic.
#[derive(Clone, Copy)]
pub enum Notice {
    /// Your microphone was switched off.
    Muted,
    /// Your shared screen was ended.
    ShareStopped,
    /// Please switch your microphone on.
    AskedToSpeak,
    /// Only presenters show a screen now; yours was ended.
    OnlyPresentersShare,
    /// The time of your turn is over.
    TurnOver,
    /// The line of your site is full: pictures are smaller or pause.
    LineFull,
    /// It has room again.
    LineFree,
}

impl Notice {
    fn json(self) -> &'static str {
        match self {
            Self::Muted => r#"{"event":"muted"}"#,
            Self::ShareStopped => r#"{"event":"share_stopped"}"#,
            Self::AskedToSpeak => r#"{"event":"asked_to_speak"}"#,
            Self::OnlyPresentersShare => r#"{"event":"only_presenters_share"}"#,
            Self::TurnOver => r#"{"event":"turn_over"}"#,
            Self::LineFull => r#"{"event":"line_full"}"#,
            Self::LineFree => r#"{"event":"line_free"}"#,
        }
    }
}

impl Meeting {
    /// Who decides was checked by the scheduler. Whoever left meanwhile is passed over, and so is who is
    /// only shown here: that one can be removed, the rest is its own meeting's business.
    pub(super) fn moderate(&mut self, act: Moderation, effects: &mut Vec<Effect>) {
        match act {
            Moderation::Mute { identity } => self.silence(|other| other.identity == identity, effects),
            // Whoever is behind a wall does not disturb, and would not know why.
            Moderation::MuteAll { but } => {
                let place = self.groups.place_of(&but);
                self.silence(|other| other.place == place && other.identity != but && !other.presents(), effects);
            }
            Moderation::StopShare { identity } => self.stop_share(&identity, effects),
            Moderation::AskToSpeak { identity } => {
                if let Ok(peer) = self.find_own(&identity) {
                    notify(peer, Notice::AskedToSpeak, effects);
                }
            }
            Moderation::LowerHand { identity } => {
                let attributes = HashMap::from([(HAND.to_owned(), String::new())]);
                let change = Change { identity: identity.to_string(), attributes, ..Change::default() };
                let _ = self.change(change, effects);
            }
            Moderation::Rename { identity, name } => {
                let name = name.into_inner();
                let change = Change { identity: identity.to_string(), name, ..Change::default() };
                let _ = self.change(change, effects);
            }
            Moderation::GiveRole { identity, role } => self.give_role(identity, role, effects),
            Moderation::BeginBreak { minutes } => self.begin_break(minutes, effects),
            Moderation::EndBreak => self.end_break(effects),
            Moderation::SetRules { only_presenters_share, moderated_microphones, turn_minutes } => {
                self.set_rules(only_presenters_share, moderated_microphones, turn_minutes, effects);
            }
            Moderation::GiveFloor { identity } => self.give_floor(identity, effects),
            Moderation::EndTurn => self.end_turn(effects),
            Moderation::OpenNotes { everybody } => self.open_notes(everybody, effects),
            Moderation::OpenPoll { question, options, roll_call, with_guests } => {
                self.open_poll(question, options, roll_call, with_guests, effects);
            }
            Moderation::ClosePoll { poll } => self.close_poll(poll, effects),
            Moderation::OpenGroups { titles, division, minutes, may_return } => {
                self.open_groups(titles, division, minutes, may_return, effects);
            }
            Moderation::MoveToGroup { identity, group } => self.move_to_group(identity, group, effects),
            Moderation::TellGroups { text } => self.tell_groups(&text, effects),
            Moderation::CloseGroups { seconds } => self.close_groups(seconds, effects),
        }
    }

    fn silence(&mut self, is_meant: impl Fn(&Participant) -> bool, effects: &mut Vec<Effect>) {
        let open: Vec<(PeerId, TrackSid)> = self
            .present()
            .filter(|person| is_meant(person))
            .flat_map(|person| person.tracks.values().map(|track| (person.peer, track)))
            .filter(|(_, track)| track.info.source == TrackSource::Microphone as i32 && !track.info.muted)
            .map(|(peer, track)| (peer, track.sid.clone()))
            .collect();
        for (peer, sid) in open {
            let mute = MuteTrackRequest { sid: sid.to_string(), muted: true };
            self.mute(peer, &mute, effects);
            effects.push(Effect::send(vec![peer], Message::Mute(mute)));
            notify(peer, Notice::Muted, effects);
        }
    }

    fn stop_share(&mut self, identity: &Identity, effects: &mut Vec<Effect>) {
        let Ok(peer) = self.find_own(identity) else { return };
        let is_screen =
            |source| source == TrackSource::ScreenShare as i32 || source == TrackSource::ScreenShareAudio as i32;
        let Some(person) = self.people.get(&peer) else { return };
        let shown: Vec<_> = person
            .tracks
            .values()
            .filter(|track| is_screen(track.info.source))
            .map(|track| track.sid.clone())
            .collect();
        if shown.is_empty() {
            return;
        }
        for sid in shown {
            self.take_track(peer, &sid, effects);
        }
        notify(peer, Notice::ShareStopped, effects);
    }
}

/// Tells one person what was decided about it.
pub fn notify(peer: PeerId, notice: Notice, effects: &mut Vec<Effect>) {
    let message =
        FromServer { payload: notice.json().into(), topic: Some(SERVER_TOPIC.to_owned()), ..FromServer::default() };
    let payload = from_server(&message).expect("a notice is a few bytes").into();
    effects.extend(Effect::say(vec![peer], Channel::Reliable, payload));
}
