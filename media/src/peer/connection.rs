use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::{Acceptance, Description, Proposal, Proposed};
use crate::bandwidth::Desire;
use crate::mid::Mid;
use crate::packet::{Happening, Packet, Rewrite};
use crate::sdp::{Credentials, OfferedSection};
use crate::{Channel, Quality};

/// What the worker needs of a peer connection. After every call that changes something,
/// [`Connection::poll`] is called until it answers [`Polled::Idle`] or [`Polled::Broken`].
pub(crate) trait Connection: Send {
    /// Takes a datagram if it comes from where this peer has proved to be.
    fn receive(&mut self, now: Instant, source: SocketAddr, local: SocketAddr, datagram: &[u8]) -> Received;
    /// Time passes; what was written leaves.
    fn advance(&mut self, now: Instant);
    fn poll(&mut self) -> Polled;
    /// Answers an offer, with the directions its sections shall have; `None` if it cannot be
    /// followed. The credentials are others than before if the client restarts its checks.
    fn answer(&mut self, offer: &Description, sections: &[OfferedSection]) -> Option<(String, Credentials)>;
    /// Makes an offer to the client; `None` if there is nothing to say.
    fn offer(&mut self, _proposal: &Proposal) -> Option<Proposed> {
        None
    }
    /// Takes the client's answer to the last offer; `false` if it does not fit.
    fn accept(&mut self, _answer: Acceptance) -> bool {
        false
    }
    /// Writes a packet of a publisher; `false` if this receiver did not agree to its format.
    fn forward(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, now: Instant) -> bool;
    /// Writes a packet, ready to leave, behind what is in `out`; `false` and nothing if it must go
    /// by [`Connection::forward`].
    fn seal(&mut self, _packet: &Arc<Packet>, _rewrite: &Rewrite, _now: Instant, _out: &mut Vec<u8>) -> bool {
        false
    }
    /// Writes the next packet whose time has come, ready to leave, behind what is in `out`;
    /// `false` and nothing if there is none.
    fn release(&mut self, _now: Instant, _out: &mut Vec<u8>) -> bool {
        false
    }
    /// When [`Connection::release`] has something, or there is something to look at before.
    fn due(&self) -> Option<Instant> {
        None
    }
    /// Whether pictures are wanted here as well: then everything is part of the estimation.
    fn wants_pictures(&mut self, _wants: bool) {}
    fn request_keyframe(&mut self, mid: Mid, quality: Quality);
    fn send(&mut self, channel: Channel, payload: &[u8]) -> Sent;
    fn close(&mut self);
    /// How much is wanted: the estimation looks for that.
    fn desire(&mut self, _desire: Desire) {}
    /// Forgets what was estimated and begins anew from this, bits per second.
    fn estimate_anew(&mut self, _bps: u64) {}
    /// Whether pictures leave evenly, by the estimate, or at once.
    fn pace(&mut self, _paced: bool) {}
    /// Asks the client to send no more than this, bits per second, in these sections together.
    fn ask_for_at_most(&mut self, _mids: &[Mid], _bps: u64) {}
}

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Taken,
    Refused,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Taken,
    /// Too much is on its way; try again later.
    Full,
    /// The channel is not open.
    Closed,
}

/// What a connection has to say.
pub(crate) enum Polled {
    Transmit {
        to: SocketAddr,
        datagram: Vec<u8>,
    },
    Happened(Happening),
    /// Nothing until then.
    Idle(Instant),
    /// It cannot go on.
    Broken,
}
