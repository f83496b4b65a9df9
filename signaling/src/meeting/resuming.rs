//! Coming back on a new connection while media kept flowing.

use media::{PeerId, TrackSid};
use protocol::livekit::simulate_scenario::Scenario;
use protocol::livekit::{ReconnectResponse, RoomUpdate, SessionDescription, SimulateScenario, SyncState};

use super::effect::Message;
use super::participant::Presence;
use super::{Effect, Farewell, Meeting, info};

impl Meeting {
    /// Says hello again, then what was said meanwhile, then how everything is now.
    pub(super) fn resume(&mut self, peer: PeerId, offer: Option<SessionDescription>, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        person.presence = Presence::Here;
        effects.push(Effect::send(
            vec![peer],
            Message::Reconnect(ReconnectResponse {
                ice_servers: self.welcome.ice_servers.clone(),
                client_configuration: None,
                server_info: Some(self.welcome.server.clone()),
                last_message_seq: person.last_sequence,
            }),
        ));
        effects.push(Effect::Refresh { peer, claims: Box::new(person.claims.clone()) });
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
        let drops = self.people.get_mut(&peer).map(|person| std::mem::take(&mut person.drops_next_resume));
        if drops == Some(true) {
            self.drop_line(peer, effects);
        }
    }

    /// Compares what the client thinks it publishes with what is known here.
    pub(super) fn compare(&mut self, peer: PeerId, state: &SyncState, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let knows = |sid: &str| person.tracks.contains_key(&TrackSid(sid.into()));
        let all_known =
            state.publish_tracks.iter().filter_map(|published| published.track.as_ref()).all(|track| knows(&track.sid));
        if !all_known {
            self.dismiss(peer, Farewell::OutOfStep, effects);
            return;
        }
        self.replay(peer, &state.datachannel_receive_states, effects);
    }

    /// Faults a client asks for to test itself: only those that concern itself alone.
    pub(super) fn simulate(&mut self, peer: PeerId, scenario: &SimulateScenario, effects: &mut Vec<Effect>) {
        match scenario.scenario {
            Some(Scenario::ServerLeave(true)) => self.dismiss(peer, Farewell::ShutDown, effects),
            Some(Scenario::LeaveRequestFullReconnect(true)) => self.dismiss(peer, Farewell::OutOfStep, effects),
            // As if this server had never known the client: it cannot resume.
            Some(Scenario::NodeFailure(true)) => self.dismiss(peer, Farewell::Own, effects),
            Some(Scenario::Migration(true)) => self.drop_line(peer, effects),
            Some(Scenario::DisconnectSignalOnResume(true)) => {
                if let Some(person) = self.people.get_mut(&peer) {
                    person.drops_next_resume = true;
                }
            }
            _ => {}
        }
    }

    /// Closes the connection without a word; its owner may come back.
    fn drop_line(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        self.lose_socket(peer, self.now);
        effects.push(Effect::HangUp { peer });
    }
}
