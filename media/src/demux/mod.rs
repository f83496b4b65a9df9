//! Finds the peer a packet belongs to: by its source if that has proved itself, else by the
//! user name in a connectivity check. Everything else from a stranger is nobody's.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::SocketAddr;

use rand::Rng;

use crate::PeerId;
use crate::sdp::Credentials;

const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEADER: usize = 20;
const USERNAME: u16 = 6;
/// A client moves between networks; older addresses than this many are forgotten.
const MOST_ADDRESSES: usize = 8;

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

/// The owner named by a connectivity check; `None` for anything else.
pub(crate) fn owner(datagram: &[u8]) -> Option<Owner> {
    if !is_stun(datagram) {
        return None;
    }
    let mut rest = &datagram[HEADER..];
    while let [kind_high, kind_low, length_high, length_low, value @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*length_high, *length_low]));
        if u16::from_be_bytes([*kind_high, *kind_low]) == USERNAME {
            let name = std::str::from_utf8(value.get(..length)?).ok()?;
            return Owner::read(name.split(':').next()?);
        }
        rest = value.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// The sources that have proved themselves.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    peers: HashMap<SocketAddr, PeerId>,
    of: HashMap<PeerId, Vec<SocketAddr>>,
}

impl Addresses {
    pub(crate) fn peer(&self, source: SocketAddr) -> Option<PeerId> {
        self.peers.get(&source).copied()
    }

    /// A connectivity check with the right password came from here.
    pub(crate) fn prove(&mut self, source: SocketAddr, peer: PeerId) {
        if self.peers.get(&source) == Some(&peer) {
            return;
        }
        if let Some(before) = self.peers.insert(source, peer) {
            self.of.entry(before).or_default().retain(|known| *known != source);
        }
        let own = self.of.entry(peer).or_default();
        own.push(source);
        if own.len() > MOST_ADDRESSES {
            let oldest = own.remove(0);
            self.peers.remove(&oldest);
        }
    }

    pub(crate) fn forget(&mut self, peer: PeerId) {
        for source in self.of.remove(&peer).unwrap_or_default() {
            self.peers.remove(&source);
        }
    }
}
