use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use domain::SiteId;
use jiff::{SignedDuration, Timestamp};
use media::{Event, MeetingId, PathKind, PeerId, TrackSid};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{
    AddTrackRequest, ConnectionSettings, JoinRequest, ServerInfo, SessionDescription, TrackSource, TrackType,
};
use protocol::token::{Claims, VideoGrants};

use crate::meeting::{Command, Effect, Join, Meeting, Message, Profile, Profiles, Shape, Welcome};

/// A meeting with a script of what happened and what was done about it.
pub struct Stage {
    pub meeting: Meeting,
    pub now: Timestamp,
    pub script: String,
    /// What the engine was told to send: to whom, which track, of whom.
    pub sent: BTreeMap<(PeerId, TrackSid), PeerId>,
    people: Vec<String>,
    /// Where who comes in now is.
    pub site: Option<SiteId>,
    /// How who comes in now is connected.
    pub shape: fn(PeerId) -> Shape,
}

impl Stage {
    pub fn new() -> Self {
        let now = Timestamp::from_second(1_795_507_200).expect("a year we live in");
        let counter = AtomicU8::new(0);
        let random = move |bytes: &mut [u8]| bytes.fill(counter.fetch_add(1, Ordering::Relaxed));
        let server = ServerInfo { version: "1.13.5".into(), protocol: 17, ..ServerInfo::default() };
        let welcome = Welcome { server, profiles: profiles(), ..Welcome::default() };
        let name = "daily".parse().expect("a valid name");
        let meeting = Meeting::new(MeetingId(1), name, welcome, Arc::new(random), now);
        Self {
            meeting,
            now,
            script: String::new(),
            sent: BTreeMap::new(),
            people: Vec::new(),
            site: None,
            shape: |_| Shape::One,
        }
    }

    /// Comes in with all rights and a first offer, media connected.
    pub fn join(&mut self, who: &str) -> PeerId {
        let peer = self.join_with(who, |_, _| {});
        self.hear(&format!("{who}'s media connects"), Event::Connected { peer, path: PathKind::Udp });
        peer
    }

    /// Comes in with a token and request of the test's choosing.
    pub fn join_with(&mut self, who: &str, change: impl FnOnce(&mut Claims, &mut JoinRequest)) -> PeerId {
        self.come_in(who, change).0
    }

    /// The same with what is done about it.
    pub fn come_in(&mut self, who: &str, change: impl FnOnce(&mut Claims, &mut JoinRequest)) -> (PeerId, Vec<Effect>) {
        self.people.push(who.to_owned());
        let peer = PeerId(self.people.len() as u64);
        let mut claims = Claims {
            iss: "rennsteig".into(),
            sub: who.into(),
            jti: None,
            nbf: self.now.as_second(),
            iat: None,
            exp: self.now.as_second() + 300,
            name: format!("Name of {who}"),
            metadata: String::new(),
            attributes: [("role".to_owned(), "participant".to_owned())].into(),
            video: VideoGrants {
                room: "daily".into(),
                room_join: true,
                can_update_own_metadata: true,
                ..VideoGrants::default()
            },
            room_config: None,
            home_site: None,
            kind: String::new(),
        };
        let mut request = JoinRequest {
            connection_settings: Some(ConnectionSettings { auto_subscribe: true, ..ConnectionSettings::default() }),
            publisher_offer: Some(offer(1)),
            ..JoinRequest::default()
        };
        change(&mut claims, &mut request);
        let identity = claims.sub.parse().expect("a valid identity");
        let shape = (self.shape)(peer);
        let join = Join { peer, shape, identity, site: self.site, claims, request };
        let effects = self.run(&format!("{who} joins"), Command::Join(Box::new(join)));
        (peer, effects)
    }

    /// Announces a track and offers it; the engine finds it.
    pub fn publish(&mut self, who: PeerId, source: TrackSource) -> TrackSid {
        let sid = self.announce(who, source);
        let mime = if is_audio(source) { "audio/opus" } else { "video/VP8" };
        let (what, name) = (format!("{}'s {} is found in an offer", self.name(who), word(source)), mime.to_owned());
        self.hear(&what, Event::Published { peer: who, track: sid.clone(), mime: name, mid: "6".into() });
        sid
    }

