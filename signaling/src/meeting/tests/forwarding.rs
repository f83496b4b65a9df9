//! Two meetings, and what they say to each other carried at once.

use std::collections::BTreeSet;

use media::{Event, PeerId, TrackSid};
use proptest::prelude::*;
use protocol::livekit::participant_info::{KindDetail, State};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{
    MuteTrackRequest, ParticipantInfo, ParticipantPermission, SubscriptionPermission, TrackSource, VideoQuality,
    WebhookEvent,
};

use super::dynacast::setting;
use super::stage::{Stage, announcement};
use crate::meeting::{
    Change, Command, DESTINATIONS_PER_PARTICIPANT, Effect, Farewell, Link, Message, Order, OrderRefused, Reply,
    Settings, UNWATCHED_SECONDS,
};

const LINK: Link = Link(7);
/// What Anna is called in the destination.
const GUEST: PeerId = PeerId(70);

/// Anna is in the one meeting, Ben in the other.
struct Pair {
    source: Stage,
    there: Stage,
    anna: PeerId,
    ben: PeerId,
}

impl Pair {
    fn new() -> Self {
        let (mut source, mut there) = (Stage::new(), Stage::new());
        // So that no two have the same number.
        (1..5).for_each(|at| {
            there.join(&format!("early-{at}"));
        });
        (1..5).for_each(|at| {
            there.say("leaves", PeerId(at), Request::Leave(Default::default()));
        });
        let (anna, ben) = (source.join("anna"), there.join("ben"));
        there.meeting.take_news();
        Self { source, there, anna, ben }
    }

    /// The same, and Anna is shown there.
    fn forwarded() -> Self {
        let mut pair = Self::new();
        assert_eq!(pair.forward(), Ok(Reply::Done));
        pair
    }

    fn forward(&mut self) -> Result<Reply, OrderRefused> {
        let shown = match lend(&mut self.source, "anna", "garden", LINK)? {
            Reply::Shown(shown) => shown,
            other => panic!("{other:?}"),
        };
        let order = Order::Host { link: LINK, peer: GUEST, shown };
        let (reply, effects) = self.there.meeting.order(order, self.there.now);
        self.carry(Vec::new(), effects);
        reply
    }

    /// Something happens at the source; what is done there, and in the destination.
    fn here(&mut self, act: impl FnOnce(&mut Stage, PeerId) -> Vec<Effect>) -> (Vec<Effect>, Vec<Effect>) {
        let effects = act(&mut self.source, self.anna);
        self.carry(effects, Vec::new())
    }

    /// Something happens in the destination.
    fn there(&mut self, act: impl FnOnce(&mut Stage, PeerId) -> Vec<Effect>) -> (Vec<Effect>, Vec<Effect>) {
        let effects = act(&mut self.there, self.ben);
        self.carry(Vec::new(), effects)
    }

    fn carry(&mut self, mut of_source: Vec<Effect>, mut of_there: Vec<Effect>) -> (Vec<Effect>, Vec<Effect>) {
        let (mut done_at_source, mut done_there) = (Vec::new(), Vec::new());
        while !of_source.is_empty() || !of_there.is_empty() {
            let to_source: Vec<Command> = of_there.iter().filter_map(said).collect();
            let to_there: Vec<Command> = of_source.iter().filter_map(said).collect();
            done_at_source.append(&mut of_source);
            done_there.append(&mut of_there);
            of_source = to_source.into_iter().flat_map(|command| self.source.run("heard", command)).collect();
            of_there = to_there.into_iter().flat_map(|command| self.there.run("heard", command)).collect();
        }
        (done_at_source, done_there)
    }

    /// How Anna is in the destination.
    fn guest(&mut self) -> Option<ParticipantInfo> {
        let (reply, _) = self.there.meeting.order(Order::List, self.there.now);
        let Ok(Reply::Participants(all)) = reply else { panic!("{reply:?}") };
        all.into_iter().find(|person| person.identity == "anna")
    }

    fn news(&mut self) -> Vec<WebhookEvent> {
        self.there.meeting.take_news().into_iter().map(|news| news.event).collect()
    }
}

fn said(effect: &Effect) -> Option<Command> {
    match effect {
        Effect::Show { link, shown } => Some(Command::Show { link: *link, shown: shown.clone() }),
        Effect::Demand { link, demand } => Some(Command::Demand { link: *link, demand: demand.clone() }),
        Effect::Cut { link } => Some(Command::Cut { link: *link }),
        _ => None,
    }
}

fn lend(stage: &mut Stage, who: &str, to: &str, link: Link) -> Result<Reply, OrderRefused> {
    let order = Order::Forward { identity: who.parse().expect("valid"), to: to.parse().expect("valid"), link };
    stage.meeting.order(order, stage.now).0
}

