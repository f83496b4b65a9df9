use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::Event;

/// Names a meeting within the engine; chosen by the caller, never reused while the process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeetingId(pub u64);

/// Names a peer (one peer connection) within the engine; chosen by the caller, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// Names a published track on the wire: `TR_…`. A second codec of it has a name of its own, which
/// no client is told: `TR_…#vp8`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackSid(pub Arc<str>);

impl TrackSid {
    /// The name of a second codec of this track.
    #[must_use]
    pub fn in_codec(&self, codec: &str) -> Self {
        Self(format!("{}#{codec}", self.public().0).into())
    }

    /// The name clients know, whichever codec this is.
    #[must_use]
    pub fn public(&self) -> Self {
        match self.0.split_once('#') {
            Some((public, _)) => Self(public.into()),
            None => self.clone(),
        }
    }
}

impl fmt::Display for TrackSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Receives what happens in a meeting. Called on a worker thread: must not block.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

/// The data channels of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// `_reliable`: ordered, complete.
    Reliable,
    /// `_lossy`: unordered, never repeated.
    Lossy,
}

/// The three simulcast steps; also what a receiver may ask for at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// rid `q`.
    Low,
    /// rid `h`.
    Medium,
    /// rid `f`, or the only layer.
    High,
}

/// A layer as its publisher announced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedLayer {
    /// Which step.
    pub quality: Quality,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A track its owner announced (`add_track`) and that a section of a coming offer will carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingTrack {
    /// The name it was given.
    pub sid: TrackSid,
    /// The client's name for it (`MediaStreamTrack.id`), found again in `a=msid`.
    pub cid: String,
    /// Audio or video.
    pub kind: Kind,
    /// The codec to put first in the answer, lower case: `vp8`, `h264`, `vp9`, `av1`, `opus`, `red`.
    pub codec: Option<String>,
    /// Announced layers, lowest first; empty for audio.
    pub layers: Vec<PublishedLayer>,
    /// A shared screen, or its sound: it comes before cameras where the line is narrow.
    pub is_screen: bool,
    /// Its sound may be sent again behind later sound (RFC 2198): its publisher does not forbid it, and no cipher
    /// that only clients know would make something else of it.
    pub may_repeat: bool,
}

/// A receiver shall get a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Who receives.
    pub peer: PeerId,
    /// Who sends; may be in another meeting.
    pub publisher: PeerId,
    /// What.
    pub track: TrackSid,
    /// Audio or video.
    pub kind: Kind,
    /// The msid stream the client expects: `PA_…|camera`, `PA_…|screen`.
    pub stream: String,
}

/// What a receiver wants of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerWish {
    /// `false`: send nothing.
    pub enabled: bool,
    /// Never more than this step.
    pub at_most: Quality,
    /// Displayed size in pixels; the smallest layer that fills it is enough. 0 = unknown.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Frames a second the receiver asks for; from [`GUARDED_FPS`] on none is left out to save
    /// bandwidth. 0 = no matter.
    pub fps: u32,
    /// The receiver's order, lower first; 1 means pinned, 0 means no matter.
    pub priority: u32,
}

/// Sign language needs this many frames a second (EN 301 549, 6.5.3). Whoever asks for as many,
/// or pins a picture, loses resolution but never frames.
pub const GUARDED_FPS: u32 = 20;

impl Default for LayerWish {
    /// Everything there is.
    fn default() -> Self {
        Self { enabled: true, at_most: Quality::High, width: 0, height: 0, fps: 0, priority: 0 }
    }
}

/// How much may go to and come from one peer, whatever its line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To the peer, bits per second, sound included; sound is never cut.
    pub download_bps: Option<u64>,
    /// For pictures to the peer, bits per second: its part of a line that others use as well.
    pub pictures_bps: Option<u64>,
    /// From the peer, bits per second; it is asked to send no more.
    pub upload_bps: Option<u64>,
    /// Whether pictures may pause where the line is too narrow for the least of them.
    pub may_pause: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { download_bps: None, pictures_bps: None, upload_bps: None, may_pause: true }
    }
}

/// What the engine shall do.
pub enum Command {
    /// Makes a meeting; its events go to `sink`.
    OpenMeeting {
        /// Its number.
        meeting: MeetingId,
        /// Where its events go.
        sink: EventSink,
    },
    /// Ends a meeting and all its peers.
    CloseMeeting {
        /// Which.
        meeting: MeetingId,
    },
    /// Makes a peer without media; its first offer brings that. What a connection costs is spent
    /// when something needs it.
    OpenPeer {
        /// In which meeting.
        meeting: MeetingId,
        /// Its number.
        peer: PeerId,
    },
    /// Makes a peer of a client that keeps what it receives apart from what it sends: here the
    /// server offers. [`Event::Offered`] follows at once, with both data channels, and again
    /// whenever what is sent changes.
    OpenReceiver {
        /// In which meeting.
        meeting: MeetingId,
        /// Its number.
        peer: PeerId,
    },
    /// Makes a peer of a client that watches and offers once: its sections stay open, and what it
    /// is subscribed to at a time fills them without a word, as far as they reach.
    OpenViewer {
        /// In which meeting.
        meeting: MeetingId,
        /// Its number.
        peer: PeerId,
    },
    /// The client answers the server's offer; [`Event::AnswerRefused`] follows if it does not fit.
    Answer {
        /// Whose.
        peer: PeerId,
        /// The number of the offer; 0 means the last one. Answers to earlier ones are passed over.
        offer_id: u32,
        /// The SDP text, within the limits of [`Command::Offer`].
        sdp: String,
    },
    /// The client of a receiving peer lost what it was told: it is offered everything anew, and
    /// looks for its way anew.
    OfferAnew {
        /// Whose.
        peer: PeerId,
    },
    /// Ends a peer: its tracks are unpublished, its receivers told by new answers.
    ClosePeer {
        /// Which.
        peer: PeerId,
    },
    /// The client offers; [`Event::Answered`] or [`Event::OfferRefused`] follows, once per offer.
    Offer {
        /// Whose.
        peer: PeerId,
        /// The client's number of the offer, echoed.
        offer_id: u32,
        /// The SDP text, at most [`crate::LONGEST_OFFER`] bytes and [`crate::MOST_SECTIONS`] sections.
        sdp: String,
        /// Tracks announced and not yet bound to a section.
        pending: Vec<PendingTrack>,
    },
    /// A receiver shall get a track; it may come before the track's first packet.
    Subscribe(Subscription),
    /// A receiver shall no longer get a track.
    Unsubscribe {
        /// Who receives.
        peer: PeerId,
        /// What.
        track: TrackSid,
    },
    /// The publisher or a moderator switched a track off or on: nothing of it is forwarded while off.
    SetMuted {
        /// Which.
        track: TrackSid,
        /// Off?
        muted: bool,
    },
    /// A receiver's wish for a track it gets.
    Prefer {
        /// Who receives.
        peer: PeerId,
        /// What.
        track: TrackSid,
        /// How much of it.
        wish: LayerWish,
    },
    /// Limits a peer; holds until the next such command.
    Limit {
        /// Whom.
        peer: PeerId,
        /// To what.
        limits: Limits,
    },
    /// Sends a message to clients of one meeting, at most 64,000 bytes; kept for each until its
    /// channel is open if reliable (bounded), else dropped.
    SendData {
        /// To whom.
        to: Vec<PeerId>,
        /// On which channel.
        channel: Channel,
        /// The message.
        payload: Bytes,
    },
}
