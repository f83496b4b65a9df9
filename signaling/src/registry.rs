//! The meetings on this node: found, claimed, opened, closed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use cluster::{Claim, Cluster, Lease, NodeId, Revocation, Tenure, TokenFacts, Vows};
use domain::{Clock, Identity, MeetingName};
use jiff::Timestamp;
use media::MeetingId;
use protocol::livekit;
use tokio::sync::{OwnedMutexGuard, mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use crate::actor::{self, Handle, Input, Origin};
use crate::admission::Visitor;
use crate::colleagues::Colleagues;
use crate::config::{ASK_AGAIN, CLUSTER_PATIENCE, FULL_PATIENCE, GOOD_BYE, SETTLING_PATIENCE, SignalingConfig};
use crate::handover::{self, Drain, Legacies};
use crate::lines::Lines;
use crate::meeting::{Farewell, Order, Reply, TokenInUse};
use crate::news::NewsDesk;
use crate::refusal::Refusal;
use crate::revoked::{MEMORY, Revoked};
use crate::toll::Tolls;
use crate::{Randomness, beat};

/// The level of the protocol: from 18 on clients expect data channels this server does not open.
const PROTOCOL: i32 = 17;

/// What a meeting's task needs of the world.
pub struct Surroundings {
    pub config: SignalingConfig,
    pub cluster: Cluster,
    pub port: Arc<dyn media::Port>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Randomness>,
    pub participants: AtomicUsize,
    pub desk: NewsDesk,
    pub colleagues: Colleagues,
    pub lines: Lines,
}

impl Surroundings {
    pub fn server_info(&self) -> livekit::ServerInfo {
        livekit::ServerInfo {
            version: self.config.compat_version.clone(),
            protocol: PROTOCOL,
            region: self.config.region.clone(),
            node_id: self.config.node.to_string(),
            debug_info: concat!("rennsteig/", env!("CARGO_PKG_VERSION")).to_owned(),
            ..livekit::ServerInfo::default()
        }
    }
}

/// A meeting's place. Its lock is held while the meeting is claimed or released, so that the two
/// never cross; others' joins are not held up.
type Place = Arc<tokio::sync::Mutex<Option<Handle>>>;

/// Where a meeting is.
pub enum Door {
    /// On this node.
    Here(Handle),
    /// On another.
    There(NodeId),
}

/// What came of asking for a meeting once.
enum Knock {
    Open(Door),
    /// Ask again: whoever had it may still say so.
    Settling(Duration),
}

/// The meetings on this node.
pub struct Registry {
    pub around: Arc<Surroundings>,
    places: Mutex<HashMap<MeetingName, Place>>,
    pub revoked: Revoked,
    pub tolls: Tolls,
    pub drain: Drain,
    pub legacies: Legacies,
    next: AtomicU64,
    stopping: AtomicBool,
    /// Everything that must end before the server may: meetings and connections hold a clone.
    alive: Mutex<Option<mpsc::Sender<()>>>,
    ended: tokio::sync::Mutex<mpsc::Receiver<()>>,
}

impl Registry {
    pub fn new(around: Surroundings) -> Arc<Self> {
        let (alive, ended) = mpsc::channel(1);
        Arc::new(Self {
            tolls: Tolls::new(&around.config),
            around: Arc::new(around),
            places: Mutex::default(),
            revoked: Revoked::default(),
            drain: Drain::default(),
            legacies: Legacies::default(),
            next: AtomicU64::new(1),
            stopping: AtomicBool::new(false),
            alive: Mutex::new(Some(alive)),
            ended: tokio::sync::Mutex::new(ended),
        })
    }

    /// A number never used before, for peers, connections and meetings.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A sign of life for whatever has to end before the server may; none once it stops.
    pub fn sign_of_life(&self) -> Option<mpsc::Sender<()>> {
        self.alive.lock().expect("nobody panics while holding this lock").clone()
    }

    /// The token was not revoked, as far as can be known: if the cluster cannot be asked, what this
    /// node heard itself decides, because people must get in while Redis is away.
    pub async fn check_revoked(&self, visitor: &Visitor) -> Result<(), Refusal> {
        let issued_at = Timestamp::from_second(visitor.claims.usable_since()).unwrap_or(Timestamp::UNIX_EPOCH);
        let facts = TokenFacts {
            meeting: visitor.meeting.clone(),
            identity: visitor.identity.clone(),
            token_id: visitor.claims.jti.clone(),
            issued_at,
        };
        if self.revoked.has(&facts) {
            return Err(Refusal::Revoked);
        }
        let asked = self.around.cluster.revocations.is_revoked(&facts, self.around.clock.now());
        match timeout(CLUSTER_PATIENCE, asked).await {
            Ok(Ok(false)) => Ok(()),
            Ok(Ok(true)) => Err(Refusal::Revoked),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(meeting.id = %visitor.meeting, "cannot ask for revoked tokens, local knowledge decides");
                Ok(())
            }
        }
    }

    /// While this node has too much to do: refuses whoever is new to a meeting here or would open
    /// one, before anything is done for them. Somebody who is inside, or was a moment ago, comes in,
    /// and so does who moderates: they are few, and the others cannot go on without them.
    pub async fn check_room(&self, visitor: &Visitor) -> Result<(), Refusal> {
        if self.around.port.burden() != media::Burden::Full || visitor.moderates() {
            return Ok(());
        }
        match timeout(FULL_PATIENCE, self.locate(&visitor.meeting)).await {
            Ok(Ok(Some(Door::Here(handle)))) if handle.has_place(&visitor.identity) => Ok(()),
            Ok(Ok(Some(Door::There(_)))) => Ok(()),
            _ => Err(Refusal::Full),
        }
    }

    /// The meeting, opened here if nobody has it, or the node that has it. Where somebody had it and
    /// did not give it up, this takes as long as the owner may need to say so.
    pub async fn enter(self: &Arc<Self>, name: &MeetingName) -> Result<Door, Refusal> {
        let began = Instant::now();
        loop {
            match self.knock(name).await? {
                Knock::Open(door) => return Ok(door),
                Knock::Settling(rest) if began.elapsed() < SETTLING_PATIENCE => sleep(rest.min(ASK_AGAIN)).await,
                Knock::Settling(_) => return Err(Refusal::Unavailable),
            }
        }
    }

    async fn knock(self: &Arc<Self>, name: &MeetingName) -> Result<Knock, Refusal> {
        if self.stopping.load(Ordering::Relaxed) {
            return Err(Refusal::Stopping);
        }
        let place =
            self.places.lock().expect("nobody panics while holding this lock").entry(name.clone()).or_default().clone();
        let mut handle = place.lock().await;
        if let Some(handle) = &*handle
            && !handle.is_closed()
        {
            return Ok(Knock::Open(Door::Here(handle.clone())));
        }
        if self.drain.is_on()
            && let Some(other) = self.lead_away(name).await?
        {
            return Ok(Knock::Open(Door::There(other)));
        }
        let config = &self.around.config;
        let asked_at = Instant::now();
        let claim = self.around.cluster.directory.claim(name, &config.node, config.lease);
        match timeout(CLUSTER_PATIENCE, claim).await {
            Ok(Ok(Claim::Ours(lease))) => {
                // Its owner may have been told a moment ago that we would not.
                if let Err(rest) = self.vows().run(&lease, Instant::now()) {
                    return Ok(Knock::Settling(rest));
                }
                let opened = self.open(name, lease, Tenure::new(asked_at, config.lease))?;
                *handle = Some(opened.clone());
                Ok(Knock::Open(Door::Here(opened)))
            }
            Ok(Ok(Claim::Theirs(lease))) => Ok(Knock::Open(Door::There(lease.owner))),
            Ok(Ok(Claim::Settling(rest))) => Ok(Knock::Settling(rest)),
            Ok(Err(_)) | Err(_) => Err(Refusal::Unavailable),
        }
    }

    /// Where a meeting that does not run here goes while this node takes none: to whoever has it, or to
    /// another node. None: it was just handed over to this one.
    async fn lead_away(&self, name: &MeetingName) -> Result<Option<NodeId>, Refusal> {
        let (directory, own) = (&self.around.cluster.directory, &self.around.config.node);
        match timeout(CLUSTER_PATIENCE, directory.owner(name)).await {
            Ok(Ok(Some(lease))) => return Ok(Some(lease.owner).filter(|owner| owner != own)),
            Ok(Ok(None)) => {}
            Ok(Err(_)) | Err(_) => return Err(Refusal::Unavailable),
        }
        let nodes = timeout(CLUSTER_PATIENCE, directory.nodes()).await;
        let nodes = nodes.ok().and_then(Result::ok).ok_or(Refusal::Unavailable)?;
        handover::choose(&nodes, own).map(|other| Some(other.id.clone())).ok_or(Refusal::Stopping)
    }

    fn open(self: &Arc<Self>, name: &MeetingName, lease: Lease, tenure: Tenure) -> Result<Handle, Refusal> {
        let life = self.sign_of_life().ok_or(Refusal::Stopping)?;
        let (reports, to_publish) = watch::channel(None);
        let (tenure, known_tenure) = watch::channel(tenure);
        let registry = self.clone();
        let beat: Arc<Mutex<Option<tokio::task::JoinHandle<Lease>>>> = Arc::default();
        let beating = beat.clone();
        let meeting = name.clone();
        let id = MeetingId(self.number());
        let legacy = self.legacies.take(name, lease.epoch, Instant::now());
        let origin = Origin { epoch: lease.epoch, legacy };
        let around = self.around.clone();
        let handle = actor::open(id, name.clone(), origin, around, reports, known_tenure, move |own| async move {
            let beat = beating.lock().expect("nobody panics while holding this lock").take();
            registry.release(&meeting, &own, beat).await;
            drop(life);
        });
        let keep = beat::keep(self.around.clone(), lease, to_publish, tenure);
        *beat.lock().expect("nobody panics while holding this lock") = Some(tokio::spawn(keep));
        tracing::info!(meeting.id = %name, "meeting {name} opened");
        Ok(handle)
    }

    /// Gives a meeting's lease back, unless it was already opened again.
    async fn release(&self, name: &MeetingName, own: &Handle, beat: Option<tokio::task::JoinHandle<Lease>>) {
        // The actor's end of the reports is gone: the beat ends by itself and says what it held.
        let lease = match beat {
            Some(beat) => beat.await.ok(),
            None => None,
        };
        let place = self.places.lock().expect("nobody panics while holding this lock").get(name).cloned();
        let Some(place) = place else { return };
        let mut handle = place.lock().await;
        if handle.as_ref().is_some_and(|current| current.is_same(own)) {
            *handle = None;
            self.note_end(name);
            let directory = &self.around.cluster.directory;
            if let Some(lease) = lease {
                let _ = timeout(CLUSTER_PATIENCE, directory.withdraw_report(&lease)).await;
                let _ = timeout(CLUSTER_PATIENCE, directory.release(&lease)).await;
            }
            tracing::info!(meeting.id = %name, "meeting {name} closed");
        }
        let mut places = self.places.lock().expect("nobody panics while holding this lock");
        // Ours and the map's: nobody else waits for this place.
        if handle.is_none() && Arc::strong_count(&place) == 2 {
            places.remove(name);
        }
    }

    /// A meeting's place, as long as it is held: nobody comes in, and nothing is opened.
    pub async fn hold(&self, name: &MeetingName) -> Option<OwnedMutexGuard<Option<Handle>>> {
        let place = self.places.lock().expect("nobody panics while holding this lock").get(name).cloned()?;
        Some(place.lock_owned().await)
    }

    /// This node does nothing for the meeting any more.
    pub fn note_end(&self, name: &MeetingName) {
        self.vows().end(name);
    }

    /// What this node promised owners that are cut off.
    fn vows(&self) -> MutexGuard<'_, Vows> {
        self.around.colleagues.vows.lock().expect("nobody panics while holding this lock")
    }

    /// The meeting, if it is here.
    pub async fn find(&self, name: &MeetingName) -> Option<Handle> {
        let place = self.places.lock().expect("nobody panics while holding this lock").get(name).cloned()?;
        let handle = place.lock().await;
        handle.clone()
    }

    /// Sends somebody whose account is closed away from all meetings on this node.
    pub async fn shut_out_everywhere(&self, identity: &Identity, until: Timestamp) {
        self.revoked.note(None, Some(identity.clone()), until, false);
        for (meeting, handle) in self.open_by_name().await {
            self.end_token_in_use(&handle, &meeting, identity).await;
            handle.send(Input::Remove(identity.clone())).await;
        }
    }

    /// Sends somebody away from a meeting on this node and remembers it, while the cluster cannot.
    pub async fn shut_out(&self, revocation: &Revocation) {
        let Revocation { meeting, identity, issued_until, for_good, in_use, .. } = revocation.clone();
        self.revoked.note(Some(meeting.clone()), identity.clone(), issued_until, for_good);
        if let (Some(handle), Some(identity)) = (self.find(&meeting).await, identity) {
            if in_use {
                self.end_token_in_use(&handle, &meeting, &identity).await;
            }
            handle.send(Input::Remove(identity)).await;
        }
    }

    /// Revokes the very token somebody is inside with, whenever it says it was issued. Nothing to do
    /// for one without a `jti`, or for somebody who is not here.
    pub async fn end_token_in_use(&self, handle: &Handle, meeting: &MeetingName, identity: &Identity) {
        let known = handle.order(Order::ShowToken(identity.clone())).await;
        let Some(Ok(Reply::Token(TokenInUse { id: Some(id), since }))) = known else { return };
        let now = self.around.clock.now();
        let issued_until = Timestamp::from_second(since).unwrap_or(now);
        let revocation = Revocation {
            meeting: meeting.clone(),
            identity: Some(identity.clone()),
            token_id: Some(id),
            issued_until,
            for_good: false,
            in_use: false,
            everywhere: false,
            forget_at: now.max(issued_until) + MEMORY,
        };
        // A cluster that is away hears of it when it is back; this node knows it at once.
        let _ = timeout(CLUSTER_PATIENCE, self.around.cluster.revocations.revoke(revocation)).await;
    }

    /// Where the meeting is, if anywhere. Nothing is opened by asking.
    pub async fn locate(&self, name: &MeetingName) -> Result<Option<Door>, Refusal> {
        if let Some(handle) = self.find(name).await.filter(|handle| !handle.is_closed()) {
            return Ok(Some(Door::Here(handle)));
        }
        match timeout(CLUSTER_PATIENCE, self.around.cluster.directory.owner(name)).await {
            Ok(Ok(Some(lease))) if lease.owner != self.around.config.node => Ok(Some(Door::There(lease.owner))),
            Ok(Ok(_)) => Ok(None),
            Ok(Err(_)) | Err(_) => Err(Refusal::Unavailable),
        }
    }

    /// The meetings that are open on this node.
    pub async fn open_here(&self) -> Vec<Handle> {
        self.open_by_name().await.into_iter().map(|(_, handle)| handle).collect()
    }

    /// The same with their names.
    pub async fn open_by_name(&self) -> Vec<(MeetingName, Handle)> {
        let places = self.places.lock().expect("nobody panics while holding this lock").clone();
        let mut open = Vec::new();
        for (name, place) in places {
            let handle = place.lock().await.clone().filter(|handle| !handle.is_closed());
            open.extend(handle.map(|handle| (name, handle)));
        }
        open
    }

    /// Sends everybody away and waits, at most a few seconds, until all of it is done.
    pub async fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.alive.lock().expect("nobody panics while holding this lock").take();
        let places: Vec<_> =
            self.places.lock().expect("nobody panics while holding this lock").values().cloned().collect();
        for place in places {
            let handle = place.lock().await.clone();
            if let Some(handle) = handle {
                handle.send(Input::Close(Farewell::ShutDown)).await;
            }
        }
        let mut ended = self.ended.lock().await;
        let _ = timeout(3 * GOOD_BYE, ended.recv()).await;
    }
}
