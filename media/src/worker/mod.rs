//! One thread from socket to socket: packets in, decisions, packets out, in batches. It owns its
//! meetings and peers; nothing here is shared, so nothing is locked.

mod bandwidth;
mod commands;
mod listen;
mod member;
mod negotiate;
mod report;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use member::{Meeting, Member};

use crate::bandwidth::Rung;
use crate::demux::{self, Addresses};
use crate::io::{Datagrams, Nudge, Udp, Wait};
use crate::meters::Meters;
use crate::packet::{Happening, Packet};
use crate::peer::{Certificate, Connection, Peer, Polled, Received, Setup};
use crate::router::{Effect, Router};
use crate::{CloseReason, Command, Event, MeetingId, PathKind, PeerId, UploadLimits};

/// How often slow things are looked after: silence, dried-up layers, speakers.
const TICK: Duration = Duration::from_millis(100);
/// Batches and commands of one turn, so that neither starves the other or the timers.
const BATCHES_PER_TURN: usize = 8;
const COMMANDS_PER_TURN: usize = 64;
/// More than this without an end is a fault of the connection.
const MOST_POLLS: usize = 100_000;
/// Sources known to belong to other workers.
const MOST_FOREIGN: usize = 65_536;

/// What a worker is told.
pub(crate) enum Inbox {
    Command(Command),
    /// A packet for a peer of this worker that came to another's socket.
    Packet {
        source: SocketAddr,
        local: Option<IpAddr>,
        datagram: Vec<u8>,
    },
    Stop,
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
}

type Connect = Box<dyn FnMut(Setup, Instant) -> Box<dyn Connection> + Send>;

pub(crate) struct Worker {
    plan: Plan,
    udp: Udp,
    inbox: Receiver<Inbox>,
    /// Every worker's, this one's too.
    others: Vec<(Sender<Inbox>, Nudge)>,
    connect: Connect,
    meetings: HashMap<MeetingId, Meeting>,
    members: HashMap<PeerId, Member>,
    router: Router,
    addresses: Addresses,
    foreign: HashMap<SocketAddr, usize>,
    timers: BinaryHeap<Reverse<(Instant, PeerId)>>,
    next_tick: Instant,
    /// Receivers something was written to in this turn.
    dirty: BTreeSet<PeerId>,
    /// Receivers whose sections changed.
    negotiable: BTreeSet<PeerId>,
    /// Receivers whose budget is to be divided anew.
    unsettled: BTreeSet<PeerId>,
    /// While there is too much to do: no picture above this for anybody.
    video_ceiling: Option<Rung>,
    faulty: Vec<PeerId>,
    outgoing: Vec<(SocketAddr, Vec<u8>)>,
    effects: Vec<Effect>,
    meters: Meters,
    now: Instant,
    stopped: bool,
}

impl Worker {
    pub(crate) fn new(plan: Plan, udp: Udp, inbox: Receiver<Inbox>, others: Vec<(Sender<Inbox>, Nudge)>) -> Self {
        let certificate = Certificate::generate();
        let connect = move |setup, now| -> Box<dyn Connection> { Box::new(Peer::new(setup, &certificate, now)) };
        Self::with(plan, udp, inbox, others, Box::new(connect))
    }

    fn with(
        plan: Plan,
        udp: Udp,
        inbox: Receiver<Inbox>,
        others: Vec<(Sender<Inbox>, Nudge)>,
        connect: Connect,
    ) -> Self {
        let now = Instant::now();
        Self {
            plan,
            udp,
            inbox,
            others,
            connect,
            meetings: HashMap::new(),
            members: HashMap::new(),
            router: Router::default(),
            addresses: Addresses::default(),
            foreign: HashMap::new(),
            timers: BinaryHeap::new(),
            next_tick: now + TICK,
            dirty: BTreeSet::new(),
            negotiable: BTreeSet::new(),
            unsettled: BTreeSet::new(),
            video_ceiling: None,
            faulty: Vec::new(),
            outgoing: Vec::new(),
            effects: Vec::new(),
            meters: Meters::new(),
            now,
            stopped: false,
        }
    }

