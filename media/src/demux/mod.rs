//! Finds the peer a packet belongs to: by its source if that has proved itself, else by the
//! user name in a connectivity check. Everything else from a stranger is nobody's.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::Rng;

use crate::PeerId;
use crate::sdp::Credentials;

const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEADER: usize = 20;
const USERNAME: u16 = 6;
const USE_CANDIDATE: u16 = 0x25;
/// A client moves between networks; older addresses than this many are forgotten.
const MOST_ADDRESSES: usize = 8;
/// A source stays with its peer as long as something came from it within this time; clients
/// check at least every six seconds (RFC 7675, 5.1).
const HELD: Duration = Duration::from_secs(10);
/// Checks remembered for each peer: twenty minutes of them at a browser's pace.
const REMEMBERED_CHECKS: usize = 512;

/// Which worker and which of its slots a user name belongs to: `w<worker>s<slot>x<random>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) worker: usize,
    pub(crate) slot: u64,
}

impl Owner {
    /// Fresh credentials that lead back here.
    pub(crate) fn credentials(self, random: &mut impl Rng) -> Credentials {
        let mut letters = |count: usize| -> String {
            (0..count).map(|_| char::from(random.sample(rand::distr::Alphanumeric))).collect()
        };
        Credentials { ufrag: format!("w{}s{}x{}", self.worker, self.slot, letters(8)), password: letters(28) }
    }

    fn read(ufrag: &str) -> Option<Self> {
        let (worker, rest) = ufrag.strip_prefix('w')?.split_once('s')?;
        let (slot, _) = rest.split_once('x')?;
        Some(Self { worker: worker.parse().ok()?, slot: slot.parse().ok()? })
    }
}

/// Whether a datagram is a STUN message.
pub(crate) fn is_stun(datagram: &[u8]) -> bool {
    datagram.len() >= HEADER && datagram[0] < 4 && datagram[4..8] == MAGIC
}

/// Whether a datagram belongs to DTLS (RFC 7983): a handshake, or data of a channel.
pub(crate) fn is_handshake(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| (20..=63).contains(first))
}

/// Whether a connectivity check chooses its path (RFC 8445, section 7.1.2): attribute
/// USE-CANDIDATE. It means something only in a check whose signature holds.
pub(crate) fn chooses_path(check: &[u8]) -> bool {
    is_stun(check) && attribute(check, USE_CANDIDATE).is_some()
}

/// The owner named by a connectivity check; `None` for anything else.
pub(crate) fn owner(datagram: &[u8]) -> Option<Owner> {
    if !is_stun(datagram) {
        return None;
    }
    let name = std::str::from_utf8(attribute(datagram, USERNAME)?).ok()?;
    Owner::read(name.split(':').next()?)
}

/// The first attribute of a kind in a STUN message.
fn attribute(message: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut rest = &message[HEADER..];
    while let [kind_high, kind_low, length_high, length_low, value @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*length_high, *length_low]));
        if u16::from_be_bytes([*kind_high, *kind_low]) == wanted {
            return value.get(..length);
        }
        rest = value.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// The sources that have proved themselves, and the checks they did it with.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    peers: HashMap<SocketAddr, Holder>,
    of: HashMap<PeerId, Proofs>,
}

/// Who packets from a source belong to.
#[derive(Clone, Copy, Debug)]
struct Holder {
    peer: PeerId,
    heard_at: Instant,
}

#[derive(Debug, Default)]
struct Proofs {
    sources: Vec<SocketAddr>,
    /// The random part of the checks that were taken, newest last.
    checks: VecDeque<u64>,
}

impl Addresses {
    /// Whose a packet from here is; the source counts as alive.
    pub(crate) fn peer(&mut self, source: SocketAddr, now: Instant) -> Option<PeerId> {
        let holder = self.peers.get_mut(&source)?;
        holder.heard_at = now;
        Some(holder.peer)
    }

    /// Whether a connectivity check may be listened to at all. A genuine signature says who made
    /// it, not where: one recorded on the line must not bring a peer's media to whoever plays it
    /// back, and nobody may take over, under a forged source, where another is heard from.
    pub(crate) fn admits(&self, source: SocketAddr, peer: PeerId, check: &[u8], now: Instant) -> bool {
        match self.peers.get(&source) {
            Some(holder) if holder.peer == peer => true,
            Some(holder) if now.saturating_duration_since(holder.heard_at) < HELD => false,
            _ => self.of.get(&peer).is_none_or(|proofs| !proofs.checks.contains(&transaction(check))),
        }
    }

    /// A connectivity check with the right password came from here. Returns the source that is
    /// forgotten for it, if the peer has too many.
    pub(crate) fn prove(&mut self, source: SocketAddr, peer: PeerId, check: &[u8], now: Instant) -> Option<SocketAddr> {
        let before = self.peers.insert(source, Holder { peer, heard_at: now });
        let own = self.of.entry(peer).or_default();
        let transaction = transaction(check);
        if own.checks.back() != Some(&transaction) {
            own.checks.push_back(transaction);
            if own.checks.len() > REMEMBERED_CHECKS {
                own.checks.pop_front();
            }
        }
        if before.is_some_and(|before| before.peer == peer) {
            return None;
        }
        own.sources.push(source);
        let forgotten = (own.sources.len() > MOST_ADDRESSES).then(|| own.sources.remove(0));
        if let Some(oldest) = forgotten {
            self.peers.remove(&oldest);
        }
        if let Some(before) = before.and_then(|before| self.of.get_mut(&before.peer)) {
            before.sources.retain(|known| *known != source);
        }
        forgotten
    }

    /// How long nothing came from a source; for ever if it is nobody's.
    pub(crate) fn silent_for(&self, source: SocketAddr, now: Instant) -> Duration {
        self.peers.get(&source).map_or(Duration::MAX, |holder| now.saturating_duration_since(holder.heard_at))
    }

    /// Forgets a peer; returns the sources that were its own.
    pub(crate) fn forget(&mut self, peer: PeerId) -> Vec<SocketAddr> {
        let sources = self.of.remove(&peer).unwrap_or_default().sources;
        for source in &sources {
            self.peers.remove(source);
        }
        sources
    }
}

/// The end of a check's transaction id, which its sender chose at random (RFC 8489, 5).
fn transaction(check: &[u8]) -> u64 {
    check.get(HEADER - 8..HEADER).map_or(0, |end| u64::from_be_bytes(end.try_into().expect("eight bytes were taken")))
}
