use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crate::{Conditions, Line};

/// Between two looks at the sockets.
const PAUSE: Duration = Duration::from_micros(500);
const LONGEST: usize = 2_000;

/// A bad line between clients and one server. Each client has a line of its own; the server sees
/// each at a port of the relay's. Ends when dropped.
pub struct Relay {
    /// Where clients send to.
    pub address: SocketAddr,
    lost: Arc<AtomicU64>,
    frozen: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A client's two directions.
struct Pair {
    client: SocketAddr,
    socket: UdpSocket,
    up: Line<Vec<u8>>,
    down: Line<Vec<u8>>,
}

impl Relay {
    /// Starts on a free port of the server's address.
    ///
    /// # Errors
    /// If a socket cannot be bound or the thread not be started.
    pub fn start(server: SocketAddr, up: Conditions, down: Conditions, seed: u64) -> io::Result<Self> {
        let front = UdpSocket::bind(SocketAddr::new(server.ip(), 0))?;
        front.set_read_timeout(Some(PAUSE))?;
        let address = front.local_addr()?;
        let (lost, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let frozen = Arc::new(AtomicBool::new(false));
        let (counter, stopped, vanishing) = (Arc::clone(&lost), Arc::clone(&stop), Arc::clone(&frozen));
        let thread = Builder::new().name("impairment".to_owned()).spawn(move || {
            let began = Instant::now();
            let mut pairs: HashMap<SocketAddr, Pair> = HashMap::new();
            let mut buffer = [0; LONGEST];
            while !stopped.load(Ordering::Relaxed) {
                // The first reading waits a little; the others take what is there.
                let mut count = 0;
                while let Ok((length, client)) = front.recv_from(&mut buffer) {
                    let number = pairs.len() as u64;
                    let pair = match pairs.entry(client) {
                        std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                        std::collections::hash_map::Entry::Vacant(new) => {
                            let Ok(socket) = outlet(server) else { break };
                            let line = |conditions: &Conditions, seed| Line::new(conditions.clone(), seed);
                            let (up, down) = (line(&up, seed + 2 * number), line(&down, seed + 2 * number + 1));
                            new.insert(Pair { client, socket, up, down })
                        }
                    };
                    let vanishes = vanishing.load(Ordering::Relaxed);
                    if vanishes || !pair.up.put(began.elapsed(), length, buffer[..length].to_vec()) {
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                    count += 1;
                    if count >= 64 {
                        break;
                    }
                }
                for pair in pairs.values_mut() {
                    while let Ok(length) = pair.socket.recv(&mut buffer) {
                        let vanishes = vanishing.load(Ordering::Relaxed);
                        if vanishes || !pair.down.put(began.elapsed(), length, buffer[..length].to_vec()) {
                            counter.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    let now = began.elapsed();
                    // A full buffer loses some, as any network may.
                    while let Some(datagram) = pair.up.take(now) {
                        let _ = pair.socket.send(&datagram);
                    }
                    while let Some(datagram) = pair.down.take(now) {
                        let _ = front.send_to(&datagram, pair.client);
                    }
                }
            }
        })?;
        Ok(Self { address, lost, frozen, stop, thread: Some(thread) })
    }

    /// While frozen every packet vanishes, both ways, and nobody is told. What is on the way already arrives.
    pub fn freeze(&self, frozen: bool) {
        self.frozen.store(frozen, Ordering::Relaxed);
    }

    /// Packets that did not come through, both ways.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

fn outlet(server: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(SocketAddr::new(server.ip(), 0))?;
    socket.connect(server)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // If it panicked it has said so already.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_go_both_ways_late_and_not_all() {
        let server = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
        let client = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
        server.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout can be set");
        client.set_read_timeout(Some(Duration::from_millis(10))).expect("a timeout can be set");
        let delay = Duration::from_millis(20);
        let up = Conditions { delay, ..Conditions::default() };
        let down = Conditions { loss: 0.5, ..Conditions::default() };
        let relay = Relay::start(server.local_addr().expect("it is bound"), up, down, 3).expect("it starts");
        let mut buffer = [0; 100];
        let began = Instant::now();
        client.send_to(b"hello", relay.address).expect("loopback takes it");
        let (length, from) = server.recv_from(&mut buffer).expect("it comes");
        assert_eq!(&buffer[..length], b"hello");
        assert!(began.elapsed() >= delay);
        for number in 0..100_u8 {
            server.send_to(&[number], from).expect("loopback takes it");
        }
        let mut got = 0;
        while got + relay.lost() < 100 {
            assert!(began.elapsed() < Duration::from_secs(20), "{got} came, {} were lost", relay.lost());
            got += u64::from(client.recv_from(&mut buffer).is_ok());
        }
        assert!((30..70).contains(&got), "{got}");
    }

    #[test]
    fn a_frozen_line_says_nothing_and_goes_on_afterwards() {
        let server = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
        let client = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
        server.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout can be set");
        let address = server.local_addr().expect("it is bound");
        let relay = Relay::start(address, Conditions::default(), Conditions::default(), 3).expect("it starts");
        relay.freeze(true);
        client.send_to(b"vanishes", relay.address).expect("loopback takes it");
        let began = Instant::now();
        while relay.lost() == 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "it was not even taken");
            std::thread::yield_now();
        }
        relay.freeze(false);
        client.send_to(b"arrives", relay.address).expect("loopback takes it");
        let mut buffer = [0; 100];
        let (length, _) = server.recv_from(&mut buffer).expect("it comes");
        assert_eq!(&buffer[..length], b"arrives");
    }
}