    pub(crate) fn run(mut self, mut wait: Wait) {
        let mut datagrams = Datagrams::default();
        let mut readable = true;
        while !self.stopped {
            let due = self.timers.peek().map_or(self.next_tick, |Reverse((due, _))| (*due).min(self.next_tick));
            let pause = if readable { Duration::ZERO } else { due.saturating_duration_since(self.now) };
            readable |= wait.sleep(pause);
            self.now = Instant::now();
            // A fault of our own costs one turn, not everybody's meeting.
            let turn = catch_unwind(AssertUnwindSafe(|| {
                self.take_commands(&wait);
                readable = readable && self.take_packets(&mut datagrams);
                self.turn();
            }));
            if turn.is_err() {
                tracing::error!("Media worker {} failed in a turn and goes on", self.plan.index);
                self.meters.faults.increment(1);
                self.effects.clear();
                self.outgoing.clear();
            }
        }
        let peers: Vec<PeerId> = self.members.keys().copied().collect();
        for peer in peers {
            self.close(peer, CloseReason::Asked);
        }
        self.flush();
    }

    fn take_commands(&mut self, wait: &Wait) {
        for _ in 0..COMMANDS_PER_TURN {
            match self.inbox.try_recv() {
                Ok(Inbox::Command(command)) => self.obey(command),
                Ok(Inbox::Packet { source, local, datagram }) => self.datagram(source, local, &datagram),
                Ok(Inbox::Stop) => self.stopped = true,
                Err(_) => return,
            }
        }
        // There may be more: do not sleep over it.
        wait.nudge().wake();
    }

    /// Returns whether there may be more to read.
    fn take_packets(&mut self, datagrams: &mut Datagrams) -> bool {
        for _ in 0..BATCHES_PER_TURN {
            if !self.udp.receive(datagrams) {
                return false;
            }
            self.meters.packets_in.increment(datagrams.len() as u64);
            for at in 0..datagrams.len() {
                let (source, local, datagram) = datagrams.get(at);
                self.datagram(source, local, datagram);
            }
        }
        true
    }

    /// What follows from a batch: everything that was written leaves in one go.
    fn turn(&mut self) {
        while let Some(Reverse((due, peer))) = self.timers.peek().copied() {
            if due > self.now {
                break;
            }
            self.timers.pop();
            let Some(member) = self.members.get_mut(&peer) else { continue };
            member.scheduled = None;
            if member.due <= self.now {
                self.dirty.insert(peer);
            } else {
                self.schedule(peer);
            }
        }
        if self.now >= self.next_tick {
            self.next_tick = self.now + TICK;
            self.tick();
        }
        self.settle();
        while let Some(peer) = self.dirty.pop_first() {
            let now = self.now;
            self.call(peer, |connection| connection.advance(now));
            self.drain(peer);
        }
        while let Some(peer) = self.faulty.pop() {
            tracing::error!(peer.id = peer.0, "Peer {} was closed after a fault of its connection", peer.0);
            self.meters.faults.increment(1);
            self.close(peer, CloseReason::Fault);
        }
        self.tell_needs();
        self.flush();
    }

    /// A packet from the network.
    fn datagram(&mut self, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) {
        self.meters.bytes_in.increment(datagram.len() as u64);
        let named = demux::owner(datagram);
        let peer = match named {
            Some(owner) if owner.worker != self.plan.index => {
                if self.foreign.len() >= MOST_FOREIGN {
                    self.foreign.clear();
                }
                if owner.worker < self.others.len() {
                    self.foreign.insert(source, owner.worker);
                }
                None
            }
            Some(owner) => Some(PeerId(owner.slot)),
            None => self.addresses.peer(source, self.now),
        };
        let Some(peer) = peer else { return self.hand_over(source, local, datagram) };
        let destination = self.destination(local, source);
        let now = self.now;
        if named.is_some() && !self.addresses.admits(source, peer, datagram, now) {
            return self.meters.dropped_refused.increment(1);
        }
        match self.call(peer, |connection| connection.receive(now, source, destination, datagram)) {
            Some(Received::Taken) => {
                if named.is_some() {
                    self.addresses.prove(source, peer, datagram, now);
                }
                if let Some(member) = self.members.get_mut(&peer) {
                    member.heard_at = now;
                }
                self.drain(peer);
            }
            Some(Received::Refused) => self.meters.dropped_refused.increment(1),
            None => self.meters.dropped_stranger.increment(1),
        }
    }

