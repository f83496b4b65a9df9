//! Doors to what reads other people's bytes, for the fuzz targets in `tests/fuzz` and nobody else.
//! Each takes any bytes; what must hold for all of them is asserted here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::demux::{self, Owner};
use crate::mid::Mid;
use crate::packet::{Codec, Packet};
use crate::peer::{Carried, Certificate, Connection, Peer, Polled, Proposal, Setup};
use crate::redundancy;
use crate::router::{Dependencies, Effect, Following, Router, Track, starts_keyframe, vp8};
use crate::sdp::{self, AnswerSection, Credentials, Direction, Offer};
use crate::worker::{ReadOffer, read_answer};
use crate::{Kind, LayerWish, PeerId, PublishedLayer, Quality, TrackSid};

const CODECS: [Codec; 6] = [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1, Codec::Other];
const QUALITIES: [Quality; 3] = [Quality::Low, Quality::Medium, Quality::High];
/// A connection that talks longer than this does not end.
const MOST_POLLS: usize = 10_000;

/// A datagram from anybody: whose is it?
pub fn datagram(bytes: &[u8]) {
    if demux::owner(bytes).is_some() {
        assert!(demux::is_stun(bytes));
    }
}

/// An offer: read, its directions spelled out, read again.
pub fn offer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(offer) = Offer::read(&text) else { return };
    // Line ends may make it longer than an offer may be; what it says stays.
    if let Ok(again) = Offer::read(&offer.spell_out(&text)) {
        assert_eq!(again.sections, offer.sections);
    }
}

/// An answer of the library, completed by us.
pub fn answer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let credentials = Credentials { ufrag: "w0s1xfuzz".to_owned(), password: "password".to_owned() };
    let sections: Vec<AnswerSection> = ["0", "1", "2"]
        .into_iter()
        .filter_map(Mid::new)
        .map(|mid| AnswerSection {
            mid,
            msid: Some(("PA_1|camera".to_owned(), "TR_1".to_owned())),
            codec: Some("vp8".to_owned()),
        })
        .collect();
    let patched = sdp::patch(&text, &sections, &credentials);
    assert!(!patched.lines().any(|line| line.starts_with("a=ice-pwd:") && line != "a=ice-pwd:password"));
    for section in &sections {
        let _ = sdp::codec_of(&patched, section.mid);
    }
}

/// The beginning of a picture in any codec; the first byte chooses the codec.
pub fn payload(bytes: &[u8]) {
    let Some((choice, payload)) = bytes.split_first() else { return };
    let codec = CODECS[usize::from(*choice) % CODECS.len()];
    let starts = starts_keyframe(codec, payload);
    if codec == Codec::Vp8 {
        assert_eq!(starts, vp8::Descriptor::read(payload).is_some_and(|read| read.keyframe));
    }
}

/// A stream of sound that brings earlier sound along, made anew with more of it.
pub fn redundancy(bytes: &[u8]) {
    redundancy::fuzz(bytes);
}

/// The descriptors of one stream and a receiver who changes its mind; before each a byte for its length
/// and one for the layers that are wanted.
pub fn descriptors(bytes: &[u8]) {
    let (mut stream, mut following, mut rest) = (Dependencies::default(), Following::default(), bytes);
    while let [length, wish, tail @ ..] = rest {
        let (descriptor, after) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = after;
        let Some(frame) = stream.read(descriptor) else { continue };
        assert!(stream.is_known() && frame.spatial < stream.sizes().max(64));
        if let Some(verdict) = following.packet(&stream, &frame, wish & 3, wish >> 2 & 3) {
            assert!(verdict.is_needed || !verdict.ends_picture);
        }
    }
}

