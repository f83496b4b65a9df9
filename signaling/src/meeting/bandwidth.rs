//! How much may go to and come from a participant, and what pauses for it.

use media::{Limits, PeerId, TrackSid};
use protocol::livekit::{StreamState, StreamStateInfo, StreamStateUpdate};

use super::effect::Message;
use super::participant::Participant;
use super::{Effect, Meeting};

/// The attribute that names the profile of the meeting; only the token or an administrator sets it.
pub const MEETING_PROFILE: &str = "meeting.profile";
/// The attribute that names the profile a participant chose.
pub const PROFILE: &str = "media.profile";
/// What a client can limit itself to by attributes, kbit/s.
pub const DOWNLOAD_KBPS: &str = "media.download_kbps";
/// See [`DOWNLOAD_KBPS`].
pub const UPLOAD_KBPS: &str = "media.upload_kbps";
/// The value of both for "Ton zuerst".
pub const AUDIO_FIRST: &str = "audio_first";

/// How much may go to and come from each participant of a meeting, kbit/s; 0: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// To the participant.
    pub download_kbps: u32,
    /// From the participant.
    pub upload_kbps: u32,
}

/// The profiles a meeting or a participant may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profiles {
    /// For everybody.
    pub normal: Profile,
    /// "Ton zuerst": where the line is narrow or has to be shared.
    pub audio_first: Profile,
}

impl Meeting {
    /// Tells the engine what binds a participant, if that is something new.
    pub(super) fn limit(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        let profiles = self.welcome.profiles;
        let Some(person) = self.people.get_mut(&peer) else { return };
        let limits = limits_of(person, &profiles);
        if limits != person.limits {
            person.limits = limits;
            effects.push(Effect::Media(media::Command::Limit { peer, limits }));
        }
    }

    /// A picture pauses for a receiver, or goes on.
    pub(super) fn tell_stream_state(
        &mut self,
        peer: PeerId,
        sid: &TrackSid,
        is_paused: bool,
        effects: &mut Vec<Effect>,
    ) {
        if !self.people.contains_key(&peer) {
            return;
        }
        let Some(publisher) = self.people.values().find(|person| person.tracks.contains_key(sid)) else { return };
        let state = if is_paused { StreamState::Paused } else { StreamState::Active };
        let info =
            StreamStateInfo { participant_sid: publisher.sid.clone(), track_sid: sid.to_string(), state: state as i32 };
        let update = StreamStateUpdate { stream_states: vec![info] };
        effects.push(Effect::send(vec![peer], Message::StreamStateUpdate(update)));
    }
}

/// The narrowest of what the server, the meeting and the participant say.
fn limits_of(person: &Participant, profiles: &Profiles) -> Limits {
    let says_so = |key| person.attributes.get(key).is_some_and(|profile| profile == AUDIO_FIRST);
    let audio_first = says_so(MEETING_PROFILE) || says_so(PROFILE);
    let profile = if audio_first { profiles.audio_first } else { Profile::default() };
    let own = |key: &str| person.attributes.get(key).and_then(|value| value.parse().ok()).unwrap_or(0);
    let narrowest =
        |kbps: [u32; 3]| kbps.into_iter().filter(|kbps| *kbps > 0).min().map(|kbps| u64::from(kbps) * 1_000);
    let download_bps = narrowest([profiles.normal.download_kbps, profile.download_kbps, own(DOWNLOAD_KBPS)]);
    Limits {
        download_bps: download_bps.into_iter().chain(person.simulation.download_bps).min(),
        pictures_bps: person.share_bps,
        upload_bps: narrowest([profiles.normal.upload_kbps, profile.upload_kbps, own(UPLOAD_KBPS)]),
        may_pause: person.client.allows_pause,
    }
}