fn order(stage: &mut Stage, order: Order) -> Vec<Effect> {
    let (reply, effects) = stage.meeting.order(order, stage.now);
    reply.expect("it is carried out");
    effects
}

fn subscriptions(effects: &[Effect]) -> Vec<(PeerId, PeerId, TrackSid, String)> {
    let of = |effect: &Effect| match effect {
        Effect::Media(media::Command::Subscribe(subscription)) => {
            Some((subscription.peer, subscription.publisher, subscription.track.clone(), subscription.stream.clone()))
        }
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

fn unsubscribed(effects: &[Effect]) -> Vec<(PeerId, TrackSid)> {
    let of = |effect: &Effect| match effect {
        Effect::Media(media::Command::Unsubscribe { peer, track }) => Some((*peer, track.clone())),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

/// What the first of these is told of Anna.
fn told(effects: &[Effect], who: PeerId) -> Vec<ParticipantInfo> {
    let of = |effect: &Effect| match effect {
        Effect::Send { to, message } if to.contains(&who) => match &message.message {
            Some(Message::Update(update)) => Some(update.participants.clone()),
            _ => None,
        },
        _ => None,
    };
    effects.iter().filter_map(of).flatten().filter(|person| person.identity == "anna").collect()
}

/// The best layer a publisher is asked for, by the last word.
fn asked_for(effects: &[Effect], who: PeerId) -> Option<Vec<bool>> {
    let of = |effect: &Effect| match effect {
        Effect::Send { to, message } if to.contains(&who) => match &message.message {
            Some(Message::SubscribedQualityUpdate(update)) => {
                Some(update.subscribed_codecs[0].qualities.iter().map(|quality| quality.enabled).collect())
            }
            _ => None,
        },
        _ => None,
    };
    effects.iter().filter_map(of).last()
}

fn publish(stage: &mut Stage, who: PeerId, source: TrackSource) -> (TrackSid, Vec<Effect>) {
    let sid = stage.announce(who, source);
    let mime = "audio/opus".to_owned();
    let event = Event::Published { peer: who, track: sid.clone(), mime, mid: "6".into() };
    (sid, stage.hear("it is found in an offer", event))
}

#[test]
fn who_is_forwarded_is_seen_as_it_is_and_marked_as_forwarded() {
    let mut pair = Pair::forwarded();
    let anna = pair.guest().expect("she is shown");
    assert_eq!((anna.name.as_str(), anna.state()), ("Name of anna", State::Active));
    assert_eq!(anna.attributes["role"], "participant");
    assert_eq!(anna.kind_details, [KindDetail::Forwarded as i32]);
    let at_home = pair.source.meeting.order(Order::List, pair.source.now).0;
    let Ok(Reply::Participants(at_home)) = at_home else { panic!("{at_home:?}") };
    assert_eq!((at_home[0].kind(), at_home[0].kind_details.len()), (anna.kind(), 0));
    assert_ne!(at_home[0].sid, anna.sid, "it is somebody else's place");
    let permission = anna.permission.expect("everybody has some");
    assert!(permission.can_publish && !permission.can_subscribe && !permission.can_publish_data);
    let words: Vec<String> = pair.news().into_iter().map(|event| event.event).collect();
    assert_eq!(words, ["participant_joined"]);
    // Who comes later finds her too.
    let effects = pair.there.join_with("carl", |_, _| {});
    let others = pair.there.script.lines().rev().find(|line| line.contains("welcome")).expect("carl is welcomed");
    assert!(others.contains(&anna.sid), "{others}, {effects:?}");
}

#[test]
fn what_she_publishes_mutes_and_takes_back_is_so_there_too() {
    let mut pair = Pair::forwarded();
    let anna = pair.anna;
    let mut sid = None;
    let (_, done) = pair.here(|stage, anna| {
        let (track, effects) = publish(stage, anna, TrackSource::Microphone);
        sid = Some(track);
        effects
    });
    let sid = sid.expect("published");
    let place = pair.guest().expect("she is there").sid;
    assert_eq!(subscriptions(&done), [(pair.ben, anna, sid.clone(), format!("{place}|camera"))]);
    assert_eq!(told(&done, pair.ben)[0].tracks[0].sid, sid.to_string());
    // A newcomer gets what is there.
    pair.there.curtain();
    let carl = pair.there.join("carl");
    assert!(pair.there.script.contains("send carl Audio of"), "{}", pair.there.script);

    let mute = |muted| Request::Mute(MuteTrackRequest { sid: sid.to_string(), muted });
    let (here, there) = pair.here(|stage, anna| stage.say("mutes", anna, mute(true)));
    assert!(told(&there, carl)[0].tracks[0].muted);
    // The engine hears it once, of the meeting the track belongs to.
    let switches = |effects: &[Effect]| {
        effects.iter().filter(|effect| matches!(effect, Effect::Media(media::Command::SetMuted { .. }))).count()
    };
    assert_eq!((switches(&here), switches(&there)), (1, 0));
    pair.here(|stage, anna| stage.say("unmutes", anna, mute(false)));
    let whole = Order::Mute { identity: "anna".parse().expect("valid"), track: sid.to_string(), muted: true };
    let (_, there) = pair.here(|stage, _| order(stage, whole));
    assert!(told(&there, carl)[0].tracks[0].muted, "who moderates there is heard here");

    let gone = Event::Unpublished { peer: anna, track: sid.clone() };
    let (_, there) = pair.here(|stage, _| stage.hear("taken back", gone));
    assert_eq!(unsubscribed(&there), [(pair.ben, sid.clone()), (carl, sid)]);
    assert!(pair.guest().expect("she is still there").tracks.is_empty());
    let words: Vec<String> = pair.news().into_iter().map(|event| event.event).collect();
    assert_eq!(words, ["participant_joined", "track_published", "participant_joined", "track_unpublished"]);
}

#[test]
fn name_attributes_voice_and_audience_follow() {
    let mut pair = Pair::forwarded();
    let (sid, effects) = publish(&mut pair.source, pair.anna, TrackSource::Microphone);
    pair.carry(effects, Vec::new());
    let attributes = [("seat".to_owned(), "4".to_owned())].into();
    let change = Change { identity: "anna".into(), name: "Dr. Anna".into(), attributes, ..Change::default() };
    let (_, there) = pair.here(|stage, _| order(stage, Order::Update(Box::new(change))));
    let seen = told(&there, pair.ben);
    assert_eq!((seen[0].name.as_str(), seen[0].attributes["seat"].as_str()), ("Dr. Anna", "4"));

    let place = pair.guest().expect("she is there").sid;
    let speaks = |level: Option<f32>| {
        let track = sid.clone();
        move |stage: &mut Stage, anna| {
            let speakers = level.map(|level| (anna, track, level)).into_iter().collect();
            stage.hear("speaks", Event::Speakers { speakers })
        }
    };
    let heard = |effects: &[Effect], who: PeerId| -> Vec<(String, bool)> {
        let of = |effect: &Effect| match effect {
            Effect::Send { to, message } if to.contains(&who) => match &message.message {
                Some(Message::SpeakersChanged(changed)) => Some(changed.speakers.clone()),
                _ => None,
            },
            _ => None,
        };
        effects.iter().filter_map(of).flatten().map(|speaker| (speaker.sid, speaker.active)).collect()
    };
    let (_, there) = pair.here(speaks(Some(0.5)));
    assert_eq!(heard(&there, pair.ben), [(place.clone(), true)]);
    // What the engine says of those who are there does not silence her.
    let (_, there) = pair.there(|stage, _| stage.hear("silence", Event::Speakers { speakers: Vec::new() }));
    assert_eq!(heard(&there, pair.ben), []);
    let (_, there) = pair.here(speaks(None));
    assert_eq!(heard(&there, pair.ben), [(place, false)]);

    // Whoever names who may receive names people of that meeting.
    let nobody = Request::SubscriptionPermission(SubscriptionPermission::default());
    let (_, there) = pair.here(|stage, anna| stage.say("lets nobody", anna, nobody));
    assert_eq!(unsubscribed(&there), [(pair.ben, sid.clone())]);
    let all = SubscriptionPermission { all_participants: true, ..SubscriptionPermission::default() };
    let (_, there) = pair.here(|stage, anna| stage.say("lets everybody", anna, Request::SubscriptionPermission(all)));
    assert_eq!(subscriptions(&there).len(), 1);
}

#[test]
fn who_watches_there_keeps_the_layers_alive_here() {
    let mut pair = Pair::forwarded();
    let wish = announcement(TrackSource::Camera);
    let layers = [(VideoQuality::Low, 320), (VideoQuality::Medium, 640), (VideoQuality::High, 1280)];
    let layers = layers.map(|(quality, width)| protocol::livekit::VideoLayer {
        quality: quality as i32,
        width,
        height: width * 9 / 16,
        ..Default::default()
    });
    let wish = protocol::livekit::AddTrackRequest { layers: layers.to_vec(), ..wish };
    let effects = pair.source.say("announces", pair.anna, Request::AddTrack(wish));
    let sid = Stage::sid_in(&effects).expect("it is accepted");
    let found = Event::Published { peer: pair.anna, track: sid.clone(), mime: "video/VP8".into(), mid: "6".into() };
    let (here, _) = pair.here(|stage, _| stage.hear("found", found));
    let is_told = |effect: &Effect| {
        matches!(effect, Effect::Send { to, message } if to.contains(&PeerId(1))
            && matches!(message.message, Some(Message::TrackSubscribed(_))))
    };
    assert!(here.iter().any(is_told), "somebody receives it, if elsewhere");

    // Nobody watches here; who watches there is enough for as long as it does.
    let wait = |pair: &mut Pair, seconds: i64| {
        pair.source.now += jiff::SignedDuration::from_secs(seconds);
        pair.here(|stage, _| stage.run("later", Command::Tick)).0
    };
    assert_eq!(asked_for(&wait(&mut pair, 1), pair.anna), None);
    assert_eq!(asked_for(&wait(&mut pair, UNWATCHED_SECONDS + 1), pair.anna), None);
    let small = setting(&sid, |settings| (settings.width, settings.height) = (300, 160));
    pair.there(|stage, ben| stage.say("shows it small", ben, small));
    wait(&mut pair, 1);
    let asked = asked_for(&wait(&mut pair, UNWATCHED_SECONDS), pair.anna);
    assert_eq!(asked, Some(vec![true, false, false]));
    let large = setting(&sid, |settings| (settings.width, settings.height) = (1200, 700));
    let (here, _) = pair.there(|stage, ben| stage.say("shows it large", ben, large));
    assert_eq!(asked_for(&here, pair.anna), Some(vec![true, true, true]), "more is asked for at once");
    pair.there(|stage, ben| stage.say("leaves", ben, Request::Leave(Default::default())));
    wait(&mut pair, 1);
    let asked = asked_for(&wait(&mut pair, UNWATCHED_SECONDS), pair.anna);
    assert_eq!(asked, Some(vec![false, false, false]));
}

#[test]
fn a_second_codec_is_asked_for_and_given_across() {
    let mut pair = Pair::forwarded();
    let wish = protocol::livekit::AddTrackRequest {
        simulcast_codecs: ["vp9", "vp8"]
            .map(|codec| protocol::livekit::SimulcastCodec { codec: codec.into(), ..Default::default() })
            .to_vec(),
        ..announcement(TrackSource::Camera)
    };
    let effects = pair.source.say("announces", pair.anna, Request::AddTrack(wish));
    let sid = Stage::sid_in(&effects).expect("it is accepted");
    let (anna, ben) = (pair.anna, pair.ben);
    let found = |track: &TrackSid, mime: &str, mid: &str| Event::Published {
        peer: anna,
        track: track.clone(),
        mime: mime.into(),
        mid: mid.into(),
    };
    pair.here(|stage, _| stage.hear("found", found(&sid, "video/VP9", "6")));
    let unread = Event::NotUnderstood { peer: ben, track: sid.clone() };
    let (here, _) = pair.there(|stage, _| stage.hear("ben cannot read it", unread));
    let asked = here.iter().any(|effect| match effect {
        Effect::Send { to, message } if *to == [anna] => match &message.message {
            Some(Message::SubscribedQualityUpdate(update)) => {
                update.subscribed_codecs[1].qualities.iter().all(|quality| quality.enabled)
            }
            _ => false,
        },
        _ => false,
    });
    assert!(asked, "the second codec is asked for");

    let second = protocol::livekit::AddTrackRequest {
        cid: "second".into(),
        sid: sid.to_string(),
        simulcast_codecs: vec![protocol::livekit::SimulcastCodec { codec: "vp8".into(), ..Default::default() }],
        ..announcement(TrackSource::Camera)
    };
    pair.source.say("announces the second", anna, Request::AddTrack(second));
    let vp8 = sid.in_codec("vp8");
    let (_, there) = pair.here(|stage, _| stage.hear("found", found(&vp8, "video/VP8", "7")));
    assert_eq!(unsubscribed(&there), [(ben, sid.clone())]);
    let given = subscriptions(&there);
    assert_eq!((given[0].0, given[0].1, &given[0].2), (ben, anna, &vp8));
    // It ends, and so does what is sent of it.
    let (_, there) = pair.here(|stage, _| stage.run("ended", Command::Close(Farewell::Ended)));
    assert_eq!(unsubscribed(&there), [(ben, vp8)]);
}

/// It is over in both meetings, and nothing of hers is sent any more.
fn is_over(pair: &mut Pair, here: &[Effect], there: &[Effect], sid: &TrackSid) {
    assert_eq!(pair.guest(), None);
    assert_eq!(unsubscribed(there), [(pair.ben, sid.clone())]);
    assert_eq!(told(there, pair.ben).last().expect("ben hears of it").state(), State::Disconnected);
    let cuts = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Cut { .. })).count();
    assert_eq!((cuts(here), cuts(there)), (1, 1), "both sides let go, once");
    let words: Vec<String> = pair.news().into_iter().map(|event| event.event).collect();
    assert_eq!(words.last().map(String::as_str), Some("participant_left"));
}

#[test]
fn it_ends_when_she_is_gone_may_not_publish_or_is_removed_there() {
    let permission = ParticipantPermission { can_subscribe: true, ..ParticipantPermission::default() };
    let silenced = Change { identity: "anna".into(), permission: Some(permission), ..Change::default() };
    let anna: domain::Identity = "anna".parse().expect("valid");
    type Act = Box<dyn FnOnce(&mut Pair) -> (Vec<Effect>, Vec<Effect>)>;
    let remove = anna.clone();
    let acts: Vec<Act> = vec![
        Box::new(|pair| pair.here(|stage, anna| stage.say("leaves", anna, Request::Leave(Default::default())))),
        Box::new(|pair| pair.here(|stage, _| stage.run("removed", Command::Remove { identity: anna }))),
        Box::new(|pair| pair.here(|stage, _| order(stage, Order::Update(Box::new(silenced))))),
        Box::new(|pair| pair.here(|stage, _| stage.run("ended", Command::Close(Farewell::Ended)))),
        Box::new(|pair| pair.there(|stage, _| stage.run("removed", Command::Remove { identity: remove }))),
    ];
    for act in acts {
        let mut pair = Pair::forwarded();
        let (sid, effects) = publish(&mut pair.source, pair.anna, TrackSource::Microphone);
        pair.carry(effects, Vec::new());
        let (here, there) = act(&mut pair);
        is_over(&mut pair, &here, &there, &sid);
        assert!(!closes(&there, GUEST) && !closes(&there, pair.anna), "the engine knows nothing of the guest");
    }
    let mut pair = Pair::forwarded();
    let (here, there) = pair.there(|stage, _| stage.run("the other meeting ends", Command::Close(Farewell::Ended)));
    assert!(here.iter().chain(&there).filter(|effect| matches!(effect, Effect::Cut { .. })).count() == 2);
    assert!(pair.source.meeting.count() == 1 && !closes(&here, pair.anna), "at home nothing has changed");
    assert_eq!(pair.forward(), Ok(Reply::Done), "and it can begin again");
}

fn closes(effects: &[Effect], who: PeerId) -> bool {
    let closes = |effect: &Effect| matches!(effect, Effect::Media(media::Command::ClosePeer { peer }) if *peer == who);
    effects.iter().any(closes)
}

#[test]
fn a_real_person_of_the_same_identity_wins_and_takes_over_nothing() {
    let mut pair = Pair::forwarded();
    let attributes = [("seat".to_owned(), "4".to_owned())].into();
    let change = Change { identity: "anna".into(), name: "Dr. Anna".into(), attributes, ..Change::default() };
    pair.here(|stage, _| order(stage, Order::Update(Box::new(change))));
    let place = pair.guest().expect("she is there").sid;
    let identity = "anna".parse().expect("valid");
    assert_eq!(pair.there.meeting.peer_of(&place, &identity), None, "her place cannot be taken by coming back to it");
    let before = pair.there.meeting.count();
    pair.there.join("anna");
    assert_eq!(pair.there.meeting.count(), before);
    assert!(pair.there.script.contains("link 7 is cut"));
    let anna = pair.guest().expect("the real one");
    assert_eq!((anna.name.as_str(), anna.kind_details.len()), ("Name of anna", 0));
    assert!(!anna.attributes.contains_key("seat"));
    assert_ne!(anna.sid, place);
}

#[test]
fn what_cannot_be_is_refused() {
    let mut pair = Pair::new();
    assert_eq!(lend(&mut pair.source, "nobody", "garden", LINK), Err(OrderRefused::NoSuchParticipant));
    let hidden = |claims: &mut protocol::token::Claims, _: &mut protocol::livekit::JoinRequest| {
        claims.video.hidden = true;
    };
    pair.source.join_with("hidden", hidden);
    assert_eq!(lend(&mut pair.source, "hidden", "garden", LINK), Err(OrderRefused::MayNotPublish));
    // Somebody real has that name there.
    let real = pair.there.join("anna");
    assert_eq!(pair.forward(), Err(OrderRefused::AlreadyThere));
    pair.there.say("leaves", real, Request::Leave(Default::default()));
    let size = Settings { max_participants: 1, ..Settings::default() };
    order(&mut pair.there, Order::Configure(size));
    pair.source.run("the actor takes it back", Command::Cut { link: LINK });
    assert_eq!(pair.forward(), Err(OrderRefused::Full));
    order(&mut pair.there, Order::Configure(Settings { max_participants: 2, ..Settings::default() }));
    pair.source.run("the actor takes it back", Command::Cut { link: LINK });
    assert_eq!(pair.forward(), Ok(Reply::Done));
    assert_eq!(
        pair.there.meeting.report(&cluster::NodeId("a".into()), media::Burden::Calm, pair.there.now).participants.len(),
        2
    );
    assert_eq!(lend(&mut pair.source, "anna", "garden", Link(8)), Err(OrderRefused::AlreadyThere));
    for at in 1..DESTINATIONS_PER_PARTICIPANT {
        lend(&mut pair.source, "anna", &format!("other-{at}"), Link(100 + at as u64)).expect("there is room");
    }
    assert_eq!(lend(&mut pair.source, "anna", "one-more", Link(9)), Err(OrderRefused::TooManyDestinations));
}

#[test]
fn who_is_only_shown_is_asked_for_nothing() {
    let mut pair = Pair::forwarded();
    let (sid, effects) = publish(&mut pair.source, pair.anna, TrackSource::Microphone);
    pair.carry(effects, Vec::new());
    let anna = || "anna".parse::<domain::Identity>().expect("valid");
    let orders = [
        Order::Mute { identity: anna(), track: sid.to_string(), muted: true },
        Order::Update(Box::new(Change { identity: "anna".into(), name: "x".into(), ..Change::default() })),
        Order::Subscribe { identity: anna(), wish: Box::default() },
        Order::Move { identity: anna(), to: Box::default() },
        Order::Call { identity: anna(), method: "wave".into(), payload: String::new(), answer_ms: 0 },
        Order::Forward { identity: anna(), to: "third".parse().expect("valid"), link: Link(9) },
    ];
    for order in orders {
        let (reply, effects) = pair.there.meeting.order(order, pair.there.now);
        assert_eq!(reply, Err(OrderRefused::Forwarded));
        assert!(effects.is_empty(), "{effects:?}");
    }
    let all = cluster::Moderation::MuteAll { but: "ben".parse().expect("valid") };
    assert!(pair.there.run("all are muted", Command::Moderate(all)).is_empty());
    // Nor has she a vote.
    let poll = cluster::Moderation::OpenPoll {
        question: "Tea?".into(),
        options: vec!["Yes".into(), "No".into()],
        roll_call: false,
        with_guests: true,
    };
    let effects = pair.there.run("a poll is opened", Command::Moderate(poll));
    let told: Vec<String> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Media(media::Command::SendData { payload, .. }) => {
                Some(String::from_utf8_lossy(payload).into_owned())
            }
            _ => None,
        })
        .collect();
    assert!(told.len() == 1 && told[0].contains(r#""entitled":1"#), "{told:?}");
    // What is said to everybody, to her alone, or by the server reaches no number the engine does not know.
    let message = protocol::data::FromServer { payload: b"hello".to_vec(), ..Default::default() };
    let effects = order(&mut pair.there, Order::Send { channel: media::Channel::Reliable, message: Box::new(message) });
    let [Effect::Media(media::Command::SendData { to, .. })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*to, [pair.ben]);
    for seconds in [1, 300, 600] {
        pair.there.now += jiff::SignedDuration::from_secs(seconds);
        let effects = pair.there.run("time passes", Command::Tick);
        let is_hers = |effect: &Effect| match effect {
            Effect::Send { to, .. } => to.contains(&GUEST),
            Effect::Refresh { peer, .. } => *peer == GUEST,
            _ => false,
        };
        assert!(!effects.iter().any(is_hers), "{effects:?}");
    }
    let legacy = serde_json::to_string(&pair.there.meeting.bequeath(pair.there.now)).expect("plain JSON");
    assert!(!legacy.contains("anna") && legacy.contains("ben"), "who is only shown is not taken along");
}

#[test]
fn figures_and_quality_are_those_of_the_source() {
    let mut pair = Pair::forwarded();
    let (sid, effects) = publish(&mut pair.source, pair.anna, TrackSource::Microphone);
    pair.carry(effects, Vec::new());
    let track = media::TrackStats {
        track: sid.clone(),
        bitrate_bps: 32_000,
        loss: Some(0.1),
        jitter_ms: None,
        layers: Vec::new(),
    };
    let stats =
        media::PeerStats { loss_up: Some(0.1), bitrate_up_bps: 40_000, tracks: vec![track], ..Default::default() };
    for _ in 0..2 {
        let event = Event::Stats { peer: pair.anna, stats: stats.clone() };
        pair.here(|stage, _| stage.hear("a second's figures", event));
    }
    let node = cluster::NodeId("a".into());
    let report = pair.there.meeting.report(&node, media::Burden::Calm, pair.there.now);
    let anna = report.participants.iter().find(|person| person.identity.as_str() == "anna").expect("she is listed");
    assert_eq!((anna.tracks[0].bitrate_bps, anna.loss_up), (32_000, Some(0.1)));
    assert_eq!(anna.bitrate_up_bps, 0, "what she sends is counted where she sends it");
    assert!(pair.there.script.contains("connectionQuality"), "{}", pair.there.script);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Forward,
    Publish,
    TakeBack,
    Mute(bool),
    Rename,
    MayPublish(bool),
    Leave,
    ComeBack,
    Close,
    OtherJoins,
    OtherLeaves,
    RealJoins,
    RemoveThere,
    CloseThere,
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Forward),
        4 => Just(Step::Publish),
        2 => Just(Step::TakeBack),
        2 => any::<bool>().prop_map(Step::Mute),
        1 => Just(Step::Rename),
        2 => any::<bool>().prop_map(Step::MayPublish),
        1 => Just(Step::Leave),
        2 => Just(Step::ComeBack),
        1 => Just(Step::Close),
        3 => Just(Step::OtherJoins),
        2 => Just(Step::OtherLeaves),
        1 => Just(Step::RealJoins),
        1 => Just(Step::RemoveThere),
        1 => Just(Step::CloseThere),
        1 => Just(Step::Wait),
    ]
}