    /// Announces a track; its sid comes with the answer.
    pub fn announce(&mut self, who: PeerId, source: TrackSource) -> TrackSid {
        let wish = announcement(source);
        let what = format!("{} announces a {}", self.name(who), word(source));
        let effects = self.run(&what, Command::Request { peer: who, request: Box::new(Request::AddTrack(wish)) });
        Self::sid_in(&effects).unwrap_or_else(|| TrackSid("TR_refused".into()))
    }

    /// The sid of a track that was just announced.
    pub fn sid_in(effects: &[Effect]) -> Option<TrackSid> {
        effects.iter().find_map(|effect| match effect {
            Effect::Send { message, .. } => match &message.message {
                Some(Message::TrackPublished(published)) => {
                    published.track.as_ref().map(|track| TrackSid(track.sid.as_str().into()))
                }
                _ => None,
            },
            _ => None,
        })
    }

    pub fn say(&mut self, what: &str, peer: PeerId, request: Request) -> Vec<Effect> {
        let what = format!("{} {what}", self.name(peer));
        self.run(&what, Command::Request { peer, request: Box::new(request) })
    }

    pub fn hear(&mut self, what: &str, event: Event) -> Vec<Effect> {
        self.run(what, Command::Media(event))
    }

    pub fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.run(&format!("{seconds} s later"), Command::Tick);
    }

    pub fn run(&mut self, what: &str, command: Command) -> Vec<Effect> {
        let effects = self.meeting.handle(command, self.now);
        writeln!(self.script, "## {what}").expect("a string takes any text");
        for effect in &effects {
            self.note_sending(effect);
            let line = self.line(effect);
            writeln!(self.script, "{line}").expect("a string takes any text");
        }
        effects
    }

    fn note_sending(&mut self, effect: &Effect) {
        let Effect::Media(command) = effect else { return };
        match command {
            media::Command::Subscribe(subscription) => {
                let media::Subscription { peer, track, publisher, .. } = subscription;
                self.sent.insert((owner(*peer), track.clone()), *publisher);
            }
            media::Command::Unsubscribe { peer, track } => {
                self.sent.remove(&(owner(*peer), track.clone()));
            }
            media::Command::ClosePeer { peer } => {
                let peer = owner(*peer);
                self.sent.retain(|(to, _), publisher| *to != peer && *publisher != peer);
            }
            _ => {}
        }
    }

    /// Forgets the script so far: the test is about what comes now.
    pub fn curtain(&mut self) {
        self.script.clear();
    }

    pub fn name(&self, peer: PeerId) -> String {
        match peer.0.checked_sub(RECEIVING) {
            Some(owner) => format!("{}'s receiving side", self.name(PeerId(owner))),
            None => self.people.get(peer.0 as usize - 1).cloned().unwrap_or_else(|| "nobody".to_owned()),
        }
    }

    fn line(&self, effect: &Effect) -> String {
        match effect {
            Effect::Send { to, message } => {
                let to: Vec<_> = to.iter().map(|peer| self.name(*peer)).collect();
                let text = match &message.message {
                    Some(Message::Join(join)) => {
                        let own = join.participant.as_ref().map(|own| own.sid.as_str()).unwrap_or_default();
                        let others: Vec<_> = join.other_participants.iter().map(|other| other.sid.as_str()).collect();
                        format!("welcome as {own}, others {others:?}")
                    }
                    _ => serde_json::to_string(&**message).expect("messages are JSON"),
                };
                format!("{} <- {text}", to.join("+"))
            }
            Effect::Media(command) => format!("media <- {}", self.command(command)),
            Effect::Refresh { peer, .. } => format!("{} <- fresh token", self.name(*peer)),
            Effect::Move { peer, claims, moved } => {
                let to = moved.room.as_ref().map_or("", |room| &room.name);
                format!("{} is moved to {to} with a token for {}", self.name(*peer), claims.video.room)
            }
            Effect::Return { call, outcome } => format!("call {call} <- {outcome:?}"),
            Effect::Show { link, .. } => format!("link {} <- how it is now", link.0),
            Effect::Demand { link, demand } => format!("link {} <- {demand:?}", link.0),
            Effect::Cut { link } => format!("link {} is cut", link.0),
            Effect::HangUp { peer } => format!("{} is hung up on", self.name(*peer)),
        }
    }

    fn command(&self, command: &media::Command) -> String {
        use media::Command as Media;
        match command {
            Media::OpenMeeting { .. } | Media::CloseMeeting { .. } => "open or close".to_owned(),
            Media::OpenPeer { peer, .. } => format!("open {}", self.name(*peer)),
            Media::OpenReceiver { peer, .. } => format!("open {}", self.name(*peer)),
            Media::OpenViewer { peer, .. } => format!("open {}, who watches", self.name(*peer)),
            Media::Answer { peer, offer_id, sdp } => format!("answer {offer_id} of {}: {sdp}", self.name(*peer)),
            Media::OfferAnew { peer } => format!("offer anew to {}", self.name(*peer)),
            Media::ClosePeer { peer } => format!("close {}", self.name(*peer)),
            Media::Offer { peer, offer_id, sdp, pending } => {
                let pending: Vec<_> = pending.iter().map(|track| track.sid.to_string()).collect();
                format!("offer {offer_id} of {}: {sdp}, pending {pending:?}", self.name(*peer))
            }
            Media::Subscribe(subscription) => format!(
                "send {} {:?} of {} as {}",
                self.name(subscription.peer),
                subscription.kind,
                self.name(subscription.publisher),
                subscription.stream
            ),
            Media::Unsubscribe { peer, track } => format!("stop sending {} {track}", self.name(*peer)),
            Media::SetMuted { track, muted } => format!("{track} muted: {muted}"),
            Media::Prefer { peer, track, wish } => format!("{} prefers {track} {wish:?}", self.name(*peer)),
            Media::Limit { peer, limits } => format!("{} is limited to {limits:?}", self.name(*peer)),
            Media::SendData { to, channel, payload } => {
                let to: Vec<_> = to.iter().map(|peer| self.name(*peer)).collect();
                format!("{:?} data to {}, {} bytes", channel, to.join("+"), payload.len())
            }
        }
    }
}

