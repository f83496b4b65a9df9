use domain::{Captures, Identity, MeetingName, MeetingRole, Private, SiteId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::NodeId;

/// How a running meeting is doing; published by its owner once a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeetingReport {
    /// Which meeting.
    pub meeting: MeetingName,
    /// Who runs it.
    pub node: NodeId,
    /// Which run of it: a meeting that is opened again has another one.
    #[serde(default)]
    pub run: String,
    /// When its first participant came.
    pub started_at: Timestamp,
    /// When this was measured.
    pub measured_at: Timestamp,
    /// How much its node takes on.
    #[serde(default)]
    pub burden: Burden,
    /// Nobody who moderates is inside, and this was so for more than a moment.
    #[serde(default)]
    pub is_unmoderated: bool,
    /// Who is inside.
    pub participants: Vec<ParticipantReport>,
    /// What programs are called that record it now.
    #[serde(default)]
    pub recorded_by: Vec<Private<String>>,
    /// What programs are called that write down what is said.
    #[serde(default)]
    pub captioned_by: Vec<Private<String>>,
}

impl MeetingReport {
    /// What programs inside do with what people say and show.
    pub fn captures(&self) -> Captures {
        Captures { recording: !self.recorded_by.is_empty(), captions: !self.captioned_by.is_empty() }
    }

    /// Somebody who moderates is inside at this moment.
    pub fn is_moderated(&self) -> bool {
        self.participants.iter().any(|participant| participant.role == MeetingRole::Moderator)
    }
}

/// How one participant is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParticipantReport {
    /// Stable identity.
    pub identity: Identity,
    /// The name others see.
    pub name: Private<String>,
    /// What the participant may do.
    pub role: MeetingRole,
    /// When the participant came.
    pub joined_at: Timestamp,
    /// How the media travels; none until it does.
    pub path: Option<PathKind>,
    /// Round-trip time, milliseconds.
    pub rtt_ms: Option<f32>,
    /// Share of packets lost on the way to us, 0..=1.
    pub loss_up: Option<f32>,
    /// Share of packets lost on the way to the participant, 0..=1.
    pub loss_down: Option<f32>,
    /// The site whose line it uses; none: of no site that is known.
    #[serde(default)]
    pub site: Option<SiteId>,
    /// Media from the participant, bits per second.
    pub bitrate_up_bps: u64,
    /// Media to the participant, bits per second.
    pub bitrate_down_bps: u64,
    /// What the participant gets of what it wants, and why not more.
    #[serde(default)]
    pub download: DownloadReport,
    /// What the participant may send at most, bits per second; none: no limit.
    #[serde(default)]
    pub upload_limit_bps: Option<u64>,
    /// What the participant publishes.
    pub tracks: Vec<TrackReport>,
}

/// How media travels between a participant and the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// Straight over UDP.
    Udp,
    /// Over TCP.
    Tcp,
}

/// One published track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackReport {
    /// `TR_…`
    pub sid: String,
    /// `microphone`, `camera`, `screen_share`, `screen_share_audio` or `unknown`.
    pub source: String,
    /// `audio/opus`, `video/VP8`, …
    pub codec: String,
    /// Switched off by its owner or a moderator.
    pub muted: bool,
    /// What arrives, bits per second.
    pub bitrate_bps: u64,
    /// Share of its packets lost on the way to us, 0..=1.
    #[serde(default)]
    pub loss: Option<f32>,
    /// Interarrival jitter, milliseconds (RFC 3550, 6.4.1).
    #[serde(default)]
    pub jitter_ms: Option<f32>,
    /// The sizes of a picture that arrive, the smallest first.
    #[serde(default)]
    pub layers: Vec<LayerReport>,
    /// Why no better one arrives.
    #[serde(default)]
    pub held: Held,
}

/// One size of a published picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerReport {
    /// Which.
    pub size: LayerSize,
    /// What it takes, bits per second.
    pub bitrate_bps: u64,
}

/// The sizes a picture is published in; a picture in one size only is large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerSize {
    /// The smallest.
    Small,
    /// The one between.
    Medium,
    /// The best.
    Large,
}

/// Why no more of a track arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Everything that was announced arrives.
    #[default]
    No,
    /// Nobody watches more, so no more was asked for.
    Unwatched,
    /// The participant's or the meeting's upload limit.
    Limit,
    /// More was asked for: the sender's line or computer does not manage it.
    Sender,
}

/// What a participant gets of the pictures it wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DownloadReport {
    /// What the line carries, bits per second, as estimated; none for a client that takes no part.
    pub estimate_bps: Option<u64>,
    /// The limit, bits per second; none: no limit.
    pub limit_bps: Option<u64>,
    /// Its part of the line of its site, for pictures, bits per second; none: the line has room.
    #[serde(default)]
    pub share_bps: Option<u64>,
    /// What everything that is wanted would take with sound, bits per second.
    pub wanted_bps: u64,
    /// What is granted, bits per second.
    pub granted_bps: u64,
    /// Pictures that are wanted and could be sent.
    pub pictures: u32,
    /// Of these: smaller or slower than there is a use for, or paused.
    pub reduced: u32,
    /// Of these: paused.
    pub paused: u32,
    /// The weightiest reason why something is held back.
    pub limited: Limited,
    /// Share of packets of the worst track lost, 0..=1, as the client reports.
    pub worst_loss: Option<f32>,
    /// The greatest jitter of any track, milliseconds, as the client reports.
    pub jitter_ms: Option<f32>,
}

/// Why a participant gets no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// It gets everything.
    #[default]
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

/// How much a node takes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Burden {
    /// Everything.
    #[default]
    Calm,
    /// Pictures are held back so that sound goes on.
    Shedding,
    /// That, and nobody new is served.
    Full,
}
