//! What forwarding costs with real connections behind it, in a clock of its own and without the
//! network: the receivers are the WebRTC library as a client. `cargo xtask test instructions` runs
//! these tests under a simulated processor and counts what happens in [`forward`]; that figure is
//! the same on every machine, however busy.

use std::sync::Arc;
use std::sync::mpsc::channel;

use super::*;
use crate::demux::Owner;
use crate::mid::Mid;
use crate::packet::{Codec, Packet};
use crate::peer::client::Client;
use crate::peer::{Carried, Certificate, Description, Peer, Setup};
use crate::router::Track;
use crate::sdp::Offer;
use crate::{Kind, Quality, TrackSid};

const PUBLISHER: PeerId = PeerId(0);
pub(super) const MEETING: MeetingId = MeetingId(1);
pub(super) const RECEIVERS: u16 = 10;
/// Enough for what happens once to vanish in it.
const PACKETS: u64 = 400;
const STEP: Duration = Duration::from_millis(5);

/// A worker with receivers, and the time.
pub(super) struct Stage {
    pub(super) worker: Worker,
    own: SocketAddr,
    pub(super) clients: Vec<Client>,
    pub(super) now: Instant,
    /// Packets that did without the library.
    pub(super) sealed: u64,
    /// Whether the line to a client loses its next media packet, of so many bytes.
    pub(super) loses: Loses,
    /// Media packets, and those that were lost.
    pub(super) media: u64,
    pub(super) lost: u64,
}

/// Asked with the place of the client and the bytes of the packet.
pub(super) type Loses = Box<dyn FnMut(usize, usize) -> bool>;

/// All lines lose so many of a thousand packets, each for itself.
pub(super) fn losing(of_a_thousand: u64) -> Loses {
    let mut dice = 7_u64;
    Box::new(move |_, _| {
        // A full-period generator is dice enough.
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % 1_000 < of_a_thousand
    })
}

impl Stage {
    /// Connected receivers of one track.
    pub(super) fn open(kind: Kind) -> Self {
        Self::open_after(kind, |offer| offer)
    }

    /// The same, when something was done to their offers.
    pub(super) fn open_after(kind: Kind, change: impl Fn(String) -> String) -> Self {
        let now = Instant::now();
        let socket =
            crate::io::share(SocketAddr::from(([127, 0, 0, 1], 0)), 1).expect("loopback can be bound").remove(0);
        let own = socket.local_addr().expect("it is bound");
        let plan = Plan { candidates: vec![own], ..Plan::for_tests() };
        let (_, inbox) = channel();
        let mut worker = Worker::new(plan, Udp::new(socket).expect("it can be set up"), inbox, Vec::new());
        worker.now = now;
        worker.obey(Command::OpenMeeting { meeting: MEETING, sink: Arc::new(|_| {}) });
        let track = TrackSid(Arc::from("TR_a"));
        let publishes = Mid::new("0").expect("it is short");
        let mut published = Track::new(track.clone(), PUBLISHER, publishes, kind, Vec::new());
        published.may_repeat = true;
        worker.router.publish(published);
        let certificate = Certificate::generate();
        let mut clients = Vec::new();
        for number in 1..=RECEIVERS {
            let address = SocketAddr::from(([127, 0, 0, 2], 10_000 + number));
            let (mut client, offer) = Client::new(address, kind, now);
            let offer = change(offer);
            let peer = PeerId(number.into());
            let credentials = Owner { worker: 0, slot: peer.0 }.credentials(&mut rand::rng());
            let setup = Setup { peer, credentials: credentials.clone(), candidates: vec![own] };
            let mut connection = Box::new(Peer::new(setup, &certificate, now));
            let sections = Offer::read(&offer).expect("an offer of the library").sections;
            let description = Description::read(&offer).expect("an offer of the library");
            let (answer, _) = connection.answer(&description, &sections).expect("it can be answered");
            client.answered(&answer);
            worker.open(Newcomer { meeting: MEETING, peer, credentials, connection, side: crate::worker::Side::Asks });
            worker.router.attach(&track, peer, sections[0].mid, None, now, &mut worker.effects);
            worker.members.get_mut(&peer).expect("it was opened").attached.insert(track.clone(), sections[0].mid);
            clients.push(client);
        }
        worker.carry_out(None);
        let mut stage = Self { worker, own, clients, now, sealed: 0, loses: losing(0), media: 0, lost: 0 };
        // Checks and handshakes take a while, in a clock that is quick.
        for _ in 0..2_000 {
            if stage.worker.members.values().all(|member| member.is_connected) {
                break;
            }
            stage.pass();
        }
        assert!(stage.worker.members.values().all(|member| member.is_connected), "everybody is connected");
        stage
    }

    /// The publisher does not want its sound to be sent again.
    pub(super) fn forbid_repeats(&mut self) {
        let track = self.worker.router.track_mut(&TrackSid(Arc::from("TR_a"))).expect("it is published");
        track.may_repeat = false;
    }

    /// A step of time: everybody does what is due, and everything arrives.
    pub(super) fn pass(&mut self) {
        self.now += STEP;
        self.worker.now = self.now;
        self.worker.take_handshake();
        self.worker.work();
        self.deliver();
    }

