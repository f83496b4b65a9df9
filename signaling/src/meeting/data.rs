//! Messages between participants.

use bytes::Bytes;
use media::{Channel, PeerId};
use protocol::data::{Sender, stamp};

use super::{Effect, Meeting};

impl Meeting {
    /// Passes a message on to those it is for. What may not be passed on is dropped without a
    /// word, as the channel has none for it.
    pub(super) fn relay(&mut self, peer: PeerId, channel: Channel, payload: &[u8], effects: &mut Vec<Effect>) {
        let Some(sender) = self.people.get_mut(&peer).filter(|person| person.grants.data) else { return };
        let stamped = stamp(payload, Sender { sid: &sender.sid, identity: sender.identity.as_str() });
        let Ok(message) = stamped else { return };
        if channel == Channel::Reliable {
            sender.last_sequence = message.sequence;
        }
        let everybody = message.identities.is_empty() && message.sids.is_empty();
        let payload = Bytes::from(message.payload);
        let receivers = self.people.values().filter(|person| {
            person.peer != peer
                && (everybody
                    || message.identities.contains(person.identity.as_str())
                    || message.sids.contains(&person.sid))
        });
        effects.extend(receivers.map(|person| {
            Effect::Media(media::Command::SendData { peer: person.peer, channel, payload: payload.clone() })
        }));
    }
}
