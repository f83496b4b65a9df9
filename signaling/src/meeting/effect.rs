use std::fmt;

use bytes::Bytes;
use media::{Channel, PeerId};
use protocol::data::{FromServer, SERVER_TOPIC, from_server};
use protocol::livekit::{RoomMovedResponse, SignalResponse};
use protocol::token::Claims;
use serde_json::Value;

use super::{Demand, Link, OrderRefused, Reply, Shown};

/// A message to a client.
pub use protocol::livekit::signal_response::Message;

/// What is to be done, in order.
pub enum Effect {
    /// Sends a message to these.
    Send {
        /// To whom; those without a connection miss it.
        to: Vec<PeerId>,
        /// The message.
        message: Box<SignalResponse>,
    },
    /// Tells the media engine something.
    Media(media::Command),
    /// Signs a fresh token from these claims and sends it.
    Refresh {
        /// To whom.
        peer: PeerId,
        /// What the token shall say; its `jti` is drawn by the signer.
        claims: Box<Claims>,
    },
    /// What came of a call; whoever called waits for it.
    Return {
        /// The number of [`Reply::Calling`].
        call: u64,
        /// The answer, or why there is none.
        outcome: Result<Reply, OrderRefused>,
    },
    /// Signs a token for another meeting and tells the client to go there.
    Move {
        /// Whom.
        peer: PeerId,
        /// What the token shall say; its `jti` is drawn by the signer.
        claims: Box<Claims>,
        /// What the client is told; the token is still missing.
        moved: Box<RoomMovedResponse>,
    },
    /// Tells the other meeting how a participant is that is shown there.
    Show {
        /// Over which link.
        link: Link,
        /// How it is now; what was said before counts no more.
        shown: Box<Shown>,
    },
    /// Tells the other meeting what is wanted here of a participant that belongs there.
    Demand {
        /// Over which link.
        link: Link,
        /// What is wanted now; what was said before counts no more.
        demand: Demand,
    },
    /// A forwarding is over; the other meeting must hear of it.
    Cut {
        /// Which.
        link: Link,
    },
    /// Closes a connection after everything sent before.
    HangUp {
        /// Whose.
        peer: PeerId,
    },
}

impl Effect {
    /// A message on a data channel; none to nobody.
    pub(super) fn say(to: Vec<PeerId>, channel: Channel, payload: Bytes) -> Option<Self> {
        (!to.is_empty()).then_some(Self::Media(media::Command::SendData { to, channel, payload }))
    }

    /// What the server says on its own topic.
    pub(super) fn tell(to: Vec<PeerId>, what: &Value) -> Option<Self> {
        let payload = what.to_string().into_bytes();
        let message = FromServer { payload, topic: Some(SERVER_TOPIC.to_owned()), ..FromServer::default() };
        // All parts have limits; only a node that forgets its own could make a message too large to send.
        from_server(&message).and_then(|payload| Self::say(to, Channel::Reliable, payload.into()))
    }

    pub(super) fn send(to: Vec<PeerId>, message: Message) -> Self {
        Self::Send { to, message: Box::new(SignalResponse { message: Some(message) }) }
    }
}

/// Only the kind and the addressees: messages hold names and SDP.
impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { to, .. } => write!(f, "Send({to:?})"),
            Self::Media(_) => f.write_str("Media"),
            Self::Refresh { peer, .. } => write!(f, "Refresh({peer:?})"),
            Self::Move { peer, .. } => write!(f, "Move({peer:?})"),
            Self::Return { call, .. } => write!(f, "Return({call})"),
            Self::Show { link, .. } => write!(f, "Show({link:?})"),
            Self::Demand { link, .. } => write!(f, "Demand({link:?})"),
            Self::Cut { link } => write!(f, "Cut({link:?})"),
            Self::HangUp { peer } => write!(f, "HangUp({peer:?})"),
        }
    }
}
