use std::time::{Duration, Instant};

use super::Worker;
use super::bandwidth::Line;
use crate::figures::SectionFigures;
use crate::meters::LineFigures;
use crate::packet::Measured;
use crate::{CloseReason, DownloadStats, Event, Limited, PeerId, PeerStats, TrackStats};

/// A client without a sign of life for so long is gone.
const SILENCE: Duration = Duration::from_secs(15);
/// Figures of lines come once a second.
const COUNT_LINES_EVERY: Duration = Duration::from_secs(1);
/// A client that never managed to connect after its offer.
const NEVER_CONNECTED: Duration = Duration::from_secs(30);

impl Worker {
    /// What needs no more than a look now and then.
    pub(super) fn tick(&mut self) {
        let now = self.now;
        self.router.tick(now, &mut self.effects);
        self.redundancy.tick(now);
        self.carry_out(None);
        let index = self.plan.index;
        for meeting in self.meetings.values_mut().filter(|meeting| meeting.home == index) {
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
        let lines = self.members.values().flat_map(|member| member.line.given.values());
        self.meters.count_pictures(lines.map(|given| given.grant.limited));
        if self.lines_counted_at.is_none_or(|at| now.saturating_duration_since(at) >= COUNT_LINES_EVERY) {
            self.lines_counted_at = Some(now);
            let lines: Vec<LineFigures> = self.members.values().map(|member| member.figures).collect();
            self.meters.count_lines(&lines);
        }
    }

    pub(super) fn measured(&mut self, peer: PeerId, measured: Measured) {
        let now = self.now;
        self.heard_feedback(peer, measured.has_feedback);
        self.remind_of_upload(peer);
        self.look_at_loss(peer, &measured);
        let Some(member) = self.members.get_mut(&peer) else { return };
        let bytes = (measured.media_bytes_up, measured.media_bytes_down);
        let (before, at) = member.measured.replace((bytes, now)).unwrap_or((bytes, now));
        if !member.is_connected {
            return;
        }
        let elapsed = now.saturating_duration_since(at);
        let rate = |bytes: u64| -> u64 {
            let micros = elapsed.as_micros().max(1);
            u64::try_from(u128::from(bytes) * 8_000_000 / micros).unwrap_or(u64::MAX)
        };
        let rate = |bytes: u64| if elapsed.is_zero() { 0 } else { rate(bytes) };
        let download = download(&member.line, &measured, now);
        let tracks: Vec<TrackStats> = self
            .router
            .take_bytes(peer)
            .into_iter()
            .map(|(track, bytes)| {
                let published = self.router.track(&track);
                let mid = published.map(|track| track.mid);
                let figures = measured.incoming.iter().find(|(of, _)| Some(*of) == mid).map(|(_, figures)| *figures);
                let SectionFigures { loss, jitter_ms } = figures.unwrap_or_default();
                let layers = published.map(|track| track.layers(now)).unwrap_or_default();
                TrackStats { track, bitrate_bps: rate(bytes), loss, jitter_ms, layers }
            })
            .collect();
        let stats = PeerStats {
            rtt_ms: measured.rtt.map(|rtt| rtt.as_secs_f32() * 1_000.0),
            loss_up: measured.loss_up,
            loss_down: measured.loss_down,
            bitrate_up_bps: rate(bytes.0.saturating_sub(before.0)),
            bitrate_down_bps: rate(bytes.1.saturating_sub(before.1)),
            tracks,
            download,
        };
        if let Some(member) = self.members.get_mut(&peer) {
            member.figures = LineFigures {
                rtt_ms: stats.rtt_ms,
                loss_up: stats.loss_up,
                loss_down: stats.loss_down,
                jitter_ms: stats.tracks.iter().filter_map(|track| track.jitter_ms).reduce(f32::max),
            };
        }
        self.tell(peer, Event::Stats { peer, stats });
    }
}

fn download(line: &Line, measured: &Measured, now: Instant) -> DownloadStats {
    let count = |which: &dyn Fn(Limited) -> bool| {
        let counted = line.given.values().filter(|given| which(given.grant.limited)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    };
    DownloadStats {
        estimate_bps: line.trusted_bps(now),
        limit_bps: line.limits.download_bps,
        share_bps: line.limits.pictures_bps,
        sound_bps: line.sound_bps,
        screens_bps: line.screens_bps,
        wanted_bps: line.wanted_bps,
        granted_bps: line.granted_bps,
        pictures: count(&|_| true),
        reduced: count(&|limited| !matches!(limited, Limited::No | Limited::Wish)),
        paused: u32::try_from(line.paused()).unwrap_or(u32::MAX),
        limited: line.limited(),
        worst_loss: measured.outgoing.iter().filter_map(|(_, figures)| figures.loss).reduce(f32::max),
        jitter_ms: measured.outgoing.iter().filter_map(|(_, figures)| figures.jitter_ms).reduce(f32::max),
    }
}