    /// To the worker whose peer it seems to be; strangers get nothing, not even an error.
    fn hand_over(&mut self, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) {
        match self.foreign.get(&source) {
            Some(worker) if *worker != self.plan.index => {
                let (inbox, nudge) = &self.others[*worker];
                if inbox.send(Inbox::Packet { source, local, datagram: datagram.to_vec() }).is_ok() {
                    nudge.wake();
                }
            }
            _ => self.meters.dropped_stranger.increment(1),
        }
    }

    /// The candidate a packet was sent to. Behind an address translation the packet names an
    /// address the client never saw, so the announced one of the same family stands in.
    fn destination(&self, local: Option<IpAddr>, source: SocketAddr) -> SocketAddr {
        let candidates = &self.plan.candidates;
        let exact = candidates.iter().find(|candidate| Some(candidate.ip()) == local);
        let family = || candidates.iter().find(|candidate| candidate.is_ipv4() == source.is_ipv4());
        *exact.or_else(family).unwrap_or(&candidates[0])
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

    /// Takes everything a connection has to say after a change.
    fn drain(&mut self, peer: PeerId) {
        for _ in 0..MOST_POLLS {
            match self.call(peer, |connection| connection.poll()) {
                Some(Polled::Transmit { to, datagram }) => self.outgoing.push((to, datagram)),
                Some(Polled::Happened(happening)) => self.happened(peer, happening),
                Some(Polled::Idle(due)) => {
                    if self.send_queued(peer) {
                        continue;
                    }
                    if let Some(member) = self.members.get_mut(&peer) {
                        member.due = due;
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
            Happening::Packet(packet) => self.packet(&packet),
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

    fn packet(&mut self, packet: &Packet) {
        if !self.may_send(packet.from, packet.payload.len()) {
            return;
        }
        self.listen(packet);
        self.router.packet(packet, self.now, &mut self.effects);
        self.carry_out(Some(packet));
    }

    /// Does what the router decided.
    fn carry_out(&mut self, packet: Option<&Packet>) {
        let mut effects = std::mem::take(&mut self.effects);
        let now = self.now;
        for effect in effects.drain(..) {
            match effect {
                Effect::Forward { to, rewrite } => {
                    let Some(packet) = packet else { continue };
                    match self.call(to, |connection| connection.forward(packet, &rewrite, now)) {
                        Some(true) => {
                            self.meters.forwarded.increment(1);
                            self.dirty.insert(to);
                        }
                        Some(false) => self.meters.dropped_format.increment(1),
                        None => {}
                    }
                }
                Effect::RequestKeyframe { from, mid, quality } => {
                    self.call(from, |connection| connection.request_keyframe(mid, quality));
                    self.dirty.insert(from);
                }
            }
        }
        self.effects = effects;
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

    fn flush(&mut self) {
        if self.outgoing.is_empty() {
            return;
        }
        self.meters.packets_out.increment(self.outgoing.len() as u64);
        self.meters.bytes_out.increment(self.outgoing.iter().map(|(_, datagram)| datagram.len() as u64).sum());
        let lost = self.udp.send(&mut self.outgoing);
        self.meters.dropped_send.increment(lost);
    }

    /// Reports to whoever opened the peer's meeting.
    fn tell(&self, peer: PeerId, event: Event) {
        let meeting = self.members.get(&peer).and_then(|member| self.meetings.get(&member.meeting));
        if let Some(meeting) = meeting {
            (meeting.sink)(event);
        }
    }
}
