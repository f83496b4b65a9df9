//! Tracks: announced, bound, muted, taken back.

use domain::policy::Sending;
use media::{PeerId, TrackSid};
use protocol::livekit::request_response::{Reason, Request as Subject};
use protocol::livekit::{
    AddTrackRequest, MuteTrackRequest, PublishDataTrackRequest, RequestResponse, TrackPublishedResponse, TrackType,
    TrackUnpublishedResponse, UpdateLocalAudioTrack, UpdateLocalVideoTrack,
};

use super::effect::Message;
use super::rules::sending;
use super::track::{Track, TrackState, is_sane};
use super::{Effect, Meeting, TRACKS_PER_PARTICIPANT, limits};

impl Meeting {
    pub(super) fn add_track(&mut self, peer: PeerId, wish: AddTrackRequest, effects: &mut Vec<Effect>) {
        if !wish.sid.is_empty() && is_sane(&wish) && self.add_backup(peer, &wish, effects) {
            return;
        }
        let Some(person) = self.people.get(&peer) else { return };
        let what = sending(wish.r#type, wish.source);
        // A microphone that is off disturbs nobody; switching it on is looked at again.
        let is_allowed = (what == Sending::Voice && wish.muted) || self.rules_allow(person, what);
        let Some(person) = self.people.get_mut(&peer) else { return };
        // Asking again for a track that waits for its offer gets the same answer again.
        let waiting = person.tracks.values().find(|track| !track.is_published() && track.cid() == wish.cid);
        if let Some(track) = waiting {
            let track = Some(track.info.clone());
            let published = TrackPublishedResponse { cid: wish.cid, track };
            effects.push(Effect::send(vec![peer], Message::TrackPublished(published)));
            return;
        }
        let refused = if !is_sane(&wish) {
            Some((Reason::InvalidRequest, "the announcement is not complete or too large"))
        } else if !person.grants.allow_source(wish.source) {
            Some((Reason::NotAllowed, "the token does not allow this source"))
        } else if !is_allowed {
            Some((Reason::NotAllowed, "the rules of this meeting do not allow this source"))
        } else if !wish.sid.is_empty() {
            Some((Reason::UnsupportedType, "a second codec needs an own published picture in another codec"))
        } else if person.tracks.len() >= TRACKS_PER_PARTICIPANT {
            Some((Reason::LimitExceeded, "too many tracks"))
        } else {
            None
        };
        if let Some((reason, message)) = refused {
            effects.push(refusal(peer, reason, message, Subject::AddTrack(wish)));
            return;
        }
        let kind = TrackType::try_from(wish.r#type).expect("is_sane accepts audio and video only");
        let cid = wish.cid.clone();
        let track = Track::announce(self.sids.track(kind), wish);
        let published = TrackPublishedResponse { cid, track: Some(track.info.clone()) };
        effects.push(Effect::send(vec![peer], Message::TrackPublished(published)));
        person.tracks.insert(track.sid.clone(), track);
    }

    /// The media engine found the section: now the others may know.
    pub(super) fn published(
        &mut self,
        peer: PeerId,
        sid: &TrackSid,
        mime: String,
        mid: String,
        effects: &mut Vec<Effect>,
    ) {
        let Some(track) = self.people.get_mut(&peer).and_then(|person| person.tracks.get_mut(sid)) else { return };
        if track.is_published() {
            return;
        }
        track.state = TrackState::Published { was_subscribed: false };
        if let Some(codec) = track.info.codecs.first_mut() {
            codec.mime_type.clone_from(&mime);
            codec.mid.clone_from(&mid);
        }
        track.info.mime_type = mime;
        track.info.mid = mid;
        track.changed();
        let (muted, info) = (track.info.muted, track.info.clone());
        if let Some(who) = self.people.get(&peer).map(super::news::brief) {
            self.note_published(who, info);
        }
        if muted {
            effects.push(Effect::Media(media::Command::SetMuted { track: sid.clone(), muted }));
        }
        self.tell_about(peer, effects);
        self.offer_track(peer, sid, effects);
    }

    /// The section turned inactive: the client took the track back.
    pub(super) fn unpublished(&mut self, peer: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        let Some(track) = person.tracks.remove(sid) else { return };
        if track.is_published() {
            let who = super::news::brief(person);
            self.note_unpublished(who, track.info);
        }
        for other in self.people.values_mut() {
            if other.receiving.contains(sid) {
                effects.push(Effect::Media(media::Command::Unsubscribe { peer: other.peer, track: sid.clone() }));
            }
            other.forget(sid);
        }
        self.backups.retire(sid);
        self.tell_about(peer, effects);
    }

    /// Ends a track against its owner's will, and tells the owner.
    pub(super) fn take_track(&mut self, peer: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        self.unpublished(peer, sid, effects);
        if let Some(person) = self.people.get_mut(&peer) {
            person.note_taken(sid);
        }
        effects.push(taken(peer, sid));
    }

    /// Only one's own tracks: a sid of somebody else finds nothing.
    pub(super) fn mute(&mut self, peer: PeerId, wish: &MuteTrackRequest, effects: &mut Vec<Effect>) {
        let sid = TrackSid(wish.sid.as_str().into());
        let Some(person) = self.people.get(&peer) else { return };
        let Some(track) = person.tracks.get(&sid) else { return };
        if track.info.muted == wish.muted {
            return;
        }
        if !wish.muted && !self.rules_allow(person, sending(track.info.r#type, track.info.source)) {
            effects.push(Effect::send(vec![peer], Message::Mute(MuteTrackRequest { muted: true, ..wish.clone() })));
            return;
        }
        let Some(track) = self.people.get_mut(&peer).and_then(|person| person.tracks.get_mut(&sid)) else { return };
        track.info.muted = wish.muted;
        track.changed();
        if track.is_published() {
            effects.push(Effect::Media(media::Command::SetMuted { track: sid, muted: wish.muted }));
            self.tell_about(peer, effects);
        }
    }

    pub(super) fn update_audio_track(&mut self, peer: PeerId, wish: UpdateLocalAudioTrack, effects: &mut Vec<Effect>) {
        if wish.features.len() > limits::LAYERS {
            return;
        }
        self.change_track(peer, &wish.track_sid, effects, |track| track.info.audio_features = wish.features);
    }

    pub(super) fn update_video_track(&mut self, peer: PeerId, wish: &UpdateLocalVideoTrack, effects: &mut Vec<Effect>) {
        self.change_track(peer, &wish.track_sid, effects, |track| {
            track.info.width = wish.width;
            track.info.height = wish.height;
        });
    }

    pub(super) fn refuse_data_track(&mut self, peer: PeerId, wish: PublishDataTrackRequest, effects: &mut Vec<Effect>) {
        let subject = Subject::PublishDataTrack(wish);
        effects.push(refusal(peer, Reason::UnsupportedType, "data tracks are not supported", subject));
    }

    fn change_track(&mut self, peer: PeerId, sid: &str, effects: &mut Vec<Effect>, change: impl FnOnce(&mut Track)) {
        let sid = TrackSid(sid.into());
        let Some(track) = self.people.get_mut(&peer).and_then(|person| person.tracks.get_mut(&sid)) else { return };
        change(track);
        track.changed();
        if track.is_published() {
            self.tell_about(peer, effects);
        }
    }
}

/// Tells its owner that a track is no more.
pub(super) fn taken(peer: PeerId, sid: &TrackSid) -> Effect {
    Effect::send(vec![peer], Message::TrackUnpublished(TrackUnpublishedResponse { track_sid: sid.to_string() }))
}

fn refusal(peer: PeerId, reason: Reason, message: &str, subject: Subject) -> Effect {
    let response =
        RequestResponse { request_id: 0, reason: reason as i32, message: message.to_owned(), request: Some(subject) };
    Effect::send(vec![peer], Message::RequestResponse(response))
}
