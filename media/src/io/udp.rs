use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::Range;

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};

use super::batch::Batch;

/// Longer bursts to one receiver get lost on the way.
const LARGEST_GROUP: usize = 10;
/// What one call to the kernel may carry.
const LARGEST_CALL: usize = 60_000;
const KERNEL_BUFFER: usize = 4 * 1024 * 1024;
/// A datagram of ours or a browser's is never longer.
const LONGEST_DATAGRAM: usize = 1_500;

/// Opens one socket per worker on the same port; the kernel spreads the packets over them.
pub(crate) fn share(bind: SocketAddr, workers: usize) -> io::Result<Vec<UdpSocket>> {
    let mut address = bind;
    let mut sockets = Vec::with_capacity(workers);
    for _ in 0..workers {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if workers > 1 {
            socket.set_reuse_port(true)?;
        }
        if address.is_ipv6() {
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        // The kernel grants what its own limits allow; less is no reason to refuse service.
        let _ = socket.set_recv_buffer_size(KERNEL_BUFFER);
        let _ = socket.set_send_buffer_size(KERNEL_BUFFER);
        socket.bind(&address.into())?;
        let socket = UdpSocket::from(socket);
        address = socket.local_addr()?;
        sockets.push(socket);
    }
    Ok(sockets)
}

/// Datagrams that wait to leave, one after the other in memory that is used again.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    list: Vec<(SocketAddr, usize, usize)>,
}

impl Sealed {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// What was written behind `from` goes to this address.
    pub(crate) fn push(&mut self, to: SocketAddr, from: usize) {
        self.list.push((to, from, self.bytes.len()));
    }

    /// Where it goes, and the content.
    pub(crate) fn get(&self, at: usize) -> (SocketAddr, &[u8]) {
        let (to, from, end) = self.list[at];
        (to, &self.bytes[from..end])
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.list.clear();
    }
}

/// A worker's socket: many packets per call, in and out.
pub(crate) struct Udp {
    socket: UdpSocket,
    state: UdpSocketState,
    is_ipv6: bool,
    buffers: Vec<Vec<u8>>,
    group: Vec<u8>,
    batch: Batch,
}

/// The datagrams of one reading, one after the other in memory that is used again.
#[derive(Debug, Default)]
pub(crate) struct Datagrams {
    bytes: Vec<u8>,
    list: Vec<(SocketAddr, Option<IpAddr>, usize, usize)>,
}

impl Datagrams {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.list.clear();
    }

    pub(crate) fn push(&mut self, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(datagram);
        self.list.push((source, local, from, self.bytes.len()));
    }

    /// Source, the address it was sent to, and the content.
    pub(crate) fn get(&self, at: usize) -> (SocketAddr, Option<IpAddr>, &[u8]) {
        let (source, local, from, to) = self.list[at];
        (source, local, &self.bytes[from..to])
    }
}

impl Udp {
    pub(crate) fn new(socket: UdpSocket) -> io::Result<Self> {
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let is_ipv6 = socket.local_addr()?.is_ipv6();
        let longest = LONGEST_DATAGRAM * state.gro_segments();
        let buffers = vec![vec![0; longest]; BATCH_SIZE];
        Ok(Self { socket, state, is_ipv6, buffers, group: Vec::with_capacity(LARGEST_CALL), batch: Batch::default() })
    }

