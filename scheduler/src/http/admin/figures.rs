use cluster::{
    Burden, DownloadReport, Held, LayerReport, LayerSize, Limited, ParticipantReport, PathKind, TrackReport,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::booking::view::RoleName;
use crate::http::answer::Instant;

/// A participant and the quality of the connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningParticipant {
    identity: String,
    name: String,
    #[schema(inline)]
    role: RoleName,
    joined_at: Instant,
    /// None until media flows.
    #[schema(inline)]
    path: Option<Path>,
    rtt_ms: Option<f32>,
    /// Share of packets lost on the way to us, 0 to 1.
    loss_up: Option<f32>,
    /// Share of packets lost on the way to the participant, 0 to 1.
    loss_down: Option<f32>,
    bitrate_up_bps: u64,
    bitrate_down_bps: u64,
    /// What the participant may send at most; none: no limit.
    upload_limit_bps: Option<u64>,
    download: RunningDownload,
    tracks: Vec<RunningTrack>,
}

/// What a participant gets of the pictures it wants, and why not more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningDownload {
    /// What the line carries, as estimated; none for a client that takes no part in estimating.
    estimate_bps: Option<u64>,
    /// None: no limit.
    limit_bps: Option<u64>,
    /// Its part of the line of its site, for pictures; none: the line has room.
    share_bps: Option<u64>,
    /// What everything that is wanted would take, with sound.
    wanted_bps: u64,
    /// What is granted of it.
    granted_bps: u64,
    /// Pictures that are wanted and could be sent.
    pictures: u32,
    /// Of these: smaller or slower than there is a use for, or paused.
    reduced: u32,
    /// Of these: paused.
    paused: u32,
    #[schema(inline)]
    limited: LimitedBy,
    /// Share of packets of the worst track lost, 0 to 1, as the client reports.
    worst_loss: Option<f32>,
    /// The greatest jitter of any track, as the client reports.
    jitter_ms: Option<f32>,
}

/// Why a participant gets no more: the weightiest reason.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LimitedBy {
    /// It gets everything.
    No,
    /// It asked for no more.
    Wish,
    /// Its line carries no more, as estimated.
    Estimate,
    /// Its own or the meeting's download limit.
    Limit,
    /// Its part of the line of its site, which is full.
    Share,
    /// The server has too much to do.
    Overload,
}

/// How media travels.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Path {
    /// Straight over UDP.
    Udp,
    /// Over TCP.
    Tcp,
}

/// A published track.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningTrack {
    sid: String,
    /// `microphone`, `camera`, `screen_share`, `screen_share_audio` or `unknown`.
    source: String,
    codec: String,
    muted: bool,
    bitrate_bps: u64,
    /// Share of its packets lost on the way to us, 0 to 1.
    loss: Option<f32>,
    jitter_ms: Option<f32>,
    /// The sizes of a picture that arrive, the smallest first.
    layers: Vec<RunningLayer>,
    #[schema(inline)]
    held: HeldBy,
}

/// One size of a published picture.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningLayer {
    #[schema(inline)]
    size: Size,
    bitrate_bps: u64,
}

/// A picture in one size only is large.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Size {
    Small,
    Medium,
    Large,
}

/// Why no better picture arrives.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HeldBy {
    /// Everything that was announced arrives.
    No,
    /// Nobody watches more.
    Unwatched,
    /// The participant's or the meeting's upload limit.
    Limit,
    /// More was asked for: the sender's line or computer does not manage it.
    Sender,
}

/// How much the node takes on.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Load {
    /// Everything.
    Calm,
    /// Pictures are held back so that sound goes on.
    Shedding,
    /// That, and nobody new is served.
    Full,
}

impl From<Burden> for Load {
    fn from(burden: Burden) -> Self {
        match burden {
            Burden::Calm => Self::Calm,
            Burden::Shedding => Self::Shedding,
            Burden::Full => Self::Full,
        }
    }
}

pub(super) fn participant(report: &ParticipantReport) -> RunningParticipant {
    RunningParticipant {
        identity: report.identity.to_string(),
        name: report.name.expose().clone(),
        role: report.role.into(),
        joined_at: Instant(report.joined_at),
        path: report.path.map(|path| match path {
            PathKind::Udp => Path::Udp,
            PathKind::Tcp => Path::Tcp,
        }),
        rtt_ms: report.rtt_ms,
        loss_up: report.loss_up,
        loss_down: report.loss_down,
        bitrate_up_bps: report.bitrate_up_bps,
        bitrate_down_bps: report.bitrate_down_bps,
        upload_limit_bps: report.upload_limit_bps,
        download: download(&report.download),
        tracks: report.tracks.iter().map(track).collect(),
    }
}

fn download(report: &DownloadReport) -> RunningDownload {
    RunningDownload {
        estimate_bps: report.estimate_bps,
        limit_bps: report.limit_bps,
        share_bps: report.share_bps,
        wanted_bps: report.wanted_bps,
        granted_bps: report.granted_bps,
        pictures: report.pictures,
        reduced: report.reduced,
        paused: report.paused,
        limited: match report.limited {
            Limited::No => LimitedBy::No,
            Limited::Wish => LimitedBy::Wish,
            Limited::Estimate => LimitedBy::Estimate,
            Limited::Limit => LimitedBy::Limit,
            Limited::Share => LimitedBy::Share,
            Limited::Overload => LimitedBy::Overload,
        },
        worst_loss: report.worst_loss,
        jitter_ms: report.jitter_ms,
    }
}

fn track(report: &TrackReport) -> RunningTrack {
    RunningTrack {
        sid: report.sid.clone(),
        source: report.source.clone(),
        codec: report.codec.clone(),
        muted: report.muted,
        bitrate_bps: report.bitrate_bps,
        loss: report.loss,
        jitter_ms: report.jitter_ms,
        layers: report.layers.iter().map(layer).collect(),
        held: match report.held {
            Held::No => HeldBy::No,
            Held::Unwatched => HeldBy::Unwatched,
            Held::Limit => HeldBy::Limit,
            Held::Sender => HeldBy::Sender,
        },
    }
}

fn layer(report: &LayerReport) -> RunningLayer {
    let size = match report.size {
        LayerSize::Small => Size::Small,
        LayerSize::Medium => Size::Medium,
        LayerSize::Large => Size::Large,
    };
    RunningLayer { size, bitrate_bps: report.bitrate_bps }
}
