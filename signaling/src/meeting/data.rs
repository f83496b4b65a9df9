//! Messages between participants.

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;
use domain::policy::may_transcribe;
use jiff::{SignedDuration, Timestamp};
use media::{Channel, PeerId};
use protocol::data::{DataRefused, Sender, stamp, to_server};
use protocol::livekit::DataChannelReceiveState;

use super::groups::Place;
use super::participant::Participant;
use super::{AWAY_SECONDS, Effect, Meeting};

/// Reliable messages are kept for those who come back: so many bytes of a meeting.
pub const HISTORY_BYTES: usize = 1024 * 1024;
/// And for so long: as long as somebody may be away, and as long as it takes to notice.
const HISTORY: SignedDuration = SignedDuration::from_secs(AWAY_SECONDS + 20);

/// A reliable message that went to the channels.
struct Passed {
    at: Timestamp,
    from: String,
    /// Where it was said.
    place: Place,
    sequence: u32,
    to: Addressees,
    payload: Bytes,
}

struct Addressees {
    identities: BTreeSet<String>,
    sids: BTreeSet<String>,
}

impl Addressees {
    fn include(&self, person: &Participant) -> bool {
        (self.identities.is_empty() && self.sids.is_empty())
            || self.identities.contains(person.identity.as_str())
            || self.sids.contains(&person.sid)
    }
}

/// The last reliable messages with a number.
#[derive(Default)]
pub struct History {
    passed: VecDeque<Passed>,
    bytes: usize,
}

impl History {
    fn keep(&mut self, passed: Passed) {
        self.bytes += passed.payload.len();
        let now = passed.at;
        self.passed.push_back(passed);
        while self.bytes > HISTORY_BYTES || self.passed.front().is_some_and(|old| now.duration_since(old.at) > HISTORY)
        {
            let Some(old) = self.passed.pop_front() else { return };
            self.bytes -= old.payload.len();
        }
    }
}

impl Meeting {
    /// Passes a message on to those it is for. What may not be passed on is dropped without a
    /// word, as the channel has none for it; so is what a client that came back says twice.
    pub(super) fn relay(
        &mut self,
        peer: PeerId,
        channel: Channel,
        payload: &[u8],
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(sender) = self.people.get(&peer) else { return };
        let may_write = sender.grants.data;
        let may_transcribe = may_transcribe(sender.grants.captures, may_write);
        let stamped = stamp(payload, Sender { sid: &sender.sid, identity: sender.identity.as_str(), may_transcribe });
        let message = match stamped {
            // What somebody was asked by a program it may answer without a right to write.
            Ok(_) if self.hear_returned(peer, payload, effects) => return,
            Ok(message) if may_write => message,
            // Whoever may not write to others has a vote nevertheless.
            Err(DataRefused::ForServer) => return self.hear_own_topic(peer, channel, payload, effects),
            Ok(_) | Err(_) => return,
        };
        if message.part.as_ref().is_some_and(|part| !self.transcripts.admit(peer, part)) {
            return;
        }
        let Some(sender) = self.people.get_mut(&peer) else { return };
        let is_numbered = channel == Channel::Reliable && message.sequence > 0;
        if is_numbered && message.sequence <= sender.last_sequence {
            return;
        }
        if is_numbered {
            sender.last_sequence = message.sequence;
        }
        let (from, place) = (sender.sid.clone(), sender.place);
        let to = Addressees { identities: message.identities, sids: message.sids };
        let payload = Bytes::from(message.payload);
        let receivers =
            self.present().filter(|person| person.peer != peer && person.place == place && to.include(person));
        effects.extend(Effect::say(receivers.map(|person| person.peer).collect(), channel, payload.clone()));
        if is_numbered {
            self.history.keep(Passed { at: now, from, place, sequence: message.sequence, to, payload });
        }
    }

    /// A message to the server itself: nobody else gets it.
    fn hear_own_topic(&mut self, peer: PeerId, channel: Channel, payload: &[u8], effects: &mut Vec<Effect>) {
        let (Some(message), Some(sender)) = (to_server(payload), self.people.get_mut(&peer)) else { return };
        if channel == Channel::Reliable && message.sequence > 0 {
            if message.sequence <= sender.last_sequence {
                return;
            }
            sender.last_sequence = message.sequence;
        }
        self.hear_asked(peer, &message.payload, effects);
        self.hear_group_step(peer, &message.payload, effects);
        self.hear_note(peer, &message.payload, effects);
    }

    /// Sends again what somebody who came back did not receive, by the last number it has of each
    /// sender. What still arrives by itself as well is known by its number.
    pub(super) fn replay(&self, peer: PeerId, received: &[DataChannelReceiveState], effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let last =
            |from: &str| received.iter().find(|state| state.publisher_sid == from).map_or(0, |state| state.last_seq);
        let missing = self.history.passed.iter().filter(|passed| {
            passed.from != person.sid
                && passed.at > person.connected_at
                && passed.place == person.place
                && passed.at > person.placed_at
                && passed.sequence > last(&passed.from)
                && passed.to.include(person)
        });
        effects.extend(missing.filter_map(|passed| Effect::say(vec![peer], Channel::Reliable, passed.payload.clone())));
    }
}
