use bytes::Bytes;

use super::member::{Meeting, Member};
use super::{Newcomer, WRITTEN_PER_TURN, Worker};
use crate::allowance::Allowance;
use crate::links::Word;
use crate::peer::{Polled, Sent};
use crate::slots::Wanted;
use crate::{Channel, CloseReason, Command, Event, MeetingId, PeerId, Subscription, TrackSid};

/// The longest message of a client.
const LONGEST_MESSAGE: usize = 64_000;

impl Worker {
    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::OpenMeeting { meeting, sink } => {
                self.meetings.insert(meeting, Meeting::new(sink, self.plan.index));
            }
            Command::CloseMeeting { meeting } => self.close_meeting(meeting),
            Command::ClosePeer { peer } => self.close(peer, CloseReason::Asked),
            // The engine makes connections and reads offers before it tells.
            Command::OpenPeer { .. }
            | Command::OpenReceiver { .. }
            | Command::OpenViewer { .. }
            | Command::Offer { .. }
            | Command::Answer { .. } => {}
            Command::OfferAnew { peer } => self.offer_anew(peer),
            Command::Subscribe(subscription) => self.subscribe(subscription),
            Command::Unsubscribe { peer, track } => self.unsubscribe(peer, &track),
            Command::SetMuted { track, muted } => self.set_muted(track, muted),
            Command::Prefer { peer, track, wish } => {
                if let Some(member) = self.members.get_mut(&peer) {
                    member.wishes.insert(track.clone(), wish);
                }
                self.router.prefer(&track, peer, wish, self.now, &mut self.effects);
                self.carry_out(None);
                self.unsettled.insert(peer);
            }
            Command::Limit { peer, limits } => self.limit(peer, limits),
            Command::SendData { to, channel, payload } => {
                for peer in to {
                    self.send_data(peer, channel, payload.clone());
                }
            }
        }
    }

    pub(super) fn open(&mut self, newcomer: Newcomer) {
        let Newcomer { meeting, peer, credentials, connection, side } = newcomer;
        let Some(opened) = self.meetings.get_mut(&meeting) else { return };
        opened.peers.insert(peer);
        let allowance = Allowance::new(self.plan.upload, self.now);
        let member = Member::new(meeting, connection, credentials, allowance, self.now);
        self.members.insert(peer, member.of(side));
        self.negotiable.insert(peer);
        self.meters.peers.increment(1);
        self.drain(peer);
    }

    /// Only the publisher's worker knows when its track was published and switched off; the
    /// others hear it in that order.
    fn set_muted(&mut self, track: TrackSid, muted: bool) {
        let publisher = self.router.track(&track).and_then(|track| self.members.get(&track.publisher));
        let Some(meeting) = publisher.map(|publisher| publisher.meeting) else { return };
        self.switch(meeting, &track, muted);
        self.tell_others(meeting, &Word::Muted { meeting, track, muted });
    }

    /// Switches a track off or on for the receivers here.
    pub(super) fn switch(&mut self, meeting: MeetingId, track: &TrackSid, muted: bool) {
        self.router.set_muted(track, muted, self.now, &mut self.effects);
        if let Some(meeting) = self.meetings.get_mut(&meeting).filter(|_| muted) {
            meeting.loudest.forget(track);
        }
        self.carry_out(None);
    }

    fn close_meeting(&mut self, meeting: MeetingId) {
        let peers = self.meetings.get(&meeting).map(|meeting| meeting.peers.clone()).unwrap_or_default();
        for peer in peers {
            self.close(peer, CloseReason::Asked);
        }
        self.meetings.remove(&meeting);
    }

    /// Ends a peer: the client is told if it can be, the others lose its tracks.
    pub(super) fn close(&mut self, peer: PeerId, reason: CloseReason) {
        if !self.members.contains_key(&peer) {
            return;
        }
        for sid in self.router.tracks_of(peer) {
            self.unpublish(peer, &sid);
        }
        self.call(peer, |connection| connection.close());
        // Only what shall still reach the client; nothing it says counts any more.
        while let Some(polled) = self.call(peer, |connection| connection.poll()) {
            match polled {
                Polled::Transmit { to, datagram } => self.outgoing.push((to, datagram)),
                Polled::Happened(_) => {}
                Polled::Idle(_) | Polled::Broken => break,
            }
        }
        self.tell(peer, Event::Closed { peer, reason });
        self.router.forget(peer);
        self.redundancy.set(peer, false);
        for source in self.addresses.forget(peer) {
            self.disown(source);
        }
        self.handshakes.retain(|waiting| waiting.peer != peer);
        self.faulty.retain(|faulty| *faulty != peer);
        if let Some(member) = self.members.remove(&peer) {
            self.meters.peers.decrement(1);
            if let Some(meeting) = self.meetings.get_mut(&member.meeting) {
                meeting.peers.remove(&peer);
            }
            for lender in &member.lenders {
                if let Some(lender) = self.meetings.get_mut(lender) {
                    lender.borrowers.remove(&peer);
                }
            }
        }
    }

    /// A track of another meeting, which knows its receivers of elsewhere from now on.
    pub(super) fn borrow(&mut self, lender: MeetingId, subscription: Subscription) {
        if let (Some(lending), Some(member)) =
            (self.meetings.get_mut(&lender), self.members.get_mut(&subscription.peer))
        {
            lending.borrowers.insert(subscription.peer);
            member.lenders.insert(lender);
        }
        self.subscribe(subscription);
    }

    fn subscribe(&mut self, subscription: Subscription) {
        let Subscription { peer, publisher: _, track, kind, stream } = subscription;
        let Some(member) = self.members.get_mut(&peer) else { return };
        let wanted = Wanted { track, kind, stream };
        if let Some(offering) = &mut member.offering {
            offering.subscribe(&wanted);
        }
        member.slots.subscribe(wanted);
        if member.slots.stay_open() {
            self.attach(peer);
        }
        self.negotiable.insert(peer);
    }

    pub(super) fn unsubscribe(&mut self, peer: PeerId, track: &TrackSid) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        member.slots.unsubscribe(track);
        if let Some(offering) = &mut member.offering {
            offering.unsubscribe(track);
        }
        member.attached.remove(track);
        member.wishes.remove(track);
        member.not_understood.remove(track);
        member.line.forget(track);
        let stays_open = member.slots.stay_open();
        self.router.detach(track, peer);
        if stays_open {
            self.attach(peer);
        }
        self.negotiable.insert(peer);
    }

    /// Tells clients that must offer again, and offers to the others, once per turn however much
    /// changed.
    pub(super) fn tell_needs(&mut self) {
        while let Some(peer) = self.negotiable.pop_first() {
            let Some(member) = self.members.get_mut(&peer) else { continue };
            if member.offering.is_some() {
                self.propose(peer);
            } else if let Some(need) = member.slots.take_need(self.now) {
                self.tell(peer, Event::SectionsNeeded { peer, audios: need.audios, videos: need.videos });
            }
        }
    }

    fn send_data(&mut self, peer: PeerId, channel: Channel, payload: Bytes) {
        let limit = self.plan.queued_data_bytes;
        if !self.members.contains_key(&peer) {
            return;
        }
        if payload.len() > LONGEST_MESSAGE {
            self.meters.dropped_data.increment(1);
            return;
        }
        match channel {
            // Later in this turn or in the next ones, in the order in which they came.
            Channel::Reliable => {
                let is_too_much = |worker: &Self| {
                    worker.members.get(&peer).is_some_and(|member| member.queued_bytes + payload.len() > limit)
                };
                // There may be room on the line that was not asked for yet.
                if is_too_much(self) && self.send_queued(peer) {
                    self.mark(peer);
                }
                if is_too_much(self) {
                    self.meters.dropped_data.increment(1);
                    return;
                }
                let Some(member) = self.members.get_mut(&peer) else { return };
                member.queued_bytes += payload.len();
                member.queued.push_back(payload);
                if !member.is_waiting {
                    member.is_waiting = true;
                    self.waiting.push_back(peer);
                }
            }
            Channel::Lossy => match self.call(peer, |connection| connection.send(channel, &payload)) {
                Some(Sent::Taken) => self.mark(peer),
                _ => self.meters.dropped_data.increment(1),
            },
        }
    }

    /// Gives reliable messages to some of the connections for which there are any; returns whether
    /// others still wait.
    pub(super) fn write_messages(&mut self) -> bool {
        for _ in 0..WRITTEN_PER_TURN {
            let Some(peer) = self.waiting.pop_front() else { return false };
            let Some(member) = self.members.get_mut(&peer) else { continue };
            member.is_waiting = false;
            if self.send_queued(peer) {
                self.mark(peer);
            }
        }
        !self.waiting.is_empty()
    }

    /// Sends what waits for room on the reliable channel; `true` if something went.
    pub(super) fn send_queued(&mut self, peer: PeerId) -> bool {
        let mut went = false;
        loop {
            let Some(first) = self.members.get(&peer).and_then(|member| member.queued.front().cloned()) else {
                return went;
            };
            if self.call(peer, |connection| connection.send(Channel::Reliable, &first)) != Some(Sent::Taken) {
                return went;
            }
            went = true;
            if let Some(member) = self.members.get_mut(&peer) {
                member.queued_bytes -= first.len();
                member.queued.pop_front();
            }
        }
    }
}
