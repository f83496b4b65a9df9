//! Whatever clients say in whatever order, some things never happen.

use std::collections::{BTreeMap, BTreeSet};

use media::{Answer, Event, PeerId, TrackSid};
use proptest::prelude::*;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{
    LeaveRequest, MuteTrackRequest, SessionDescription, SubscriptionPermission, TrackSource, UpdateSubscription,
};

use super::stage::{Stage, announcement, offer, owner, receiver};
use crate::meeting::{Command, Effect, Farewell, Message, Shape};

#[derive(Clone, Debug)]
enum Step {
    Join { who: u8, older: bool, offers: bool, may_subscribe: bool },
    Answer(u8),
    Offer(u8),
    Announce(u8),
    Found(u8),
    TakenBack(u8),
    Subscribe(u8, bool),
    Mute(u8, bool),
    Restrict(u8, bool),
    Leave(u8),
    Lost(u8),
    Resume(u8),
    Remove(u8),
    Wait,
    End,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..4_u8;
    prop_oneof![
        4 => (who.clone(), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(who, older, offers, may_subscribe)| Step::Join { who, older, offers, may_subscribe }),
        1 => who.clone().prop_map(Step::Answer),
        4 => who.clone().prop_map(Step::Offer),
        4 => who.clone().prop_map(Step::Announce),
        4 => who.clone().prop_map(Step::Found),
        2 => who.clone().prop_map(Step::TakenBack),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, on)| Step::Subscribe(who, on)),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, on)| Step::Mute(who, on)),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, on)| Step::Restrict(who, on)),
        1 => who.clone().prop_map(Step::Leave),
        1 => who.clone().prop_map(Step::Lost),
        1 => who.clone().prop_map(Step::Resume),
        1 => who.prop_map(Step::Remove),
        1 => Just(Step::Wait),
        1 => Just(Step::End),
    ]
}

/// Watches the effects and remembers what each client and the engine may know.
#[derive(Default)]
struct Watcher {
    welcomed: BTreeSet<PeerId>,
    gone: BTreeSet<PeerId>,
    may_subscribe: BTreeMap<PeerId, bool>,
    /// Participant and track sids each client has been told.
    told: BTreeMap<PeerId, BTreeSet<String>>,
    tracks: BTreeMap<TrackSid, PeerId>,
    receiving: BTreeSet<(PeerId, TrackSid)>,
    offers: Vec<(PeerId, u32)>,
    /// Peers of the engine.
    open: BTreeSet<PeerId>,
    /// Answers and news wait for them until they are back; nothing is sent to them before the next
    /// answer, so that is soon enough.
    away: BTreeSet<PeerId>,
}

