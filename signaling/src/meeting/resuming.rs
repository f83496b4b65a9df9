//! Coming back on a new connection while media kept flowing.

use media::{PeerId, TrackSid};
use protocol::livekit::simulate_scenario::Scenario;
use protocol::livekit::{ReconnectResponse, SessionDescription, SimulateScenario, SyncState};

use super::effect::Message;
use super::participant::Presence;
use super::{Effect, Farewell, Meeting, info};

impl Meeting {
    /// Says hello again, then how everybody is now: updates may have been missed.
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
        let everybody: Vec<_> = self
            .people
            .values()
            .filter(|other| other.peer == peer || !other.grants.hidden)
            .map(info::participant)
            .collect();
        effects.push(Effect::send(vec![peer], info::update(everybody)));
        self.tell_present_speakers(peer, effects);
        if let Some(offer) = offer {
            self.offer(peer, offer, effects);
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
        }
    }

    /// Faults a client asks for to test itself: only those that concern itself alone.
    pub(super) fn simulate(&mut self, peer: PeerId, scenario: &SimulateScenario, effects: &mut Vec<Effect>) {
        match scenario.scenario {
            Some(Scenario::ServerLeave(true)) => self.dismiss(peer, Farewell::ShutDown, effects),
            Some(Scenario::LeaveRequestFullReconnect(true)) => self.dismiss(peer, Farewell::OutOfStep, effects),
            _ => {}
        }
    }
}
