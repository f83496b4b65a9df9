use std::net::UdpSocket;
use std::sync::mpsc::{Receiver as Events, channel};
use std::sync::{Arc, Mutex};

use super::*;
use crate::demux::{self, Owner};
use crate::mid::Mid;
use crate::packet::{Packet, Rewrite};
use crate::peer::{Description, Received, Sent};
use crate::sdp::{Credentials, OfferedSection};
use crate::{Channel, Quality};

/// A connection that does what it is told and counts what is done to it.
#[derive(Default)]
struct Puppet {
    panics: bool,
    advanced: Arc<Mutex<u32>>,
    full: Arc<Mutex<bool>>,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Connection for Puppet {
    fn receive(&mut self, _: Instant, _: SocketAddr, _: SocketAddr, datagram: &[u8]) -> Received {
        assert!(!self.panics, "a fault of the library");
        if demux::is_stun(datagram) { Received::Taken } else { Received::Refused }
    }

    fn advance(&mut self, _: Instant) {
        *self.advanced.lock().expect("nobody panics with it") += 1;
    }

    fn poll(&mut self) -> Polled {
        Polled::Idle(Instant::now() + Duration::from_secs(60))
    }

    fn answer(&mut self, _: &Description, _: &[OfferedSection]) -> Option<(String, Credentials)> {
        panic!("a fault of the library")
    }

    fn forward(&mut self, _: &Arc<Packet>, _: &Rewrite, _: Instant) -> bool {
        true
    }

    fn request_keyframe(&mut self, _: Mid, _: Quality) {}

    fn send(&mut self, _: Channel, payload: &[u8]) -> Sent {
        if *self.full.lock().expect("nobody panics with it") {
            return Sent::Full;
        }
        self.sent.lock().expect("nobody panics with it").push(payload.to_vec());
        Sent::Taken
    }

    fn close(&mut self) {}
}

/// A worker whose connections are puppets, driven by hand.
struct Stage {
    worker: Worker,
    events: Events<Event>,
    full: Arc<Mutex<bool>>,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

const FRAGILE: PeerId = PeerId(1);
const STURDY: PeerId = PeerId(2);

fn stage() -> Stage {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
    let candidates = vec![socket.local_addr().expect("it is bound")];
    let plan = Plan { candidates, ..Plan::for_tests() };
    let (_, inbox) = channel();
    let (full, sent) = (Arc::new(Mutex::new(false)), Arc::default());
    let mut worker = Worker::new(plan, Udp::new(socket).expect("it can be set up"), inbox, Vec::new());
    let (sender, events) = channel();
    let sink = Arc::new(move |event| {
        let _ = sender.send(event);
    });
    worker.obey(Command::OpenMeeting { meeting: MeetingId(1), sink });
    for peer in [FRAGILE, STURDY] {
        let puppet =
            Puppet { panics: peer == FRAGILE, full: Arc::clone(&full), sent: Arc::clone(&sent), ..Puppet::default() };
        let credentials = Owner { worker: 0, slot: peer.0 }.credentials(&mut rand::rng());
        worker.open(Newcomer {
            meeting: MeetingId(1),
            peer,
            credentials,
            connection: Box::new(puppet),
            side: crate::worker::Side::Asks,
        });
    }
    Stage { worker, events, full, sent }
}

fn check_for(worker: &Worker, peer: PeerId) -> Vec<u8> {
    let name = format!("{}:theirs", worker.members[&peer].credentials.ufrag);
    let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    message.extend([0; 12]);
    message.extend(6_u16.to_be_bytes());
    message.extend(u16::try_from(name.len()).expect("it is short").to_be_bytes());
    message.extend(name.as_bytes());
    message.resize(message.len().next_multiple_of(4), 0);
    message
}

#[test]
fn a_connection_that_panics_ends_alone() {
    let mut stage = stage();
    let source = SocketAddr::from(([127, 0, 0, 1], 5_000));
    let datagram = check_for(&stage.worker, FRAGILE);
    stage.worker.datagram(source, None, &datagram, None);
    stage.worker.turn();
    let event = stage.events.try_recv().expect("it is reported");
    assert!(matches!(event, Event::Closed { peer: FRAGILE, reason: CloseReason::Fault }), "{event:?}");
    let datagram = check_for(&stage.worker, STURDY);
    stage.worker.datagram(source, None, &datagram, None);
    stage.worker.turn();
    assert_eq!(stage.worker.addresses.peer(source, Instant::now()), Some(STURDY));
    assert_eq!(stage.worker.members.len(), 1);
}

fn faulty(_: Event) {
    panic!("a fault of our own")
}

#[test]
fn a_fault_in_a_turn_leaves_the_work_on_the_others_to_the_next() {
    let mut stage = stage();
    let advanced: Arc<Mutex<u32>> = Arc::default();
    let connection = Box::new(Puppet { advanced: Arc::clone(&advanced), ..Puppet::default() });
    stage.worker.members.get_mut(&STURDY).expect("it was opened").connection = connection;
    stage.worker.meetings.get_mut(&MeetingId(1)).expect("it was opened").sink = Arc::new(faulty);
    stage.worker.members.get_mut(&FRAGILE).expect("it was opened").has_ended = true;
    stage.worker.mark(FRAGILE);
    stage.worker.mark(STURDY);
    let turn = catch_unwind(AssertUnwindSafe(|| stage.worker.turn()));
    assert!(turn.is_err(), "what is told of the first one's end makes the turn fail");

    let count = || *advanced.lock().expect("nobody panics with it");
    assert_eq!(count(), 0);
    stage.worker.turn();
    assert_eq!(count(), 1, "its turn comes");
    stage.worker.mark(STURDY);
    stage.worker.turn();
    assert_eq!(count(), 2, "and it can be marked again");
}

#[test]
fn an_offer_that_makes_the_library_panic_is_refused_and_ends_the_peer() {
    let mut stage = stage();
    let fingerprint = ["AB"; 32].join(":");
    let sdp = format!(
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=ice-ufrag:abcd\r\n\
        a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 {fingerprint}\r\na=setup:actpass\r\n\
        a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
    );
    let offer = ReadOffer::read(&sdp);
    assert!(offer.is_ok(), "the library reads it");
    stage.worker.offer(STURDY, 4, offer, Vec::new());
    stage.worker.turn();
    assert!(matches!(stage.events.try_recv(), Ok(Event::OfferRefused { offer_id: 4, .. })));
    assert!(matches!(stage.events.try_recv(), Ok(Event::Closed { peer: STURDY, reason: CloseReason::Fault })));
}

#[test]
fn a_source_is_known_only_after_a_check_it_passed() {
    let mut stage = stage();
    let source = SocketAddr::from(([127, 0, 0, 1], 5_000));
    stage.worker.datagram(source, None, &[0x80; 40], None);
    assert_eq!(stage.worker.addresses.peer(source, Instant::now()), None);
    let datagram = check_for(&stage.worker, STURDY);
    stage.worker.datagram(source, None, &datagram, None);
    assert_eq!(stage.worker.addresses.peer(source, Instant::now()), Some(STURDY));
}

#[test]
fn a_client_that_stays_silent_is_closed() {
    let mut stage = stage();
    let start = stage.worker.now;
    let member = stage.worker.members.get_mut(&STURDY).expect("it was opened");
    member.has_offered = true;
    member.is_connected = true;
    stage.worker.now = start + Duration::from_secs(14);
    stage.worker.tick();
    assert!(stage.events.try_recv().is_err());
    stage.worker.now = start + Duration::from_secs(16);
    stage.worker.tick();
    assert!(matches!(stage.events.try_recv(), Ok(Event::Closed { peer: STURDY, reason: CloseReason::TimedOut })));
}

#[test]
fn reliable_messages_that_follow_each_other_are_written_at_once() {
    let mut stage = stage();
    let payload = |byte: u8| bytes::Bytes::from(vec![byte; 10]);
    for byte in 1..=3 {
        let command = Command::SendData { to: vec![STURDY], channel: Channel::Reliable, payload: payload(byte) };
        stage.worker.obey(command);
    }
    let sent = || stage.sent.lock().expect("nobody panics with it").iter().map(|sent| sent[0]).collect::<Vec<u8>>();
    assert_eq!(sent(), [0_u8; 0]);
    assert!(!stage.worker.write_messages(), "nobody else waits");
    assert_eq!(sent(), [1, 2, 3]);
    assert!(stage.worker.members[&STURDY].is_dirty, "it is called in this turn");
}

#[test]
fn a_message_beyond_the_limit_goes_out_if_the_line_has_room() {
    let mut stage = stage();
    for byte in 1..=5 {
        let payload = bytes::Bytes::from(vec![byte; 300]);
        stage.worker.obey(Command::SendData { to: vec![STURDY], channel: Channel::Reliable, payload });
    }
    stage.worker.write_messages();
    assert_eq!(stage.sent.lock().expect("nobody panics with it").len(), 5);
}

#[test]
fn reliable_messages_wait_in_order_up_to_a_limit() {
    let mut stage = stage();
    let set_full = |full: bool| *stage.full.lock().expect("nobody panics with it") = full;
    let message = |byte: u8, length: usize| Command::SendData {
        to: vec![STURDY],
        channel: Channel::Reliable,
        payload: bytes::Bytes::from(vec![byte; length]),
    };
    set_full(true);
    for byte in 1..=5 {
        stage.worker.obey(message(byte, 300));
    }
    assert_eq!(stage.worker.members[&STURDY].queued_bytes, 900, "what is too much is dropped");
    set_full(false);
    // Room or not: it must not overtake.
    stage.worker.obey(message(6, 10));
    stage.worker.drain(STURDY);
    let first: Vec<u8> = stage.sent.lock().expect("nobody panics with it").iter().map(|sent| sent[0]).collect();
    assert_eq!(first, [1, 2, 3, 6]);
    assert_eq!(stage.worker.members[&STURDY].queued_bytes, 0);
    stage.worker.obey(message(7, 64_001));
    assert_eq!(stage.sent.lock().expect("nobody panics with it").len(), 4, "too long for any client");
}

#[test]
fn media_does_not_wait_behind_handshakes() {
    let mut stage = stage();
    let source = SocketAddr::from(([127, 0, 0, 1], 5_000));
    let datagram = check_for(&stage.worker, STURDY);
    stage.worker.datagram(source, None, &datagram, None);
    // More than one may keep for later; clients repeat what is lost.
    for _ in 0..100 {
        stage.worker.datagram(source, None, &[22; 100], None);
    }
    assert_eq!(stage.worker.handshakes.len(), 8);
    stage.worker.take_handshake();
    assert_eq!(stage.worker.handshakes.len(), 7, "one in a turn");
    stage.worker.close(STURDY, CloseReason::Asked);
    assert_eq!(stage.worker.handshakes.len(), 0);
    // Strangers never get so far.
    stage.worker.datagram(SocketAddr::from(([127, 0, 0, 1], 5_001)), None, &[22; 100], None);
    assert_eq!(stage.worker.handshakes.len(), 0);
}
