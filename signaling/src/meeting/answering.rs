//! Offers of clients and their answers: every offer gets an answer or a good-bye. Where the server
//! offers is in `receivers.rs`.

use media::{Answer, OfferRefused, PathKind, PeerId};
use protocol::livekit::participant_info::State;
use protocol::livekit::{MediaSectionsRequirement, SessionDescription};

use super::effect::Message;
use super::{Effect, Farewell, Meeting};

/// Longest SDP that is looked at, bytes.
pub const SDP_LIMIT: usize = media::LONGEST_OFFER;

impl Meeting {
    pub(super) fn offer(&mut self, peer: PeerId, offer: SessionDescription, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        if offer.sdp.len() > SDP_LIMIT || (!offer.r#type.is_empty() && offer.r#type != "offer") {
            self.dismiss(peer, Farewell::MediaRefused, effects);
            return;
        }
        // What is there already comes with the first answer.
        if !std::mem::replace(&mut person.has_offered, true) {
            self.subscribe_to_all(peer, effects);
        }
        let Some(person) = self.people.get(&peer) else { return };
        let pending = person.tracks.values().flat_map(super::backup::pending);
        effects.push(Effect::Media(media::Command::Offer {
            peer,
            offer_id: offer.id,
            sdp: offer.sdp,
            pending: pending.collect(),
        }));
    }

    pub(super) fn answer(&mut self, peer: PeerId, answer: Answer, effects: &mut Vec<Effect>) {
        if !self.people.contains_key(&peer) {
            return;
        }
        let mid_to_track_id = answer.mid_to_track.into_iter().map(|(mid, track)| (mid, track.to_string())).collect();
        effects.push(Effect::send(
            vec![peer],
            Message::Answer(SessionDescription {
                r#type: "answer".to_owned(),
                sdp: answer.sdp,
                id: answer.offer_id,
                mid_to_track_id,
            }),
        ));
    }

    /// An offer without an answer would leave the client waiting: it is told to go instead. One
    /// that missed its peer, because both happened at once, needs nothing.
    pub(super) fn refuse_offer(
        &mut self,
        peer: PeerId,
        _offer_id: u32,
        reason: OfferRefused,
        effects: &mut Vec<Effect>,
    ) {
        match reason {
            OfferRefused::TooLong | OfferRefused::TooManySections | OfferRefused::Malformed => {
                self.dismiss(peer, Farewell::MediaRefused, effects);
            }
            OfferRefused::NoSuchPeer => self.dismiss(peer, Farewell::MediaLost, effects),
        }
    }

    pub(super) fn ask_for_sections(&mut self, peer: PeerId, audios: u32, videos: u32, effects: &mut Vec<Effect>) {
        if self.people.contains_key(&peer) {
            let requirement = MediaSectionsRequirement { num_audios: audios, num_videos: videos };
            effects.push(Effect::send(vec![peer], Message::MediaSectionsRequirement(requirement)));
        }
    }

    pub(super) fn connected(&mut self, peer: PeerId, path: PathKind, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        person.path = Some(path);
        if person.state != State::Active {
            person.state = State::Active;
            let joined = super::info::participant(person);
            self.note_joined(joined);
            self.tell_about(peer, effects);
        }
    }
}
