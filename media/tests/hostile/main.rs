//! Attacks over real UDP: what somebody sends who means harm, and that nobody else notices.

#[path = "../harness/mod.rs"]
mod harness;

mod addresses;
mod floods;
mod forgeries;
mod insiders;
mod limits;
mod mangler;
mod offers;
mod recordings;

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use harness::Meeting;
use media::{CloseReason, Event, Kind, PeerId, TrackSid};

/// Anna talks, Bert listens: the ones who must not notice.
struct Talk {
    meeting: Meeting,
    anna: usize,
    bert: usize,
    audio: TrackSid,
    tick: u32,
    due: Instant,
}

impl Talk {
    fn begin() -> Self {
        Self::within(Meeting::open())
    }

    fn within(mut meeting: Meeting) -> Self {
        let (anna, bert) = (meeting.join(), meeting.join());
        let audio = meeting.publish(anna, Kind::Audio);
        meeting.subscribe(bert, anna, &audio, Kind::Audio);
        meeting.until("the track has a section", |meeting| meeting.clients[bert].tracks.len() == 1);
        let mut talk = Self { meeting, anna, bert, audio, tick: 0, due: Instant::now() };
        talk.flows(5, |_| {});
        talk
    }

    fn engine(&self) -> SocketAddr {
        self.meeting.engine.local_addr()
    }

    /// Anna says the next twenty milliseconds if it is time for them.
    fn speak(&mut self) {
        if Instant::now() >= self.due {
            self.due = Instant::now() + Duration::from_millis(5);
            self.tick += 1;
            self.meeting.clients[self.anna].write(&self.audio, &[self.tick as u8; 80], self.tick * 960);
        }
    }

    /// Goes on until Bert has heard so many more packets, with something happening in between.
    fn flows(&mut self, packets: usize, mut meanwhile: impl FnMut(&mut Self)) {
        let before = self.meeting.clients[self.bert].heard.len();
        let give_up = Instant::now() + Duration::from_secs(30);
        while self.meeting.clients[self.bert].heard.len() < before + packets {
            assert!(Instant::now() < give_up, "Bert no longer hears Anna; events: {:#?}", self.meeting.log);
            meanwhile(self);
            self.speak();
            self.meeting.step();
        }
    }

    /// Bert got everything Anna said, once, in order; nobody was closed.
    fn is_unharmed(&mut self) {
        let (bert, said) = (self.bert, self.tick as usize);
        self.meeting.until("all that Anna said came", |meeting| meeting.clients[bert].heard.len() >= said);
        let heard = &self.meeting.clients[self.bert].heard;
        let gaps = heard.windows(2).filter(|pair| pair[1].sequence != pair[0].sequence + 1).count();
        assert_eq!((heard.len(), gaps), (self.tick as usize, 0));
        self.nobody_fell(&[self.anna, self.bert]);
    }

    /// None of these was closed.
    fn nobody_fell(&self, at: &[usize]) {
        let fallen: Vec<(PeerId, CloseReason)> = self
            .meeting
            .log
            .iter()
            .filter_map(|event| match event {
                Event::Closed { peer, reason } => Some((*peer, *reason)),
                _ => None,
            })
            .filter(|(peer, _)| at.iter().any(|at| self.meeting.clients[*at].peer == *peer))
            .collect();
        assert!(fallen.is_empty(), "{fallen:?}");
    }
}

/// Somebody with a socket who is in no meeting.
struct Stranger {
    socket: UdpSocket,
}

impl Stranger {
    fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
        socket.set_nonblocking(true).expect("a socket can be made to return at once");
        Self { socket }
    }

    fn send(&self, to: SocketAddr, datagram: &[u8]) {
        // A full buffer loses some; the attack goes on.
        let _ = self.socket.send_to(datagram, to);
    }

    /// Bytes that came back.
    fn got(&self) -> usize {
        let mut buffer = [0; 2_000];
        std::iter::from_fn(|| self.socket.recv_from(&mut buffer).ok()).map(|(length, _)| length).sum()
    }
}

/// Kinds of datagrams by their first two bytes (RFC 7983, RFC 5761).
fn is_check(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}

fn is_handshake(datagram: &[u8]) -> bool {
    matches!(datagram.first(), Some(20..=63))
}

fn is_report(datagram: &[u8]) -> bool {
    matches!(datagram, [128..=191, 192..=223, ..])
}

fn is_media(datagram: &[u8]) -> bool {
    matches!(datagram, [128..=191, ..]) && !is_report(datagram)
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % (limit.max(1) as u64)).expect("it is below a usize")
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll() as u8).collect()
    }
}
