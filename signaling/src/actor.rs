//! One task per meeting around the state machine.
//!
//! ```text
//!  sockets ──Input──▶ ┌────────┐ ──Send──▶ outboxes
//!  media ───Event───▶ │ actor  │ ──Media─▶ engine
//!  every second ────▶ └────────┘ ──report▶ beat.rs (lease, directory)
//! ```
//! The task owns the [`Meeting`]; nobody else touches it. It never waits for a client, the engine
//! or the cluster.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cluster::{MeetingReport, Moderation, Tenure};
use domain::{Identity, MeetingName, SiteId};
use media::{MeetingId, PeerId};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{SessionDescription, SignalResponse, signal_response};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::config::{COMING_OVER, DATA_BACKLOG_LIMIT, HANDING_OVER, INBOX_LIMIT};
use crate::forwarding::End;
use crate::meeting::{Command, Effect, Farewell, Join, Legacy, Link, Meeting, Order, OrderRefused, Reply, Welcome};
use crate::outbox::{Outbox, Outgoing};
use crate::registry::Surroundings;
use crate::{beat, renewal};

/// What a meeting's task is told.
pub enum Input {
    /// A connection wants in.
    Join { join: Box<Join>, outbox: Outbox },
    /// A connection wants to go on where an earlier one broke.
    Resume {
        connection: u64,
        sid: String,
        identity: Identity,
        site: Option<SiteId>,
        offer: Option<SessionDescription>,
        outbox: Outbox,
    },
    /// A client said something.
    Request { connection: u64, request: Box<Request> },
    /// A connection is over.
    Gone { connection: u64, parting: Parting },
    /// Somebody has to go.
    Remove(Identity),
    /// Everybody has to go.
    Close(Farewell),
    /// A moderator decided something.
    Moderate(Moderation),
    /// The meeting shall go on elsewhere: says what it takes along, stands still until it is decided,
    /// and if it was handed over, sends everybody there.
    HandOver { legacy: oneshot::Sender<Legacy>, is_done: oneshot::Receiver<()> },
    /// The server API shows a participant of a meeting in another one: what this side says of it goes to `end`, until
    /// it lets go of that.
    Tie { link: Link, end: End, order: Order, reply: oneshot::Sender<Result<Reply, OrderRefused>> },
    /// The other meeting said something about a forwarding.
    Linked(Command),
    /// The server API wants something.
    Order { order: Order, reply: oneshot::Sender<Result<Reply, OrderRefused>> },
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// The line broke, or the client closed it without a good-bye.
    Lost,
    /// We ended it: flood, oversize, garbage.
    Misbehaved,
}

/// The way to a meeting's task.
#[derive(Clone)]
pub struct Handle {
    inputs: mpsc::Sender<Input>,
    /// Of the lease under which it runs.
    pub epoch: u64,
    places: Places,
}

/// Who is inside, or was a moment ago: looked up without a question to the meeting's task.
type Places = Arc<Mutex<HashSet<Identity>>>;

impl Handle {
    /// Waits while the meeting has too much to do. A meeting that is over hears nothing.
    pub async fn send(&self, input: Input) {
        let _ = self.inputs.send(input).await;
    }

    /// What came of an order; none if the meeting is over.
    pub async fn order(&self, order: Order) -> Option<Result<Reply, OrderRefused>> {
        let (reply, answer) = oneshot::channel();
        self.send(Input::Order { order, reply }).await;
        answer.await.ok()
    }

    /// The same, for one side of a forwarding.
    pub async fn tie(&self, link: Link, end: End, order: Order) -> Option<Result<Reply, OrderRefused>> {
        let (reply, answer) = oneshot::channel();
        self.send(Input::Tie { link, end, order, reply }).await;
        answer.await.ok()
    }

    /// Whether somebody is inside or was a moment ago, as of the last second.
    pub fn has_place(&self, identity: &Identity) -> bool {
        self.places.lock().expect("nobody panics while holding this lock").contains(identity)
    }

    /// How many are inside or were a moment ago, as of the last second.
    pub fn places(&self) -> usize {
        self.places.lock().expect("nobody panics while holding this lock").len()
    }

    pub fn is_closed(&self) -> bool {
        self.inputs.is_closed()
    }

    pub fn is_same(&self, other: &Self) -> bool {
        self.inputs.same_channel(&other.inputs)
    }
}

/// Where a meeting comes from.
pub struct Origin {
    /// Of its lease.
    pub epoch: u64,
    /// What it was on another node.
    pub legacy: Option<Legacy>,
}

