//! One thread from socket to socket: packets in, decisions, packets out, in batches. It owns its
//! peers and its part of each meeting; what it shares with other workers travels over `links`, so
//! nothing here is locked.

mod bandwidth;
mod commands;
mod forward;
mod intake;
mod listen;
mod lossy;
mod member;
mod negotiate;
mod propose;
mod report;
mod spanning;

#[cfg(test)]
mod allocations;
#[cfg(test)]
mod egress;
#[cfg(test)]
mod instructions;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use intake::Handshake;
use member::{Meeting, Member};
pub(crate) use negotiate::ReadOffer;
pub(crate) use propose::read_answer;
use rustc_hash::FxHashMap;
use spanning::Guest;

use crate::demux::Addresses;
use crate::io::{Datagrams, Sealed, Udp, Wait};
use crate::links::{Bell, Link};
use crate::load::{Load, Stopwatch};
use crate::meters::Meters;
use crate::overload::Overload;
use crate::packet::Happening;
use crate::peer::{Acceptance, Connection, Polled};
use crate::redundancy::Redundancy;
use crate::router::{Effect, Router};
use crate::sdp::Credentials;
use crate::{
    CloseReason, Command, Event, MeetingId, OfferRefused, PathKind, PeerId, PendingTrack, Subscription, UploadLimits,
};

/// How often slow things are looked after: silence, dried-up layers, speakers.
const TICK: Duration = Duration::from_millis(100);
/// A timer this near is not one of those that only look again.
const AT_ONCE: Duration = Duration::from_millis(5);
/// Batches from the socket and commands of one turn, so that neither starves the other or the
/// timers.
const BATCHES_PER_TURN: usize = 8;
const COMMANDS_PER_TURN: usize = 64;
/// Receivers of reliable messages that are written to in one turn: fewer than are commanded, so
/// that messages which follow each other closely leave in one packet where there are many receivers.
const WRITTEN_PER_TURN: usize = 16;
/// Answering an offer takes up to half a millisecond; media waits for no more than one.
const OFFERS_PER_TURN: usize = 1;
/// After so many forwards packets leave before more are read: in a big meeting one packet becomes
/// hundreds.
const FORWARDS_PER_TURN: usize = 1_024;
/// More than this without an end is a fault of the connection.
const MOST_POLLS: usize = 100_000;

/// What a worker is told.
pub(crate) enum Inbox {
    Command(Command),
    /// A peer, ready made.
    Open(Newcomer),
    /// An offer, already read.
    Offer {
        peer: PeerId,
        offer_id: u32,
        offer: Result<Box<ReadOffer>, OfferRefused>,
        pending: Vec<PendingTrack>,
    },
    /// An answer, already read.
    Answer {
        peer: PeerId,
        offer_id: u32,
        answer: Result<Box<Acceptance>, OfferRefused>,
    },
    /// A meeting is on several workers from now on.
    Span {
        meeting: MeetingId,
        home: usize,
        others: Vec<usize>,
    },
    /// A receiver shall get a track of another meeting, which is here too.
    Borrow {
        lender: MeetingId,
        subscription: Subscription,
    },
    Stop,
}

/// A peer that comes into a meeting.
pub(crate) struct Newcomer {
    pub(crate) meeting: MeetingId,
    pub(crate) peer: PeerId,
    /// Where its packets lead to.
    pub(crate) credentials: Credentials,
    pub(crate) connection: Box<dyn Connection>,
    pub(crate) side: Side,
}

/// Who offers, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The client, whenever something changes.
    Asks,
    /// The server: the client receives here.
    Receives,
    /// The client, once: it watches.
    Views,
}

/// What a worker must know from the start.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) index: usize,
    pub(crate) candidates: Vec<SocketAddr>,
    pub(crate) queued_data_bytes: usize,
    pub(crate) upload: UploadLimits,
    /// Voices of one meeting that are forwarded at the same time; 0: all.
    pub(crate) loudest: usize,
    /// Where it tells how busy it is.
    pub(crate) load: Load,
    /// From this share of its time on it is too busy, permille; none: it never is.
    pub(crate) busy_limit_permille: Option<u32>,
}

#[cfg(test)]
impl Plan {
    fn for_tests() -> Self {
        Self {
            index: 0,
            candidates: Vec::new(),
            queued_data_bytes: 1_000,
            upload: UploadLimits::default(),
            loudest: 0,
            load: Load::default(),
            busy_limit_permille: None,
        }
    }
}