impl Watcher {
    fn watch(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Send { to, message } => to.iter().for_each(|peer| self.hear(*peer, message.message.as_ref())),
                Effect::Media(command) => self.media(command),
                Effect::Return { .. } => panic!("nobody called"),
                Effect::Move { .. } => panic!("nobody was moved"),
                Effect::Show { .. } | Effect::Demand { .. } | Effect::Cut { .. } => panic!("nobody is forwarded"),
                Effect::HangUp { peer } => assert!(self.gone.insert(*peer), "nobody is hung up on twice"),
                Effect::Refresh { peer, .. } => assert!(self.welcomed.contains(peer), "tokens are for those inside"),
            }
        }
    }

    fn hear(&mut self, peer: PeerId, message: Option<&Message>) {
        assert!(!self.gone.contains(&peer), "nothing is said to those who are gone");
        let told = self.told.entry(peer).or_default();
        let mut learn = |person: &protocol::livekit::ParticipantInfo| {
            told.insert(person.sid.clone());
            told.extend(person.tracks.iter().map(|track| track.sid.clone()));
        };
        match message.expect("no message is empty") {
            Message::Join(join) => {
                assert!(self.welcomed.insert(peer), "everybody is welcomed once");
                join.other_participants.iter().chain(&join.participant).for_each(learn);
            }
            Message::Leave(_) => {}
            other => {
                assert!(self.welcomed.contains(&peer), "the welcome comes first");
                match other {
                    Message::Update(update) => update.participants.iter().for_each(&mut learn),
                    Message::TrackPublished(published) => {
                        let sid = &published.track.as_ref().expect("a track").sid;
                        self.tracks.insert(TrackSid(sid.as_str().into()), peer);
                    }
                    Message::Answer(answer) => {
                        let at = self.offers.iter().position(|open| *open == (peer, answer.id));
                        self.offers.remove(at.expect("only offers are answered"));
                    }
                    _ => {}
                }
            }
        }
    }

    fn media(&mut self, command: &media::Command) {
        match command {
            media::Command::Offer { peer, offer_id, .. } => {
                assert!(self.welcomed.contains(peer), "no media before the welcome");
                assert!(self.open.contains(peer), "a peer is opened before its offer");
                self.offers.push((*peer, *offer_id));
            }
            media::Command::Subscribe(subscription) => {
                let media::Subscription { peer, publisher, track, .. } = subscription;
                let peer = &owner(*peer);
                assert!(self.welcomed.contains(peer), "no media before the welcome");
                assert!(self.may_subscribe[peer], "no media without the right");
                assert_ne!(peer, publisher);
                let stream = subscription.stream.split('|').next().expect("a sid comes first");
                if !self.away.contains(peer) {
                    assert!(self.told[peer].contains(&*track.0), "a track is told before it is sent");
                    assert!(self.told[peer].contains(stream), "a publisher is told before the tracks");
                }
                assert!(self.receiving.insert((*peer, track.clone())), "nothing is sent twice");
            }
            media::Command::Unsubscribe { peer, track } => {
                let peer = &owner(*peer);
                assert!(self.receiving.remove(&(*peer, track.clone())), "only what is sent is stopped");
            }
            media::Command::OpenPeer { peer, .. } | media::Command::OpenReceiver { peer, .. } => {
                assert!(self.open.insert(*peer), "no peer is opened twice");
            }
            media::Command::ClosePeer { peer } => {
                assert!(self.open.remove(peer), "only what was opened is closed");
                let peer = &owner(*peer);
                self.receiving.retain(|(receiver, track)| receiver != peer && self.tracks.get(track) != Some(peer));
                self.offers.retain(|(open, _)| open != peer);
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn order_never_breaks_the_promises(steps in proptest::collection::vec(step(), 1..60)) {
        let mut stage = Stage::new();
        let mut watcher = Watcher::default();
        let mut peers: BTreeMap<u8, PeerId> = BTreeMap::new();
        let mut announced: Vec<(PeerId, TrackSid)> = Vec::new();
        let mut next_offer = 10;
        let mut given: BTreeSet<(PeerId, u32)> = BTreeSet::new();
        for step in steps {
            let at = |who: u8| peers.get(&who).copied().unwrap_or(PeerId(99));
            let effects = match step {
                Step::Join { who, older, offers, may_subscribe } => {
                    let next = PeerId(peers.len() as u64 + 100 + next_offer);
                    next_offer += 1;
                    watcher.may_subscribe.insert(next, may_subscribe);
                    peers.insert(who, next);
                    join(&mut stage, next, who, older, offers, may_subscribe)
                }
                Step::Answer(who) => request(&mut stage, at(who), Request::Answer(SessionDescription { r#type: "answer".into(), ..offer(0) })),
                Step::Offer(who) => {
                    next_offer += 1;
                    request(&mut stage, at(who), Request::Offer(offer(next_offer as u32)))
                }
                Step::Announce(who) => {
                    next_offer += 1;
                    let cid = next_offer.to_string();
                    let wish = protocol::livekit::AddTrackRequest { cid, ..announcement(TrackSource::Camera) };
                    let effects = request(&mut stage, at(who), Request::AddTrack(wish));
                    announced.extend(tracks_in(&effects).into_iter().map(|track| (at(who), track)));
                    effects
                }
                Step::Found(who) => {
                    let Some((_, track)) = announced.iter().find(|(owner, _)| *owner == at(who)).cloned() else { continue };
                    let (mime, mid) = ("video/VP8".to_owned(), "1".to_owned());
                    media(&mut stage, Event::Published { peer: at(who), track, mime, mid })
                }
                Step::TakenBack(who) => {
                    let Some(index) = announced.iter().position(|(owner, _)| *owner == at(who)) else { continue };
                    let (_, track) = announced.remove(index);
                    media(&mut stage, Event::Unpublished { peer: at(who), track })
                }
                Step::Subscribe(who, subscribe) => {
                    let track_sids = announced.iter().map(|(_, track)| track.to_string()).collect();
                    let wish = UpdateSubscription { track_sids, subscribe, participant_tracks: Vec::new() };
                    request(&mut stage, at(who), Request::Subscription(wish))
                }
                Step::Mute(who, muted) => {
                    let sid = announced.first().map(|(_, track)| track.to_string()).unwrap_or_default();
                    request(&mut stage, at(who), Request::Mute(MuteTrackRequest { sid, muted }))
                }
                Step::Restrict(who, all_participants) => {
                    let permission = SubscriptionPermission { all_participants, track_permissions: Vec::new() };
                    request(&mut stage, at(who), Request::SubscriptionPermission(permission))
                }
                Step::Leave(who) => request(&mut stage, at(who), Request::Leave(LeaveRequest::default())),
                Step::Lost(who) => {
                    watcher.away.insert(at(who));
                    stage.meeting.handle(Command::SocketLost { peer: at(who) }, stage.now)
                }
                Step::Resume(who) => {
                    watcher.away.remove(&at(who));
                    stage.meeting.handle(Command::Resume { peer: at(who), offer: None }, stage.now)
                }
                Step::Remove(who) => {
                    let identity = format!("p{who}").parse().expect("valid");
                    stage.meeting.handle(Command::Remove { identity }, stage.now)
                }
                Step::Wait => {
                    stage.now += jiff::SignedDuration::from_secs(20);
                    stage.meeting.handle(Command::Tick, stage.now)
                }
                Step::End => stage.meeting.handle(Command::Close(Farewell::Ended), stage.now),
            };
            watcher.watch(&effects);
            for (peer, track) in watcher.receiving.iter().filter(|(peer, _)| !watcher.away.contains(peer)) {
                prop_assert!(watcher.told[peer].contains(&*track.0), "who is back knows all tracks");
            }
            for (peer, offer_id) in watcher.offers.clone() {
                if !given.insert((peer, offer_id)) {
                    continue;
                }
                let answer = Answer { offer_id, sdp: "answer".into(), mid_to_track: Vec::new() };
                let effects = media(&mut stage, Event::Answered { peer, answer });
                watcher.watch(&effects);
            }
            let mut open = watcher.offers.iter().map(|(peer, _)| peer);
            prop_assert!(open.all(|peer| watcher.away.contains(peer)), "every offer of somebody inside is answered");
        }
    }
}

fn join(stage: &mut Stage, peer: PeerId, who: u8, older: bool, offers: bool, may_subscribe: bool) -> Vec<Effect> {
    let claims = protocol::token::Claims {
        iss: "rennsteig".into(),
        sub: format!("p{who}"),
        jti: None,
        nbf: 0,
        iat: None,
        exp: i64::MAX,
        name: String::new(),
        metadata: String::new(),
        attributes: BTreeMap::new(),
        video: protocol::token::VideoGrants { can_subscribe: Some(may_subscribe), ..Default::default() },
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    let request = protocol::livekit::JoinRequest { publisher_offer: offers.then(|| offer(1)), ..Default::default() };
    let identity = claims.sub.parse().expect("valid");
    let shape = if older { Shape::Two { receiving: receiver(peer) } } else { Shape::One };
    let join = crate::meeting::Join { peer, shape, identity, site: None, claims, request };
    stage.meeting.handle(Command::Join(Box::new(join)), stage.now)
}

fn request(stage: &mut Stage, peer: PeerId, request: Request) -> Vec<Effect> {
    stage.meeting.handle(Command::Request { peer, request: Box::new(request) }, stage.now)
}

fn media(stage: &mut Stage, event: Event) -> Vec<Effect> {
    stage.meeting.handle(Command::Media(event), stage.now)
}

fn tracks_in(effects: &[Effect]) -> Vec<TrackSid> {
    let tracks = effects.iter().filter_map(|effect| match effect {
        Effect::Send { message, .. } => match &message.message {
            Some(Message::TrackPublished(published)) => published.track.as_ref(),
            _ => None,
        },
        _ => None,
    });
    tracks.map(|track| TrackSid(track.sid.as_str().into())).collect()
}
