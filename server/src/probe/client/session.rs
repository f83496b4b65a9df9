//! The task behind a client: moves signalling messages, negotiates, starts and stops media.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use protocol::livekit::{self, signal_request, signal_response};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::interval;
use webrtc::peer_connection::{RTCIceCandidateInit, RTCPeerConnectionState};

use super::peer::{LocalTrack, Path, Peer, PeerEvent};
use super::receiver;
use super::seen::{Media, Seen};
use super::sender::Outgoing;
use super::socket::Socket;
use crate::probe::ProbeError;

/// What a client asks its session to do.
pub(super) enum Command {
    Publish { media: Media, published: oneshot::Sender<Result<String, ProbeError>> },
    Unpublish { track: String },
    Mute { track: String, muted: bool },
    Send(Box<signal_request::Message>),
    SendBytes(Vec<u8>),
    Path(oneshot::Sender<Option<Path>>),
    Sent { track: String, answer: oneshot::Sender<u64> },
    Leave,
}

/// A track between `add_track` and its first packet.
struct Publishing {
    media: Media,
    published: oneshot::Sender<Result<String, ProbeError>>,
    /// Known once the server has named it.
    named: Option<(String, LocalTrack)>,
}

pub(super) struct Session {
    pub(super) socket: Socket,
    pub(super) peer: Peer,
    pub(super) seen: watch::Sender<Seen>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    pub(super) events: mpsc::UnboundedReceiver<PeerEvent>,
    pub(super) offers: Offers,
    pub(super) ping_every: Duration,
    publishing: HashMap<String, Publishing>,
    outgoing: HashMap<String, Outgoing>,
    candidates: Vec<RTCIceCandidateInit>,
}

/// Offers are numbered, and only one is open at a time.
#[derive(Default)]
pub(super) struct Offers {
    pub(super) last: u32,
    pub(super) open: bool,
    wanted: bool,
    answered: bool,
}

enum Next {
    Go,
    Stop,
}

impl Session {
    pub(super) fn new(
        socket: Socket,
        peer: Peer,
        seen: watch::Sender<Seen>,
        commands: mpsc::UnboundedReceiver<Command>,
        events: mpsc::UnboundedReceiver<PeerEvent>,
        offers: Offers,
    ) -> Self {
        Self {
            socket,
            peer,
            seen,
            commands,
            events,
            offers,
            ping_every: Duration::from_secs(5),
            publishing: HashMap::new(),
            outgoing: HashMap::new(),
            candidates: Vec::new(),
        }
    }

