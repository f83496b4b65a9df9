//! A big meeting is on several workers: each has its own peers and knows the tracks of all. A
//! packet is decrypted by its publisher's worker and handed to the others, which forward it to
//! their own receivers.

use super::Worker;
use super::member::Meeting;
use crate::links::{Batch, Published, Word};
use crate::mid::Mid;
use crate::router::Track;
use crate::{MeetingId, PeerId, Quality, TrackSid};

/// Batches taken from each other worker in one turn.
const BATCHES_PER_TURN: usize = 8;

/// A publisher that is on another worker.
pub(super) struct Guest {
    worker: usize,
    meeting: MeetingId,
    tracks: usize,
}

impl Worker {
    pub(super) fn is_handed_something(&self) -> bool {
        self.links.iter().flatten().any(|link| link.has_something())
    }

    /// Takes what other workers handed over; returns whether there is more.
    pub(super) fn take_handed(&mut self) -> bool {
        for other in 0..self.links.len() {
            for taken in 1..=BATCHES_PER_TURN {
                let Some(batch) = self.links[other].as_mut().and_then(|link| link.take()) else { break };
                self.is_behind |= taken == BATCHES_PER_TURN;
                self.read(other, &batch);
                if let Some(link) = &mut self.links[other] {
                    link.give_back(batch);
                }
            }
        }
        self.is_handed_something()
    }

    /// Sends off what was put into the links.
    pub(super) fn hand_over(&mut self) {
        for link in self.links.iter_mut().flatten() {
            link.hand_over();
        }
    }

    fn read(&mut self, other: usize, batch: &Batch) {
        for word in &batch.words {
            self.hear(other, word);
        }
        for packet in &batch.packets {
            if let Some(meeting) = self.guests.get(&packet.from).map(|guest| guest.meeting) {
                self.forward(packet, meeting);
            }
        }
        for at in 0..batch.datagrams.len() {
            let (source, local, datagram) = batch.datagrams.get(at);
            self.datagram(source, local, datagram, Some(other));
        }
    }

    fn hear(&mut self, other: usize, word: &Word) {
        match word {
            Word::Published(published) => self.host(other, published),
            Word::Unpublished { meeting, track } => self.withdraw(*meeting, track),
            Word::Muted { meeting, track, muted } => self.switch(*meeting, track, *muted),
            Word::KeyframeWanted { from, mid, quality } => {
                self.router.requested(*from, *mid, *quality, self.now, &mut self.effects);
                self.carry_out(None);
            }
            Word::Proved { source } => {
                self.foreign.insert(*source, other);
            }
            Word::Forgotten { source } => {
                if self.foreign.get(source) == Some(&other) {
                    self.foreign.remove(source);
                }
            }
        }
    }

    /// A meeting of this worker is on others too: they must know what is published here.
    pub(super) fn span(&mut self, meeting: MeetingId, home: usize, others: Vec<usize>) {
        let Some(spanned) = self.meetings.get_mut(&meeting) else { return };
        spanned.home = home;
        let before = std::mem::replace(&mut spanned.others, others.clone());
        let peers: Vec<PeerId> = spanned.peers.iter().copied().collect();
        for peer in peers {
            for sid in self.router.tracks_of(peer) {
                for other in others.iter().filter(|other| !before.contains(other)) {
                    self.announce_to(*other, meeting, &sid);
                }
            }
        }
    }

    /// Tells the other workers of a meeting about a track of a peer here.
    pub(super) fn announce(&mut self, meeting: MeetingId, sid: &TrackSid) {
        let others = self.meetings.get(&meeting).map(|meeting| meeting.others.clone()).unwrap_or_default();
        for other in others {
            self.announce_to(other, meeting, sid);
        }
    }

    fn announce_to(&mut self, other: usize, meeting: MeetingId, sid: &TrackSid) {
        let (Some(track), Some(Some(link))) = (self.router.track(sid), self.links.get_mut(other)) else { return };
        link.word(Word::Published(Published {
            meeting,
            publisher: track.publisher,
            track: sid.clone(),
            mid: track.mid,
            kind: track.kind,
            layers: track.published.clone(),
            is_screen: track.is_screen,
            may_repeat: track.may_repeat,
            muted: track.muted,
        }));
    }

    /// Says something to the other workers of a meeting.
    pub(super) fn tell_others(&mut self, meeting: MeetingId, word: &Word) {
        let Some(spanned) = self.meetings.get(&meeting) else { return };
        for other in &spanned.others {
            if let Some(Some(link)) = self.links.get_mut(*other) {
                link.word(word.clone());
            }
        }
    }

    /// A track of another worker can be received here.
    fn host(&mut self, other: usize, published: &Published) {
        let Published { meeting, publisher, track, mid, kind, layers, is_screen, may_repeat, muted } = published;
        if self.router.track(track).is_none() {
            let guest = Guest { worker: other, meeting: *meeting, tracks: 0 };
            self.guests.entry(*publisher).or_insert(guest).tracks += 1;
        }
        let mut hosted = Track::new(track.clone(), *publisher, *mid, *kind, layers.clone());
        (hosted.is_screen, hosted.may_repeat) = (*is_screen, *may_repeat);
        self.router.publish(hosted);
        self.router.set_muted(track, *muted, self.now, &mut self.effects);
        // Somebody may have a section for it already.
        let receivers = self.meetings.get(meeting).map(Meeting::receivers).unwrap_or_default();
        for receiver in receivers {
            self.attach(receiver);
        }
    }

    /// A track of another worker is gone.
    fn withdraw(&mut self, meeting: MeetingId, sid: &TrackSid) {
        let Some(publisher) = self.router.track(sid).map(|track| track.publisher) else { return };
        self.drop_track(meeting, sid);
        if let Some(guest) = self.guests.get_mut(&publisher) {
            guest.tracks -= 1;
            if guest.tracks == 0 {
                self.guests.remove(&publisher);
            }
        }
    }

    /// The publisher is on another worker: that one asks it.
    pub(super) fn ask_elsewhere(&mut self, from: PeerId, mid: Mid, quality: Quality) {
        let Some(guest) = self.guests.get(&from) else { return };
        if let Some(Some(link)) = self.links.get_mut(guest.worker) {
            link.word(Word::KeyframeWanted { from, mid, quality });
        }
    }
}