pub(crate) struct Worker {
    plan: Plan,
    udp: Udp,
    inbox: Receiver<Inbox>,
    /// To every other worker; `None` in its own place.
    links: Vec<Option<Link>>,
    meetings: FxHashMap<MeetingId, Meeting>,
    members: FxHashMap<PeerId, Member>,
    /// Publishers on other workers.
    guests: FxHashMap<PeerId, Guest>,
    router: Router,
    redundancy: Redundancy,
    addresses: Addresses,
    /// Sources that proved themselves to other workers and send to this one's socket. Not a
    /// number-only hash: whoever sends chooses the key.
    foreign: HashMap<SocketAddr, usize>,
    handshakes: VecDeque<Handshake>,
    timers: BinaryHeap<Reverse<(Instant, PeerId)>>,
    next_tick: Instant,
    /// Receivers something was written to in this turn, each once.
    dirty: VecDeque<PeerId>,
    /// Receivers of reliable messages that were not written to yet.
    waiting: VecDeque<PeerId>,
    /// Receivers whose sections changed.
    negotiable: BTreeSet<PeerId>,
    /// Receivers whose budget is to be divided anew.
    unsettled: BTreeSet<PeerId>,
    /// What is given up while there is too much to do.
    overload: Overload,
    /// There was more to read in this turn than one takes.
    is_behind: bool,
    faulty: Vec<PeerId>,
    outgoing: Vec<(SocketAddr, Vec<u8>)>,
    /// The same, written by ourselves.
    sealed: Sealed,
    effects: Vec<Effect>,
    /// Packets forwarded in this turn.
    forwards: usize,
    meters: Meters,
    lines_counted_at: Option<Instant>,
    stopwatch: Stopwatch,
    now: Instant,
    stopped: bool,
}

impl Worker {
    /// `links`: to every other worker, `None` in its own place.
    pub(crate) fn new(plan: Plan, udp: Udp, inbox: Receiver<Inbox>, links: Vec<Option<Link>>) -> Self {
        let (now, index, overload) = (Instant::now(), plan.index, Overload::new(plan.busy_limit_permille));
        Self {
            plan,
            udp,
            inbox,
            links,
            meetings: FxHashMap::default(),
            members: FxHashMap::default(),
            guests: FxHashMap::default(),
            router: Router::default(),
            redundancy: Redundancy::default(),
            addresses: Addresses::default(),
            foreign: HashMap::new(),
            handshakes: VecDeque::new(),
            timers: BinaryHeap::new(),
            next_tick: now + TICK,
            dirty: VecDeque::new(),
            negotiable: BTreeSet::new(),
            waiting: VecDeque::new(),
            unsettled: BTreeSet::new(),
            overload,
            is_behind: false,
            faulty: Vec::new(),
            outgoing: Vec::new(),
            sealed: Sealed::default(),
            effects: Vec::new(),
            forwards: 0,
            meters: Meters::new(index),
            lines_counted_at: None,
            stopwatch: Stopwatch::new(now),
            now,
            stopped: false,
        }
    }

    pub(crate) fn run(mut self, mut wait: Wait, bell: &Bell) {
        let mut datagrams = Datagrams::default();
        // Whether something is left to do at once.
        let mut more = true;
        while !self.stopped {
            bell.lie_down();
            let pause = if more || self.is_handed_something() { Duration::ZERO } else { self.pause() };
            let readable = wait.sleep(pause) || more;
            bell.get_up();
            self.now = Instant::now();
            // A fault of our own costs one turn, not everybody's meeting.
            let turn = catch_unwind(AssertUnwindSafe(|| {
                (self.forwards, self.is_behind) = (0, false);
                let commanded = self.take_commands();
                let waits = self.write_messages();
                let handed = self.take_handed();
                let read = readable && self.take_packets(&mut datagrams);
                self.is_behind |= read;
                self.take_handshake();
                self.turn();
                commanded || waits || handed || read || !self.handshakes.is_empty()
            }));
            if turn.is_err() {
                tracing::error!("Media worker {} failed in a turn and goes on", self.plan.index);
                self.meters.faults.increment(1);
                self.effects.clear();
                self.outgoing.clear();
                self.sealed.clear();
            }
            more = turn.unwrap_or(true);
            let ended = Instant::now();
            self.stopwatch.turn(self.now, ended, self.is_behind);
            if self.stopwatch.read(ended, &self.plan.load) {
                self.look_at_load();
            }
        }
        let peers: Vec<PeerId> = self.members.keys().copied().collect();
        for peer in peers {
            self.close(peer, CloseReason::Asked);
        }
        self.flush();
    }

