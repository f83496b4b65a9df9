//! A second codec of a picture, for those who cannot read the first. Nobody sends it in advance: the
//! first receiver who cannot read the first codec has it asked for, and it is given up with the
//! last.
//!
//! Clients know one track. To the media engine the second codec is a track of its own; who gets it
//! is given that one instead, and nobody else in the meeting needs to know.

use std::collections::{BTreeMap, BTreeSet};

use media::{Command as Media, Kind, PeerId, PendingTrack, Subscription, TrackSid};
use protocol::livekit::{AddTrackRequest, SimulcastCodecInfo, TrackPublishedResponse, VideoLayer};

use super::effect::Message;
use super::track::{Track, published_layer, short_codec};
use super::{Effect, Meeting};

/// The second codec of a track, as far as it is there.
#[derive(Default)]
pub struct Backup {
    /// What its publisher said it could send.
    pub codec: Option<String>,
    /// It was asked for.
    pub is_asked: bool,
    announced: Option<Announced>,
}

struct Announced {
    sid: TrackSid,
    codec: String,
    cid: String,
    layers: Vec<VideoLayer>,
    is_published: bool,
}

impl Backup {
    pub fn offered(codec: Option<String>) -> Self {
        Self { codec: codec.filter(|codec| !codec.is_empty()), ..Self::default() }
    }

    /// What the media engine has to know to find it in an offer.
    pub fn pending(&self) -> Option<PendingTrack> {
        let announced = self.announced.as_ref().filter(|announced| !announced.is_published)?;
        let mut layers: Vec<_> = announced.layers.iter().map(published_layer).collect();
        layers.sort_by_key(|layer| layer.quality);
        Some(PendingTrack {
            sid: announced.sid.clone(),
            cid: announced.cid.clone(),
            kind: Kind::Video,
            codec: Some(announced.codec.clone()),
            layers,
            is_screen: false,
            may_repeat: false,
        })
    }
}

/// Who gets which track in its second codec.
#[derive(Default)]
pub struct Backups {
    /// By the name clients know.
    published: BTreeMap<TrackSid, TrackSid>,
    /// Who cannot read the first codec of what.
    needy: BTreeSet<(PeerId, TrackSid)>,
    /// Who is sent the second.
    given: BTreeSet<(PeerId, TrackSid)>,
    /// Tracks that are no more, once everybody's last command about them was led.
    retired: Vec<TrackSid>,
}

impl Backups {
    /// Nothing is to be led elsewhere.
    pub fn is_empty(&self) -> bool {
        self.published.is_empty() && self.needy.is_empty()
    }

    /// Whether somebody is sent the second codec.
    pub fn is_given(&self, receiver: PeerId, sid: &TrackSid) -> bool {
        self.given.contains(&(receiver, sid.clone()))
    }

    /// A track is no more.
    pub fn forget(&mut self, sid: &TrackSid) {
        self.published.remove(sid);
        self.needy.retain(|(_, track)| track != sid);
        self.given.retain(|(_, track)| track != sid);
    }

    /// A track is no more, after the commands that are on their way.
    pub fn retire(&mut self, sid: &TrackSid) {
        if !self.is_empty() {
            self.retired.push(sid.clone());
        }
    }

    /// Everything on its way was led.
    pub fn clear_up(&mut self) {
        for sid in std::mem::take(&mut self.retired) {
            self.forget(&sid);
        }
    }

    /// The second codec of a track, where it is sent.
    pub fn second_of(&self, sid: &TrackSid) -> Option<&TrackSid> {
        self.published.get(sid)
    }

    /// Whether somebody cannot read the first codec of a track.
    pub fn is_needed(&self, sid: &TrackSid) -> bool {
        self.needy.iter().any(|(_, track)| track == sid)
    }

    /// Gives each command for the engine the name of the codec it is about.
    pub fn lead(&mut self, command: Media, led: &mut Vec<Media>) {
        match command {
            Media::Subscribe(subscription) => {
                let key = (subscription.peer, subscription.track.clone());
                let second = self.published.get(&subscription.track).filter(|_| self.needy.contains(&key)).cloned();
                led.push(Media::Subscribe(match second {
                    Some(track) => {
                        self.given.insert(key);
                        Subscription { track, ..subscription }
                    }
                    None => subscription,
                }));
            }
            Media::Unsubscribe { peer, track } => {
                let was_given = self.given.remove(&(peer, track.clone()));
                let second = self.published.get(&track).filter(|_| was_given).cloned();
                led.push(Media::Unsubscribe { peer, track: second.unwrap_or(track) });
            }
            Media::Prefer { peer, track, wish } => {
                let second = self.published.get(&track).filter(|_| self.is_given(peer, &track)).cloned();
                led.push(Media::Prefer { peer, track: second.unwrap_or(track), wish });
            }
            Media::SetMuted { track, muted } => {
                let second = self.published.get(&track).cloned();
                led.extend(second.map(|track| Media::SetMuted { track, muted }));
                led.push(Media::SetMuted { track, muted });
            }
            Media::ClosePeer { peer } => {
                self.needy.retain(|(receiver, _)| *receiver != peer);
                self.given.retain(|(receiver, _)| *receiver != peer);
                led.push(Media::ClosePeer { peer });
            }
            other => led.push(other),
        }
    }
}