/// Opens the meeting in the engine and starts its task. `done` runs when it is over.
pub fn open<Done>(
    id: MeetingId,
    name: MeetingName,
    origin: Origin,
    around: Arc<Surroundings>,
    reports: watch::Sender<Option<MeetingReport>>,
    tenure: watch::Receiver<Tenure>,
    done: impl FnOnce(Handle) -> Done + Send + 'static,
) -> Handle
where
    Done: Future<Output = ()> + Send,
{
    let (inputs, inbox) = mpsc::channel(INBOX_LIMIT);
    let places = Places::default();
    let handle = Handle { inputs, epoch: origin.epoch, places: places.clone() };
    let (events, heard) = mpsc::unbounded_channel();
    let backlog = Arc::new(AtomicUsize::new(0));
    let counter = backlog.clone();
    // Called on a media worker: it must not wait, and an answer must not get lost, so the channel
    // has no bound; what clients can multiply (data) is bounded by the counter.
    let sink = Arc::new(move |event: media::Event| {
        if matches!(event, media::Event::Data { .. }) && counter.fetch_add(1, Ordering::Relaxed) >= DATA_BACKLOG_LIMIT {
            counter.fetch_sub(1, Ordering::Relaxed);
            metrics::counter!("rennsteig_signaling_data_dropped_total").increment(1);
            return;
        }
        let _ = events.send(event);
    });
    around.port.send(media::Command::OpenMeeting { meeting: id, sink });
    let welcome = Welcome {
        server: around.server_info(),
        relays: around.config.relays.clone(),
        profiles: around.config.profiles,
    };
    let comes_over = origin.legacy.is_some();
    let mut meeting = Meeting::new(id, name, welcome, around.random.clone(), around.clock.now());
    if let Some(legacy) = origin.legacy {
        meeting.inherit(legacy);
    }
    let (connections, outboxes) = (HashMap::new(), HashMap::new());
    let (calls, links) = (HashMap::new(), HashMap::new());
    let is_handed_over = false;
    let actor =
        Actor { id, meeting, around, connections, outboxes, places, calls, links, reports, comes_over, is_handed_over };
    let own = handle.clone();
    tokio::spawn(async move {
        let around = actor.around.clone();
        actor.run(inbox, heard, backlog, tenure).await;
        done(own).await;
        drop(around);
    });
    handle
}

/// What a meeting's task does next.
enum Step {
    Input(Input),
    Event(media::Event),
    Tick,
    /// Something was heard of the lease.
    Tenure,
}

struct Actor {
    id: MeetingId,
    meeting: Meeting,
    around: Arc<Surroundings>,
    /// Which participant a connection belongs to. A connection that was replaced is not in here.
    connections: HashMap<u64, PeerId>,
    outboxes: HashMap<PeerId, (u64, Outbox)>,
    places: Places,
    /// Who waits for a participant's answer.
    calls: HashMap<u64, oneshot::Sender<Result<Reply, OrderRefused>>>,
    /// Where to what is said about forwardings goes.
    links: HashMap<Link, End>,
    reports: watch::Sender<Option<MeetingReport>>,
    /// It was on another node, and nobody has followed yet.
    comes_over: bool,
    /// Another node has it now, because this one gave it away.
    is_handed_over: bool,
}

