use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;

use super::Side;
use super::bandwidth::Line;
use super::propose::Offering;
use crate::allowance::Allowance;
use crate::demux;
use crate::meters::LineFigures;
use crate::mid::Mid;
use crate::peer::Connection;
use crate::redundancy::Hardship;
use crate::sdp::Credentials;
use crate::slots::Slots;
use crate::speakers::{Loudest, Speakers};
use crate::{EventSink, LayerWish, MeetingId, PeerId, TrackSid};

/// A meeting as far as forwarding cares.
pub(super) struct Meeting {
    pub(super) sink: EventSink,
    /// Those on this worker.
    pub(super) peers: BTreeSet<PeerId>,
    /// Those on this worker who are in other meetings and receive something of this one.
    pub(super) borrowers: BTreeSet<PeerId>,
    /// The worker that hears everybody and says who speaks.
    pub(super) home: usize,
    /// The other workers that have a part of it.
    pub(super) others: Vec<usize>,
    pub(super) speakers: Speakers,
    pub(super) loudest: Loudest,
}

impl Meeting {
    pub(super) fn new(sink: EventSink, home: usize) -> Self {
        Self {
            sink,
            peers: BTreeSet::new(),
            borrowers: BTreeSet::new(),
            home,
            others: Vec::new(),
            speakers: Speakers::default(),
            loudest: Loudest::default(),
        }
    }

    /// Everybody on this worker who may receive what is published in it.
    pub(super) fn receivers(&self) -> Vec<PeerId> {
        self.peers.iter().chain(&self.borrowers).copied().collect()
    }
}

/// A peer and everything the worker keeps about it.
pub(super) struct Member {
    pub(super) meeting: MeetingId,
    /// Other meetings of which it receives something.
    pub(super) lenders: BTreeSet<MeetingId>,
    pub(super) connection: Box<dyn Connection>,
    pub(super) credentials: Credentials,
    pub(super) slots: Slots,
    /// Here the server offers.
    pub(super) offering: Option<Offering>,
    /// Tracks it gets, and in which section.
    pub(super) attached: HashMap<TrackSid, Mid>,
    /// Its own sections that carry an announced track.
    pub(super) publishing: HashMap<Mid, Publishing>,
    pub(super) wishes: HashMap<TrackSid, LayerWish>,
    /// Pictures it gets in a format it did not agree to.
    pub(super) not_understood: HashSet<TrackSid>,
    /// Reliable messages that wait for room.
    pub(super) queued: VecDeque<Bytes>,
    pub(super) queued_bytes: usize,
    /// It will be asked for room in this turn or one of the next.
    pub(super) is_waiting: bool,
    pub(super) due: Instant,
    /// The entry in the timer heap.
    pub(super) scheduled: Option<Instant>,
    pub(super) heard_at: Instant,
    pub(super) has_offered: bool,
    pub(super) is_connected: bool,
    pub(super) has_ended: bool,
    pub(super) is_faulty: bool,
    pub(super) allowance: Allowance,
    /// Bytes of media from and to it when figures were taken last.
    pub(super) measured: Option<((u64, u64), Instant)>,
    /// How the way to it is, as measured last.
    pub(super) figures: LineFigures,
    /// What its line carries and what is sent on it.
    pub(super) line: Line,
    pub(super) hardship: Hardship,
    /// Something was written to it in this turn.
    pub(super) is_dirty: bool,
    pub(super) path: Path,
}

/// Where a client is. The library stays with an address for a quarter of a minute after the client
/// has moved on; sound and picture should not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Path {
    /// Where the library sends to.
    chosen: Option<SocketAddr>,
    /// Where the client is instead.
    moved: Option<SocketAddr>,
}

impl Path {
    /// Where a datagram for `to` goes. Answers to checks always go where these came from.
    pub(super) fn lead(&mut self, to: SocketAddr, datagram: &[u8]) -> SocketAddr {
        if demux::is_stun(datagram) {
            return to;
        }
        if self.chosen != Some(to) {
            *self = Self { chosen: Some(to), moved: None };
        }
        self.moved.unwrap_or(to)
    }

    /// Where the client is taken to be.
    pub(super) fn current(&self) -> Option<SocketAddr> {
        self.moved.or(self.chosen)
    }

    /// It is elsewhere from now on.
    pub(super) fn follow(&mut self, to: SocketAddr) {
        self.moved = Some(to).filter(|moved| Some(*moved) != self.chosen);
    }
}

/// A section that carries an announced track.
#[derive(Clone, Debug)]
pub(super) struct Publishing {
    pub(super) track: TrackSid,
    /// The client's name in `a=msid`; the section is bound anew when another announced one shows up.
    pub(super) cid: Option<String>,
    /// The codec every answer puts first; a browser follows the last one it gets.
    pub(super) codec: Option<String>,
}

impl Member {
    /// Nothing is to be reported for it in a hurry: its connection wants to be called many times a
    /// second all the same, which for hundreds of receivers costs more than what they are sent.
    pub(super) fn only_listens(&self) -> bool {
        self.is_connected && self.publishing.is_empty()
    }

    /// The same for what kind of peer it is.
    pub(super) fn of(mut self, side: Side) -> Self {
        match side {
            Side::Asks => {}
            Side::Receives => {
                (self.slots, self.offering, self.has_offered) = (Slots::offering(), Some(Offering::begin()), true);
            }
            Side::Views => self.slots = Slots::open(),
        }
        self
    }

    pub(super) fn new(
        meeting: MeetingId,
        connection: Box<dyn Connection>,
        credentials: Credentials,
        allowance: Allowance,
        now: Instant,
    ) -> Self {
        Self {
            meeting,
            lenders: BTreeSet::new(),
            connection,
            credentials,
            slots: Slots::default(),
            offering: None,
            attached: HashMap::new(),
            publishing: HashMap::new(),
            wishes: HashMap::new(),
            not_understood: HashSet::new(),
            queued: VecDeque::new(),
            queued_bytes: 0,
            is_waiting: false,
            due: now,
            scheduled: None,
            heard_at: now,
            has_offered: false,
            is_connected: false,
            has_ended: false,
            is_faulty: false,
            allowance,
            is_dirty: false,
            path: Path::default(),
            measured: None,
            figures: LineFigures::default(),
            line: Line::default(),
            hardship: Hardship::default(),
        }
    }
}
