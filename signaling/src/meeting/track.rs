use media::{Kind, PendingTrack, PublishedLayer, Quality, TrackSid};
use protocol::livekit::{
    AddTrackRequest, SimulcastCodecInfo, TimedVersion, TrackInfo, TrackSource, TrackType, VideoLayer, VideoQuality,
};

use super::backup::Backup;
use super::dynacast::Asked;
use super::limits;

/// A track of a participant.
pub struct Track {
    pub sid: TrackSid,
    pub info: TrackInfo,
    pub state: TrackState,
    /// Which layers its publisher was asked for.
    pub asked: Asked,
    pub backup: Backup,
    cid: String,
    version: i32,
}

/// Announced by `add_track`, then bound to a section of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackState {
    /// The client may offer it; nobody else knows it.
    Announced,
    /// A section carries it; everybody knows it.
    Published {
        /// Somebody has been subscribed to it before.
        was_subscribed: bool,
    },
}

impl Track {
    /// The track a client announces. Its fields were checked by [`is_sane`].
    #[expect(deprecated, reason = "older clients read the fields that newer ones find in `codecs`")]
    pub fn announce(sid: String, wish: AddTrackRequest) -> Self {
        let layers = layers_of(&wish);
        let codec = wish.simulcast_codecs.first();
        let backup_codec = wish.simulcast_codecs.get(1).map(|codec| short_codec(&codec.codec));
        let mime_type = match (codec.map(|codec| short_codec(&codec.codec)), kind_of(&wish)) {
            (Some(codec), kind) if !codec.is_empty() => mime(kind, &codec),
            (_, Kind::Audio) => "audio/opus".to_owned(),
            (_, Kind::Video) => "video/VP8".to_owned(),
        };
        let mode = codec.map_or(0, |codec| codec.video_layer_mode);
        let info = TrackInfo {
            sid: sid.clone(),
            r#type: wish.r#type,
            name: wish.name,
            muted: wish.muted,
            width: wish.width,
            height: wish.height,
            simulcast: layers.len() > 1,
            disable_dtx: wish.disable_dtx,
            source: wish.source,
            layers: layers.clone(),
            mime_type: mime_type.clone(),
            codecs: vec![SimulcastCodecInfo {
                mime_type,
                cid: wish.cid.clone(),
                layers,
                video_layer_mode: mode,
                ..SimulcastCodecInfo::default()
            }],
            stereo: wish.stereo,
            disable_red: wish.disable_red,
            encryption: wish.encryption,
            stream: stream(&wish.stream, wish.source),
            audio_features: wish.audio_features,
            backup_codec_policy: wish.backup_codec_policy,
            packet_trailer_features: wish.packet_trailer_features,
            ..TrackInfo::default()
        };
        Self {
            sid: TrackSid(sid.into()),
            info,
            state: TrackState::Announced,
            asked: Asked::default(),
            backup: Backup::offered(backup_codec),
            cid: wish.cid,
            version: 0,
        }
    }

    /// A track of a participant that is published in another meeting.
    pub fn published_elsewhere(info: TrackInfo) -> Self {
        Self {
            sid: TrackSid(info.sid.as_str().into()),
            info,
            // Its publisher hears of it over there.
            state: TrackState::Published { was_subscribed: true },
            asked: Asked::default(),
            backup: Backup::default(),
            cid: String::new(),
            version: 0,
        }
    }

    pub fn cid(&self) -> &str {
        &self.cid
    }

    pub fn is_published(&self) -> bool {
        self.state != TrackState::Announced
    }

    pub fn kind(&self) -> Kind {
        if self.info.r#type == TrackType::Audio as i32 { Kind::Audio } else { Kind::Video }
    }

    /// Notes that something about the track changed.
    pub fn changed(&mut self) {
        self.version += 1;
        self.info.version = Some(TimedVersion { unix_micro: 0, ticks: self.version });
    }

    /// `vp8`, `opus`, …
    pub fn codec(&self) -> String {
        short_codec(&self.info.mime_type)
    }