impl Meeting {
    /// A publisher announces a second codec of its track; `false` if it cannot be that.
    pub(super) fn add_backup(&mut self, peer: PeerId, wish: &AddTrackRequest, effects: &mut Vec<Effect>) -> bool {
        let sid = TrackSid(wish.sid.as_str().into());
        let Some(person) = self.people.get_mut(&peer) else { return false };
        if !person.grants.allow_source(wish.source) {
            return false;
        }
        let Some(track) = person.tracks.get_mut(&sid) else { return false };
        let codec = wish.simulcast_codecs.first().map(|codec| short_codec(&codec.codec)).unwrap_or_default();
        let is_other = !codec.is_empty() && codec != track.codec();
        let is_free = track.backup.announced.as_ref().is_none_or(|announced| !announced.is_published);
        if track.kind() != Kind::Video || !track.is_published() || !is_other || !is_free {
            return false;
        }
        let layers = wish.simulcast_codecs.first().map(|codec| codec.layers.clone()).unwrap_or_default();
        let layers = if layers.is_empty() { wish.layers.clone() } else { layers };
        let (sid, cid) = (sid.in_codec(&codec), wish.cid.clone());
        track.backup.codec.get_or_insert_with(|| codec.clone());
        track.backup.announced = Some(Announced { sid, codec, cid, layers, is_published: false });
        let published = TrackPublishedResponse { cid: wish.cid.clone(), track: Some(track.info.clone()) };
        effects.push(Effect::send(vec![peer], Message::TrackPublished(published)));
        true
    }

    /// The engine found the second codec: those who need it get it.
    pub(super) fn backup_published(
        &mut self,
        peer: PeerId,
        sid: &TrackSid,
        mime_type: String,
        mid: String,
        effects: &mut Vec<Effect>,
    ) {
        let public = sid.public();
        let Some(track) = self.people.get_mut(&peer).and_then(|person| person.tracks.get_mut(&public)) else { return };
        let Some(announced) = track.backup.announced.as_mut().filter(|announced| announced.sid == *sid) else { return };
        announced.is_published = true;
        let (cid, layers) = (announced.cid.clone(), announced.layers.clone());
        let info = SimulcastCodecInfo { mime_type, mid, cid, layers, ..SimulcastCodecInfo::default() };
        track.info.codecs.truncate(1);
        track.info.codecs.push(info);
        track.changed();
        if track.info.muted {
            effects.push(Effect::Media(Media::SetMuted { track: public.clone(), muted: true }));
        }
        self.tell_about(peer, effects);
        self.begin_second(peer, &public, sid.clone(), effects);
    }

    /// The second codec of a track is there.
    pub(super) fn begin_second(
        &mut self,
        peer: PeerId,
        public: &TrackSid,
        second: TrackSid,
        effects: &mut Vec<Effect>,
    ) {
        self.backups.published.insert(public.clone(), second);
        let needy: Vec<PeerId> =
            self.backups.needy.iter().filter(|(_, track)| track == public).map(|(receiver, _)| *receiver).collect();
        for receiver in needy {
            self.give_anew(receiver, peer, public, effects);
        }
    }

    /// The client took the second codec back.
    pub(super) fn backup_unpublished(&mut self, peer: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let public = sid.public();
        let Some(track) = self.people.get_mut(&peer).and_then(|person| person.tracks.get_mut(&public)) else { return };
        if track.backup.announced.as_ref().is_none_or(|announced| announced.sid != *sid) {
            return;
        }
        track.backup.announced = None;
        track.info.codecs.truncate(1);
        track.changed();
        self.end_second(peer, &public, effects);
        self.tell_about(peer, effects);
    }

    /// The second codec of a track is gone.
    pub(super) fn end_second(&mut self, peer: PeerId, public: &TrackSid, effects: &mut Vec<Effect>) {
        self.backups.published.remove(public);
        let given: Vec<PeerId> =
            self.backups.given.iter().filter(|(_, track)| track == public).map(|(receiver, _)| *receiver).collect();
        for receiver in given {
            self.backups.given.remove(&(receiver, public.clone()));
            if let Some(person) = self.people.get_mut(&receiver) {
                person.receiving.remove(public);
            }
            self.settle(receiver, peer, public, effects);
        }
    }

    /// A receiver cannot read a picture: it gets the second codec, once that is there.
    pub(super) fn not_understood(&mut self, receiver: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let owner = self.people.values().find(|person| person.tracks.contains_key(sid)).map(|person| person.peer);
        // Of a second codec nothing is known that could help.
        let (Some(publisher), true) = (owner, self.people.contains_key(&receiver)) else { return };
        let can_help = self.people[&publisher].tracks[sid].backup.codec.is_some();
        if !can_help || !self.backups.needy.insert((receiver, sid.clone())) {
            return;
        }
        if self.backups.published.contains_key(sid) {
            self.give_anew(receiver, publisher, sid, effects);
        } else {
            self.ask_for_backup(publisher, sid, effects);
        }
    }

    /// Asks for the second codec of a track as long as somebody needs it.
    pub(super) fn ask_for_backup(&mut self, publisher: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let is_needed = self.backups.is_needed(sid) || self.lent.needs_second(sid);
        let Some(track) = self.own_track(publisher, sid) else { return };
        if track.backup.is_asked != is_needed {
            track.backup.is_asked = is_needed;
            effects.push(super::dynacast::words(publisher, track));
        }
    }

    fn give_anew(&mut self, receiver: PeerId, publisher: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&receiver) else { return };
        if person.receiving.remove(sid) {
            effects.push(Effect::Media(Media::Unsubscribe { peer: receiver, track: sid.clone() }));
        }
        self.settle(receiver, publisher, sid, effects);
    }
}

/// Every announced codec of a track that waits for its section.
pub fn pending(track: &Track) -> impl Iterator<Item = PendingTrack> {
    let first = (!track.is_published()).then(|| track.pending());
    first.into_iter().chain(track.backup.pending())
}
