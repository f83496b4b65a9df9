use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use domain::{GivenRole, Identity, MeetingRole, Private, SiteId};
use jiff::Timestamp;
use media::{LayerWish, Limits, PathKind, PeerId, PeerStats, TrackSid};
use protocol::livekit::participant_info::State;
use protocol::livekit::{ConnectionQuality, SignalResponse, SubscriptionPermission};
use protocol::token::Claims;

use super::groups::Place;
use super::limits;
use super::lines::LineNews;
use super::permission::Grants;
use super::roles::PART;
use super::simulating::Simulation;
use super::track::Track;

/// Somebody inside.
pub struct Participant {
    pub peer: PeerId,
    /// Who publishes for it in another meeting, if it is only shown here.
    pub origin: Option<PeerId>,
    pub sid: String,
    pub identity: Identity,
    pub name: Private<String>,
    pub metadata: Private<String>,
    pub attributes: HashMap<String, String>,
    pub role: MeetingRole,
    pub grants: Grants,
    /// When rights were changed in the meeting, if they were.
    pub granted_at: Option<Timestamp>,
    pub claims: Claims,
    pub client: Client,
    pub state: State,
    pub presence: Presence,
    /// When the person came first; kept when joining anew.
    pub joined_at: Timestamp,
    /// When this participant began: nothing from before is told it.
    pub connected_at: Timestamp,
    /// What was said while the connection was away.
    pub missed: Vec<SignalResponse>,
    /// What was said lately; whether it arrives shows later.
    pub unsure: VecDeque<(Timestamp, SignalResponse)>,
    /// The group this person is in; none: the main room.
    pub place: Place,
    /// Since when: nothing from before is told it.
    pub placed_at: Timestamp,
    /// What the client asked for to test itself.
    pub simulation: Simulation,
    pub version: u32,
    pub next_refresh_at: Timestamp,

    /// The first offer is with the media engine: receiving can be set up.
    pub has_offered: bool,
    pub tracks: BTreeMap<TrackSid, Track>,
    /// Tracks that were ended against the client's will, the last ones: not every SDK lets go of them.
    pub taken: VecDeque<TrackSid>,
    /// Who may receive my tracks.
    pub audience: SubscriptionPermission,

    /// What was asked for or against, track by track; else `client.auto_subscribe` counts.
    pub chosen: BTreeMap<TrackSid, bool>,
    /// What the media engine sends.
    pub receiving: BTreeSet<TrackSid>,
    pub wishes: BTreeMap<TrackSid, LayerWish>,

    /// The number of the last reliable message, told at resuming.
    pub last_sequence: u32,
    /// The site whose line it uses.
    pub site: Option<SiteId>,
    /// What it may have of that line for pictures, while the line is full, bits per second.
    pub share_bps: Option<u64>,
    /// What it was told about that.
    pub line_news: LineNews,
    /// What the media engine was told to keep to.
    pub limits: Limits,
    pub path: Option<PathKind>,
    pub stats: PeerStats,
    pub quality: Option<ConnectionQuality>,
    /// A worse or better reading counts once it came twice.
    pub last_reading: Option<ConnectionQuality>,
}

/// What the client said of itself.
#[derive(Clone, Debug)]
pub struct Client {
    pub auto_subscribe: bool,
    /// Pictures may pause where the line is too narrow.
    pub allows_pause: bool,
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

    /// Changes attributes; an empty one is deleted. The role follows its attribute.
    pub fn set_attributes(&mut self, changes: &HashMap<String, String>) {
        for (key, value) in changes {
            if value.is_empty() {
                self.attributes.remove(key);
            } else {
                self.attributes.insert(key.clone(), value.clone());
            }
        }
        self.role = role(self.attributes.get("role").map(String::as_str));
    }

    /// Notes in the claims how the participant is now: the next token says it, so that joining
    /// anew changes nothing.
    pub fn keep_claims(&mut self) {
        self.grants.write(&mut self.claims.video);
        let attributes: usize = self.attributes.iter().map(|(key, value)| key.len() + value.len()).sum();
        // A token travels in an address: what would make it too long stays as it was.
        if self.name.expose().len() + self.metadata.expose().len() + attributes <= limits::TOKEN_TEXT {
            self.claims.name.clone_from(self.name.expose());
            self.claims.metadata.clone_from(self.metadata.expose());
            self.claims.attributes = self.attributes.clone().into_iter().collect();
        }
    }

    /// Has these rights again; whether somebody is hidden, records or transcribes is settled by the token.
    pub fn allow_again(&mut self, grants: &Grants) {
        let Grants { hidden, captures, .. } = self.grants;
        self.grants = Grants { hidden, captures, publish: grants.publish && !hidden, ..grants.clone() };
        self.keep_claims();
    }

    /// Was made a presenter.
    pub fn presents(&self) -> bool {
        self.attributes.get(PART).is_some_and(|part| Some(part.as_str()) == GivenRole::Presenter.part())
    }

    /// Remembers that a track was ended against the client's will.
    pub fn note_taken(&mut self, track: &TrackSid) {
        if self.taken.len() >= limits::TRACKS_PER_PARTICIPANT {
            self.taken.pop_front();
        }
        self.taken.push_back(track.clone());
    }

    /// Forgets a track of somebody else that is no more.
    pub fn forget(&mut self, track: &TrackSid) {
        self.chosen.remove(track);
        self.receiving.remove(track);
        self.wishes.remove(track);
    }
}

/// What a participant may do in the meeting, by the word of its token.
pub fn role(word: Option<&str>) -> MeetingRole {
    match word {
        Some("moderator") => MeetingRole::Moderator,
        Some("guest") => MeetingRole::Guest,
        _ => MeetingRole::Participant,
    }
}