/// Peers that receive for another one have its number and this.
const RECEIVING: u64 = 1_000_000;

/// The peer that receives for a participant of the older shape.
pub fn receiver(peer: PeerId) -> PeerId {
    PeerId(peer.0 + RECEIVING)
}

/// The participant a peer belongs to.
pub fn owner(peer: PeerId) -> PeerId {
    PeerId(peer.0.checked_sub(RECEIVING).unwrap_or(peer.0))
}

/// No limits but for "Ton zuerst".
fn profiles() -> Profiles {
    Profiles { normal: Profile::default(), audio_first: Profile { download_kbps: 500, upload_kbps: 250 } }
}

pub fn offer(id: u32) -> SessionDescription {
    SessionDescription { r#type: "offer".into(), sdp: "sdp".into(), id, ..SessionDescription::default() }
}

pub fn announcement(source: TrackSource) -> AddTrackRequest {
    AddTrackRequest {
        cid: format!("cid-{}", word(source)),
        r#type: if is_audio(source) { TrackType::Audio } else { TrackType::Video } as i32,
        source: source as i32,
        ..AddTrackRequest::default()
    }
}

pub fn word(source: TrackSource) -> &'static str {
    match source {
        TrackSource::Camera => "camera",
        TrackSource::Microphone => "microphone",
        TrackSource::ScreenShare => "screen",
        TrackSource::ScreenShareAudio => "screen sound",
        TrackSource::Unknown => "something",
    }
}

fn is_audio(source: TrackSource) -> bool {
    matches!(source, TrackSource::Microphone | TrackSource::ScreenShareAudio)
}
