use bytes::Bytes;

use crate::{Channel, Limited, PeerId, Quality, TrackSid};

/// What happened in the engine.
#[derive(Clone, Debug)]
pub enum Event {
    /// The answer to an offer.
    Answered {
        /// Whose offer.
        peer: PeerId,
        /// The answer.
        answer: Answer,
    },
    /// An offer that cannot be answered; the peer stays as it was.
    OfferRefused {
        /// Whose offer.
        peer: PeerId,
        /// The client's number of the offer.
        offer_id: u32,
        /// Why.
        reason: OfferRefused,
    },
    /// The server's offer to a receiving peer; [`crate::Command::Answer`] is expected.
    Offered {
        /// Whose.
        peer: PeerId,
        /// The offer.
        offer: ServerOffer,
    },
    /// An answer that does not fit the server's offer; nothing more will be offered.
    AnswerRefused {
        /// Whose.
        peer: PeerId,
    },
    /// The client must add this many receiving sections (maybe none) and offer again.
    SectionsNeeded {
        /// Whose.
        peer: PeerId,
        /// Missing audio sections.
        audios: u32,
        /// Missing video sections.
        videos: u32,
    },
    /// ICE and DTLS are up: media and data flow.
    Connected {
        /// Whose.
        peer: PeerId,
        /// How the media travels.
        path: PathKind,
    },
    /// The peer is over; nothing more comes of it.
    Closed {
        /// Which.
        peer: PeerId,
        /// Why.
        reason: CloseReason,
    },
    /// A section was bound to an announced track: receivers can be subscribed.
    Published {
        /// Whose.
        peer: PeerId,
        /// Which track.
        track: TrackSid,
        /// `audio/opus`, `video/VP8`, …
        mime: String,
        /// The section that carries it.
        mid: String,
    },
    /// The section of a track turned inactive.
    Unpublished {
        /// Whose.
        peer: PeerId,
        /// Which track.
        track: TrackSid,
    },
    /// A message from a client.
    Data {
        /// From whom.
        peer: PeerId,
        /// On which channel.
        channel: Channel,
        /// The message.
        payload: Bytes,
    },
    /// Who speaks, loudest first, whenever that changes; level 0..=1.
    Speakers {
        /// Peer and level.
        speakers: Vec<(PeerId, TrackSid, f32)>,
    },
    /// A picture pauses for a receiver because its line cannot carry it, or goes on again.
    StreamPaused {
        /// Who receives.
        peer: PeerId,
        /// What.
        track: TrackSid,
        /// Pauses, or goes on.
        is_paused: bool,
    },
    /// A picture reached a receiver that did not agree to its format: it gets nothing of it. Said
    /// once for each time it is subscribed.
    NotUnderstood {
        /// Who receives.
        peer: PeerId,
        /// What.
        track: TrackSid,
    },
    /// Once a second for every connected peer.
    Stats {
        /// Whose.
        peer: PeerId,
        /// The figures.
        stats: PeerStats,
    },
}

/// The answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The client's number of the offer.
    pub offer_id: u32,
    /// The SDP text.
    pub sdp: String,
    /// Which section carries which forwarded track.
    pub mid_to_track: Vec<(String, TrackSid)>,
}

/// An offer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOffer {
    /// Counts from 1.
    pub offer_id: u32,
    /// The SDP text.
    pub sdp: String,
    /// Which section carries which forwarded track.
    pub mid_to_track: Vec<(String, TrackSid)>,
}

/// The longest offer that is read, in bytes. A browser that receives sound and pictures of
/// another participant offers about 5 KiB for them, so this is enough for a hundred.
pub const LONGEST_OFFER: usize = 512 * 1024;

/// The most sections an offer may have. The engine asks for no more; tracks beyond them wait.
pub const MOST_SECTIONS: usize = 240;

/// Why an offer cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferRefused {
    /// Longer than [`LONGEST_OFFER`].
    #[error("the offer is too long")]
    TooLong,
    /// More than [`MOST_SECTIONS`].
    #[error("the offer has too many sections")]
    TooManySections,
    /// Not an SDP offer, or one the engine cannot follow.
    #[error("the offer cannot be understood")]
    Malformed,
    /// There is no such peer (any more).
    #[error("there is no such peer")]
    NoSuchPeer,
}

/// Why a peer is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// [`crate::Command::ClosePeer`] or its meeting's end.
    Asked,
    /// Nothing came from the client for too long.
    TimedOut,
    /// The engine gave the peer up after a fault of its own.
    Fault,
}

/// How media travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// Straight over UDP.
    Udp,
    /// Over TCP.
    Tcp,
}

/// How one peer is doing, over the last second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeerStats {
    /// Round-trip time, milliseconds.
    pub rtt_ms: Option<f32>,
    /// Share of packets lost on the way to us, 0..=1.
    pub loss_up: Option<f32>,
    /// Share of packets lost on the way to the client, 0..=1.
    pub loss_down: Option<f32>,
    /// Media from the client, bits per second.
    pub bitrate_up_bps: u64,
    /// Media to the client, bits per second.
    pub bitrate_down_bps: u64,
    /// What it publishes.
    pub tracks: Vec<TrackStats>,
    /// What it gets, and why not more.
    pub download: DownloadStats,
}

/// What one peer gets of the pictures it wants.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DownloadStats {
    /// What its line carries, bits per second, as estimated; none for a client that takes no part.
    pub estimate_bps: Option<u64>,
    /// The limit it is under, bits per second.
    pub limit_bps: Option<u64>,
    /// Its part of a line that it shares, for pictures, bits per second.
    pub share_bps: Option<u64>,
    /// What its sound takes, bits per second.
    pub sound_bps: u64,
    /// What the shared screens it wants would take, bits per second.
    pub screens_bps: u64,
    /// What everything it wants would take with sound, bits per second.
    pub wanted_bps: u64,
    /// What it is granted, bits per second.
    pub granted_bps: u64,
    /// Pictures it wants that are sent.
    pub pictures: u32,
    /// Of these: smaller or slower than it has a use for.
    pub reduced: u32,
    /// Of these: paused.
    pub paused: u32,
    /// The weightiest reason why something is held back.
    pub limited: Limited,
    /// Share of packets of its worst section lost, 0..=1, as the client reports.
    pub worst_loss: Option<f32>,
    /// The greatest jitter among its sections, milliseconds, as the client reports.
    pub jitter_ms: Option<f32>,
}

/// How one published track is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackStats {
    /// Which.
    pub track: TrackSid,
    /// What arrives, bits per second.
    pub bitrate_bps: u64,
    /// Share of its packets lost on the way to us, 0..=1.
    pub loss: Option<f32>,
    /// Interarrival jitter, milliseconds (RFC 3550, 6.4.1).
    pub jitter_ms: Option<f32>,
    /// The steps that arrive, and what each takes in bits per second.
    pub layers: Vec<(Quality, u64)>,
}
