//! The least that forwarding can cost: one thread that takes packets, writes a header for every
//! receiver, encrypts with AES-128-GCM and sends groups in one call. No handshakes, no reports, no
//! repeats, no estimation. A receiver says `join`, everything else is media for all of them.

use std::io::{ErrorKind, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;

use anyhow::{Context, Result};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};

/// RTP header (RFC 3550, 5.1) and one header extension with a transport-wide number.
const HEADER: usize = 20;
const TAG: usize = 16;
const LONGEST: usize = 1_500;
/// The same limit as the server's.
const LARGEST_GROUP: usize = 10;
/// What a receiver says.
pub const JOIN: &[u8] = b"join";

struct Receiver {
    address: SocketAddr,
    /// Numbers by source.
    sequences: Vec<(u32, u16)>,
    transport: u16,
}

/// Serves for ever on the address in the first word and prints it once it listens.
pub fn serve(words: &[String]) -> Result<()> {
    let bind: SocketAddr = words.first().context("an address to listen on")?.parse()?;
    let socket = UdpSocket::bind(bind)?;
    let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1);
    poll.registry().register(&mut SourceFd(&socket.as_raw_fd()), Token(0), Interest::READABLE)?;
    println!("{}", socket.local_addr()?);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &[7; 16]).expect("16 bytes are a key"));
    let mut receivers: Vec<Receiver> = Vec::new();
    let mut buffers = vec![vec![0_u8; LONGEST * state.gro_segments()]; BATCH_SIZE];
    let mut arena: Vec<u8> = Vec::with_capacity(LARGEST_GROUP * LONGEST);
    let mut batch: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut slices: Vec<IoSliceMut<'_>> = buffers.iter_mut().map(|buffer| IoSliceMut::new(buffer)).collect();
        // What is there, not a full batch: nobody waits for the others.
        let count = match state.recv(UdpSockRef::from(&socket), &mut slices, &mut metas) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                poll.poll(&mut events, None)?;
                continue;
            }
            // An ICMP error of some earlier packet.
            Err(_) => continue,
        };
        batch.clear();
        for (meta, buffer) in metas.iter().zip(&buffers).take(count) {
            for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                if datagram == JOIN {
                    if receivers.iter().all(|receiver| receiver.address != meta.addr) {
                        receivers.push(Receiver { address: meta.addr, sequences: Vec::new(), transport: 0 });
                    }
                } else if datagram.len() > 12 {
                    batch.push(datagram.to_vec());
                }
            }
        }
        for receiver in &mut receivers {
            let mut rest = batch.as_slice();
            while let Some(first) = rest.first() {
                let same = rest.iter().take(LARGEST_GROUP).take_while(|packet| packet.len() == first.len()).count();
                arena.clear();
                for packet in &rest[..same] {
                    receiver.write(&key, packet, &mut arena);
                }
                let segment = arena.len() / same;
                let segment_size = (same > 1).then_some(segment);
                let transmit =
                    Transmit { destination: receiver.address, ecn: None, contents: &arena, segment_size, src_ip: None };
                // A full buffer loses some; they are counted where they do not arrive.
                let _ = state.try_send(UdpSockRef::from(&socket), &transmit);
                rest = &rest[same..];
            }
        }
    }
}

impl Receiver {
    fn write(&mut self, key: &LessSafeKey, packet: &[u8], arena: &mut Vec<u8>) {
        let source = u32::from_be_bytes(packet[8..12].try_into().expect("four bytes"));
        let at = match self.sequences.iter().position(|(known, _)| *known == source) {
            Some(at) => at,
            None => {
                self.sequences.push((source, 0));
                self.sequences.len() - 1
            }
        };
        let sequence = &mut self.sequences[at].1;
        *sequence = sequence.wrapping_add(1);
        self.transport = self.transport.wrapping_add(1);
        let begin = arena.len();
        arena.extend_from_slice(&packet[..12]);
        arena[begin] |= 0x10;
        arena[begin + 2..begin + 4].copy_from_slice(&sequence.to_be_bytes());
        let [high, low] = self.transport.to_be_bytes();
        arena.extend_from_slice(&[0xbe, 0xde, 0, 1, 0x31, high, low, 0]);
        arena.extend_from_slice(&packet[12..]);
        let mut nonce = [0; 12];
        nonce[2..6].copy_from_slice(&source.to_be_bytes());
        nonce[10..12].copy_from_slice(&sequence.to_be_bytes());
        let (header, content) = arena[begin..].split_at_mut(HEADER);
        let tag = key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(&*header), content)
            .expect("a packet is never too long for the cipher");
        debug_assert_eq!(tag.as_ref().len(), TAG);
        arena.extend_from_slice(tag.as_ref());
    }
}
