//! Coming back on a new connection while media kept flowing.

use media::{PeerId, TrackSid};
use protocol::livekit::{ReconnectResponse, RoomUpdate, SessionDescription, SyncState};

use super::effect::Message;
use super::participant::Presence;
use super::publishing::taken;
use super::simulating::CutOff;
use super::{Effect, Farewell, Meeting, info};

impl Meeting {
    /// Says hello again, then what was said meanwhile, then how everything is now.
    pub(super) fn resume(&mut self, peer: PeerId, offer: Option<SessionDescription>, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        let cut_off = person.simulation.next_resume.take();
        if cut_off == Some(CutOff::BeforeAWord) {
            effects.push(Effect::HangUp { peer });
            return;
        }
        person.presence = Presence::Here;
        let (sid, last_sequence) = (person.sid.clone(), person.last_sequence);
        let claims = Box::new(person.claims.clone());
        let ice_servers = self.relays_for(&sid);
        effects.push(Effect::send(
            vec![peer],
            Message::Reconnect(ReconnectResponse {
                ice_servers,
                client_configuration: None,
                server_info: Some(self.welcome.server.clone()),
                last_message_seq: last_sequence,
            }),
        ));
        effects.push(Effect::Refresh { peer, claims });
        if !self.tell_missed(peer, effects) {
            return;
        }
        let mut everybody = self.lately_departed(self.now);
        let there = self.people.values().filter(|other| other.peer == peer || !other.grants.hidden);
        everybody.extend(there.map(info::participant));
        effects.push(Effect::send(vec![peer], info::update(everybody)));
        effects.push(Effect::send(vec![peer], Message::RoomUpdate(RoomUpdate { room: Some(self.room()) })));
        self.tell_present_speakers(peer, effects);
        self.offer_anew(peer, effects);
        if let Some(offer) = offer {
            self.offer(peer, offer, effects);
        }
        if cut_off == Some(CutOff::AfterTheWelcome) {
            self.drop_line(peer, effects);
        }
    }

    /// Compares what the client thinks it publishes with what is known here.
    pub(super) fn compare(&mut self, peer: PeerId, state: &SyncState, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let published = state.publish_tracks.iter().filter_map(|published| published.track.as_ref());
        let unknown: Vec<_> = published
            .map(|track| TrackSid(track.sid.as_str().into()))
            .filter(|sid| !person.tracks.contains_key(sid))
            .collect();
        if !unknown.iter().all(|sid| person.taken.contains(sid)) {
            self.dismiss(peer, Farewell::OutOfStep, effects);
            return;
        }
        effects.extend(unknown.iter().map(|sid| taken(peer, sid)));
        self.replay(peer, &state.datachannel_receive_states, effects);
    }

    /// Closes the connection without a word; its owner may come back.
    pub(super) fn drop_line(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        self.lose_socket(peer, self.now);
        effects.push(Effect::HangUp { peer });
    }
}