    /// The announced layers, lowest first.
    #[expect(deprecated, reason = "the layers of the first codec, wherever the client put them")]
    pub fn published_layers(&self) -> Vec<PublishedLayer> {
        let mut layers: Vec<_> = self.info.layers.iter().map(published_layer).collect();
        layers.sort_by_key(|layer| layer.quality);
        layers
    }

    /// What the media engine has to know to find the track in an offer.
    pub fn pending(&self) -> PendingTrack {
        let codec = self.info.codecs.first().map(|codec| short_codec(&codec.mime_type));
        let source = TrackSource::try_from(self.info.source);
        PendingTrack {
            sid: self.sid.clone(),
            cid: self.cid.clone(),
            kind: self.kind(),
            codec,
            layers: self.published_layers(),
            is_screen: matches!(source, Ok(TrackSource::ScreenShare | TrackSource::ScreenShareAudio)),
            may_repeat: !self.info.disable_red && self.info.encryption == 0,
        }
    }
}

/// The fields of an announcement are of sane size and kind.
pub fn is_sane(wish: &AddTrackRequest) -> bool {
    let short = |text: &str| text.len() <= limits::SHORT_TEXT;
    matches!(TrackType::try_from(wish.r#type), Ok(TrackType::Audio | TrackType::Video))
        && !wish.cid.is_empty()
        && short(&wish.cid)
        && short(&wish.name)
        && short(&wish.stream)
        && wish.layers.len() <= limits::LAYERS
        && wish.audio_features.len() <= limits::LAYERS
        && wish.packet_trailer_features.len() <= limits::LAYERS
        && wish.simulcast_codecs.len() <= limits::LAYERS
        && wish
            .simulcast_codecs
            .iter()
            .all(|codec| short(&codec.codec) && short(&codec.cid) && codec.layers.len() <= limits::LAYERS)
}

/// `camera` → a word the protocol, tokens and reports share.
pub fn source_name(source: i32) -> &'static str {
    match TrackSource::try_from(source) {
        Ok(TrackSource::Camera) => "camera",
        Ok(TrackSource::Microphone) => "microphone",
        Ok(TrackSource::ScreenShare) => "screen_share",
        Ok(TrackSource::ScreenShareAudio) => "screen_share_audio",
        _ => "unknown",
    }
}

/// The stream groups what belongs together for lip-sync. A client's own name for it ends up in the
/// SDP of others, so only harmless letters pass.
fn stream(wished: &str, source: i32) -> String {
    let harmless =
        !wished.is_empty() && wished.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let by_source = match TrackSource::try_from(source) {
        Ok(TrackSource::ScreenShare | TrackSource::ScreenShareAudio) => "screen",
        _ => "camera",
    };
    if harmless { wished } else { by_source }.to_owned()
}

fn kind_of(wish: &AddTrackRequest) -> Kind {
    if wish.r#type == TrackType::Audio as i32 { Kind::Audio } else { Kind::Video }
}

fn layers_of(wish: &AddTrackRequest) -> Vec<VideoLayer> {
    match wish.simulcast_codecs.first() {
        Some(codec) if !codec.layers.is_empty() => codec.layers.clone(),
        _ => wish.layers.clone(),
    }
}

/// `video/VP8` and `vp8` → `vp8`.
pub fn short_codec(codec: &str) -> String {
    codec.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

fn mime(kind: Kind, codec: &str) -> String {
    match (kind, codec) {
        (Kind::Audio, codec) => format!("audio/{codec}"),
        (Kind::Video, codec) => format!("video/{}", codec.to_ascii_uppercase()),
    }
}

pub fn published_layer(layer: &VideoLayer) -> PublishedLayer {
    let quality = match VideoQuality::try_from(layer.quality) {
        Ok(VideoQuality::Low) => Quality::Low,
        Ok(VideoQuality::Medium) => Quality::Medium,
        _ => Quality::High,
    };
    PublishedLayer { quality, width: layer.width, height: layer.height }
}