    /// Until the next timer.
    fn pause(&self) -> Duration {
        let due = self.timers.peek().map_or(self.next_tick, |Reverse((due, _))| (*due).min(self.next_tick));
        due.saturating_duration_since(Instant::now())
    }

    /// Returns whether there may be more.
    fn take_commands(&mut self) -> bool {
        let mut offers = 0;
        for _ in 0..COMMANDS_PER_TURN {
            match self.inbox.try_recv() {
                Ok(Inbox::Command(command)) => self.obey(command),
                Ok(Inbox::Open(newcomer)) => self.open(newcomer),
                Ok(Inbox::Offer { peer, offer_id, offer, pending }) => {
                    self.offer(peer, offer_id, offer, pending);
                    offers += 1;
                    if offers == OFFERS_PER_TURN {
                        return true;
                    }
                }
                Ok(Inbox::Answer { peer, offer_id, answer }) => {
                    self.answered(peer, offer_id, answer);
                    offers += 1;
                    if offers == OFFERS_PER_TURN {
                        return true;
                    }
                }
                Ok(Inbox::Span { meeting, home, others }) => self.span(meeting, home, others),
                Ok(Inbox::Borrow { lender, subscription }) => self.borrow(lender, subscription),
                Ok(Inbox::Stop) => self.stopped = true,
                Err(_) => return false,
            }
        }
        true
    }

    /// Returns whether there may be more to read.
    fn take_packets(&mut self, datagrams: &mut Datagrams) -> bool {
        for _ in 0..BATCHES_PER_TURN {
            if self.forwards >= FORWARDS_PER_TURN {
                return true;
            }
            let may_be_more = self.udp.receive(datagrams);
            self.meters.packets_in.increment(datagrams.len() as u64);
            for at in 0..datagrams.len() {
                let (source, local, datagram) = datagrams.get(at);
                self.meters.bytes_in.increment(datagram.len() as u64);
                self.datagram(source, local, datagram, None);
            }
            if !may_be_more {
                return false;
            }
        }
        true
    }

    /// What follows from a batch: everything that was written leaves in one go.
    fn turn(&mut self) {
        // Others can start on their part of a big meeting.
        self.hand_over();
        self.work();
        self.hand_over();
        self.flush();
    }

    /// Calls every connection whose time has come or to which something was written.
    fn work(&mut self) {
        while let Some(Reverse((due, peer))) = self.timers.peek().copied() {
            if due > self.now {
                break;
            }
            self.timers.pop();
            let Some(member) = self.members.get_mut(&peer) else { continue };
            member.scheduled = None;
            if member.due <= self.now {
                self.mark(peer);
            } else {
                self.schedule(peer);
            }
        }
        if self.now >= self.next_tick {
            self.next_tick = self.now + TICK;
            self.tick();
        }
        self.settle();
        // One by one: a fault in the middle must not take the others off the list, for they count as being on it.
        while let Some(peer) = self.dirty.pop_front() {
            let now = self.now;
            let Some(member) = self.members.get_mut(&peer) else { continue };
            member.is_dirty = false;
            self.call(peer, |connection| connection.advance(now));
            self.drain(peer);
        }
        while let Some(peer) = self.faulty.pop() {
            tracing::error!(peer.id = peer.0, "Peer {} was closed after a fault of its connection", peer.0);
            self.meters.faults.increment(1);
            self.close(peer, CloseReason::Fault);
        }
        self.tell_needs();
    }

