//! The worker's own part of the forward path allocates nothing, however many receive. The
//! connections here are puppets: what the library behind real ones allocates is its own.

use std::sync::Arc;
use std::sync::mpsc::channel;

use super::*;
use crate::demux::Owner;
use crate::mid::Mid;
use crate::packet::{Codec, Packet, Rewrite};
use crate::peer::{Carried, Description, Received, Sent};
use crate::router::Track;
use crate::sdp::{Credentials, OfferedSection};
use crate::{Channel, Kind, Quality, TrackSid};

/// Takes every packet and has one datagram to send for each.
struct Puppet {
    to: SocketAddr,
    written: usize,
}

impl Connection for Puppet {
    fn receive(&mut self, _: Instant, _: SocketAddr, _: SocketAddr, _: &[u8]) -> Received {
        Received::Taken
    }

    fn advance(&mut self, _: Instant) {}

    fn poll(&mut self) -> Polled {
        if self.written == 0 {
            return Polled::Idle(Instant::now() + Duration::from_secs(60));
        }
        self.written -= 1;
        // Making a datagram is the library's part; an empty one needs no memory.
        Polled::Transmit { to: self.to, datagram: Vec::new() }
    }

    fn answer(&mut self, _: &Description, _: &[OfferedSection]) -> Option<(String, Credentials)> {
        None
    }

    fn forward(&mut self, _: &Arc<Packet>, _: &Rewrite, _: Instant) -> bool {
        self.written += 1;
        true
    }

    fn request_keyframe(&mut self, _: Mid, _: Quality) {}

    fn send(&mut self, _: Channel, _: &[u8]) -> Sent {
        Sent::Closed
    }

    fn close(&mut self) {}
}

const PUBLISHER: PeerId = PeerId(0);

/// A worker whose one track a number of puppets receive.
fn stage(receivers: u64) -> Worker {
    let own = SocketAddr::from(([127, 0, 0, 1], 0));
    let socket = crate::io::share(own, 1).expect("loopback can be bound").remove(0);
    let to = socket.local_addr().expect("it is bound");
    let plan = Plan { candidates: vec![to], ..Plan::for_tests() };
    let (_, inbox) = channel();
    let mut worker = Worker::new(plan, Udp::new(socket).expect("it can be set up"), inbox, Vec::new());
    worker.obey(Command::OpenMeeting { meeting: MeetingId(1), sink: Arc::new(|_| {}) });
    let mid = Mid::new("0").expect("it is short");
    let track = TrackSid(Arc::from("TR_a"));
    worker.router.publish(Track::new(track.clone(), PUBLISHER, mid, Kind::Audio, Vec::new()));
    for peer in (0..=receivers).map(PeerId) {
        let credentials = Owner { worker: 0, slot: peer.0 }.credentials(&mut rand::rng());
        let connection = Box::new(Puppet { to, written: 0 });
        worker.open(Newcomer { meeting: MeetingId(1), peer, credentials, connection, side: crate::worker::Side::Asks });
        if peer != PUBLISHER {
            worker.router.attach(&track, peer, mid, None, worker.now, &mut worker.effects);
        }
    }
    worker.carry_out(None);
    worker
}

fn packet(sequence: u64) -> Arc<Packet> {
    Arc::new(Packet {
        from: PUBLISHER,
        mid: Mid::new("0").expect("it is short"),
        quality: Quality::High,
        has_rid: false,
        sequence,
        timestamp: 960,
        marker: false,
        codec: Codec::Opus,
        payload: Arc::from([0_u8; 80].as_slice()),
        level: None,
        carried: Carried::plain(),
    })
}

/// What a turn with ten packets allocates, once the buffers have grown.
fn allocations(receivers: u64) -> u64 {
    let mut worker = stage(receivers);
    let turn = |worker: &mut Worker, round: u64| {
        let packets: Vec<Arc<Packet>> = (0..10).map(|at| packet(round * 10 + at)).collect();
        let mut left = 0;
        let counted = allocation_counter::measure(|| {
            for packet in &packets {
                worker.forward(packet, MeetingId(1));
            }
            worker.work();
            left = worker.outgoing.len() as u64;
            worker.flush();
        });
        assert_eq!(left, 10 * receivers);
        counted.count_total
    };
    for round in 0..20 {
        turn(&mut worker, round);
    }
    (20..40).map(|round| turn(&mut worker, round)).sum()
}

#[test]
fn forwarding_allocates_nothing_for_a_receiver() {
    for receivers in [1, 10, 100] {
        assert_eq!(allocations(receivers), 0, "{receivers} receivers");
    }
}
