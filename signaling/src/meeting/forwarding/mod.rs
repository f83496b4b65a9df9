//! A participant of one meeting is shown in another one too.
//!
//! ```text
//!                     ── Shown ──▶
//!  source (lending)                  destination (hosting)
//!                     ◀─ Demand ──
//! ```
//! The source says how the participant is now, the destination which layers somebody there wants. Both
//! are states, not changes: the latest one counts, and one that was left out is not missed. Each side
//! compares after every command and says what is new. Either one ends it by [`super::Effect::Cut`], for
//! whatever reason the participant is no longer here or there.
//!
//! The destination lists the participant among its people under a peer number of its own, which the
//! media engine knows nothing of; receivers there are subscribed to the publisher in the source.

mod hosting;
mod lending;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use domain::{Identity, Private};
use media::{PathKind, PeerId, Quality, TrackSid, TrackStats};
use protocol::livekit::{ConnectionQuality, TrackInfo};

use super::{Effect, Farewell, Meeting};
pub(super) use hosting::Hosted;
pub(super) use lending::Lent;

/// Names a forwarding on this node; never used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link(pub u64);

/// How a participant is at its source, for those who see it elsewhere.
#[derive(Clone, PartialEq)]
pub struct Shown {
    publisher: PeerId,
    identity: Identity,
    name: Private<String>,
    metadata: Private<String>,
    attributes: HashMap<String, String>,
    /// Its media flows, and how.
    path: Option<PathKind>,
    /// It lets everybody receive. Whoever names who may means people of its own meeting.
    is_open: bool,
    tracks: BTreeMap<TrackSid, ShownTrack>,
    /// How loud it speaks, while it does.
    level: Option<f32>,
    quality: Option<ConnectionQuality>,
    /// Of its way to us.
    loss: Option<f32>,
    figures: Vec<TrackStats>,
}

/// A published track.
#[derive(Clone, PartialEq)]
struct ShownTrack {
    info: TrackInfo,
    /// The second codec it could send.
    backup: Option<String>,
    /// The second codec, where it is sent.
    second: Option<TrackSid>,
}

/// What receivers in the destination want.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The best layer that somebody has a use for; nobody receives what is not in here.
    wanted: BTreeMap<TrackSid, Quality>,
    /// Tracks of which somebody cannot read the first codec.
    needy: BTreeSet<TrackSid>,
}

impl Meeting {
    /// Tells the other meetings what is new for them, after anything that was done.
    pub(super) fn tell_other_meetings(&mut self, effects: &mut Vec<Effect>) {
        self.demand(effects);
        self.show(effects);
    }

    /// The other side ended it.
    pub(super) fn cut(&mut self, link: Link, effects: &mut Vec<Effect>) {
        if self.lent.end(link) {
            effects.push(Effect::Cut { link });
        } else if let Some(peer) = self.hosted.peer_of(link) {
            self.dismiss(peer, Farewell::Own, effects);
        }
    }
}

/// Whom, and nothing that is anybody's.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({:?})", self.publisher)
    }
}
