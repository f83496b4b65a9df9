//! Who receives which track, and how much of it.

use media::{LayerWish, PeerId, Quality, Subscription, TrackSid};
use protocol::livekit::{
    SubscriptionError, SubscriptionPermission, SubscriptionPermissionUpdate, SubscriptionResponse, TrackSubscribed,
    UpdateSubscription, UpdateTrackSettings, VideoQuality,
};

use super::effect::Message;
use super::permission::audience_has;
use super::track::TrackState;
use super::{Effect, Meeting};

impl Meeting {
    /// A receiver can be served from now on: everything that is there.
    pub(super) fn subscribe_to_all(&mut self, receiver: PeerId, effects: &mut Vec<Effect>) {
        for (publisher, sid) in self.published_tracks() {
            self.settle(receiver, publisher, &sid, effects);
        }
    }

    /// A track can be received from now on: by everybody who is there.
    pub(super) fn offer_track(&mut self, publisher: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        for receiver in self.everybody_but(publisher) {
            self.settle(receiver, publisher, sid, effects);
        }
    }

    /// An explicit choice of tracks.
    pub(super) fn choose_tracks(&mut self, receiver: PeerId, wish: &UpdateSubscription, effects: &mut Vec<Effect>) {
        let by_participant = wish.participant_tracks.iter().flat_map(|tracks| &tracks.track_sids);
        for sid in wish.track_sids.iter().chain(by_participant) {
            let track = TrackSid(sid.as_str().into());
            // Only what exists is noted, so that nobody fills the memory with inventions.
            let Some(publisher) = self.publisher_of(&track) else {
                let err = SubscriptionError::SeTrackNotfound as i32;
                let response = SubscriptionResponse { track_sid: sid.clone(), err };
                effects.push(Effect::send(vec![receiver], Message::SubscriptionResponse(response)));
                continue;
            };
            if let Some(person) = self.people.get_mut(&receiver) {
                person.chosen.insert(track.clone(), wish.subscribe);
            }
            self.settle(receiver, publisher, &track, effects);
        }
    }

    /// A publisher says who may receive its tracks.
    pub(super) fn restrict(
        &mut self,
        publisher: PeerId,
        permission: SubscriptionPermission,
        effects: &mut Vec<Effect>,
    ) {
        let others = self.everybody_but(publisher);
        let Some(person) = self.people.get_mut(&publisher) else { return };
        let before = std::mem::replace(&mut person.audience, permission);
        let after = person.audience.clone();
        let participant_sid = person.sid.clone();
        let tracks: Vec<_> =
            person.tracks.values().filter(|track| track.is_published()).map(|track| track.sid.clone()).collect();
        for receiver in others {
            for sid in &tracks {
                let allowed = match self.people.get(&receiver) {
                    Some(person) if audience_has(&before, person, &sid.0) != audience_has(&after, person, &sid.0) => {
                        audience_has(&after, person, &sid.0)
                    }
                    _ => continue,
                };
                let update = SubscriptionPermissionUpdate {
                    participant_sid: participant_sid.clone(),
                    track_sid: sid.to_string(),
                    allowed,
                };
                effects.push(Effect::send(vec![receiver], Message::SubscriptionPermissionUpdate(update)));
                self.settle(receiver, publisher, sid, effects);
            }
        }
    }

    /// How large and how good a receiver shows a track.
    pub(super) fn prefer(&mut self, receiver: PeerId, wish: &UpdateTrackSettings, effects: &mut Vec<Effect>) {
        let quality = VideoQuality::try_from(wish.quality).unwrap_or(VideoQuality::High);
        let at_most = match quality {
            // With a size given the quality field is left at its default, which says "low".
            _ if wish.width > 0 && wish.height > 0 => Quality::High,
            VideoQuality::Low => Quality::Low,
            VideoQuality::Medium => Quality::Medium,
            VideoQuality::High | VideoQuality::Off => Quality::High,
        };
        let layers = LayerWish {
            enabled: !wish.disabled && quality != VideoQuality::Off,
            at_most,
            width: wish.width,
            height: wish.height,
            fps: wish.fps,
            priority: wish.priority,
        };
        for sid in &wish.track_sids {
            let track = TrackSid(sid.as_str().into());
            let Some(publisher) = self.publisher_of(&track) else { continue };
            let Some(person) = self.people.get_mut(&receiver) else { return };
            person.wishes.insert(track.clone(), layers);
            if person.receiving.contains(&track) {
                effects.push(Effect::Media(media::Command::Prefer {
                    peer: receiver,
                    track: track.clone(),
                    wish: layers,
                }));
                self.ask_for_more(publisher, &track, effects);
            }
        }
    }

    /// Makes what is sent equal to what is wanted and allowed.
    pub(super) fn settle(&mut self, receiver: PeerId, publisher: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let (Some(to), Some(from)) = (self.people.get(&receiver), self.people.get(&publisher)) else { return };
        let Some(track) = from.tracks.get(sid).filter(|track| track.is_published()) else { return };
        let shall = receiver != publisher
            && to.place == from.place
            && to.has_offered
            && to.grants.subscribe
            && to.wants(sid)
            && audience_has(&from.audience, to, &sid.0);
        let does = to.receiving.contains(sid);
        let subscription = Subscription {
            peer: receiver,
            publisher: from.origin.unwrap_or(publisher),
            track: sid.clone(),
            kind: track.kind(),
            stream: format!("{}|{}", from.sid, track.info.stream),
        };
        let wish = to.wishes.get(sid).copied();
        match (does, shall) {
            (false, true) => {
                effects.push(Effect::Media(media::Command::Subscribe(subscription)));
                if let Some(wish) = wish {
                    effects.push(Effect::Media(media::Command::Prefer { peer: receiver, track: sid.clone(), wish }));
                }
                self.note_receiving(receiver, sid, true);
                self.tell_first_subscription(publisher, sid, effects);
                self.ask_for_more(publisher, sid, effects);
            }
            (true, false) => {
                effects.push(Effect::Media(media::Command::Unsubscribe { peer: receiver, track: sid.clone() }));
                self.note_receiving(receiver, sid, false);
            }
            _ => {}
        }
    }

    fn note_receiving(&mut self, receiver: PeerId, sid: &TrackSid, receives: bool) {
        let Some(person) = self.people.get_mut(&receiver) else { return };
        if receives {
            person.receiving.insert(sid.clone());
        } else {
            person.receiving.remove(sid);
        }
    }

    pub(super) fn tell_first_subscription(&mut self, publisher: PeerId, sid: &TrackSid, effects: &mut Vec<Effect>) {
        let Some(track) = self.people.get_mut(&publisher).and_then(|person| person.tracks.get_mut(sid)) else {
            return;
        };
        if track.state == (TrackState::Published { was_subscribed: false }) {
            track.state = TrackState::Published { was_subscribed: true };
            let subscribed = TrackSubscribed { track_sid: sid.to_string() };
            effects.push(Effect::send(vec![publisher], Message::TrackSubscribed(subscribed)));
        }
    }

    fn published_tracks(&self) -> Vec<(PeerId, TrackSid)> {
        let of_all = self.people.values().flat_map(|person| {
            person.tracks.values().filter(|track| track.is_published()).map(|track| (person.peer, track.sid.clone()))
        });
        of_all.collect()
    }

    fn publisher_of(&self, sid: &TrackSid) -> Option<PeerId> {
        let has = |track: &super::track::Track| track.is_published();
        self.people.values().find(|person| person.tracks.get(sid).is_some_and(has)).map(|person| person.peer)
    }
}
