//! Strangers who send whatever might hurt: so many packets a second, from many sources.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;
use rand::{Rng, RngCore};

/// What the server must bear, packets a second.
pub const PER_SECOND: u64 = 20_000;
const SOURCES: usize = 50;
const ROUND: Duration = Duration::from_millis(1);
const LONGEST: usize = 1_200;

/// The first bytes that decide who looks at a packet (RFC 9443): check, key exchange, media, report.
const KINDS: [&[u8]; 6] = [
    // A binding request with the magic cookie, then anything.
    &[0, 1, 0, 80, 0x21, 0x12, 0xa4, 0x42],
    // The begin of a handshake record: a ClientHello that goes on at random.
    &[22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 1, 0, 0, 88],
    &[0x80, 111],
    &[0x90, 96],
    &[0x80, 201, 0, 20],
    &[],
];

/// Sends until it is dropped.
pub struct Attacker {
    sent: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Attacker {
    /// Starts against a server's media address.
    pub fn start(server: SocketAddr) -> Result<Self> {
        let sockets: Vec<UdpSocket> =
            (0..SOURCES).map(|_| UdpSocket::bind(SocketAddr::new(server.ip(), 0))).collect::<Result<_, _>>()?;
        let (sent, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (counter, stopped) = (Arc::clone(&sent), Arc::clone(&stop));
        let thread = Builder::new().name("attacker".to_owned()).spawn(move || {
            let began = Instant::now();
            let mut random = rand::rng();
            let mut packet = [0; LONGEST];
            let mut count = 0;
            while !stopped.load(Ordering::Relaxed) {
                let due = (began.elapsed().as_secs_f64() * PER_SECOND as f64) as u64;
                while count < due {
                    let kind = KINDS[random.random_range(0..KINDS.len())];
                    let length = random.random_range(kind.len().max(1)..LONGEST);
                    random.fill_bytes(&mut packet[..length]);
                    packet[..kind.len()].copy_from_slice(kind);
                    let socket = &sockets[random.random_range(0..SOURCES)];
                    // A full buffer loses some, as any network may.
                    let _ = socket.send_to(&packet[..length], server);
                    count += 1;
                }
                counter.store(count, Ordering::Relaxed);
                std::thread::sleep(ROUND);
            }
        })?;
        Ok(Self { sent, stop, thread: Some(thread) })
    }

    /// Packets so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // If it panicked it has said so already.
            let _ = thread.join();
        }
    }
}
