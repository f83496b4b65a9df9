//! How the meeting is doing, for those who administer it.

use cluster::{MeetingReport, NodeId, ParticipantReport, PathKind, TrackReport};
use jiff::Timestamp;

use super::Meeting;
use super::participant::Participant;
use super::track::source_name;

impl Meeting {
    /// Everybody inside, hidden ones included, as measured last.
    pub fn report(&self, node: &NodeId, now: Timestamp) -> MeetingReport {
        MeetingReport {
            meeting: self.name.clone(),
            node: node.clone(),
            started_at: self.opened_at,
            measured_at: now,
            participants: self.people.values().map(participant).collect(),
        }
    }
}

fn participant(person: &Participant) -> ParticipantReport {
    let tracks = person.tracks.values().filter(|track| track.is_published()).map(|track| TrackReport {
        sid: track.sid.to_string(),
        source: source_name(track.info.source).to_owned(),
        codec: track.info.mime_type.clone(),
        muted: track.info.muted,
        bitrate_bps: person
            .stats
            .tracks
            .iter()
            .find(|stats| stats.track == track.sid)
            .map_or(0, |stats| stats.bitrate_bps),
    });
    ParticipantReport {
        identity: person.identity.clone(),
        name: person.name.clone(),
        role: person.role,
        joined_at: person.joined_at,
        path: person.path.map(|path| match path {
            media::PathKind::Udp => PathKind::Udp,
            media::PathKind::Tcp => PathKind::Tcp,
        }),
        rtt_ms: person.stats.rtt_ms,
        loss_up: person.stats.loss_up,
        loss_down: person.stats.loss_down,
        bitrate_up_bps: person.stats.bitrate_up_bps,
        bitrate_down_bps: person.stats.bitrate_down_bps,
        tracks: tracks.collect(),
    }
}
