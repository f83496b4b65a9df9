//! A meeting over real loopback UDP: the engine and peers that offer as a client SDK does.
#![allow(dead_code, reason = "each test file uses a part of it")]

mod client;
mod link;
pub mod offers;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use bytes::Bytes;
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub use client::{Client, Heard};
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub use link::Link;
use media::{
    Command, Engine, EngineConfig, Event, EventSink, Kind, MeetingId, PeerId, PeerStats, PendingTrack, Port,
    Subscription, TrackSid,
};
use str0m::crypto::CryptoProvider;

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Meeting {
    pub engine: Engine,
    pub clients: Vec<Client>,
    pub log: Vec<Event>,
    /// The latest figures.
    pub stats: BTreeMap<PeerId, PeerStats>,
    /// The meeting whoever joins comes into.
    pub into: MeetingId,
    sink: EventSink,
    events: Receiver<Event>,
}

impl Meeting {
    pub fn open() -> Self {
        Self::with(EngineConfig::default())
    }

    pub fn with(config: EngineConfig) -> Self {
        let engine = Engine::start(config).expect("loopback can be bound");
        let (sender, events) = channel();
        let sink: EventSink = Arc::new(move |event| {
            let _ = sender.send(event);
        });
        let into = MeetingId(1);
        engine.send(Command::OpenMeeting { meeting: into, sink: sink.clone() });
        Self { engine, clients: Vec::new(), log: Vec::new(), stats: BTreeMap::new(), into, sink, events }
    }

    /// Opens one more meeting; whoever joins from now on comes into that one.
    pub fn open_another(&mut self) {
        self.into = MeetingId(self.into.0 + 1);
        self.engine.send(Command::OpenMeeting { meeting: self.into, sink: self.sink.clone() });
    }

    /// A client comes in and is connected, with its channels open.
    pub fn join(&mut self) -> usize {
        self.join_with(None)
    }

    /// A client to which the server offers is connected.
    pub fn join_receiver(&mut self) -> usize {
        let at = self.clients.len();
        let peer = PeerId(100 + at as u64);
        self.engine.send(Command::OpenReceiver { meeting: self.into, peer });
        self.clients.push(Client::with(peer, None));
        self.until("the receiver is connected", |meeting| meeting.clients[at].open_channels() == 2);
        at
    }

    /// The same with cryptography of its own.
    pub fn join_with(&mut self, provider: Option<Arc<CryptoProvider>>) -> usize {
        let peer = PeerId(100 + self.clients.len() as u64);
        self.engine.send(Command::OpenPeer { meeting: self.into, peer });
        self.connect(Client::with(peer, provider))
    }

    /// One that reads no VP8.
    pub fn join_without_vp8(&mut self) -> usize {
        let peer = PeerId(100 + self.clients.len() as u64);
        self.engine.send(Command::OpenPeer { meeting: self.into, peer });
        self.connect(Client::without_vp8(peer))
    }

    /// A client that offers once and watches.
    pub fn join_viewer(&mut self) -> usize {
        let peer = PeerId(100 + self.clients.len() as u64);
        self.engine.send(Command::OpenViewer { meeting: self.into, peer });
        self.connect(Client::new(peer))
    }

    fn connect(&mut self, client: Client) -> usize {
        let (at, peer) = (self.clients.len(), client.peer);
        self.clients.push(client);
        self.offer(at);
        self.until("the client is connected", |meeting| {
            meeting.clients[at].open_channels() == 2
                && meeting.log.iter().any(|event| matches!(event, Event::Connected { peer: who, .. } if *who == peer))
        });
        at
    }

    /// The client sends what it has to offer, with the tracks it announced.
    pub fn offer(&mut self, at: usize) {
        let client = &mut self.clients[at];
        let (offer_id, sdp) = client.offer();
        let pending = client.pending.clone();
        self.engine.send(Command::Offer { peer: client.peer, offer_id, sdp, pending });
    }

    /// The client announces a track and offers a section for it.
    pub fn publish(&mut self, at: usize, kind: Kind) -> TrackSid {
        let client = &mut self.clients[at];
        let sid = TrackSid(Arc::from(format!("TR_{}_{}", client.peer.0, client.published.len())));
        let cid = format!("cid-{}-{}", client.peer.0, client.published.len());
        let codec = Some(if kind == Kind::Audio { "opus" } else { "vp8" }.to_owned());
        client.pending.push(PendingTrack {
            sid: sid.clone(),
            cid: cid.clone(),
            kind,
            codec,
            layers: Vec::new(),
            is_screen: false,
            may_repeat: true,
        });
        client.publish(sid.clone(), cid, kind);
        self.offer(at);
        let wanted = sid.clone();
        self.until("the track is published", move |meeting| {
            meeting.log.iter().any(|event| matches!(event, Event::Published { track, .. } if *track == wanted))
        });
        self.clients[at].pending.retain(|pending| pending.sid != sid);
        sid
    }

    pub fn subscribe(&self, at: usize, from: usize, track: &TrackSid, kind: Kind) {
        self.engine.send(Command::Subscribe(Subscription {
            peer: self.clients[at].peer,
            publisher: self.clients[from].peer,
            track: track.clone(),
            kind,
            stream: format!("PA_{from}|camera"),
        }));
    }

    pub fn send_data(&self, at: usize, channel: media::Channel, payload: Bytes) {
        self.engine.send(Command::SendData { to: vec![self.clients[at].peer], channel, payload });
    }

    /// Lets everybody work until something is true.
    pub fn until(&mut self, what: &str, is_true: impl FnMut(&mut Self) -> bool) {
        self.until_within(PATIENCE, what, is_true);
    }

    /// The same with more patience, for what takes its time on a busy machine.
    pub fn until_within(&mut self, patience: Duration, what: &str, mut is_true: impl FnMut(&mut Self) -> bool) {
        let give_up = Instant::now() + patience;
        while !is_true(self) {
            assert!(Instant::now() < give_up, "waited in vain: {what}; events: {:#?}", self.log);
            self.step();
        }
    }

    pub fn step(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.react(&event);
            match event {
                Event::Stats { peer, stats } => {
                    self.stats.insert(peer, stats);
                }
                event => self.log.push(event),
            }
        }
        for client in &mut self.clients {
            client.step();
        }
    }

    fn react(&mut self, event: &Event) {
        let find = |clients: &[Client], peer: &PeerId| clients.iter().position(|client| client.peer == *peer);
        match event {
            Event::Answered { peer, answer } => {
                if let Some(at) = find(&self.clients, peer) {
                    self.clients[at].answered(answer);
                    if self.clients[at].must_offer {
                        self.offer(at);
                    }
                }
            }
            Event::Offered { peer, offer } => {
                if let Some(at) = find(&self.clients, peer).filter(|at| !self.clients[*at].is_deaf) {
                    let sdp = self.clients[at].accept(offer);
                    self.engine.send(Command::Answer { peer: *peer, offer_id: offer.offer_id, sdp });
                }
            }
            Event::SectionsNeeded { peer, audios, videos } => {
                if let Some(at) = find(&self.clients, peer) {
                    self.clients[at].add_sections(*audios, *videos);
                    if self.clients[at].waits_for_answer() {
                        self.clients[at].must_offer = true;
                    } else {
                        self.offer(at);
                    }
                }
            }
            _ => {}
        }
    }
}
