use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Identity, MeetingRole, Private};
use jiff::Timestamp;
use media::{LayerWish, PathKind, PeerId, PeerStats, TrackSid};
use protocol::livekit::participant_info::State;
use protocol::livekit::{ConnectionQuality, SubscriptionPermission};
use protocol::token::Claims;

use super::permission::Grants;
use super::track::Track;

/// Somebody inside.
pub struct Participant {
    pub peer: PeerId,
    pub sid: String,
    pub identity: Identity,
    pub name: Private<String>,
    pub metadata: Private<String>,
    pub attributes: HashMap<String, String>,
    pub role: MeetingRole,
    pub grants: Grants,
    pub claims: Claims,
    pub client: Client,
    pub state: State,
    pub presence: Presence,
    pub joined_at: Timestamp,
    pub version: u32,
    pub next_refresh_at: Timestamp,

    /// The first offer is with the media engine: receiving can be set up.
    pub has_offered: bool,
    pub tracks: BTreeMap<TrackSid, Track>,
    /// Who may receive my tracks.
    pub audience: SubscriptionPermission,

    /// What was asked for or against, track by track; else `client.auto_subscribe` counts.
    pub chosen: BTreeMap<TrackSid, bool>,
    /// What the media engine sends.
    pub receiving: BTreeSet<TrackSid>,
    pub wishes: BTreeMap<TrackSid, LayerWish>,

    /// The number of the last reliable message, told at resuming.
    pub last_sequence: u32,
    pub path: Option<PathKind>,
    pub stats: PeerStats,
    pub quality: Option<ConnectionQuality>,
    /// A worse or better reading counts once it came twice.
    pub last_reading: Option<ConnectionQuality>,
}

/// What the client said of itself.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub auto_subscribe: bool,
    pub client_protocol: i32,
    pub capabilities: Vec<i32>,
}

/// The signalling connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Is there.
    Here,
    /// Broke, and may come back.
    Away {
        /// When it broke.
        since: Timestamp,
    },
}

impl Participant {
    /// Wants this track of somebody else, if it may have it.
    pub fn wants(&self, track: &TrackSid) -> bool {
        self.chosen.get(track).copied().unwrap_or(self.client.auto_subscribe)
    }

    /// Forgets a track of somebody else that is no more.
    pub fn forget(&mut self, track: &TrackSid) {
        self.chosen.remove(track);
        self.receiving.remove(track);
        self.wishes.remove(track);
    }
}
