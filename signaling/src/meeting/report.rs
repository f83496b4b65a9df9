//! How the meeting is doing, for those who administer it.

use cluster::{
    Burden, DownloadReport, Held, LayerReport, LayerSize, Limited, MeetingReport, NodeId, ParticipantReport, PathKind,
    TrackReport,
};
use jiff::Timestamp;
use media::{DownloadStats, Quality, TrackStats};

use super::Meeting;
use super::participant::Participant;
use super::track::{Track, source_name};

impl Meeting {
    /// Everybody inside, hidden ones included, as measured last.
    pub fn report(&self, node: &NodeId, burden: media::Burden, now: Timestamp) -> MeetingReport {
        let captured = self.captured();
        MeetingReport {
            run: self.sid.clone(),
            meeting: self.name.clone(),
            node: node.clone(),
            started_at: self.opened_at,
            measured_at: now,
            burden: match burden {
                media::Burden::Calm => Burden::Calm,
                media::Burden::Shedding => Burden::Shedding,
                media::Burden::Full => Burden::Full,
            },
            is_unmoderated: self.is_unmoderated(),
            participants: self.people.values().map(participant).collect(),
            recorded_by: captured.recorded_by,
            captioned_by: captured.captioned_by,
        }
    }
}

fn participant(person: &Participant) -> ParticipantReport {
    let stats = &person.stats;
    let published = person.tracks.values().filter(|track| track.is_published());
    let measured = |track: &Track| stats.tracks.iter().find(|measured| measured.track == track.sid);
    ParticipantReport {
        identity: person.identity.clone(),
        name: person.name.clone(),
        role: person.role,
        joined_at: person.joined_at,
        path: person.path.map(|path| match path {
            media::PathKind::Udp => PathKind::Udp,
            media::PathKind::Tcp => PathKind::Tcp,
        }),
        rtt_ms: stats.rtt_ms,
        loss_up: stats.loss_up,
        loss_down: stats.loss_down,
        site: person.site,
        bitrate_up_bps: stats.bitrate_up_bps,
        bitrate_down_bps: stats.bitrate_down_bps,
        download: download(&stats.download),
        upload_limit_bps: person.limits.upload_bps,
        tracks: published.map(|track| report(track, measured(track), person.limits.upload_bps.is_some())).collect(),
    }
}

fn report(track: &Track, measured: Option<&TrackStats>, is_limited: bool) -> TrackReport {
    let layers = measured.map(|measured| measured.layers.as_slice()).unwrap_or_default();
    let is_picture = track.kind() == media::Kind::Video;
    TrackReport {
        sid: track.sid.to_string(),
        source: source_name(track.info.source).to_owned(),
        codec: track.info.mime_type.clone(),
        muted: track.info.muted,
        bitrate_bps: measured.map_or(0, |measured| measured.bitrate_bps),
        loss: measured.and_then(|measured| measured.loss),
        jitter_ms: measured.and_then(|measured| measured.jitter_ms),
        layers: layers.iter().filter(|_| is_picture).map(|(quality, bps)| layer(*quality, *bps)).collect(),
        held: match measured {
            Some(_) if is_picture && !track.info.muted => held(track, layers, is_limited),
            _ => Held::No,
        },
    }
}

/// Why the best announced layer does not arrive.
fn held(track: &Track, layers: &[(Quality, u64)], is_limited: bool) -> Held {
    let arrives = layers.iter().map(|(quality, _)| *quality).max();
    let announced = track.published_layers().iter().map(|layer| layer.quality).max().unwrap_or(Quality::High);
    match track.asked.at_most() {
        _ if arrives >= Some(announced) => Held::No,
        asked if arrives >= asked => Held::Unwatched,
        _ if is_limited => Held::Limit,
        _ => Held::Sender,
    }
}

fn layer(quality: Quality, bitrate_bps: u64) -> LayerReport {
    let size = match quality {
        Quality::Low => LayerSize::Small,
        Quality::Medium => LayerSize::Medium,
        Quality::High => LayerSize::Large,
    };
    LayerReport { size, bitrate_bps }
}

fn download(stats: &DownloadStats) -> DownloadReport {
    DownloadReport {
        estimate_bps: stats.estimate_bps,
        limit_bps: stats.limit_bps,
        share_bps: stats.share_bps,
        wanted_bps: stats.wanted_bps,
        granted_bps: stats.granted_bps,
        pictures: stats.pictures,
        reduced: stats.reduced,
        paused: stats.paused,
        limited: match stats.limited {
            media::Limited::No => Limited::No,
            media::Limited::Wish => Limited::Wish,
            media::Limited::Estimate => Limited::Estimate,
            media::Limited::Limit => Limited::Limit,
            media::Limited::Share => Limited::Share,
            media::Limited::Overload => Limited::Overload,
        },
        worst_loss: stats.worst_loss,
        jitter_ms: stats.jitter_ms,
    }
}
