//! What crosses between the connections, the router and the worker: own types, so that none of
//! them needs the WebRTC library.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::figures::SectionFigures;
use crate::mid::Mid;
use crate::peer::Carried;
use crate::router::vp8;
use crate::{Channel, PeerId, Quality};

/// A codec, as far as forwarding cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Opus,
    Vp8,
    Vp9,
    H264,
    Av1,
    Other,
}

/// A media packet from a publisher, decrypted once for all receivers.
pub(crate) struct Packet {
    pub(crate) from: PeerId,
    /// The publisher's section.
    pub(crate) mid: Mid,
    /// Which simulcast step.
    pub(crate) quality: Quality,
    /// One of several streams of its section; else all layers are inside this one.
    pub(crate) has_rid: bool,
    /// Never wraps.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) codec: Codec,
    pub(crate) payload: Arc<[u8]>,
    /// Loudness, 0..=1, if the publisher says.
    pub(crate) level: Option<f32>,
    /// What only the connections understand.
    pub(crate) carried: Carried,
}

impl Packet {
    /// The same with this payload, which brings earlier sound along.
    pub(crate) fn with_earlier(&self, payload: Arc<[u8]>) -> Self {
        Self { payload, carried: self.carried.with_earlier(), ..*self }
    }
}

/// How a packet leaves towards one receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// The receiver's section.
    pub(crate) mid: Mid,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    /// The last of a picture, as this receiver gets it.
    pub(crate) marker: bool,
    pub(crate) vp8: Option<vp8::Patch>,
    /// Nothing of the packet but its number: it keeps the receiver from asking for what was left
    /// out on purpose.
    pub(crate) is_filler: bool,
}

/// What happened on a connection.
pub(crate) enum Happening {
    /// ICE and DTLS are up.
    Connected,
    Packet(Arc<Packet>),
    /// The receiver wants a keyframe of what it gets in this section.
    KeyframeWanted(Mid),
    /// A data channel is open.
    Opened,
    Message(Channel, Bytes),
    Measured(Measured),
    /// What the line to the client carries, bits per second, as estimated; `None`: it cannot be
    /// estimated (any more).
    Estimated(Option<u64>),
    /// The client closed the connection.
    Ended,
}

/// The figures of a connection, since it began unless said otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    pub(crate) rtt: Option<Duration>,
    /// Share lost on the way to us, lately.
    pub(crate) loss_up: Option<f32>,
    /// Share lost on the way to the client in the last seconds, if it reported on packets of these.
    pub(crate) loss_down: Option<f32>,
    pub(crate) media_bytes_up: u64,
    pub(crate) media_bytes_down: u64,
    /// The client reports on every packet it gets: what its line carries can be estimated.
    pub(crate) has_feedback: bool,
    /// What the client sends, by section.
    pub(crate) incoming: Vec<(Mid, SectionFigures)>,
    /// What it gets, by section.
    pub(crate) outgoing: Vec<(Mid, SectionFigures)>,
}
