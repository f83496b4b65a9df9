mod routes;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

use routes::{Loan, Placed, Reserved, Routes};

use crate::demux::Owner;
use crate::io::{Nudge, Udp, Wait, share};
use crate::links::{self, Bell};
use crate::load::{Load, Rehearsal};
use crate::peer::{Certificate, Peer, Setup};
use crate::worker::{Inbox, Newcomer, Plan, ReadOffer, Side, Worker, read_answer};
use crate::{
    Burden, Channel, CloseReason, Command, Event, EventSink, MeetingId, PeerId, Port, Subscription, UploadLimits,
};

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The UDP address everything goes through; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// The addresses clients are told; if empty, the one in `bind` unless that is unspecified.
    pub announced: Vec<IpAddr>,
    /// Threads that forward, one socket each on the same port.
    pub workers: usize,
    /// Peers of one meeting a worker takes before another worker helps; at least 1.
    pub span_above: usize,
    /// Voices of one meeting that are forwarded at the same time, the loudest ones; 0: all.
    pub loudest: usize,
    /// Reliable messages kept for a client that is slow to take them, in bytes.
    pub queued_data_bytes: usize,
    /// What one participant may send.
    pub upload: UploadLimits,
    /// From this share of its time on a worker that falls behind is too busy, percent: it gives up
    /// pictures, and at last takes nobody new. 0: never.
    pub busy_limit_percent: u32,
    /// Plays a load to it; none: it measures.
    #[doc(hidden)]
    pub rehearsal: Option<Rehearsal>,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            announced: Vec::new(),
            workers: 1,
            span_above: 40,
            loudest: 16,
            queued_data_bytes: 512 * 1024,
            upload: UploadLimits::default(),
            busy_limit_percent: 95,
            rehearsal: None,
        }
    }
}

/// The running media engine: plain threads that forward packets until it is dropped. Install a
/// metrics recorder before starting it, the counters are looked up once.
pub struct Engine {
    local: SocketAddr,
    candidates: Vec<SocketAddr>,
    certificate: Certificate,
    workers: Vec<Handle>,
    loads: Vec<Load>,
    routes: Mutex<Routes>,
}