    fn deliver(&mut self) {
        let mut arrived: Vec<(SocketAddr, Vec<u8>)> = self.worker.outgoing.drain(..).collect();
        arrived.extend(
            (0..self.worker.sealed.len()).map(|at| self.worker.sealed.get(at)).map(|(to, bytes)| (to, bytes.to_vec())),
        );
        self.sealed += self.worker.sealed.len() as u64;
        self.worker.sealed.clear();
        for (to, datagram) in arrived {
            let at = self.clients.iter().position(|client| client.address == to).expect("it goes to somebody");
            // Media and its repeats, no reports.
            if matches!(datagram[..], [128..192, kind, ..] if !(192..224).contains(&kind)) {
                self.media += 1;
                if (self.loses)(at, datagram.len()) {
                    self.lost += 1;
                    continue;
                }
            }
            let client = &mut self.clients[at];
            for answer in client.receive(self.now, self.own, &datagram) {
                self.worker.datagram(to, None, &answer, None);
            }
        }
        for client in &mut self.clients {
            for datagram in client.pass(self.now) {
                self.worker.datagram(client.address, None, &datagram, None);
            }
        }
    }

    /// Sends packets that are not counted, after others.
    pub(super) fn warm(&mut self, after: u64, packets: u64, make: impl Fn(u64) -> Arc<Packet>) {
        for sequence in after + 1..=after + packets {
            self.pass_some();
            self.worker.forward(&make(sequence), MEETING);
            self.worker.work();
            self.deliver();
        }
    }

    /// Sends packets that are counted, after others; returns how many of all the receivers had.
    fn send(&mut self, after: u64, make: impl Fn(u64) -> Arc<Packet>) -> usize {
        for sequence in after + 1..=after + PACKETS {
            self.pass_some();
            forward(&mut self.worker, &make(sequence));
            self.deliver();
        }
        self.heard()
    }

    /// What the receivers had in the end, of which nothing is missing or twice.
    pub(super) fn heard(&mut self) -> usize {
        for _ in 0..100 {
            self.pass();
        }
        for client in &mut self.clients {
            client.heard.sort();
            let odd = client.heard.windows(2).find(|pair| pair[0].0 + 1 != pair[1].0);
            assert!(odd.is_none(), "each number once, none left out: {:?}", odd.map(|pair| [pair[0].0, pair[1].0]));
        }
        self.clients.iter().map(|client| client.heard.len()).sum()
    }

    /// Sends packets together, then lets 40 ms pass.
    pub(super) fn burst(&mut self, after: u64, packets: u64, make: impl Fn(u64) -> Arc<Packet>) {
        for sequence in after + 1..=after + packets {
            self.worker.forward(&make(sequence), MEETING);
        }
        self.worker.work();
        self.deliver();
        (0..8).for_each(|_| self.pass());
    }

    fn pass_some(&mut self) {
        for _ in 0..4 {
            self.pass();
        }
    }
}

/// All that is counted: from the decrypted packet to what is ready for the socket.
#[inline(never)]
fn forward(worker: &mut Worker, packet: &Arc<Packet>) {
    worker.forward(packet, MEETING);
    worker.work();
}

pub(super) fn packet(sequence: u64, codec: Codec, payload: &[u8], carried: Carried) -> Arc<Packet> {
    Arc::new(Packet {
        from: PUBLISHER,
        mid: Mid::new("0").expect("it is short"),
        quality: Quality::High,
        has_rid: false,
        sequence,
        timestamp: sequence as u32 * 960,
        marker: true,
        codec,
        payload: Arc::from(payload),
        level: None,
        carried,
    })
}

#[test]
fn sound_alone_is_sealed_without_the_library_and_nothing_is_missing() {
    let mut stage = Stage::open(Kind::Audio);
    let heard = stage.send(0, |sequence| {
        let payload = [sequence as u8; 80];
        packet(sequence, Codec::Opus, &payload, Carried::plain())
    });
    assert_eq!(heard as u64, PACKETS * u64::from(RECEIVERS));
    // The first one, and one in so many later, go the library's way.
    let expected = PACKETS * u64::from(RECEIVERS);
    let sealed = stage.sealed;
    assert!(sealed > expected * 95 / 100 && sealed < expected, "{sealed} of {expected}");
}

/// A packet of a picture, the whole of it.
pub(super) fn picture(sequence: u64) -> Arc<Packet> {
    let [high, low] = (sequence as u16).to_be_bytes();
    let mut payload = vec![0x90, 0x80, 0x80 | high, low, if sequence == 1 { 0x10 } else { 0x11 }];
    payload.resize(1_100, 7);
    packet(sequence, Codec::Vp8, &payload, Carried::picture())
}

/// Until the first ones have gone the library's way.
const WARM: u64 = 20;

#[test]
fn pictures_leave_without_the_library_and_nothing_is_missing() {
    let mut stage = Stage::open(Kind::Video);
    stage.warm(0, WARM, picture);
    stage.sealed = 0;
    let heard = stage.send(WARM, picture);
    assert_eq!(heard as u64, (WARM + PACKETS) * u64::from(RECEIVERS));
    let expected = PACKETS * u64::from(RECEIVERS);
    let sealed = stage.sealed;
    assert!(sealed > expected * 95 / 100 && sealed < expected * 105 / 100, "{sealed} of {expected}");
}
