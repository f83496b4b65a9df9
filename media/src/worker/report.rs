use std::time::Duration;

use super::Worker;
use crate::packet::Measured;
use crate::{CloseReason, Event, PeerId, PeerStats, TrackStats};

/// A client without a sign of life for so long is gone.
const SILENCE: Duration = Duration::from_secs(15);
/// A client that never managed to connect after its offer.
const NEVER_CONNECTED: Duration = Duration::from_secs(30);

impl Worker {
    /// What needs no more than a look now and then.
    pub(super) fn tick(&mut self) {
        let now = self.now;
        self.router.tick(now, &mut self.effects);
        self.carry_out(None);
        for meeting in self.meetings.values_mut() {
            if let Some(speakers) = meeting.speakers.changed(now) {
                (meeting.sink)(Event::Speakers { speakers });
            }
        }
        let gone: Vec<PeerId> = self
            .members
            .iter()
            .filter(|(_, member)| {
                let limit = if member.is_connected { SILENCE } else { NEVER_CONNECTED };
                member.has_offered && now.saturating_duration_since(member.heard_at) > limit
            })
            .map(|(peer, _)| *peer)
            .collect();
        for peer in gone {
            self.close(peer, CloseReason::TimedOut);
        }
        self.negotiable.extend(self.members.keys());
        self.look_at_budgets();
    }

    pub(super) fn measured(&mut self, peer: PeerId, measured: Measured) {
        let now = self.now;
        self.heard_feedback(peer, measured.loss_down.is_some());
        self.remind_of_upload(peer);
        let Some(member) = self.members.get_mut(&peer) else { return };
        let (before, at) = member.measured.replace((measured, now)).unwrap_or((measured, now));
        if !member.is_connected {
            return;
        }
        let elapsed = now.saturating_duration_since(at);
        let rate = |bytes: u64| -> u64 {
            let micros = elapsed.as_micros().max(1);
            u64::try_from(u128::from(bytes) * 8_000_000 / micros).unwrap_or(u64::MAX)
        };
        let rate = |bytes: u64| if elapsed.is_zero() { 0 } else { rate(bytes) };
        let tracks = self.router.take_bytes(peer);
        let stats = PeerStats {
            rtt_ms: measured.rtt.map(|rtt| rtt.as_secs_f32() * 1_000.0),
            loss_up: measured.loss_up,
            loss_down: measured.loss_down,
            bitrate_up_bps: rate(measured.media_bytes_up.saturating_sub(before.media_bytes_up)),
            bitrate_down_bps: rate(measured.media_bytes_down.saturating_sub(before.media_bytes_down)),
            tracks: tracks.into_iter().map(|(track, bytes)| TrackStats { track, bitrate_bps: rate(bytes) }).collect(),
        };
        self.tell(peer, Event::Stats { peer, stats });
    }
}