struct Handle {
    inbox: Sender<Inbox>,
    nudge: Nudge,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Opens the port and starts the workers.
    ///
    /// # Errors
    /// If the address cannot be bound, a thread cannot be started, or there is no address that
    /// clients could be told.
    pub fn start(config: EngineConfig) -> io::Result<Self> {
        let sockets = share(config.bind, config.workers.max(1))?;
        let local = sockets[0].local_addr()?;
        let announced = match (config.announced.as_slice(), config.bind.ip()) {
            ([], ip) if ip.is_unspecified() => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "bound to every address, but none to announce",
                ));
            }
            ([], ip) => vec![ip],
            (announced, _) => announced.to_vec(),
        };
        let candidates: Vec<SocketAddr> = announced.into_iter().map(|ip| SocketAddr::new(ip, local.port())).collect();
        let waits = sockets.iter().map(Wait::on).collect::<io::Result<Vec<Wait>>>()?;
        let bells: Vec<Bell> = waits.iter().map(|wait| Bell::new(wait.nudge())).collect();
        let load = || config.rehearsal.as_ref().map_or_else(Load::default, Load::rehearsed);
        let loads: Vec<Load> = sockets.iter().map(|_| load()).collect();
        let busy_limit_permille = Some(config.busy_limit_percent * 10).filter(|limit| *limit > 0);
        let mut workers = Vec::new();
        let parts = sockets.into_iter().zip(waits).zip(links::mesh(&bells));
        for (index, ((socket, wait), links)) in parts.enumerate() {
            let plan = Plan {
                index,
                candidates: candidates.clone(),
                queued_data_bytes: config.queued_data_bytes,
                upload: config.upload,
                loudest: config.loudest,
                load: loads[index].clone(),
                busy_limit_permille,
            };
            let (inbox, receiver) = channel();
            let (nudge, bell) = (wait.nudge(), bells[index].clone());
            let worker = Worker::new(plan, Udp::new(socket)?, receiver, links);
            let thread = Builder::new().name(format!("media-{index}")).spawn(move || worker.run(wait, &bell))?;
            workers.push(Handle { inbox, nudge, thread: Some(thread) });
        }
        let routes = Mutex::new(Routes::new(loads.clone(), config.span_above));
        Ok(Self { local, candidates, certificate: Certificate::generate(), workers, loads, routes })
    }

    /// The UDP address packets come to.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Ends all meetings and waits for the threads; dropping the engine does the same.
    pub fn stop(self) {
        drop(self);
    }

    fn put(&self, worker: usize, message: Inbox) {
        let handle = &self.workers[worker];
        // A worker that is gone takes nothing; that happens only while stopping.
        if handle.inbox.send(message).is_ok() {
            handle.nudge.wake();
        }
    }

    fn routes(&self) -> MutexGuard<'_, Routes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the connection of a peer that was without one until now.
    fn open_reserved(&self, peer: PeerId) {
        let reserved = self.routes().take_reserved(peer);
        if let Some(Reserved { meeting, limits }) = reserved {
            self.open(meeting, peer, Side::Asks);
            if let Some(limits) = limits {
                self.route(Command::Limit { peer, limits });
            }
        }
    }

    /// Ends a peer that never had a connection; `false` if it has one.
    fn close_reserved(&self, peer: PeerId) -> bool {
        let mut routes = self.routes();
        let Some(reserved) = routes.take_reserved(peer) else { return false };
        let sink = routes.sink(reserved.meeting);
        drop(routes);
        if let Some(sink) = sink {
            sink(Event::Closed { peer, reason: CloseReason::Asked });
        }
        true
    }

    /// Chooses a worker and makes the connection.
    fn open(&self, meeting: MeetingId, peer: PeerId, side: Side) {
        let mut routes = self.routes();
        let Some((placed, sink)) = routes.place(meeting, peer) else { return };
        let worker = self.spread(meeting, sink, placed);
        drop(routes);
        let credentials = Owner { worker, slot: peer.0 }.credentials(&mut rand::rng());
        let setup = Setup { peer, credentials: credentials.clone(), candidates: self.candidates.clone() };
        let connection = Box::new(Peer::new(setup, &self.certificate, Instant::now()));
        self.put(worker, Inbox::Open(Newcomer { meeting, peer, credentials, connection, side }));
    }
}

impl Engine {
    /// Lets a worker have a meeting. Call it before anybody else can look at the routes: another
    /// meeting may count on it.
    fn spread(&self, meeting: MeetingId, sink: EventSink, placed: Placed) -> usize {
        match placed {
            Placed::At(worker) => worker,
            Placed::Spread { to, home, before } => {
                self.put(to, Inbox::Command(Command::OpenMeeting { meeting, sink }));
                let all: Vec<usize> = before.iter().copied().chain([to]).collect();
                for worker in &all {
                    let others = all.iter().copied().filter(|other| other != worker).collect();
                    self.put(*worker, Inbox::Span { meeting, home, others });
                }
                to
            }
        }
    }
}

