//! What somebody whose connection broke would have heard.
//!
//! What *is* (people, meeting, who speaks) is told anew on the way back; what was *said* once
//! (a track was accepted, muted, refused) is kept here and told then, each exactly once.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use media::PeerId;
use protocol::livekit::{ParticipantInfo, SignalResponse};

use super::effect::Message;
use super::participant::Presence;
use super::{AWAY_SECONDS, Effect, Farewell, Meeting};

/// Messages kept for one participant; whoever misses more joins anew.
pub const MISSED_LIMIT: usize = 256;
/// People who left are told to those who come back for this long: as long as somebody may be
/// away, and as long as it takes to notice.
const DEPARTED: SignedDuration = SignedDuration::from_secs(AWAY_SECONDS + 20);
/// People who left and are remembered for that.
const DEPARTED_LIMIT: usize = 1024;

/// Said in the last moments, kept for one participant.
const UNSURE_LIMIT: usize = 64;
/// A connection that says nothing is given up before this, and so is what was said on it.
const UNSURE: SignedDuration = SignedDuration::from_secs(20);
/// What a client says may cross with what it is told for so long.
const ON_THE_WAY: SignedDuration = SignedDuration::from_millis(500);

/// Whether it does no harm to hear it twice. Answers and missing sections are not among these: the
/// offer that comes with the way back brings them anew.
fn can_be_said_again(message: &SignalResponse) -> bool {
    matches!(
        message.message,
        Some(
            Message::TrackPublished(_)
                | Message::TrackUnpublished(_)
                | Message::TrackSubscribed(_)
                | Message::Mute(_)
                | Message::RequestResponse(_)
                | Message::SubscriptionPermissionUpdate(_)
                | Message::SubscriptionResponse(_)
                | Message::StreamStateUpdate(_)
                | Message::SubscribedQualityUpdate(_)
        )
    )
}

/// Who left lately.
#[derive(Default)]
pub struct Departed(VecDeque<(Timestamp, ParticipantInfo)>);

impl Departed {
    /// Somebody left.
    pub fn note(&mut self, gone: ParticipantInfo, now: Timestamp) {
        self.0.retain(|(at, _)| now.duration_since(*at) < DEPARTED);
        if self.0.len() >= DEPARTED_LIMIT {
            self.0.pop_front();
        }
        self.0.push_back((now, gone));
    }
}

impl Meeting {
    /// Puts aside what goes to people who are away.
    pub(super) fn keep_for_the_absent(&mut self, effects: &mut Vec<Effect>) {
        for effect in effects.iter_mut() {
            match effect {
                Effect::Send { to, message } => to.retain(|peer| !self.put_aside(*peer, message)),
                // A token comes with the way back.
                Effect::Refresh { .. }
                | Effect::Move { .. }
                | Effect::Media(_)
                | Effect::Return { .. }
                | Effect::Show { .. }
                | Effect::Demand { .. }
                | Effect::Cut { .. }
                | Effect::HangUp { .. } => {}
            }
        }
        effects.retain(|effect| match effect {
            Effect::Send { to, .. } => !to.is_empty(),
            Effect::Refresh { peer, .. } => !self.is_away(*peer),
            // Only who is there is moved.
            Effect::Move { .. }
            | Effect::Media(_)
            | Effect::Return { .. }
            | Effect::Show { .. }
            | Effect::Demand { .. }
            | Effect::Cut { .. }
            | Effect::HangUp { .. } => true,
        });
    }

    fn is_away(&self, peer: PeerId) -> bool {
        self.people.get(&peer).is_some_and(|person| matches!(person.presence, Presence::Away { .. }))
    }

    /// Whether the addressee is away.
    fn put_aside(&mut self, peer: PeerId, message: &SignalResponse) -> bool {
        let now = self.now;
        let Some(person) = self.people.get_mut(&peer) else { return false };
        // A line that is cut right after the second welcome still carries that.
        if person.presence == Presence::Here || matches!(message.message, Some(Message::Reconnect(_))) {
            if can_be_said_again(message) {
                let is_old = |said_at: Timestamp| now.duration_since(said_at) > UNSURE;
                while person.unsure.len() >= UNSURE_LIMIT || person.unsure.front().is_some_and(|(at, _)| is_old(*at)) {
                    person.unsure.pop_front();
                }
                person.unsure.push_back((now, message.clone()));
            }
            return false;
        }
        let is_told_anew = matches!(
            message.message,
            Some(
                Message::Update(_)
                    | Message::RoomUpdate(_)
                    | Message::SpeakersChanged(_)
                    | Message::ConnectionQuality(_)
                    | Message::RefreshToken(_)
                    | Message::Offer(_)
            )
        );
        if !is_told_anew && person.missed.len() <= MISSED_LIMIT {
            person.missed.push(message.clone());
        }
        true
    }

    /// A line breaks some time before anybody notices: what was said since the client was last heard
    /// goes with it, and is said again on the way back.
    pub(super) fn note_unsure(&mut self, peer: PeerId, heard_at: Timestamp) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        let lost = std::mem::take(&mut person.unsure).into_iter();
        let lost = lost.filter(|(said_at, _)| *said_at >= heard_at - ON_THE_WAY).map(|(_, message)| message);
        person.missed.splice(0..0, lost);
    }

    /// Tells what was missed; whoever missed too much is sent to join anew and `false` is answered.
    pub(super) fn tell_missed(&mut self, peer: PeerId, effects: &mut Vec<Effect>) -> bool {
        let Some(person) = self.people.get_mut(&peer) else { return false };
        let missed = std::mem::take(&mut person.missed);
        if missed.len() > MISSED_LIMIT {
            self.dismiss(peer, Farewell::OutOfStep, effects);
            return false;
        }
        effects.extend(missed.into_iter().map(|message| Effect::Send { to: vec![peer], message: Box::new(message) }));
        true
    }

    /// Those who left while somebody was away, unless they are back.
    pub(super) fn lately_departed(&self, now: Timestamp) -> Vec<ParticipantInfo> {
        let recent = self.departed.0.iter().filter(|(at, _)| now.duration_since(*at) < DEPARTED);
        let absent =
            |gone: &&ParticipantInfo| !self.people.values().any(|person| person.identity.as_str() == gone.identity);
        recent.map(|(_, gone)| gone).filter(absent).cloned().collect()
    }
}