impl Actor {
    async fn run(
        mut self,
        mut inbox: mpsc::Receiver<Input>,
        mut heard: mpsc::UnboundedReceiver<media::Event>,
        backlog: Arc<AtomicUsize>,
        mut tenure: watch::Receiver<Tenure>,
    ) {
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut empty_since = Instant::now();
        let gauge = metrics::gauge!("rennsteig_signaling_participants");
        loop {
            let before = self.meeting.count();
            let step = tokio::select! {
                Some(input) = inbox.recv() => Step::Input(input),
                Some(event) = heard.recv() => Step::Event(event),
                _ = seconds.tick() => Step::Tick,
                Ok(()) = tenure.changed() => Step::Tenure,
            };
            // Before anything is done: is the meeting still ours? A process that was paused, or a
            // machine that slept, must ask first.
            let is_ours = beat::may_act(&mut tenure).await;
            let mut closing = !is_ours;
            match step {
                _ if !is_ours => self.let_go(),
                Step::Input(Input::HandOver { legacy, is_done }) => closing = self.hand_over(legacy, is_done).await,
                Step::Input(input) => closing = self.hear(input),
                Step::Event(event) => {
                    if matches!(event, media::Event::Data { .. }) {
                        backlog.fetch_sub(1, Ordering::Relaxed);
                    }
                    self.tell(Command::Media(event));
                }
                Step::Tick => self.tick(),
                Step::Tenure => {}
            }
            gauge.increment(self.meeting.count() as f64 - before as f64);
            self.around.participants.fetch_add(self.meeting.count(), Ordering::Relaxed);
            self.around.participants.fetch_sub(before, Ordering::Relaxed);
            if !self.meeting.is_empty() {
                empty_since = Instant::now();
                self.comes_over = false;
            }
            let told = self.meeting.patience_seconds().map(|seconds| Duration::from_secs(seconds.into()));
            let linger = match self.comes_over {
                true => COMING_OVER.max(told.unwrap_or(self.around.config.linger)),
                false => told.unwrap_or(self.around.config.linger),
            };
            let alone = empty_since.elapsed() >= linger && inbox.is_empty();
            if closing || alone {
                break;
            }
        }
        inbox.close();
        if self.is_handed_over || !tenure.borrow().is_lost() {
            self.meeting.finish();
            self.pass_on_news();
        }
        self.around.lines.forget(self.id);
        self.around.port.send(media::Command::CloseMeeting { meeting: self.id });
    }

    /// Another node has the meeting: everybody is sent there, and nothing is said to anybody else.
    fn let_go(&mut self) {
        let effects = self.meeting.handle(Command::Close(Farewell::Elsewhere), self.around.clock.now());
        self.carry_out(effects);
        self.meeting.take_news();
    }

    /// Returns whether the meeting was handed over.
    async fn hand_over(&mut self, legacy: oneshot::Sender<Legacy>, is_done: oneshot::Receiver<()>) -> bool {
        let _ = legacy.send(self.meeting.bequeath(self.around.clock.now()));
        // Nothing changes any more, or it would be lost. Whoever hands it over lets go of the other end if
        // nothing came of it; should it never say anything, the tenure decides as ever.
        self.is_handed_over = matches!(timeout(HANDING_OVER, is_done).await, Ok(Ok(())));
        if self.is_handed_over {
            self.tell(Command::Close(Farewell::Elsewhere));
        }
        self.is_handed_over
    }

    /// Returns whether the meeting is to be closed.
    fn hear(&mut self, input: Input) -> bool {
        match input {
            Input::Join { join, outbox } => {
                let peer = join.peer;
                self.attach(peer.0, peer, outbox);
                metrics::counter!("rennsteig_signaling_joins_total").increment(1);
                tracing::debug!(meeting.id = %self.meeting.name(), connection = peer.0, "somebody joins");
                self.tell(Command::Join(join));
                self.note_places();
            }
            Input::Resume { connection, sid, identity, site, offer, outbox } => {
                match self.meeting.peer_of(&sid, &identity) {
                    Some(peer) => {
                        // Nobody noticed yet that the earlier connection is gone.
                        if let Some((_, earlier)) = self.outboxes.get(&peer) {
                            let at = earlier.heard_at();
                            self.tell(Command::Heard { peer, at });
                        }
                        self.attach(connection, peer, outbox);
                        metrics::counter!("rennsteig_signaling_resumes_total").increment(1);
                        self.tell(Command::Locate { peer, site });
                        self.tell(Command::Resume { peer, offer });
                    }
                    None => {
                        let leave = Farewell::OutOfStep.words().map(signal_response::Message::Leave);
                        outbox.say(&Outgoing::new(SignalResponse { message: leave }));
                        outbox.close();
                    }
                }
            }
            Input::Request { connection, request } => {
                if let Some(peer) = self.connections.get(&connection).copied() {
                    self.tell(Command::Request { peer, request });
                }
            }
            Input::Gone { connection, parting } => {
                let Some(peer) = self.connections.remove(&connection) else { return false };
                match parting {
                    Parting::Lost => {
                        if let Some((_, outbox)) = self.outboxes.remove(&peer) {
                            self.tell(Command::Heard { peer, at: outbox.heard_at() });
                        }
                        self.tell(Command::SocketLost { peer });
                    }
                    Parting::Misbehaved => {
                        let meeting = self.meeting.name();
                        tracing::info!(meeting.id = %meeting, connection, "a client misbehaved and was sent away");
                        self.tell(Command::Dismiss { peer, farewell: Farewell::Misbehaved });
                    }
                }
            }
            Input::Remove(identity) => self.tell(Command::Remove { identity }),
            Input::Moderate(act) => self.tell(Command::Moderate(act)),
            Input::Order { order, reply } => {
                let (answer, effects) = self.meeting.order(order, self.around.clock.now());
                match answer {
                    Ok(Reply::Calling(number)) => {
                        self.calls.insert(number, reply);
                    }
                    // Whoever asked may have stopped waiting.
                    answer => drop(reply.send(answer)),
                }
                self.carry_out(effects);
                self.pass_on_news();
            }
            Input::Tie { link, end, order, reply } => {
                let (answer, effects) = self.meeting.order(order, self.around.clock.now());
                if answer.is_ok() {
                    self.links.insert(link, end);
                }
                let _ = reply.send(answer);
                self.carry_out(effects);
                self.pass_on_news();
            }
            Input::Linked(command) => self.tell(command),
            // Waits, so the task itself does it.
            Input::HandOver { .. } => {}
            Input::Close(farewell) => {
                self.tell(Command::Close(farewell));
                return true;
            }
        }
        false
    }

