//! What nobody watches need not be sent: publishers are told which layers somebody wants. More is
//! said at once; less only after a while, so that scrolling past a picture costs no restart.

use jiff::{SignedDuration, Timestamp};
use media::{Kind, PeerId, Quality, TrackSid};
use protocol::livekit::{SubscribedCodec, SubscribedQuality, SubscribedQualityUpdate, VideoQuality};

use super::effect::Message;
use super::track::Track;
use super::{Effect, Meeting};

/// Layers nobody has wanted for this long are given up, seconds.
pub const UNWATCHED_SECONDS: i64 = 5;

/// What the publisher of a track was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The best layer somebody wants; `None`: nobody wants anything.
    at_most: Option<Quality>,
    /// Since when less would do.
    less_since: Option<Timestamp>,
}

impl Asked {
    /// The best layer somebody wants; none: nobody wants anything.
    pub fn at_most(self) -> Option<Quality> {
        self.at_most
    }
}

impl Default for Asked {
    /// Clients send everything until they hear otherwise.
    fn default() -> Self {
        Self { at_most: Some(Quality::High), less_since: None }
    }
}

impl Meeting {
    /// Asks for more of a track if somebody wants it.
    pub(super) fn ask_for_more(&mut self, publisher: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let wanted = self.wanted_of(publisher, sid);
        let Some(track) = self.own_track(publisher, sid) else { return };
        if wanted > track.asked.at_most {
            track.asked = Asked { at_most: wanted, less_since: None };
            effects.push(words(publisher, track));
        }
    }

    /// Looks through everything once a second; asks for less where that has been enough for long.
    pub(super) fn ask_for_less(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let published = |track: &&Track| track.is_published() && track.kind() == Kind::Video;
        let videos: Vec<(PeerId, TrackSid)> = self
            .present()
            .flat_map(|person| person.tracks.values().filter(published).map(|track| (person.peer, track.sid.clone())))
            .collect();
        for (publisher, sid) in videos {
            self.ask_for_backup(publisher, &sid, effects);
            let wanted = self.wanted_of(publisher, &sid);
            let track = self.people.get_mut(&publisher).and_then(|person| person.tracks.get_mut(&sid));
            let Some(track) = track else { continue };
            if wanted >= track.asked.at_most {
                track.asked.less_since = None;
                continue;
            }
            let since = *track.asked.less_since.get_or_insert(now);
            if now.duration_since(since) >= SignedDuration::from_secs(UNWATCHED_SECONDS) {
                track.asked = Asked { at_most: wanted, less_since: None };
                effects.push(words(publisher, track));
            }
        }
    }

    /// A track whose publisher can be told something.
    pub(super) fn own_track(&mut self, publisher: PeerId, sid: &TrackSid) -> Option<&mut Track> {
        self.people.get_mut(&publisher).filter(|person| person.origin.is_none())?.tracks.get_mut(sid)
    }

    /// The best layer of a track that any of its receivers has a use for, here or where it is shown too.
    pub(super) fn wanted_of(&self, publisher: PeerId, sid: &TrackSid) -> Option<Quality> {
        let track = self.people.get(&publisher)?.tracks.get(sid)?;
        let layers = track.published_layers();
        let receivers = self
            .people
            .values()
            .filter(|person| person.receiving.contains(sid) && !self.backups.is_given(person.peer, sid));
        receivers
            .filter_map(|person| {
                let wish = person.wishes.get(sid).copied().unwrap_or_default();
                media::wanted_step(&layers, wish)
            })
            .chain(self.lent.wanted(sid))
            .max()
    }
}

/// What a publisher shall send of a track.
pub fn words(publisher: PeerId, track: &Track) -> Effect {
    let steps = [
        (Quality::Low, VideoQuality::Low),
        (Quality::Medium, VideoQuality::Medium),
        (Quality::High, VideoQuality::High),
    ];
    let qualities = |is_enabled: &dyn Fn(Quality) -> bool| -> Vec<SubscribedQuality> {
        let quality = |(step, quality): (Quality, VideoQuality)| SubscribedQuality {
            quality: quality as i32,
            enabled: is_enabled(step),
        };
        steps.into_iter().map(quality).collect()
    };
    let first = qualities(&|step| Some(step) <= track.asked.at_most);
    let mut subscribed_codecs = vec![SubscribedCodec { codec: track.codec(), qualities: first.clone() }];
    if let Some(codec) = track.backup.codec.clone() {
        let is_asked = track.backup.is_asked;
        subscribed_codecs.push(SubscribedCodec { codec, qualities: qualities(&|_| is_asked) });
    }
    #[expect(deprecated, reason = "older clients read the field that newer ones find in `subscribed_codecs`")]
    let update =
        SubscribedQualityUpdate { track_sid: track.sid.to_string(), subscribed_qualities: first, subscribed_codecs };
    Effect::send(vec![publisher], Message::SubscribedQualityUpdate(update))
}
