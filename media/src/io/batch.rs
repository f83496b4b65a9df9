use std::array::from_fn;
use std::io::IoSlice;
use std::net::{SocketAddr, UdpSocket};

use rustix::io::Errno;
use rustix::net::addr::SocketAddrArg;
use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg};

/// So many go to the kernel in one call. More would save next to nothing.
const MOST: usize = 32;

/// Datagrams to different receivers that leave in one call: sound, of which each receiver gets one
/// at a time.
#[derive(Default)]
pub(super) struct Batch {
    /// Where each goes, and its place in the queue.
    list: Vec<(SocketAddr, usize)>,
    /// The same as the kernel reads it.
    addresses: Vec<SocketAddrAny>,
}

impl Batch {
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    pub(super) fn has(&self, to: SocketAddr) -> bool {
        self.list.iter().any(|(other, _)| *other == to)
    }

    pub(super) fn add(&mut self, to: SocketAddr, at: usize) {
        self.list.push((to, at));
        self.addresses.push(to.as_any());
    }

    /// Sends what is there and empties it, without allocating anything; returns how many were lost.
    pub(super) fn send<'d>(&mut self, socket: &UdpSocket, get: impl Fn(usize) -> &'d [u8]) -> u64 {
        let count = self.list.len();
        if count == 0 {
            return 0;
        }
        let content = |at: usize| self.list.get(at).map_or(&[][..], |(_, place)| get(*place));
        let contents: [_; MOST] = from_fn(|at| [IoSlice::new(content(at))]);
        let mut nothing: [_; MOST] = from_fn(|_| SendAncillaryBuffer::default());
        let mut nothing = nothing.iter_mut();
        let mut messages: [_; MOST] = from_fn(|at| {
            let nothing = nothing.next().expect("there are as many");
            match self.addresses.get(at) {
                Some(to) => MMsgHdr::new_with_addr(to, &contents[at], nothing),
                None => MMsgHdr::new(&contents[at], nothing),
            }
        });
        let (mut at, mut lost) = (0, 0);
        while at < count {
            match sendmmsg(socket, &mut messages[at..count], SendFlags::empty()) {
                Ok(sent) if sent > 0 => at += sent,
                Err(Errno::INTR) => {}
                // The first of them does not leave; the others may.
                Ok(_) | Err(_) => (at, lost) = (at + 1, lost + 1),
            }
        }
        self.list.clear();
        self.addresses.clear();
        lost
    }
}
