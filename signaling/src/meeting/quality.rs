//! How well a participant is connected, as everybody sees it.

use media::{PeerId, PeerStats};
use protocol::livekit::{ConnectionQuality, ConnectionQualityInfo, ConnectionQualityUpdate};

use super::effect::Message;
use super::{Effect, Meeting};

impl Meeting {
    /// Takes a second's figures. A change is told once two readings agree. LOST is never said: a
    /// publishing client that hears it about itself for ten seconds rejoins, and would do so when
    /// it is merely us who measured nothing.
    pub(super) fn measure(&mut self, peer: PeerId, stats: PeerStats, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        let reading = read(&stats);
        person.stats = stats;
        self.explain_line(peer, effects);
        let Some(person) = self.people.get_mut(&peer) else { return };
        let confirmed = person.last_reading.replace(reading) == Some(reading);
        if !confirmed || person.quality == Some(reading) {
            return;
        }
        person.quality = Some(reading);
        self.tell_quality(peer, effects);
    }

    /// Tells how well a participant is connected, as far as that is known.
    pub(super) fn tell_quality(&self, peer: PeerId, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let (quality, score) = match person.quality {
            Some(ConnectionQuality::Excellent) => (ConnectionQuality::Excellent, 5.0),
            Some(ConnectionQuality::Good) => (ConnectionQuality::Good, 3.5),
            Some(_) => (ConnectionQuality::Poor, 2.0),
            None => return,
        };
        let to = if person.grants.hidden { vec![peer] } else { self.everybody() };
        let info = ConnectionQualityInfo { participant_sid: person.sid.clone(), quality: quality as i32, score };
        effects.push(Effect::send(to, Message::ConnectionQuality(ConnectionQualityUpdate { updates: vec![info] })));
    }
}

fn read(stats: &PeerStats) -> ConnectionQuality {
    let loss = stats.loss_up.unwrap_or(0.0).max(stats.loss_down.unwrap_or(0.0));
    let rtt_ms = stats.rtt_ms.unwrap_or(0.0);
    if loss > 0.08 || rtt_ms > 700.0 {
        ConnectionQuality::Poor
    } else if loss > 0.025 || rtt_ms > 300.0 {
        ConnectionQuality::Good
    } else {
        ConnectionQuality::Excellent
    }
}