    /// Reads what is there, at most one batch; `false` when nothing was left behind it. What comes
    /// later is announced anew.
    pub(crate) fn receive(&mut self, datagrams: &mut Datagrams) -> bool {
        datagrams.clear();
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut buffers = self.buffers.iter_mut();
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(buffers.next().map_or(&mut [], Vec::as_mut_slice)));
        let count = match self.state.recv(UdpSockRef::from(&self.socket), &mut slices, &mut metas) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            // An ICMP error of some earlier packet; the next reading goes on.
            Err(_) => return true,
        };
        for (meta, buffer) in metas.iter().zip(&self.buffers).take(count) {
            let source = SocketAddr::new(meta.addr.ip().to_canonical(), meta.addr.port());
            let local = meta.dst_ip.map(|ip| ip.to_canonical());
            let stride = meta.stride.max(1);
            for datagram in buffer[..meta.len].chunks(stride) {
                datagrams.push(source, local, datagram);
            }
        }
        count == BATCH_SIZE
    }

    /// Sends everything in the queue and empties it; returns how many datagrams were lost.
    pub(crate) fn send(&mut self, queue: &mut Vec<(SocketAddr, Vec<u8>)>) -> u64 {
        let lost = self.send_all(queue.len(), |at| (queue[at].0, queue[at].1.as_slice()));
        queue.clear();
        lost
    }

    /// The same for what lies together already. Receivers get theirs in one go.
    pub(crate) fn send_sealed(&mut self, sealed: &mut Sealed) -> u64 {
        sealed.list.sort_unstable();
        let lost = self.send_all(sealed.len(), |at| sealed.get(at));
        sealed.clear();
        lost
    }

    /// Neighbours to the same receiver leave together (all of one length, the last may be
    /// shorter), which is several times cheaper than one by one. What is left alone leaves with
    /// what is alone for others.
    fn send_all<'d>(&mut self, count: usize, get: impl Fn(usize) -> (SocketAddr, &'d [u8])) -> u64 {
        let mut lost = 0;
        let mut at = 0;
        while at < count {
            let (to, first) = get(at);
            let segment = first.len();
            let mut end = at + 1;
            let mut bytes = segment;
            let largest = LARGEST_GROUP.min(self.state.max_gso_segments());
            while end < count && end - at < largest {
                let (next_to, next) = get(end);
                if next_to != to || next.len() > segment || bytes + next.len() > LARGEST_CALL {
                    break;
                }
                bytes += next.len();
                end += 1;
                if next.len() < segment {
                    break;
                }
            }
            if end - at == 1 {
                if self.batch.is_full() {
                    lost += self.batch.send(&self.socket, |at| get(at).1);
                }
                self.batch.add(self.destination(to), at);
            } else {
                // A receiver gets everything in its order.
                if self.batch.has(self.destination(to)) {
                    lost += self.batch.send(&self.socket, |at| get(at).1);
                }
                lost += self.send_group(to, at..end, &get);
            }
            at = end;
        }
        lost + self.batch.send(&self.socket, |at| get(at).1)
    }

    fn send_group<'d>(
        &mut self,
        to: SocketAddr,
        group: Range<usize>,
        get: &impl Fn(usize) -> (SocketAddr, &'d [u8]),
    ) -> u64 {
        let destination = self.destination(to);
        let first = get(group.start).1;
        let contents = if group.len() == 1 {
            first
        } else {
            self.group.clear();
            for at in group.clone() {
                self.group.extend_from_slice(get(at).1);
            }
            &self.group
        };
        let segment_size = (group.len() > 1).then_some(first.len());
        let transmit = Transmit { destination, ecn: None, contents, segment_size, src_ip: None };
        match self.state.try_send(UdpSockRef::from(&self.socket), &transmit) {
            Ok(()) => 0,
            Err(_) if group.len() > 1 => {
                // The card or the path refuses groups: one by one then.
                group.map(|at| self.send_group(to, at..at + 1, get)).sum()
            }
            Err(_) => 1,
        }
    }

    /// An address as the socket knows it.
    fn destination(&self, to: SocketAddr) -> SocketAddr {
        match to.ip() {
            IpAddr::V4(ip) if self.is_ipv6 => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
            _ => to,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn socket() -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
        socket.set_read_timeout(Some(Duration::from_secs(5))).expect("it takes a limit");
        socket
    }

    fn heard(socket: &UdpSocket, count: usize) -> Vec<Vec<u8>> {
        let next = |_| {
            let mut buffer = [0; 100];
            let length = socket.recv(&mut buffer).expect("it arrives");
            buffer[..length].to_vec()
        };
        (0..count).map(next).collect()
    }

    #[test]
    fn everybody_gets_everything_in_its_order_however_it_leaves() {
        let ears: Vec<UdpSocket> = (0..100).map(|_| socket()).collect();
        let mut udp = Udp::new(socket()).expect("it can be set up");
        let mut queue = Vec::new();
        // One alone for everybody; then of one a short one, a group of two and one more.
        let to = |ear: usize| ears[ear].local_addr().expect("it is bound");
        (0..100_u8).for_each(|ear| queue.push((to(ear.into()), vec![ear])));
        for datagram in [vec![1], vec![2; 9], vec![3; 9], vec![4]] {
            queue.push((to(70), datagram));
        }
        assert_eq!(udp.send(&mut queue), 0);
        for (ear, socket) in ears.iter().enumerate() {
            assert_eq!(heard(socket, 1), [[ear as u8]]);
        }
        assert_eq!(heard(&ears[70], 4), [vec![1], vec![2; 9], vec![3; 9], vec![4]]);
    }

    #[test]
    fn one_that_cannot_leave_keeps_no_other() {
        let (first, last) = (socket(), socket());
        let mut udp = Udp::new(socket()).expect("it can be set up");
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let to = |socket: &UdpSocket| socket.local_addr().expect("it is bound");
        let mut queue = vec![(to(&first), vec![1]), (nowhere, vec![2]), (nowhere, vec![3]), (to(&last), vec![4])];
        assert_eq!(udp.send(&mut queue), 2);
        assert_eq!((heard(&first, 1), heard(&last, 1)), (vec![vec![1]], vec![vec![4]]));
    }
}
