//! What workers hand to each other: packets that came to the wrong socket, media for receivers of
//! another worker, and the few words needed to agree. One lock-free ring for each direction of
//! each pair; what is handed over travels in batches, and used batches come back, so that a
//! running meeting allocates nothing here.
//!
//! A ring that is full means that the other worker does not keep up: packets are then dropped,
//! as a network would, and words wait.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::io::{Datagrams, Nudge};
use crate::mid::Mid;
use crate::packet::Packet;
use crate::{Kind, MeetingId, PeerId, PublishedLayer, Quality, TrackSid};

/// Batches on their way between two workers.
const BATCHES: usize = 64;
/// Packets of each kind in one batch; more in one turn are dropped.
pub(crate) const MOST_PACKETS: usize = 4_096;

/// What workers tell each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    /// A publisher of the sender has a track in a meeting both have.
    Published(Published),
    /// It is gone.
    Unpublished { meeting: MeetingId, track: TrackSid },
    /// It was switched off or on.
    Muted { meeting: MeetingId, track: TrackSid, muted: bool },
    /// A receiver lost the picture.
    KeyframeWanted { from: PeerId, mid: Mid, quality: Quality },
    /// What comes to the receiver's socket from here belongs to a peer of the sender.
    Proved { source: SocketAddr },
    /// It does not any more.
    Forgotten { source: SocketAddr },
}

/// A track, as other workers must know it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Published {
    pub(crate) meeting: MeetingId,
    pub(crate) publisher: PeerId,
    pub(crate) track: TrackSid,
    pub(crate) mid: Mid,
    pub(crate) kind: Kind,
    pub(crate) layers: Vec<PublishedLayer>,
    pub(crate) is_screen: bool,
    pub(crate) may_repeat: bool,
    pub(crate) muted: bool,
}

/// What one worker hands to another in one go. Words come before the packets.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) words: Vec<Word>,
    pub(crate) packets: Vec<Arc<Packet>>,
    pub(crate) datagrams: Datagrams,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.packets.is_empty() && self.datagrams.len() == 0
    }

    fn clear(&mut self) {
        self.words.clear();
        self.packets.clear();
        self.datagrams.clear();
    }
}

/// Wakes a worker, but only if it sleeps: a busy one looks at its rings anyway.
#[derive(Clone, Debug)]
pub(crate) struct Bell {
    nudge: Nudge,
    sleeps: Arc<AtomicBool>,
}

impl Bell {
    pub(crate) fn new(nudge: Nudge) -> Self {
        Self { nudge, sleeps: Arc::default() }
    }

    /// The worker is about to sleep; it must look once more at what came before it does.
    pub(crate) fn lie_down(&self) {
        self.sleeps.store(true, Ordering::Relaxed);
        // Either the looking that follows sees what was handed over, or whoever handed it over
        // sees this: one of two full fences is always the later one.
        fence(Ordering::SeqCst);
    }

    pub(crate) fn get_up(&self) {
        self.sleeps.store(false, Ordering::Relaxed);
    }

    fn ring(&self) {
        fence(Ordering::SeqCst);
        if self.sleeps.swap(false, Ordering::Relaxed) {
            self.nudge.wake();
        }
    }
}

/// One worker's side of its rings to and from one other worker.
pub(crate) struct Link {
    filling: Box<Batch>,
    outward: Producer<Box<Batch>>,
    used: Consumer<Box<Batch>>,
    inward: Consumer<Box<Batch>>,
    back: Producer<Box<Batch>>,
    bell: Bell,
}

impl Link {
    /// The two ends between two workers, given what wakes each.
    pub(crate) fn pair(first: Bell, second: Bell) -> (Self, Self) {
        let (there, from_first) = RingBuffer::new(BATCHES);
        let (back, from_second) = RingBuffer::new(BATCHES);
        // Room for every batch there can be: those on their way, one filling, one being read.
        let (first_used, used_first) = RingBuffer::new(BATCHES + 2);
        let (second_used, used_second) = RingBuffer::new(BATCHES + 2);
        let one = Self {
            filling: Box::default(),
            outward: there,
            used: used_first,
            inward: from_second,
            back: second_used,
            bell: second,
        };
        let other = Self {
            filling: Box::default(),
            outward: back,
            used: used_second,
            inward: from_first,
            back: first_used,
            bell: first,
        };
        (one, other)
    }

    pub(crate) fn word(&mut self, word: Word) {
        self.filling.words.push(word);
    }

    /// `false`: dropped.
    pub(crate) fn packet(&mut self, packet: &Arc<Packet>) -> bool {
        let fits = self.filling.packets.len() < MOST_PACKETS;
        if fits {
            self.filling.packets.push(Arc::clone(packet));
        }
        fits
    }

    /// `false`: dropped.
    pub(crate) fn datagram(&mut self, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) -> bool {
        let fits = self.filling.datagrams.len() < MOST_PACKETS;
        if fits {
            self.filling.datagrams.push(source, local, datagram);
        }
        fits
    }

    /// Sends off what was put in.
    pub(crate) fn hand_over(&mut self) {
        // If the ring is full, what is there waits for the next turn and what comes is cut.
        if self.filling.is_empty() || self.outward.is_full() {
            return;
        }
        let next = self.used.pop().unwrap_or_default();
        let full = std::mem::replace(&mut self.filling, next);
        if self.outward.push(full).is_ok() {
            self.bell.ring();
        }
    }

    /// The next batch of the other worker.
    pub(crate) fn take(&mut self) -> Option<Box<Batch>> {
        self.inward.pop().ok()
    }

    /// A batch that was read goes back to whoever fills it next.
    pub(crate) fn give_back(&mut self, mut batch: Box<Batch>) {
        batch.clear();
        // There is room for all of them; one that found none would only cost an allocation.
        let _ = self.back.push(batch);
    }

    pub(crate) fn has_something(&self) -> bool {
        !self.inward.is_empty()
    }
}

/// The links of every worker to every other, `None` where a worker would meet itself.
pub(crate) fn mesh(bells: &[Bell]) -> Vec<Vec<Option<Link>>> {
    let mut mesh: Vec<Vec<Option<Link>>> = bells.iter().map(|_| bells.iter().map(|_| None).collect()).collect();
    for first in 0..bells.len() {
        for second in first + 1..bells.len() {
            let (one, other) = Link::pair(bells[first].clone(), bells[second].clone());
            mesh[first][second] = Some(one);
            mesh[second][first] = Some(other);
        }
    }
    mesh
}
