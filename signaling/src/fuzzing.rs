//! A door to the meeting's state machine, for the fuzz target in `tests/fuzz` and nobody else. It
//! takes any bytes; what must hold for all of them is asserted here.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::Identity;
use jiff::{SignedDuration, Timestamp};
use media::{Answer, Event, MeetingId, PathKind, PeerId, TrackSid};
use protocol::frame;
use protocol::livekit::{JoinRequest, SessionDescription};
use protocol::token::{Claims, VideoGrants};

use crate::meeting::{Command, Effect, Farewell, Join, Meeting, Message, Shape, View, Welcome};

/// People who may come in at a time.
const PEOPLE: u8 = 4;

/// A meeting and whatever clients and engine say to it: each step is a byte that says what, a byte
/// that says who, and for words of a client two bytes of length and a frame.
pub fn meeting(bytes: &[u8]) {
    let mut now = Timestamp::UNIX_EPOCH;
    let random = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
    let name = "daily".parse().expect("a valid name");
    let mut meeting = Meeting::new(MeetingId(1), name, Welcome::default(), random, now);
    let mut inside: BTreeSet<PeerId> = BTreeSet::new();
    let mut people: [PeerId; PEOPLE as usize] = [PeerId(0); PEOPLE as usize];
    let mut announced: Vec<(PeerId, TrackSid)> = Vec::new();
    let mut next = 1;
    let mut rest = bytes;
    while let [step, who, tail @ ..] = rest {
        rest = tail;
        let who = who % PEOPLE;
        let peer = people[usize::from(who)];
        let command = match step % 10 {
            0 => {
                let peer = PeerId(next);
                next += 2;
                people[usize::from(who)] = peer;
                inside.insert(peer);
                join(who, peer, *step)
            }
            1..=4 => {
                let [high, low, tail @ ..] = rest else { return };
                let length = usize::from(u16::from_be_bytes([*high, *low])).min(tail.len());
                let (words, after) = tail.split_at(length);
                rest = after;
                let Ok(request) = frame::decode_binary(words) else { continue };
                Command::Request { peer, request: Box::new(request) }
            }
            5 => Command::SocketLost { peer },
            6 if *step > 200 => Command::Heard { peer, at: now },
            6 if inside.contains(&peer) => Command::Resume { peer, offer: None },
            7 => match announced.iter().find(|(owner, _)| *owner == peer).cloned() {
                Some((peer, track)) => {
                    let (mime, mid) = ("video/VP8".to_owned(), "1".to_owned());
                    Command::Media(Event::Published { peer, track, mime, mid })
                }
                None => Command::Media(Event::Connected { peer, path: PathKind::Udp }),
            },
            8 => {
                let answer = Answer { offer_id: 1, sdp: String::new(), mid_to_track: Vec::new() };
                Command::Media(Event::Answered { peer, answer })
            }
            _ if *step > 250 => Command::Close(Farewell::Ended),
            _ => {
                now += SignedDuration::from_secs(i64::from(*step));
                Command::Tick
            }
        };
        let effects = meeting.handle(command, now);
        watch(&effects, &mut inside, &mut announced);
        assert!(meeting.count() <= inside.len(), "who is inside was not hung up on");
    }
}

fn join(who: u8, peer: PeerId, step: u8) -> Command {
    let shape = match step / 10 % 3 {
        0 => Shape::One,
        1 => Shape::Two { receiving: PeerId(peer.0 + 1) },
        _ => Shape::View(View { audios: 1, videos: 1 }),
    };
    let identity: Identity = format!("p{who}").parse().expect("a valid identity");
    let claims = Claims {
        iss: String::new(),
        sub: identity.to_string(),
        jti: None,
        nbf: 0,
        iat: None,
        exp: i64::MAX,
        name: String::new(),
        metadata: String::new(),
        attributes: Default::default(),
        video: VideoGrants { can_update_own_metadata: step & 1 == 0, ..VideoGrants::default() },
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    let offer = SessionDescription { r#type: "offer".into(), ..SessionDescription::default() };
    let request = JoinRequest { publisher_offer: (step & 2 == 0).then_some(offer), ..JoinRequest::default() };
    Command::Join(Box::new(Join { peer, shape, identity, site: None, claims, request }))
}

/// Nothing is said to those who are gone, and nobody is sent a track of a participant's own.
fn watch(effects: &[Effect], inside: &mut BTreeSet<PeerId>, announced: &mut Vec<(PeerId, TrackSid)>) {
    for effect in effects {
        match effect {
            Effect::Send { to, message } => {
                assert!(to.iter().all(|peer| inside.contains(peer)), "nothing is said to those who are gone");
                if let (Some(Message::TrackPublished(published)), [peer]) = (&message.message, to.as_slice()) {
                    let sid = published.track.as_ref().map(|track| track.sid.as_str()).unwrap_or_default();
                    announced.push((*peer, TrackSid(sid.into())));
                }
            }
            Effect::Media(media::Command::Subscribe(subscription)) => {
                assert_ne!(subscription.peer, subscription.publisher, "nobody hears oneself");
            }
            Effect::HangUp { peer } => assert!(inside.remove(peer), "nobody is hung up on twice"),
            Effect::Media(_) | Effect::Refresh { .. } | Effect::Move { .. } | Effect::Return { .. } => {}
            Effect::Show { .. } | Effect::Demand { .. } | Effect::Cut { .. } => panic!("nobody is forwarded"),
        }
    }
}
