//! The library as a client, without a socket: a receiver for tests inside this crate.

use std::net::SocketAddr;
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::Kind;

/// Receives one track.
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    /// Number and content of what arrived.
    pub(crate) heard: Vec<(u64, Vec<u8>)>,
    rtc: Rtc,
    due: Instant,
    pending: Option<SdpPendingOffer>,
}

impl Client {
    /// A client and its offer.
    pub(crate) fn new(address: SocketAddr, kind: Kind, now: Instant) -> (Self, String) {
        let mut rtc =
            Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, true).enable_vp8(true).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("an address"));
        let mut change = rtc.sdp_api();
        let kind = if kind == Kind::Audio { MediaKind::Audio } else { MediaKind::Video };
        change.add_media(kind, Direction::RecvOnly, None, None, None);
        let (offer, pending) = change.apply().expect("something is offered");
        (Self { address, heard: Vec::new(), rtc, due: now, pending: Some(pending) }, offer.to_sdp_string())
    }

    /// The answer to its offer.
    pub(crate) fn answered(&mut self, sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(sdp).expect("an answer of the library");
        let pending = self.pending.take().expect("it is answered once");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("the answer fits");
    }

    /// A datagram arrives; what it sends then.
    pub(crate) fn receive(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Vec<Vec<u8>> {
        if let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, datagram) {
            self.rtc.handle_input(Input::Receive(now, receive)).expect("the client takes it");
        }
        self.drain()
    }

    /// Time passes; what it sends then.
    pub(crate) fn pass(&mut self, now: Instant) -> Vec<Vec<u8>> {
        if now < self.due {
            return Vec::new();
        }
        self.rtc.handle_input(Input::Timeout(now)).expect("the client goes on");
        self.drain()
    }

    fn drain(&mut self) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        loop {
            match self.rtc.poll_output().expect("the client goes on") {
                Output::Timeout(due) => {
                    self.due = due;
                    return sent;
                }
                Output::Transmit(transmit) => sent.push(transmit.contents.to_vec()),
                Output::Event(Event::RtpPacket(packet)) => self.heard.push((*packet.seq_no, packet.payload.to_vec())),
                Output::Event(_) => {}
            }
        }
    }
}