    /// Runs until the server or the client ends the session.
    pub(super) async fn run(mut self) {
        let mut pings = interval(self.ping_every);
        loop {
            let next = tokio::select! {
                message = self.socket.next() => match message {
                    Ok(message) => self.take(message).await,
                    Err(_) => Ok(Next::Stop),
                },
                Some(event) = self.events.recv() => self.notice(event).await,
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => Ok(Next::Stop),
                },
                _ = pings.tick() => self.ping().await,
            };
            match next {
                Ok(Next::Go) => {}
                Ok(Next::Stop) => break,
                Err(error) => {
                    self.seen.send_modify(|seen| seen.failure = Some(error.to_string()));
                    break;
                }
            }
        }
        self.outgoing.clear();
        self.peer.close().await;
        self.seen.send_modify(|seen| {
            seen.closed = true;
            seen.connected = false;
        });
    }

    async fn take(&mut self, message: signal_response::Message) -> Result<Next, ProbeError> {
        use signal_response::Message;
        match message {
            Message::Answer(answer) => self.answered(answer).await?,
            Message::Trickle(trickle) => {
                if let Ok(candidate) = serde_json::from_str(&trickle.candidate_init) {
                    self.candidates.push(candidate);
                    self.apply_candidates().await?;
                }
            }
            Message::MediaSectionsRequirement(missing) => {
                self.peer.add_receivers(Media::Audio, missing.num_audios).await?;
                self.peer.add_receivers(Media::Video, missing.num_videos).await?;
                self.offer().await?;
            }
            Message::TrackPublished(published) => self.named(published).await?,
            Message::TrackUnpublished(gone) => {
                self.outgoing.remove(&gone.track_sid);
                self.seen.send_modify(|seen| seen.unpublished_by_server.push(gone.track_sid));
            }
            Message::Mute(mute) => {
                if let Some(track) = self.outgoing.get(&mute.sid) {
                    track.set_muted(mute.muted);
                }
                self.seen.send_modify(|seen| _ = seen.muted_by_server.insert(mute.sid, mute.muted));
            }
            Message::PongResp(pong) => {
                let round_trip = Duration::from_millis(now_millis().saturating_sub(pong.last_ping_timestamp) as u64);
                self.seen.send_modify(|seen| seen.signalling_round_trip = Some(round_trip));
            }
            Message::Offer(_) => return Err(ProbeError::Unexpected("the server offered".into())),
            Message::Leave(leave) => {
                self.seen.send_modify(|seen| seen.leave = Some((leave.reason(), leave.action())));
                return Ok(Next::Stop);
            }
            other => self.seen.send_modify(|seen| receiver::note(seen, other)),
        }
        Ok(Next::Go)
    }

    async fn notice(&mut self, event: PeerEvent) -> Result<Next, ProbeError> {
        match event {
            PeerEvent::Candidate(candidate) => {
                let candidate_init = serde_json::to_string(&candidate).expect("a candidate is plain JSON");
                let trickle = livekit::TrickleRequest { candidate_init, ..Default::default() };
                self.socket.send(signal_request::Message::Trickle(trickle)).await?;
            }
            PeerEvent::State(RTCPeerConnectionState::Connected) => {
                self.seen.send_modify(|seen| seen.connected = true);
            }
            PeerEvent::State(RTCPeerConnectionState::Failed) => {
                return Err(ProbeError::Unexpected("no media path to the server could be found, or it broke".into()));
            }
            PeerEvent::State(_) => {}
            PeerEvent::Track(track) => {
                tokio::spawn(receiver::receive(track, self.seen.clone()));
            }
        }
        Ok(Next::Go)
    }

    async fn obey(&mut self, command: Command) -> Result<Next, ProbeError> {
        match command {
            Command::Publish { media, published } => self.publish(media, published).await?,
            Command::Unpublish { track } => {
                if let Some(outgoing) = self.outgoing.remove(&track) {
                    outgoing.track.stop().await?;
                    self.offer().await?;
                }
            }
            Command::Mute { track, muted } => {
                if let Some(outgoing) = self.outgoing.get(&track) {
                    outgoing.set_muted(muted);
                }
                let mute = livekit::MuteTrackRequest { sid: track, muted };
                self.socket.send(signal_request::Message::Mute(mute)).await?;
            }
            Command::Send(message) => self.socket.send(*message).await?,
            Command::SendBytes(frame) => self.socket.send_bytes(frame).await?,
            // Whoever asked may have stopped waiting.
            Command::Path(answer) => _ = answer.send(self.peer.path().await),
            Command::Sent { track, answer } => {
                _ = answer.send(self.outgoing.get(&track).map_or(0, Outgoing::sent));
            }
            Command::Leave => {
                let leave = livekit::LeaveRequest {
                    reason: livekit::DisconnectReason::ClientInitiated.into(),
                    action: livekit::leave_request::Action::Disconnect.into(),
                    ..Default::default()
                };
                self.socket.send(signal_request::Message::Leave(leave)).await?;
                return Ok(Next::Stop);
            }
        }
        Ok(Next::Go)
    }

    async fn publish(
        &mut self,
        media: Media,
        published: oneshot::Sender<Result<String, ProbeError>>,
    ) -> Result<(), ProbeError> {
        let cid = uuid::Uuid::new_v4().to_string();
        let mut add = livekit::AddTrackRequest { cid: cid.clone(), disable_red: true, ..Default::default() };
        match media {
            Media::Audio => {
                add.name = "microphone".to_owned();
                add.set_type(livekit::TrackType::Audio);
                add.set_source(livekit::TrackSource::Microphone);
            }
            Media::Video => {
                add.name = "camera".to_owned();
                add.set_type(livekit::TrackType::Video);
                add.set_source(livekit::TrackSource::Camera);
                (add.width, add.height) = (320, 180);
                let layer = livekit::VideoLayer { width: 320, height: 180, bitrate: 250_000, ..Default::default() };
                add.layers = vec![livekit::VideoLayer { quality: livekit::VideoQuality::High.into(), ..layer }];
                add.simulcast_codecs =
                    vec![livekit::SimulcastCodec { codec: "vp8".to_owned(), cid: cid.clone(), ..Default::default() }];
            }
        }
        self.publishing.insert(cid, Publishing { media, published, named: None });
        self.socket.send(signal_request::Message::AddTrack(add)).await
    }

    async fn named(&mut self, named: livekit::TrackPublishedResponse) -> Result<(), ProbeError> {
        let Some(publishing) = self.publishing.get_mut(&named.cid) else { return Ok(()) };
        let sid = named.track.map(|track| track.sid).unwrap_or_default();
        let track = self.peer.add_sender(publishing.media, &named.cid).await?;
        publishing.named = Some((sid, track));
        self.offer().await
    }

    /// Offers now, or once the open offer has been answered.
    pub(super) async fn offer(&mut self) -> Result<(), ProbeError> {
        if self.offers.open {
            self.offers.wanted = true;
            return Ok(());
        }
        let sdp = self.peer.offer().await?;
        self.offers.last += 1;
        self.offers.open = true;
        self.offers.wanted = false;
        self.socket.send(signal_request::Message::Offer(description(sdp, self.offers.last))).await
    }

    async fn answered(&mut self, answer: livekit::SessionDescription) -> Result<(), ProbeError> {
        if !self.offers.open || (answer.id != 0 && answer.id != self.offers.last) {
            return Ok(());
        }
        self.peer.accept(answer.sdp.clone()).await?;
        self.offers.open = false;
        self.offers.answered = true;
        self.apply_candidates().await?;
        if self.offers.wanted {
            // Tracks named since the offer are in the next one.
            return self.offer().await;
        }
        let ready: Vec<String> =
            self.publishing.iter().filter(|(_, track)| track.named.is_some()).map(|(cid, _)| cid.clone()).collect();
        for cid in ready {
            let Some(Publishing { published, named: Some((sid, track)), .. }) = self.publishing.remove(&cid) else {
                continue;
            };
            let outcome = match Outgoing::start(track).await {
                Ok(outgoing) => {
                    self.outgoing.insert(sid.clone(), outgoing);
                    Ok(sid)
                }
                Err(error) => Err(error),
            };
            _ = published.send(outcome);
        }
        Ok(())
    }

    async fn apply_candidates(&mut self) -> Result<(), ProbeError> {
        if self.offers.answered {
            for candidate in std::mem::take(&mut self.candidates) {
                self.peer.add_candidate(candidate).await?;
            }
        }
        Ok(())
    }

    async fn ping(&mut self) -> Result<Next, ProbeError> {
        let now = now_millis();
        let rtt = self.seen.borrow().signalling_round_trip.map_or(0, |rtt| rtt.as_millis() as i64);
        self.socket.send(signal_request::Message::Ping(now)).await?;
        self.socket.send(signal_request::Message::PingReq(livekit::Ping { timestamp: now, rtt })).await?;
        Ok(Next::Go)
    }
}

/// An offer as the wire carries it.
pub(super) fn description(sdp: String, id: u32) -> livekit::SessionDescription {
    livekit::SessionDescription { r#type: "offer".to_owned(), sdp, id, ..Default::default() }
}

/// Milliseconds on a clock of this process only; the server merely echoes them.
fn now_millis() -> i64 {
    static BEGAN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed().as_millis() as i64 + 1
}
