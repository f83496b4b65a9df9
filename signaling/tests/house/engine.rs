use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use media::{
    Answer, Burden, Channel, Command, Event, EventSink, Limits, MeetingId, PathKind, PeerId, Subscription, TrackSid,
};
use tokio::sync::watch;

/// Plays the media engine: every offer is answered, every announced track found in it, and what
/// was asked for is kept for the test to look at.
#[derive(Default)]
pub struct Engine {
    state: Mutex<State>,
    changes: watch::Sender<()>,
    is_full: AtomicBool,
}

#[derive(Default)]
struct State {
    sinks: HashMap<MeetingId, EventSink>,
    meetings: HashMap<PeerId, MeetingId>,
    subscriptions: Vec<Subscription>,
    published: HashMap<TrackSid, PeerId>,
    unsubscribed: Vec<(PeerId, TrackSid)>,
    sent: Vec<(PeerId, Channel, Bytes)>,
    closed: Vec<PeerId>,
    limits: HashMap<PeerId, Limits>,
}

impl media::Port for Engine {
    fn burden(&self) -> Burden {
        if self.is_full.load(Ordering::Relaxed) { Burden::Full } else { Burden::Shedding }
    }

    fn send(&self, command: Command) {
        let mut state = self.state.lock().expect("no test panics while holding it");
        match command {
            Command::OpenMeeting { meeting, sink } => {
                state.sinks.insert(meeting, sink);
            }
            Command::CloseMeeting { meeting } => {
                state.sinks.remove(&meeting);
            }
            Command::OpenPeer { meeting, peer }
            | Command::OpenReceiver { meeting, peer }
            | Command::OpenViewer { meeting, peer } => {
                state.meetings.insert(peer, meeting);
            }
            Command::ClosePeer { peer } => state.closed.push(peer),
            Command::Offer { peer, offer_id, sdp, pending } => {
                let sink = state.sinks[&state.meetings[&peer]].clone();
                let answer = Answer { offer_id, sdp: format!("answer to {sdp}"), mid_to_track: Vec::new() };
                sink(Event::Answered { peer, answer });
                for track in pending {
                    state.published.insert(track.sid.clone(), peer);
                    sink(Event::Published { peer, track: track.sid, mime: "video/VP8".into(), mid: "3".into() });
                }
                sink(Event::Connected { peer, path: PathKind::Udp });
            }
            Command::Subscribe(subscription) => state.subscriptions.push(subscription),
            Command::SendData { to, channel, payload } => {
                state.sent.extend(to.into_iter().map(|peer| (peer, channel, payload.clone())));
            }
            Command::Unsubscribe { peer, track } => state.unsubscribed.push((peer, track)),
            Command::Limit { peer, limits } => {
                state.limits.insert(peer, limits);
            }
            Command::SetMuted { .. } | Command::Prefer { .. } | Command::Answer { .. } | Command::OfferAnew { .. } => {}
        }
        self.changes.send_replace(());
    }
}

impl Engine {
    /// Has too much to do from now on, or no longer.
    pub fn fill(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::Relaxed);
    }

    /// Says that something happened to a peer.
    pub fn report(&self, peer: PeerId, event: impl FnOnce(PeerId) -> Event) {
        let sink = {
            let state = self.state.lock().expect("no test panics while holding it");
            state.sinks[&state.meetings[&peer]].clone()
        };
        sink(event(peer));
    }

    /// The first of these that is a peer.
    pub fn first_of(&self, candidates: &[PeerId]) -> PeerId {
        let state = self.state.lock().expect("no test panics while holding it");
        *candidates.iter().find(|peer| state.meetings.contains_key(peer)).expect("one of them is a peer")
    }

    /// Waits until a track is sent to as many receivers.
    pub async fn subscribed(&self, count: usize) -> Vec<TrackSid> {
        self.until(|state| {
            let tracks = state.subscriptions.iter().map(|subscription| subscription.track.clone());
            (state.subscriptions.len() >= count).then(|| tracks.collect())
        })
        .await
    }

    /// Waits until there are as many subscriptions.
    pub async fn subscriptions(&self, count: usize) -> Vec<Subscription> {
        self.until(|state| (state.subscriptions.len() >= count).then(|| state.subscriptions.clone())).await
    }

    /// Who published a track.
    pub fn owner_of(&self, track: &TrackSid) -> PeerId {
        let state = self.state.lock().expect("no test panics while holding it");
        *state.published.get(track).expect("it was published")
    }

    /// Waits until somebody no longer gets a track.
    pub async fn unsubscribed(&self) -> (PeerId, TrackSid) {
        self.until(|state| state.unsubscribed.first().cloned()).await
    }

    /// Waits for a message to somebody.
    pub async fn sent(&self) -> (PeerId, Channel, Bytes) {
        self.until(|state| state.sent.first().cloned()).await
    }

    /// Waits until this is what somebody may have for pictures, bits per second.
    pub async fn pictures_limited(&self, peer: PeerId, bps: u64) {
        let is_so = |limits: &Limits| limits.pictures_bps == Some(bps);
        self.until(|state| state.limits.get(&peer).is_some_and(is_so).then_some(())).await;
    }

    /// Waits until a peer is closed.
    pub async fn closed(&self, peer: PeerId) {
        self.until(|state| state.closed.contains(&peer).then_some(())).await
    }

    async fn until<T>(&self, found: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        let search = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = found(&self.state.lock().expect("no test panics while holding it")) {
                    return found;
                }
                changes.changed().await.expect("the engine outlives the wait");
            }
        };
        tokio::time::timeout(super::client::PATIENCE, search).await.expect("the engine hears of it in time")
    }
}
