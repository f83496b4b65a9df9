use domain::{Identity, MeetingName, MeetingRole, Private};
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
    /// When its first participant came.
    pub started_at: Timestamp,
    /// When this was measured.
    pub measured_at: Timestamp,
    /// Who is inside.
    pub participants: Vec<ParticipantReport>,
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
    /// Media from the participant, bits per second.
    pub bitrate_up_bps: u64,
    /// Media to the participant, bits per second.
    pub bitrate_down_bps: u64,
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
}