/// The two meetings as they go on, and what the engine was told by the destination.
struct Course {
    pair: Pair,
    next: u64,
    is_shown: bool,
    others: BTreeSet<PeerId>,
    receiving: BTreeSet<(PeerId, TrackSid)>,
}

impl Course {
    fn take(&mut self, step: Step) {
        self.next += 1;
        let Some(acts) = self.act(step) else { return };
        for (here, there) in acts {
            let over = |effect: &Effect| matches!(effect, Effect::Cut { .. });
            let cuts =
                (here.iter().filter(|effect| over(effect)).count(), there.iter().filter(|effect| over(effect)).count());
            assert_eq!(cuts.0, cuts.1, "who ends it is heard");
            assert!(cuts.0 <= usize::from(self.is_shown), "it ends once");
            self.is_shown &= cuts.0 == 0;
            self.note(&there);
        }
        self.compare();
    }

    fn act(&mut self, step: Step) -> Option<Vec<(Vec<Effect>, Vec<Effect>)>> {
        let anna = self.pair.anna;
        let identity: domain::Identity = "anna".parse().expect("valid");
        let own = self.people(true).pop();
        let last = own.as_ref().and_then(|own| own.tracks.last()).map(|track| TrackSid(track.sid.as_str().into()));
        let change = Change { identity: "anna".into(), ..Change::default() };
        Some(vec![match step {
            Step::Forward => {
                self.forward();
                return Some(Vec::new());
            }
            Step::Publish => {
                own?;
                let track = self.pair.source.announce(anna, TrackSource::Microphone);
                let event = Event::Published { peer: anna, track, mime: "audio/opus".into(), mid: "6".into() };
                self.pair.here(|stage, _| stage.hear("found", event))
            }
            Step::TakeBack => {
                let gone = Event::Unpublished { peer: anna, track: last? };
                self.pair.here(|stage, _| stage.hear("taken back", gone))
            }
            Step::Mute(muted) => {
                let mute = Request::Mute(MuteTrackRequest { sid: last?.to_string(), muted });
                self.pair.here(|stage, anna| stage.say("mutes", anna, mute))
            }
            Step::Rename => {
                own?;
                let change = Change { name: format!("Anna {}", self.next), ..change };
                self.pair.here(|stage, _| order(stage, Order::Update(Box::new(change))))
            }
            Step::MayPublish(can_publish) => {
                own?;
                let permission = ParticipantPermission { can_publish, can_subscribe: true, ..Default::default() };
                let change = Change { permission: Some(permission), ..change };
                self.pair.here(|stage, _| order(stage, Order::Update(Box::new(change))))
            }
            Step::Leave => self.pair.here(|stage, anna| stage.say("leaves", anna, Request::Leave(Default::default()))),
            Step::ComeBack => {
                let (peer, joined) = self.pair.source.come_in("anna", |_, _| {});
                self.pair.anna = peer;
                let connects = Event::Connected { peer, path: media::PathKind::Udp };
                let joined = self.pair.carry(joined, Vec::new());
                return Some(vec![joined, self.pair.here(|stage, _| stage.hear("connects", connects))]);
            }
            Step::Close => self.pair.here(|stage, _| stage.run("ends", Command::Close(Farewell::Ended))),
            Step::OtherJoins => {
                let (peer, joined) = self.pair.there.come_in(&format!("other-{}", self.next), |_, _| {});
                self.others.insert(peer);
                self.pair.carry(Vec::new(), joined)
            }
            Step::OtherLeaves => {
                let peer = self.others.pop_last()?;
                self.pair.there(|stage, _| stage.say("leaves", peer, Request::Leave(Default::default())))
            }
            Step::RealJoins => {
                let (peer, joined) = self.pair.there.come_in("anna", |_, _| {});
                let joined = self.pair.carry(Vec::new(), joined);
                let leave = Request::Leave(Default::default());
                return Some(vec![joined, self.pair.there(|stage, _| stage.say("leaves", peer, leave))]);
            }
            Step::RemoveThere => self.pair.there(|stage, _| stage.run("removed", Command::Remove { identity })),
            Step::CloseThere => {
                self.others.clear();
                self.pair.there(|stage, _| stage.run("ends", Command::Close(Farewell::Ended)))
            }
            Step::Wait => {
                self.pair.source.now += jiff::SignedDuration::from_secs(7);
                self.pair.here(|stage, _| stage.run("later", Command::Tick))
            }
        }])
    }

