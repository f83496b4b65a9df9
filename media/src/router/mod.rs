//! Decides what becomes of a media packet: who gets it, with which numbers, and who is asked for
//! a keyframe. A state machine: `(packet, now) → effects`. No socket, no lock, no thread.

mod dependency;
mod keyframes;
mod layers;
mod offered;
mod outbound;
mod svc;
mod track;
pub(crate) mod vp8;
mod vp9;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Instant;

pub(crate) use dependency::{Dependencies, Following};
pub(crate) use keyframes::starts_keyframe;
pub(crate) use layers::choose;
pub(crate) use offered::Offered;
pub(crate) use outbound::Outbound;
pub(crate) use track::{Receiver, Track};

use crate::bandwidth::Rung;
use crate::mid::Mid;
use crate::packet::{Packet, Rewrite};
use crate::{LayerWish, PeerId, Quality, TrackSid};

/// What the worker shall do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Send the packet to a receiver.
    Forward { to: PeerId, rewrite: Rewrite },
    /// Ask a publisher for a keyframe.
    RequestKeyframe { from: PeerId, mid: Mid, quality: Quality },
}

/// Every track of a worker and its receivers.
#[derive(Default)]
pub(crate) struct Router {
    tracks: HashMap<TrackSid, Track>,
    /// Which track a publisher's section carries.
    sections: HashMap<(PeerId, Mid), TrackSid>,
    /// Numbering of sections that carry nothing at the moment: a section keeps its source
    /// identifier, so its next track must go on where the last one stopped.
    resting: HashMap<(PeerId, Mid), Outbound>,
}

impl Router {
    pub(crate) fn publish(&mut self, track: Track) {
        self.sections.insert((track.publisher, track.mid), track.sid.clone());
        self.tracks.insert(track.sid.clone(), track);
    }

    /// Removes a track; its receivers' sections rest.
    pub(crate) fn unpublish(&mut self, sid: &TrackSid) {
        if let Some(track) = self.tracks.remove(sid) {
            self.sections.remove(&(track.publisher, track.mid));
            for receiver in track.receivers {
                self.resting.insert((receiver.peer, receiver.mid), receiver.outbound);
            }
        }
    }

    /// Lets a receiver have a track in one of its sections. It starts with a keyframe.
    pub(crate) fn attach(
        &mut self,
        sid: &TrackSid,
        peer: PeerId,
        mid: Mid,
        wish: Option<LayerWish>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let outbound = self.resting.remove(&(peer, mid)).unwrap_or_else(|| Outbound::new(1));
        let Some(track) = self.tracks.get_mut(sid) else {
            self.resting.insert((peer, mid), outbound);
            return false;
        };
        track.attach(Receiver::new(peer, mid, wish, outbound), now, effects);
        true
    }

    pub(crate) fn detach(&mut self, sid: &TrackSid, peer: PeerId) {
        let Some(track) = self.tracks.get_mut(sid) else { return };
        if let Some(receiver) = track.detach(peer) {
            self.resting.insert((peer, receiver.mid), receiver.outbound);
        }
    }

    /// Forgets a peer as a receiver; what it published is unpublished one by one.
    pub(crate) fn forget(&mut self, peer: PeerId) {
        for track in self.tracks.values_mut() {
            track.detach(peer);
        }
        self.resting.retain(|(resting, _), _| *resting != peer);
    }

    pub(crate) fn set_muted(&mut self, sid: &TrackSid, muted: bool, now: Instant, effects: &mut Vec<Effect>) {
        if let Some(track) = self.tracks.get_mut(sid) {
            track.set_muted(muted, now, effects);
        }
    }

    pub(crate) fn prefer(
        &mut self,
        sid: &TrackSid,
        peer: PeerId,
        wish: LayerWish,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(track) = self.tracks.get_mut(sid) {
            track.prefer(peer, wish, now, effects);
        }
    }

    /// What a receiver's line has room for, of one track.
    pub(crate) fn allow(
        &mut self,
        sid: &TrackSid,
        peer: PeerId,
        allowed: Option<Rung>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(track) = self.tracks.get_mut(sid) {
            track.allow(peer, allowed, now, effects);
        }
    }

    /// Whether the sound of a track is forwarded.
    pub(crate) fn set_unheard(&mut self, sid: &TrackSid, is_unheard: bool) {
        if let Some(track) = self.tracks.get_mut(sid) {
            track.set_unheard(is_unheard);
        }
    }

    /// A packet came in.
    pub(crate) fn packet(&mut self, packet: &Packet, now: Instant, effects: &mut Vec<Effect>) {
        let Some(track) = self.sections.get(&(packet.from, packet.mid)).and_then(|sid| self.tracks.get_mut(sid)) else {
            return;
        };
        track.packet(packet, now, effects);
    }

    /// A receiver lost the picture.
    pub(crate) fn keyframe_wanted(&mut self, sid: &TrackSid, peer: PeerId, now: Instant, effects: &mut Vec<Effect>) {
        if let Some(track) = self.tracks.get_mut(sid) {
            track.keyframe_wanted(peer, now, effects);
        }
    }

    /// Another worker's receivers lost the picture of a publisher's section.
    pub(crate) fn requested(
        &mut self,
        publisher: PeerId,
        mid: Mid,
        quality: Quality,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let sid = self.sections.get(&(publisher, mid));
        if let Some(track) = sid.and_then(|sid| self.tracks.get_mut(sid)) {
            track.ask(quality, now, effects);
        }
    }

    /// Time passes: layers dry up, put-off keyframe requests fall due.
    pub(crate) fn tick(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        for track in self.tracks.values_mut() {
            track.tick(now, effects);
        }
    }

    pub(crate) fn track(&self, sid: &TrackSid) -> Option<&Track> {
        self.tracks.get(sid)
    }

    #[cfg(test)]
    pub(crate) fn track_mut(&mut self, sid: &TrackSid) -> Option<&mut Track> {
        self.tracks.get_mut(sid)
    }

    /// What a section of a publisher carries.
    pub(crate) fn carried_by(&self, publisher: PeerId, mid: Mid) -> Option<&TrackSid> {
        self.sections.get(&(publisher, mid))
    }

    /// The tracks of a publisher with the bytes that came in since the last call.
    pub(crate) fn take_bytes(&mut self, publisher: PeerId) -> Vec<(TrackSid, u64)> {
        let own = self.tracks.values_mut().filter(|track| track.publisher == publisher);
        let mut bytes: Vec<(TrackSid, u64)> =
            own.map(|track| (track.sid.clone(), std::mem::take(&mut track.bytes))).collect();
        bytes.sort();
        bytes
    }

    pub(crate) fn tracks_of(&self, publisher: PeerId) -> Vec<TrackSid> {
        let mut sids: Vec<TrackSid> =
            self.tracks.values().filter(|track| track.publisher == publisher).map(|track| track.sid.clone()).collect();
        sids.sort();
        sids
    }
}
