use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use crate::io::{Nudge, Udp, Wait, share};
use crate::worker::{Inbox, Plan, Worker};
use crate::{Command, MeetingId, PeerId, Port, UploadLimits};

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The UDP address everything goes through; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// The addresses clients are told; if empty, the one in `bind` unless that is unspecified.
    pub announced: Vec<IpAddr>,
    /// Threads that forward, one socket each on the same port. A meeting stays on one of them.
    pub workers: usize,
    /// Voices of one meeting that are forwarded at the same time, the loudest ones; 0: all.
    pub loudest: usize,
    /// Reliable messages kept for a client that is slow to take them, in bytes.
    pub queued_data_bytes: usize,
    /// What one participant may send.
    pub upload: UploadLimits,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            announced: Vec::new(),
            workers: 1,
            loudest: 16,
            queued_data_bytes: 512 * 1024,
            upload: UploadLimits::default(),
        }
    }
}

/// The running media engine: plain threads that forward packets until it is dropped. Install a
/// metrics recorder before starting it, the counters are looked up once.
pub struct Engine {
    local: SocketAddr,
    workers: Vec<Handle>,
    routes: Mutex<Routes>,
}

struct Handle {
    inbox: Sender<Inbox>,
    nudge: Nudge,
    thread: Option<JoinHandle<()>>,
}

/// Which worker has what.
#[derive(Default)]
struct Routes {
    meetings: HashMap<MeetingId, usize>,
    peers: HashMap<PeerId, (usize, MeetingId)>,
}

impl Engine {
    /// Opens the port and starts the workers.
    ///
    /// # Errors
    /// If the address cannot be bound, a thread cannot be started, or there is no address that
    /// clients could be told.
    pub fn start(config: EngineConfig) -> io::Result<Self> {
        let mut workers = Vec::new();
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
        let mut waits = Vec::new();
        let mut inboxes = Vec::new();
        let mut letterboxes = Vec::new();
        for socket in &sockets {
            let wait = Wait::on(socket)?;
            let (sender, receiver) = channel();
            letterboxes.push((sender, wait.nudge()));
            inboxes.push(receiver);
            waits.push(wait);
        }
        for (index, ((socket, wait), inbox)) in sockets.into_iter().zip(waits).zip(inboxes).enumerate() {
            let plan = Plan {
                index,
                candidates: candidates.clone(),
                queued_data_bytes: config.queued_data_bytes,
                upload: config.upload,
                loudest: config.loudest,
            };
            let worker = Worker::new(plan, Udp::new(socket)?, inbox, letterboxes.clone());
            let thread = Builder::new().name(format!("media-{index}")).spawn(move || worker.run(wait))?;
            let (inbox, nudge) = letterboxes[index].clone();
            workers.push(Handle { inbox, nudge, thread: Some(thread) });
        }
        Ok(Self { local, workers, routes: Mutex::default() })
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
}

impl Port for Engine {
    fn send(&self, command: Command) {
        // The lock is held while putting, so that commands of one meeting keep their order.
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Command::SetMuted { track, muted } = command {
            for worker in 0..self.workers.len() {
                self.put(worker, Inbox::Command(Command::SetMuted { track: track.clone(), muted }));
            }
            return;
        }
        if let Some(worker) = routes.find(&command, self.workers.len()) {
            self.put(worker, Inbox::Command(command));
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

impl Routes {
    fn find(&mut self, command: &Command, workers: usize) -> Option<usize> {
        match command {
            Command::OpenMeeting { meeting, .. } => {
                let worker = (0..workers).min_by_key(|at| self.meetings.values().filter(|used| *used == at).count())?;
                self.meetings.insert(*meeting, worker);
                Some(worker)
            }
            Command::CloseMeeting { meeting } => {
                self.peers.retain(|_, (_, of)| of != meeting);
                self.meetings.remove(meeting)
            }
            Command::OpenPeer { meeting, peer } => {
                let worker = *self.meetings.get(meeting)?;
                self.peers.insert(*peer, (worker, *meeting));
                Some(worker)
            }
            Command::ClosePeer { peer } => self.peers.remove(peer).map(|(worker, _)| worker),
            Command::Offer { peer, .. }
            | Command::Unsubscribe { peer, .. }
            | Command::Prefer { peer, .. }
            | Command::Limit { peer, .. }
            | Command::SendData { peer, .. } => self.peers.get(peer).map(|(worker, _)| *worker),
            Command::Subscribe(subscription) => self.peers.get(&subscription.peer).map(|(worker, _)| *worker),
            Command::SetMuted { .. } => None,
        }
    }
}
