use serde::{Deserialize, Serialize};

/// What a participant of a meeting with pictures takes of a line, kbit/s, sound included: a few pictures of
/// medium size or a screen on the way in, which is more than the own picture on the way out.
const NORMAL_KBPS: u32 = 1_800;
/// The same where sound comes first: what a meeting is held to unless the operator says otherwise
/// (`media.audio_first_download_kbps`).
const AUDIO_FIRST_KBPS: u32 = 500;

/// What the meetings of a booking shall take of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Pictures as everybody's line carries them.
    #[default]
    Normal,
    /// Sound comes first, pictures stay small ("Ton zuerst").
    AudioFirst,
}

impl Profile {
    /// What each participant is expected to take, kbit/s.
    pub const fn kbps(self) -> u32 {
        match self {
            Self::Normal => NORMAL_KBPS,
            Self::AudioFirst => AUDIO_FIRST_KBPS,
        }
    }
}