    fn tick(&mut self) {
        self.tell(Command::Tick);
        let shares = self.around.lines.exchange(self.id, self.meeting.readings());
        self.tell(Command::ShareLines(shares));
        let burden = self.around.port.burden();
        let report = self.meeting.report(&self.around.config.node, burden, self.around.clock.now());
        self.reports.send_replace(Some(report));
        self.note_places();
    }

    fn note_places(&self) {
        let places = self.meeting.places(self.around.clock.now());
        *self.places.lock().expect("nobody panics while holding this lock") = places;
    }

    /// Gives a participant a connection; the one it replaces is closed and no longer listened to.
    fn attach(&mut self, connection: u64, peer: PeerId, outbox: Outbox) {
        self.connections.insert(connection, peer);
        if let Some((replaced, outbox)) = self.outboxes.insert(peer, (connection, outbox)) {
            self.connections.remove(&replaced);
            outbox.close();
        }
    }

    fn tell(&mut self, command: Command) {
        let effects = self.meeting.handle(command, self.around.clock.now());
        self.carry_out(effects);
        self.pass_on_news();
    }

    /// What other programs want to know leaves the meeting at once; it is carried on beside it.
    fn pass_on_news(&mut self) {
        for news in self.meeting.take_news() {
            self.around.desk.tell(self.meeting.name(), self.meeting.run(), news, self.around.clock.now());
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, message } => self.say(&to, *message),
                Effect::Media(command) => self.around.port.send(command),
                Effect::Refresh { peer, claims } => {
                    let message = renewal::renewed(*claims, &self.around)
                        .map(|token| signal_response::Message::RefreshToken(token.into_inner()));
                    if message.is_some() {
                        self.say(&[peer], SignalResponse { message });
                    }
                }
                Effect::Move { peer, claims, mut moved } => {
                    if let Some(token) = renewal::renewed(*claims, &self.around) {
                        let token = token.into_inner();
                        // Some clients take a token from here only.
                        let message = Some(signal_response::Message::RefreshToken(token.clone()));
                        self.say(&[peer], SignalResponse { message });
                        moved.token = token;
                        let message = Some(signal_response::Message::RoomMoved(*moved));
                        self.say(&[peer], SignalResponse { message });
                    }
                }
                Effect::Return { call, outcome } => {
                    if let Some(reply) = self.calls.remove(&call) {
                        let _ = reply.send(outcome);
                    }
                }
                Effect::Show { link, shown } => {
                    if let Some(End::Source(end)) = self.links.get(&link) {
                        end.send_replace(Some(*shown));
                    }
                }
                Effect::Demand { link, demand } => {
                    if let Some(End::Destination(end)) = self.links.get(&link) {
                        end.send_replace(Some(demand));
                    }
                }
                // Letting go of it is what the other side hears.
                Effect::Cut { link } => drop(self.links.remove(&link)),
                Effect::HangUp { peer } => {
                    if let Some((connection, outbox)) = self.outboxes.remove(&peer) {
                        self.connections.remove(&connection);
                        outbox.close();
                    }
                }
            }
        }
    }

    fn say(&self, to: &[PeerId], message: SignalResponse) {
        let outgoing = Outgoing::new(message);
        for (_, outbox) in to.iter().filter_map(|peer| self.outboxes.get(peer)) {
            outbox.say(&outgoing);
        }
    }
}
