//! Forwards packets between participants (SFU).
//!
//! An [`Engine`] runs plain threads, one per worker, each with a socket on the one UDP port. It
//! takes [`Command`]s and reports [`Event`]s; between the two it is on its own. It knows peers,
//! tracks and meetings by number, and nothing of names, rights or tokens: who may publish or
//! receive what is decided before a command is sent.
//!
//! Never here: async code, a database, a log line per packet. Only `peer/` names the WebRTC
//! library, only `io/` a socket; `router/` is a state machine `(packet, now) → effects`.

mod allowance;
mod bandwidth;
mod command;
mod demux;
mod engine;
mod estimation;
mod event;
mod figures;
#[doc(hidden)]
pub mod fuzzing;
mod io;
mod links;
mod load;
mod meters;
mod mid;
mod outline;
mod overload;
mod packet;
mod peer;
mod redundancy;
mod router;
mod sdp;
mod slots;
mod speakers;
mod worker;

pub use allowance::UploadLimits;
pub use bandwidth::Limited;
pub use command::{
    Channel, Command, EventSink, GUARDED_FPS, Kind, LayerWish, Limits, MeetingId, PeerId, PendingTrack, PublishedLayer,
    Quality, Subscription, TrackSid,
};
pub use engine::{Engine, EngineConfig};
pub use event::{
    Answer, CloseReason, DownloadStats, Event, LONGEST_OFFER, MOST_SECTIONS, OfferRefused, PathKind, PeerStats,
    ServerOffer, TrackStats,
};
pub use load::Rehearsal;
pub use outline::{Outline, OutlinedSection};
pub use overload::Burden;

/// The layer of those announced that a receiver with this wish has a use for, if all arrive;
/// `None` if it wants nothing. Without announced layers there is one, the best.
#[must_use]
pub fn wanted_step(announced: &[PublishedLayer], wish: LayerWish) -> Option<Quality> {
    let exists = |quality| announced.iter().any(|layer| layer.quality == quality);
    let arriving = [exists(Quality::Low), exists(Quality::Medium), exists(Quality::High) || announced.is_empty()];
    router::choose(arriving, announced, wish)
}

/// Where commands go: the engine, or a test that plays it.
pub trait Port: Send + Sync {
    /// Hands a command to the worker that has the meeting. Never blocks; commands of one meeting
    /// keep their order.
    fn send(&self, command: Command);

    /// How much it takes on at present. Never blocks.
    fn burden(&self) -> Burden {
        Burden::Calm
    }
}