/// A whole stream through the router to two receivers, who change their minds on the way: no
/// number goes out twice with another content's place, and nothing breaks.
pub fn stream(bytes: &[u8]) {
    let Some((choice, mut rest)) = bytes.split_first() else { return };
    let codec = CODECS[usize::from(*choice) % CODECS.len()];
    let kind = if codec == Codec::Opus { Kind::Audio } else { Kind::Video };
    let (publisher, sid) = (PeerId(1), TrackSid("TR_1".into()));
    let mid = Mid::new("v").expect("it is short");
    let layers = QUALITIES.map(|quality| PublishedLayer { quality, width: 320, height: 180 });
    let mut router = Router::default();
    let mut effects = Vec::new();
    let mut now = Instant::now();
    router.publish(Track::new(sid.clone(), publisher, mid, kind, layers.to_vec()));
    for receiver in [2, 3] {
        router.attach(&sid, PeerId(receiver), mid, None, now, &mut effects);
    }
    let mut sequences = [1_000_u64; 3];
    while let [act, step, jump, length, tail @ ..] = rest {
        let step = usize::from(*step) % 3;
        let length = usize::from(*length % 24).min(tail.len());
        let (payload, after) = tail.split_at(length);
        rest = after;
        now += Duration::from_millis(u64::from(*act));
        match act % 8 {
            0 => router.tick(now, &mut effects),
            1 => {
                let wish = LayerWish {
                    enabled: jump % 2 == 0,
                    at_most: QUALITIES[step],
                    width: u32::from(*jump),
                    height: u32::from(*jump),
                    ..LayerWish::default()
                };
                router.prefer(&sid, PeerId(2), wish, now, &mut effects);
            }
            2 => router.keyframe_wanted(&sid, PeerId(3), now, &mut effects),
            3 => router.set_muted(&sid, jump % 2 == 0, now, &mut effects),
            4 => {
                router.detach(&sid, PeerId(3));
                router.attach(&sid, PeerId(3), mid, None, now, &mut effects);
            }
            _ => {
                // Forward by some, by very many, or back.
                sequences[step] = match jump {
                    0..=200 => sequences[step] + u64::from(*jump),
                    201..=230 => sequences[step] + u64::from(*jump) * 300,
                    _ => sequences[step].saturating_sub(u64::from(*jump)),
                };
                let packet = Packet {
                    from: publisher,
                    mid,
                    quality: QUALITIES[step],
                    has_rid: step != 2,
                    sequence: sequences[step],
                    timestamp: u32::from(*jump).wrapping_mul(0x0101_0101),
                    marker: jump % 2 == 0,
                    codec,
                    payload: Arc::from(payload),
                    level: None,
                    carried: if codec == Codec::Av1 { Carried::described(payload) } else { Carried::plain() },
                };
                router.packet(&packet, now, &mut effects);
            }
        }
        for effect in effects.drain(..) {
            if let Effect::Forward { to, .. } = effect {
                assert!(matches!(to, PeerId(2 | 3)));
            }
        }
    }
    router.unpublish(&sid);
    assert!(router.tracks_of(publisher).is_empty());
}

/// An offer answered by a real connection.
pub fn negotiation(bytes: &[u8]) {
    let mut peer = peer();
    let text = String::from_utf8_lossy(bytes);
    if let Ok(mut read) = ReadOffer::read(&text) {
        for section in read.offer.sections.clone() {
            read.offer.set_direction(section.mid, Direction::Inactive);
        }
        if let Some((answer, _)) = peer.answer(&read.description, &read.offer.sections) {
            self::answer(answer.as_bytes());
        }
    }
    drain(&mut peer);
}

/// Answers to what the server offers, one after another, with a zero byte between them. They name
/// the sections by number, in the order of the offer. Says how many sections were accepted.
pub fn acceptance(bytes: &[u8]) -> usize {
    let mut peer = peer();
    let (mut sections, mut restarts) = (Vec::new(), false);
    for text in bytes.split(|byte| *byte == 0).take(4) {
        let proposal = Proposal { sections: sections.clone(), added: vec![Kind::Audio, Kind::Video], restarts };
        let Some(proposed) = peer.offer(&proposal) else { break };
        drain(&mut peer);
        let mids: Vec<&str> = proposed.sdp.lines().filter_map(|line| line.strip_prefix("a=mid:")).collect();
        let text = String::from_utf8_lossy(text).replace("BUNDLE 0 1 2", &format!("BUNDLE {}", mids.join(" ")));
        let named = mids
            .iter()
            .enumerate()
            .fold(text, |text, (number, mid)| text.replace(&format!("a=mid:{number}\r"), &format!("a=mid:{mid}\r")));
        if let Ok(acceptance) = read_answer(&named)
            && peer.accept(*acceptance)
        {
            sections.extend(proposed.added.into_iter().map(|mid| (mid, true)));
        }
        drain(&mut peer);
        restarts = !restarts;
    }
    sections.len()
}

/// Datagrams for a real connection that waits for its client; two bytes before each say how long
/// it is.
pub fn datagrams(bytes: &[u8]) {
    let mut peer = peer();
    drain(&mut peer);
    let (source, local) = (SocketAddr::from(([10, 0, 0, 1], 5_000)), SocketAddr::from(([10, 0, 0, 2], 7_000)));
    let mut now = Instant::now();
    let mut rest = bytes;
    while let [high, low, tail @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(tail.len());
        let (datagram, after) = tail.split_at(length);
        rest = after;
        now += Duration::from_millis(1);
        peer.receive(now, source, local, datagram);
        peer.advance(now);
        drain(&mut peer);
    }
}

fn peer() -> Peer {
    thread_local! {
        static CERTIFICATE: Certificate = Certificate::generate();
    }
    let credentials = Owner { worker: 0, slot: 1 }.credentials(&mut rand::rng());
    let candidates = vec![SocketAddr::from(([10, 0, 0, 2], 7_000))];
    let setup = Setup { peer: PeerId(1), credentials, candidates };
    CERTIFICATE.with(|certificate| Peer::new(setup, certificate, Instant::now()))
}

fn drain(peer: &mut Peer) {
    for _ in 0..MOST_POLLS {
        if matches!(peer.poll(), Polled::Idle(_) | Polled::Broken) {
            return;
        }
    }
    panic!("a connection that never falls silent");
}
