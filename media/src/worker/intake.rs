use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::Worker;
use crate::PeerId;
use crate::demux;
use crate::links::Word;
use crate::peer::Received;

/// Parts of handshakes that wait for their turn; clients send again what finds no room.
const MOST_HANDSHAKES: usize = 1_024;
/// Of one peer. A flight of a browser is five.
const MOST_OF_ONE: usize = 8;

/// A client is followed to another address only if nothing came from the old one for so long:
/// one with two networks checks both all the time.
const LEFT_AFTER: Duration = Duration::from_secs(1);

/// A part of a handshake that waits.
pub(super) struct Handshake {
    pub(super) peer: PeerId,
    source: SocketAddr,
    local: Option<IpAddr>,
    datagram: Vec<u8>,
}

impl Worker {
    /// A packet from the network; `via` is the worker to whose socket it came, if another.
    pub(super) fn datagram(&mut self, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8], via: Option<usize>) {
        let peer = match demux::owner(datagram) {
            // Whether the name is genuine only its owner can tell.
            Some(owner) if owner.worker != self.plan.index => {
                return self.pass_on(owner.worker, source, local, datagram, via);
            }
            Some(owner) => PeerId(owner.slot),
            None => match self.addresses.peer(source, self.now) {
                Some(peer) => peer,
                None => match self.foreign.get(&source) {
                    Some(worker) => return self.pass_on(*worker, source, local, datagram, via),
                    None => return self.meters.dropped_stranger.increment(1),
                },
            },
        };
        if demux::is_handshake(datagram) && self.members.get(&peer).is_some_and(|member| !member.is_connected) {
            return self.postpone(peer, source, local, datagram);
        }
        self.receive(peer, source, local, datagram, via);
    }

    /// Gives a datagram to the peer it seems to be for.
    fn receive(
        &mut self,
        peer: PeerId,
        source: SocketAddr,
        local: Option<IpAddr>,
        datagram: &[u8],
        via: Option<usize>,
    ) {
        let destination = self.destination(local, source);
        let now = self.now;
        let is_check = demux::owner(datagram).is_some();
        if is_check && !self.addresses.admits(source, peer, datagram, now) {
            return self.meters.dropped_refused.increment(1);
        }
        match self.call(peer, |connection| connection.receive(now, source, destination, datagram)) {
            Some(Received::Taken) => {
                if is_check {
                    self.prove(source, peer, datagram, via);
                }
                if let Some(member) = self.members.get_mut(&peer) {
                    member.heard_at = now;
                }
                self.drain(peer);
            }
            Some(Received::Refused) => self.meters.dropped_refused.increment(1),
            None => self.meters.dropped_stranger.increment(1),
        }
    }

    /// A connectivity check with the right password came from there.
    fn prove(&mut self, source: SocketAddr, peer: PeerId, check: &[u8], via: Option<usize>) {
        let forgotten = self.addresses.prove(source, peer, check, self.now);
        if let Some(Some(link)) = via.and_then(|via| self.links.get_mut(via)) {
            // Each time: a word is small, checks are rare, and the other may have lost it.
            link.word(Word::Proved { source });
        }
        if let Some(source) = forgotten {
            self.disown(source);
        }
        let Some(member) = self.members.get_mut(&peer).filter(|_| demux::chooses_path(check)) else { return };
        let has_left = |from: SocketAddr| from != source && self.addresses.silent_for(from, self.now) >= LEFT_AFTER;
        if member.path.current().is_some_and(has_left) {
            member.path.follow(source);
        }
    }

    /// Tells the others that a source is nobody's any more.
    pub(super) fn disown(&mut self, source: SocketAddr) {
        for link in self.links.iter_mut().flatten() {
            link.word(Word::Forgotten { source });
        }
    }

    /// To the worker whose peer it seems to be. Strangers get nothing, not even an error.
    fn pass_on(
        &mut self,
        worker: usize,
        source: SocketAddr,
        local: Option<IpAddr>,
        datagram: &[u8],
        via: Option<usize>,
    ) {
        // Never twice: a name is an owner's or nobody's.
        match self.links.get_mut(worker).filter(|_| via.is_none()) {
            Some(Some(link)) => {
                if !link.datagram(source, local, datagram) {
                    self.meters.dropped_handover.increment(1);
                }
            }
            _ => self.meters.dropped_stranger.increment(1),
        }
    }

    /// A part of a handshake costs as much as hundreds of media packets: one in each turn, after
    /// the media.
    fn postpone(&mut self, peer: PeerId, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) {
        let of_this = self.handshakes.iter().filter(|waiting| waiting.peer == peer).count();
        if self.handshakes.len() >= MOST_HANDSHAKES || of_this >= MOST_OF_ONE {
            return self.meters.dropped_handshake.increment(1);
        }
        self.handshakes.push_back(Handshake { peer, source, local, datagram: datagram.to_vec() });
    }

    pub(super) fn take_handshake(&mut self) {
        if let Some(Handshake { peer, source, local, datagram }) = self.handshakes.pop_front() {
            self.receive(peer, source, local, &datagram, None);
        }
    }

    /// The candidate a packet was sent to. Behind an address translation the packet names an
    /// address the client never saw, so the announced one of the same family stands in.
    fn destination(&self, local: Option<IpAddr>, source: SocketAddr) -> SocketAddr {
        let candidates = &self.plan.candidates;
        let exact = candidates.iter().find(|candidate| Some(candidate.ip()) == local);
        let family = || candidates.iter().find(|candidate| candidate.is_ipv4() == source.is_ipv4());
        *exact.or_else(family).unwrap_or(&candidates[0])
    }
}
