use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cluster::Moderation;
use domain::{Identity, SiteId};
use jiff::Timestamp;
use media::PeerId;
use protocol::livekit::{JoinRequest, SessionDescription, signal_request};
use protocol::token::Claims;

use super::{Demand, Link, Shown, View};

/// What a meeting is told.
#[derive(Debug)]
pub enum Command {
    /// Somebody with a valid token comes in.
    Join(Box<Join>),
    /// A participant who is still inside has a new connection. Ask [`super::Meeting::peer_of`] first.
    Resume {
        /// Who.
        peer: PeerId,
        /// An offer that came with the request.
        offer: Option<SessionDescription>,
    },
    /// Where somebody who comes back is now: the site whose line is used.
    Locate {
        /// Who.
        peer: PeerId,
        /// Where; none: at no site that is known.
        site: Option<SiteId>,
    },
    /// What people may have of the lines of their sites, for pictures; who is not named has no limit.
    ShareLines(Arc<BTreeMap<PeerId, u64>>),
    /// A message from a client.
    Request {
        /// On whose connection.
        peer: PeerId,
        /// The message.
        request: Box<signal_request::Message>,
    },
    /// When somebody was last heard on the connection that breaks now, or broke: what was said
    /// since may not have arrived.
    Heard {
        /// Who.
        peer: PeerId,
        /// When.
        at: Timestamp,
    },
    /// A connection broke without a good-bye: its owner may come back for a while.
    SocketLost {
        /// Whose.
        peer: PeerId,
    },
    /// Something happened in the media engine.
    Media(media::Event),
    /// Sends one connection's owner away.
    Dismiss {
        /// Whom.
        peer: PeerId,
        /// With which words.
        farewell: Farewell,
    },
    /// Sends a participant away for good.
    Remove {
        /// Whom.
        identity: Identity,
    },
    /// Carries out what a moderator decided.
    Moderate(Moderation),
    /// Sends everybody away.
    Close(Farewell),
    /// A participant of another meeting that is shown here is so now.
    Show {
        /// Over which link.
        link: Link,
        /// How.
        shown: Box<Shown>,
    },
    /// Of a participant that is shown in another meeting, this is wanted there now.
    Demand {
        /// Over which link.
        link: Link,
        /// What.
        demand: Demand,
    },
    /// The other meeting ended a forwarding.
    Cut {
        /// Which.
        link: Link,
    },
    /// A second has passed.
    Tick,
}

/// Somebody comes in: the token was verified, the request read.
pub struct Join {
    /// The number of the new peer, never used before.
    pub peer: PeerId,
    /// Which connections it has.
    pub shape: Shape,
    /// Who it is.
    pub identity: Identity,
    /// The site whose line it uses; none: it is at no site that is known.
    pub site: Option<SiteId>,
    /// What the token says.
    pub claims: Claims,
    /// What the client says of itself, maybe with a first offer.
    pub request: JoinRequest,
}

/// How a client's connections are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One peer connection, the client offers.
    One,
    /// The older shape: it publishes on one, and receives on another on which the server offers.
    Two {
        /// The number of the peer that receives, never used before.
        receiving: PeerId,
    },
    /// It watches: it offers once, and cannot choose.
    View(View),
}

impl fmt::Debug for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Join({:?})", self.peer)
    }
}

/// Why somebody has to go, as the client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// The participant left; nothing is said.
    Own,
    /// The same identity came in again.
    DuplicateIdentity,
    /// A moderator or administrator removed the participant.
    Removed,
    /// The meeting was ended.
    Ended,
    /// This server stops; another one, or the same a little later, takes over.
    ShutDown,
    /// Another node has the meeting now.
    Elsewhere,
    /// The participant was led into another meeting.
    Moved,
    /// No place is left.
    Full,
    /// Media cannot be set up from what the client offers.
    MediaRefused,
    /// Media broke; joining anew may help.
    MediaLost,
    /// The client knows things the server does not; joining anew helps.
    OutOfStep,
    /// The client did not come back.
    TimedOut,
    /// The client sends too much, reads too little or does not speak the protocol.
    Misbehaved,
}