    fn forward(&mut self) {
        let link = Link(self.next);
        let Ok(Reply::Shown(shown)) = lend(&mut self.pair.source, "anna", "garden", link) else { return };
        assert!(!self.is_shown, "nobody is shown twice");
        let order = Order::Host { link, peer: PeerId(10_000 + self.next), shown };
        let (reply, effects) = self.pair.there.meeting.order(order, self.pair.there.now);
        assert_eq!(reply, Ok(Reply::Done));
        let (_, there) = self.pair.carry(Vec::new(), effects);
        self.is_shown = true;
        self.note(&there);
        self.compare();
    }

    /// Anna, as a meeting lists her.
    fn people(&mut self, at_source: bool) -> Vec<ParticipantInfo> {
        let stage = if at_source { &mut self.pair.source } else { &mut self.pair.there };
        let Ok(Reply::Participants(all)) = stage.meeting.order(Order::List, stage.now).0 else { panic!("it lists") };
        all.into_iter().filter(|person| person.identity == "anna").collect()
    }

    fn note(&mut self, there: &[Effect]) {
        for effect in there {
            match effect {
                Effect::Media(media::Command::Subscribe(subscription)) => {
                    assert!(self.receiving.insert((subscription.peer, subscription.track.clone())), "sent once");
                }
                Effect::Media(media::Command::Unsubscribe { peer, track }) => {
                    self.receiving.remove(&(*peer, track.clone()));
                }
                Effect::Media(media::Command::ClosePeer { peer }) => {
                    assert!(peer.0 < 10_000, "the engine knows nothing of who is only shown");
                    self.receiving.retain(|(receiver, _)| receiver != peer);
                }
                Effect::Media(media::Command::SetMuted { .. }) => panic!("nobody publishes here"),
                Effect::Send { to, .. } => assert!(to.iter().all(|peer| peer.0 < 10_000), "who is shown hears nothing"),
                _ => {}
            }
        }
    }

    /// Both meetings say the same of her, and everybody there receives all of it, and nothing else.
    fn compare(&mut self) {
        let (here, there) = (self.people(true), self.people(false));
        assert_eq!(there.len(), usize::from(self.is_shown));
        let shown = |person: &ParticipantInfo| (person.name.clone(), person.tracks.clone(), person.attributes.clone());
        let sids = match there.first() {
            Some(there) => {
                assert_eq!(shown(there), shown(&here[0]));
                there.tracks.iter().map(|track| TrackSid(track.sid.as_str().into())).collect()
            }
            None => Vec::new(),
        };
        let all: BTreeSet<(PeerId, TrackSid)> =
            self.others.iter().flat_map(|other| sids.iter().map(move |sid| (*other, sid.clone()))).collect();
        assert_eq!(self.receiving, all);
    }
}

proptest! {
    #[test]
    fn whatever_happens_both_meetings_say_the_same(steps in prop::collection::vec(step(), 1..40)) {
        let pair = Pair::new();
        let others = BTreeSet::from([pair.ben]);
        let mut course = Course { pair, next: 0, is_shown: false, others, receiving: BTreeSet::new() };
        steps.into_iter().for_each(|step| course.take(step));
    }
}
