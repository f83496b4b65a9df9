//! The whole way of a packet, driven by hand on one thread: a real worker with real connections,
//! and real clients on loopback. What it costs is counted twice: instructions by a program around
//! this test (`cargo xtask test cost`), allocations here.

#[path = "../../tests/harness/mod.rs"]
mod harness;

use std::sync::Arc;
use std::sync::mpsc::{Receiver as Events, channel};

use harness::Client;

use super::*;
use crate::demux::Owner;
use crate::peer::{Certificate, Peer, Setup};
use crate::{Kind, Subscription, TrackSid};

const RECEIVERS: u64 = 10;
const ROUNDS: u32 = 30;
/// Under a program that counts instructions everything takes fifty times as long.
const PATIENCE: Duration = Duration::from_secs(300);
/// Sound, because it is not held back by the estimation; packets as long as those of pictures.
const PACKETS_PER_ROUND: u32 = 10;
const PAYLOAD: usize = 1_100;
/// What the library allocates for each packet it sends. Counted 2026-11-22; more would be ours.
const ALLOCATIONS_OF_LIBRARY: f64 = 4.0;

struct Treadmill {
    worker: Worker,
    datagrams: Datagrams,
    clients: Vec<Client>,
    events: Events<Event>,
    track: TrackSid,
    certificate: Certificate,
}

impl Treadmill {
    /// A publisher and its receivers, all connected, the track flowing.
    fn running() -> Self {
        let socket =
            crate::io::share(SocketAddr::from(([127, 0, 0, 1], 0)), 1).expect("loopback can be bound").remove(0);
        let plan = Plan {
            index: 0,
            candidates: vec![socket.local_addr().expect("it is bound")],
            // A publisher that goes as fast as it can.
            upload: crate::UploadLimits { packets_per_second: u32::MAX, bits_per_second: u64::MAX },
            ..Plan::for_tests()
        };
        let (_, inbox) = channel();
        let mut worker = Worker::new(plan, Udp::new(socket).expect("it can be set up"), inbox, Vec::new());
        let (sender, events) = channel();
        let sink = Arc::new(move |event| {
            let _ = sender.send(event);
        });
        worker.obey(Command::OpenMeeting { meeting: MeetingId(1), sink });
        let track = TrackSid(Arc::from("TR_sound"));
        let certificate = Certificate::generate();
        let mut treadmill =
            Self { worker, datagrams: Datagrams::default(), clients: Vec::new(), events, track, certificate };
        for peer in 0..=RECEIVERS {
            treadmill.join(PeerId(peer));
        }
        treadmill.until("everybody is connected", |all| all.clients.iter().all(|client| client.open_channels() == 2));
        let (track, cid) = (treadmill.track.clone(), "microphone".to_owned());
        treadmill.clients[0].pending.push(PendingTrack {
            sid: track.clone(),
            cid: cid.clone(),
            kind: Kind::Audio,
            codec: Some("opus".to_owned()),
            layers: Vec::new(),
            is_screen: false,
        });
        treadmill.clients[0].publish(track.clone(), cid, Kind::Audio);
        treadmill.offer(0);
        treadmill.until("it publishes", |all| !all.clients[0].waits_for_answer());
        for peer in 1..=RECEIVERS {
            let subscription = Subscription {
                peer: PeerId(peer),
                publisher: PeerId(0),
                track: track.clone(),
                kind: Kind::Audio,
                stream: "PA_0|camera".to_owned(),
            };
            treadmill.worker.obey(Command::Subscribe(subscription));
        }
        treadmill.until("everybody hears it", |all| {
            all.publish();
            all.clients[1..].iter().all(|client| !client.heard.is_empty())
        });
        treadmill
    }

    fn join(&mut self, peer: PeerId) {
        let credentials = Owner { worker: 0, slot: peer.0 }.credentials(&mut rand::rng());
        let candidates = self.worker.plan.candidates.clone();
        let setup = Setup { peer, credentials: credentials.clone(), candidates };
        let connection = Box::new(Peer::new(setup, &self.certificate, Instant::now()));
        self.worker.open(Newcomer { meeting: MeetingId(1), peer, credentials, connection });
        let client = Client::new(peer);
        client.hurry();
        self.clients.push(client);
        self.offer(self.clients.len() - 1);
    }

    fn offer(&mut self, at: usize) {
        let client = &mut self.clients[at];
        let (offer_id, sdp) = client.offer();
        self.worker.offer(client.peer, offer_id, ReadOffer::read(&sdp), client.pending.clone());
    }

    fn until(&mut self, what: &str, mut is_true: impl FnMut(&mut Self) -> bool) {
        let give_up = Instant::now() + PATIENCE;
        while !is_true(self) {
            assert!(Instant::now() < give_up, "waited in vain: {what}");
            self.step();
        }
    }

    fn step(&mut self) {
        self.take();
        self.worker.take_handshake();
        self.worker.turn();
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Answered { peer, answer } => {
                    let at = usize::try_from(peer.0).expect("there are few");
                    self.clients[at].answered(&answer);
                    if self.clients[at].must_offer {
                        self.offer(at);
                    }
                }
                Event::SectionsNeeded { peer, audios, videos } => {
                    let at = usize::try_from(peer.0).expect("there are few");
                    self.clients[at].add_sections(audios, videos);
                    self.clients[at].must_offer = true;
                    if !self.clients[at].waits_for_answer() {
                        self.offer(at);
                    }
                }
                _ => {}
            }
        }
        for client in &mut self.clients {
            client.step();
        }
    }

    fn take(&mut self) {
        self.worker.now = Instant::now();
        self.worker.forwards = 0;
        self.worker.take_packets(&mut self.datagrams);
    }

    /// The publisher sends some packets.
    fn publish(&mut self) {
        let client = &mut self.clients[0];
        for _ in 0..PACKETS_PER_ROUND {
            let tick = client.ticks(&self.track);
            client.write(&self.track, &[7; PAYLOAD], tick * 960);
        }
    }
}

/// What is counted: packets come in, are decided about, encrypted for each receiver, and leave.
/// The program that counts finds this by its name.
#[inline(never)]
fn counted_turn(treadmill: &mut Treadmill) -> usize {
    treadmill.take();
    treadmill.worker.work();
    let leaving = treadmill.worker.outgoing.len();
    treadmill.worker.flush();
    leaving
}

#[test]
fn a_packet_costs_no_more_allocations_than_the_library_makes() {
    let mut treadmill = Treadmill::running();
    let (mut left, mut allocations) = (0, 0);
    for _ in 0..ROUNDS {
        treadmill.publish();
        let counted = allocation_counter::measure(|| left += counted_turn(&mut treadmill));
        allocations += counted.count_total;
        treadmill.step();
    }
    let forwards = u32::try_from(left).expect("there are few");
    #[expect(clippy::print_stdout, reason = "read by whoever counts instructions")]
    {
        println!("treadmill: {forwards} packets left with {allocations} allocations");
    }
    let expected = ROUNDS * PACKETS_PER_ROUND * u32::try_from(RECEIVERS).expect("it is small");
    assert!(forwards > expected / 2, "{forwards} of about {expected} packets left in counted turns");
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    let per_packet = allocations as f64 / f64::from(forwards);
    assert!(per_packet <= ALLOCATIONS_OF_LIBRARY, "{per_packet:.2} allocations for each packet");
}
