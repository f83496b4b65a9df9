//! What a token lets its holder do inside.

use domain::Captures;
use protocol::livekit::{ParticipantPermission, SubscriptionPermission, TrackSource};
use protocol::token::VideoGrants;
use serde::{Deserialize, Serialize};

use super::participant::Participant;
use super::track::source_name;

/// The rights a token gives, decided once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "VideoGrants", into = "VideoGrants")]
pub struct Grants {
    pub publish: bool,
    /// Empty: all.
    pub sources: Vec<TrackSource>,
    pub subscribe: bool,
    pub data: bool,
    pub metadata: bool,
    pub hidden: bool,
    pub captures: Captures,
}

impl Grants {
    pub fn of(video: &VideoGrants) -> Self {
        Self {
            // Nobody can be told about a hidden participant's tracks.
            publish: video.can_publish.unwrap_or(true) && !video.hidden,
            sources: video.can_publish_sources.iter().map(|source| source_of(source)).collect(),
            subscribe: video.can_subscribe.unwrap_or(true),
            data: video.can_publish_data.unwrap_or(true),
            metadata: video.can_update_own_metadata,
            hidden: video.hidden,
            captures: Captures { recording: video.recorder, captions: video.agent },
        }
    }

    /// Rights given anew. Whether somebody is hidden is settled by the token: others know of it or not. So is
    /// whether it is a program that records or transcribes.
    pub fn allow(&mut self, permission: &ParticipantPermission) {
        self.publish = permission.can_publish && !self.hidden;
        self.sources = permission
            .can_publish_sources
            .iter()
            .map(|source| TrackSource::try_from(*source).unwrap_or(TrackSource::Unknown))
            .collect();
        self.subscribe = permission.can_subscribe;
        self.data = permission.can_publish_data;
        self.metadata = permission.can_update_metadata;
    }

    /// Says these rights in the words of a token.
    pub fn write(&self, video: &mut VideoGrants) {
        video.can_publish = Some(self.publish);
        video.can_publish_sources = self.sources.iter().map(|source| source_name(*source as i32).to_owned()).collect();
        video.can_subscribe = Some(self.subscribe);
        video.can_publish_data = Some(self.data);
        video.can_update_own_metadata = self.metadata;
        video.hidden = self.hidden;
        video.recorder = self.captures.recording;
        video.agent = self.captures.captions;
    }

    /// May publish from this source.
    pub fn allow_source(&self, source: i32) -> bool {
        self.publish && (self.sources.is_empty() || self.sources.iter().any(|allowed| *allowed as i32 == source))
    }

    #[expect(deprecated, reason = "older clients still read here what the kind says")]
    pub fn info(&self) -> ParticipantPermission {
        ParticipantPermission {
            recorder: self.captures.recording,
            agent: self.captures.captions,
            can_subscribe: self.subscribe,
            can_publish: self.publish,
            can_publish_data: self.data,
            can_publish_sources: self.sources.iter().map(|source| *source as i32).collect(),
            hidden: self.hidden,
            can_update_metadata: self.metadata,
            ..ParticipantPermission::default()
        }
    }
}

impl From<VideoGrants> for Grants {
    fn from(video: VideoGrants) -> Self {
        Self::of(&video)
    }
}

impl From<Grants> for VideoGrants {
    fn from(grants: Grants) -> Self {
        let mut video = Self::default();
        grants.write(&mut video);
        video
    }
}

/// May `receiver` have the track `sid` of somebody with this audience?
pub fn audience_has(audience: &SubscriptionPermission, receiver: &Participant, sid: &str) -> bool {
    audience.all_participants
        || audience.track_permissions.iter().any(|permission| {
            let whom = if permission.participant_identity.is_empty() {
                permission.participant_sid == receiver.sid
            } else {
                permission.participant_identity == receiver.identity.as_str()
            };
            whom && (permission.all_tracks || permission.track_sids.iter().any(|track| track == sid))
        })
}

/// An unknown word allows no real source, so a typing error never widens a right.
fn source_of(word: &str) -> TrackSource {
    match word {
        "camera" => TrackSource::Camera,
        "microphone" => TrackSource::Microphone,
        "screen_share" => TrackSource::ScreenShare,
        "screen_share_audio" => TrackSource::ScreenShareAudio,
        _ => TrackSource::Unknown,
    }
}