    /// Something was written to a peer: it will be called in this turn.
    fn mark(&mut self, peer: PeerId) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        if !member.is_dirty {
            member.is_dirty = true;
            self.dirty.push_back(peer);
        }
    }

    /// Calls into a connection; a panic there ends that peer and nobody else.
    fn call<T>(&mut self, peer: PeerId, act: impl FnOnce(&mut dyn Connection) -> T) -> Option<T> {
        let member = self.members.get_mut(&peer)?;
        if member.is_faulty {
            return None;
        }
        let connection = member.connection.as_mut();
        let outcome = catch_unwind(AssertUnwindSafe(|| act(connection)));
        if outcome.is_err() {
            member.is_faulty = true;
            self.faulty.push(peer);
        }
        outcome.ok()
    }

    /// Takes what waited for its time in a connection.
    fn release(&mut self, peer: PeerId) {
        let Some(to) = self.members.get(&peer).and_then(|member| member.path.current()) else { return };
        let mut sealed = std::mem::take(&mut self.sealed);
        let now = self.now;
        self.call(peer, |connection| {
            for _ in 0..MOST_POLLS {
                let from = sealed.bytes.len();
                if !connection.release(now, &mut sealed.bytes) {
                    break;
                }
                sealed.push(to, from);
            }
        });
        self.sealed = sealed;
    }

    /// Takes everything a connection has to say after a change.
    fn drain(&mut self, peer: PeerId) {
        self.release(peer);
        for _ in 0..MOST_POLLS {
            // In one call as long as there are only datagrams.
            let mut outgoing = std::mem::take(&mut self.outgoing);
            let mut path = self.members.get(&peer).map(|member| member.path).unwrap_or_default();
            let polled = self.call(peer, |connection| {
                for _ in 0..MOST_POLLS {
                    match connection.poll() {
                        Polled::Transmit { to, datagram } => outgoing.push((path.lead(to, &datagram), datagram)),
                        other => return other,
                    }
                }
                Polled::Broken
            });
            self.outgoing = outgoing;
            if let Some(member) = self.members.get_mut(&peer) {
                member.path = path;
            }
            match polled {
                // Only an endless stream of datagrams ends like this.
                Some(Polled::Transmit { .. }) => {}
                Some(Polled::Happened(happening)) => self.happened(peer, happening),
                Some(Polled::Idle(due)) => {
                    if self.send_queued(peer) {
                        continue;
                    }
                    let now = self.now;
                    if let Some(member) = self.members.get_mut(&peer) {
                        // What is due at once has something to send.
                        let may_wait = due > now + AT_ONCE && member.only_listens();
                        let due = if may_wait { due.max(now + TICK) } else { due };
                        member.due = member.connection.due().map_or(due, |own| own.min(due));
                    }
                    self.schedule(peer);
                    if self.members.get(&peer).is_some_and(|member| member.has_ended) {
                        self.close(peer, CloseReason::TimedOut);
                    }
                    return;
                }
                Some(Polled::Broken) => {
                    let has_ended = self.members.get(&peer).is_some_and(|member| member.has_ended);
                    return self.close(peer, if has_ended { CloseReason::TimedOut } else { CloseReason::Fault });
                }
                None => return,
            }
        }
        if let Some(member) = self.members.get_mut(&peer) {
            member.is_faulty = true;
            self.faulty.push(peer);
        }
    }

    fn happened(&mut self, peer: PeerId, happening: Happening) {
        match happening {
            Happening::Connected => {
                if let Some(member) = self.members.get_mut(&peer) {
                    member.is_connected = true;
                }
                self.tell(peer, Event::Connected { peer, path: PathKind::Udp });
            }
            Happening::Packet(packet) => self.publish(&packet),
            Happening::KeyframeWanted(mid) => {
                let Some(wanted) = self.members.get(&peer).and_then(|member| member.slots.carried(mid)) else { return };
                self.router.keyframe_wanted(&wanted.track, peer, self.now, &mut self.effects);
                self.carry_out(None);
            }
            Happening::Opened => {
                self.send_queued(peer);
            }
            Happening::Message(channel, payload) => {
                if self.may_send(peer, payload.len()) {
                    self.tell(peer, Event::Data { peer, channel, payload });
                }
            }
            Happening::Measured(measured) => self.measured(peer, measured),
            Happening::Estimated(bps) => self.estimated(peer, bps),
            Happening::Ended => {
                if let Some(member) = self.members.get_mut(&peer) {
                    member.has_ended = true;
                }
            }
        }
    }

    /// Whether a participant keeps to its limits. Asked once a packet is known to be genuine:
    /// before, others could use them up in its name.
    fn may_send(&mut self, peer: PeerId, bytes: usize) -> bool {
        let may = self.members.get_mut(&peer).is_some_and(|member| member.allowance.take(bytes, self.now));
        if !may {
            self.meters.dropped_limit.increment(1);
        }
        may
    }

    /// Puts the next due time of a peer into the heap unless an earlier one is there.
    fn schedule(&mut self, peer: PeerId) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        let due = member.due.max(self.now);
        if member.scheduled.is_none_or(|scheduled| due < scheduled) {
            member.scheduled = Some(due);
            self.timers.push(Reverse((due, peer)));
        }
    }

    /// Reports to whoever opened the peer's meeting.
    fn tell(&self, peer: PeerId, event: Event) {
        let meeting = self.members.get(&peer).and_then(|member| self.meetings.get(&member.meeting));
        if let Some(meeting) = meeting {
            (meeting.sink)(event);
        }
    }
}