impl Port for Engine {
    fn send(&self, command: Command) {
        // A connection is made when something needs one.
        match &command {
            Command::OpenPeer { meeting, peer } => return self.routes().reserve(*meeting, *peer),
            Command::Limit { peer, limits } if self.routes().keep_limits(*peer, *limits) => return,
            Command::ClosePeer { peer } if self.close_reserved(*peer) => return,
            // Without a channel it is dropped.
            Command::SendData { channel: Channel::Lossy, .. } => {}
            Command::SendData { to, .. } => {
                let reserved = self.routes().reserved_of(to);
                reserved.into_iter().for_each(|peer| self.open_reserved(peer));
            }
            Command::Offer { peer, .. }
            | Command::Unsubscribe { peer, .. }
            | Command::Prefer { peer, .. }
            | Command::Subscribe(Subscription { peer, .. }) => self.open_reserved(*peer),
            Command::OpenMeeting { .. }
            | Command::CloseMeeting { .. }
            | Command::OpenReceiver { .. }
            | Command::OpenViewer { .. }
            | Command::Answer { .. }
            | Command::OfferAnew { .. }
            | Command::Limit { .. }
            | Command::ClosePeer { .. }
            | Command::SetMuted { .. } => {}
        }
        match command {
            // Reading an offer and making a connection take a millisecond or two each: done here,
            // where no media waits for it, and without the lock.
            Command::Offer { peer, offer_id, sdp, pending } => {
                let offer = ReadOffer::read(&sdp);
                let worker = self.routes().worker_of(peer);
                if let Some(worker) = worker {
                    self.put(worker, Inbox::Offer { peer, offer_id, offer, pending });
                }
            }
            Command::Answer { peer, offer_id, sdp } => {
                let answer = read_answer(&sdp);
                let worker = self.routes().worker_of(peer);
                if let Some(worker) = worker {
                    self.put(worker, Inbox::Answer { peer, offer_id, answer });
                }
            }
            // These two need their connection at once.
            Command::OpenReceiver { meeting, peer } => self.open(meeting, peer, Side::Receives),
            Command::OpenViewer { meeting, peer } => self.open(meeting, peer, Side::Views),
            other => self.route(other),
        }
    }

    /// Full only if no worker takes anybody: newcomers are led to those that do.
    fn burden(&self) -> Burden {
        let burdens = || self.loads.iter().map(Load::burden);
        match (burdens().min(), burdens().max()) {
            (Some(Burden::Full), _) => Burden::Full,
            (_, Some(Burden::Calm) | None) => Burden::Calm,
            _ => Burden::Shedding,
        }
    }
}

impl Engine {
    fn route(&self, command: Command) {
        let mut routes = self.routes();
        match command {
            // Commands of one meeting come from one thread and keep their order.
            Command::OpenMeeting { meeting, sink } => {
                let home = routes.open(meeting, sink.clone());
                self.put(home, Inbox::Command(Command::OpenMeeting { meeting, sink }));
            }
            Command::CloseMeeting { meeting } => {
                for worker in routes.close(meeting) {
                    self.put(worker, Inbox::Command(Command::CloseMeeting { meeting }));
                }
            }
            Command::ClosePeer { peer } => {
                if let Some(worker) = routes.leave(peer) {
                    self.put(worker, Inbox::Command(Command::ClosePeer { peer }));
                }
            }
            // Only the publisher's worker acts on it, and tells the others.
            Command::SetMuted { track, muted } => {
                for worker in 0..self.workers.len() {
                    self.put(worker, Inbox::Command(Command::SetMuted { track: track.clone(), muted }));
                }
            }
            // One command for each worker, however many receive it.
            Command::SendData { to, channel, payload } => {
                for (worker, to) in routes.by_worker(to) {
                    self.put(worker, Inbox::Command(Command::SendData { to, channel, payload: payload.clone() }));
                }
            }
            Command::Subscribe(subscription) => match routes.lend(subscription.peer, subscription.publisher) {
                Some(Loan { lender, placed, sink }) => {
                    let worker = self.spread(lender, sink, placed);
                    self.put(worker, Inbox::Borrow { lender, subscription });
                }
                None => {
                    if let Some(worker) = routes.worker_of(subscription.peer) {
                        self.put(worker, Inbox::Command(Command::Subscribe(subscription)));
                    }
                }
            },
            Command::Offer { peer, .. }
            | Command::Answer { peer, .. }
            | Command::OfferAnew { peer }
            | Command::OpenPeer { peer, .. }
            | Command::OpenReceiver { peer, .. }
            | Command::OpenViewer { peer, .. }
            | Command::Unsubscribe { peer, .. }
            | Command::Prefer { peer, .. }
            | Command::Limit { peer, .. } => {
                if let Some(worker) = routes.worker_of(peer) {
                    self.put(worker, Inbox::Command(command));
                }
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for worker in 0..self.workers.len() {
            self.put(worker, Inbox::Stop);
        }
        for handle in &mut self.workers {
            if let Some(thread) = handle.thread.take() {
                // A worker that panicked has said so already.
                let _ = thread.join();
            }
        }
    }
}
