//! Session descriptions made to hurt (A8).

use media::{Command, Event, Kind, MeetingId, PeerId, PendingTrack, Port, TrackSid};

use super::Talk;
use crate::harness::offers::{Sends, chromium};

/// Offers until each was answered, refused, or its sender thrown out, while the others talk.
fn survives(bombs: &[String]) {
    let mut talk = Talk::begin();
    for (number, bomb) in bombs.iter().enumerate() {
        let peer = PeerId(5_000 + number as u64);
        talk.meeting.engine.send(Command::OpenPeer { meeting: MeetingId(1), peer });
        let pending = vec![PendingTrack {
            sid: TrackSid(format!("TR_bomb_{number}").into()),
            cid: "cam".to_owned(),
            kind: Kind::Video,
            codec: Some("vp8".to_owned()),
            layers: Vec::new(),
            is_screen: false,
            may_repeat: true,
        }];
        talk.meeting.engine.send(Command::Offer { peer, offer_id: 1, sdp: bomb.clone(), pending });
    }
    talk.flows(20, |_| {});
    let settled = |meeting: &crate::harness::Meeting| {
        let peers = meeting.log.iter().filter_map(|event| match event {
            Event::Answered { peer, .. } | Event::OfferRefused { peer, .. } | Event::Closed { peer, .. } => {
                Some(peer.0)
            }
            _ => None,
        });
        peers.filter(|peer| *peer >= 5_000).collect::<std::collections::BTreeSet<_>>().len()
    };
    talk.meeting.until("each offer was dealt with", |meeting| settled(meeting) == bombs.len());
    talk.is_unharmed();
}

fn camera() -> String {
    chromium(&[Sends { mid: 7, video: true, cid: "cam", direction: "sendonly" }])
}

#[test]
fn offers_made_to_hurt_harm_nobody() {
    let good = camera();
    let (head, _) = good.split_once("m=audio").expect("it has sections");
    let section = |mid: usize| format!("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{mid}\r\na=recvonly\r\n");
    let many = |count: usize| (0..count).map(section).collect::<String>();
    let formats: String = (0..=255).map(|number| format!(" {number}")).collect();
    let maps: String = (0..=255).map(|number| format!("a=rtpmap:{number} VP8/90000\r\n")).collect();
    let extensions: String = (0..400).map(|number| format!("a=extmap:{number} urn:x:{number}\r\n")).collect();
    survives(&[
        // Many sections, with and without what they need; too many.
        format!("{head}{}", many(239)),
        format!("{good}{}", many(10_000)),
        good.replace("a=mid:4", "a=mid:3"),
        // Payload types that do not exist, and more than there is room for.
        good.replace("96 97 98", "128 255 256 65536 4294967296 -1"),
        good.replace("SAVPF 96", &format!("SAVPF{formats}")) + &maps,
        good.replace("apt=96", "apt=97").replace("apt=98", "apt=99"),
        good.replace("a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP8/0"),
        good.replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/99999999999999999999/2"),
        // Huge and many attributes.
        good.clone() + "a=" + &"x".repeat(200_000) + "\r\n",
        good.clone() + &"a=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n".repeat(5_000),
        good.clone() + &extensions,
        good.clone() + &"a=ssrc:1 cname:x\r\n".repeat(10_000),
        good.clone() + &"a=ssrc-group:FID 1 1\r\n".repeat(1_000),
        good.clone() + &"a=rid:q send\r\n".repeat(1_000) + "a=simulcast:send q;q;q;q;q;q;q;q\r\n",
        good.clone() + "a=simulcast:send " + &"q,".repeat(5_000) + "q\r\n",
        good.replace("a=extmap:4 ", "a=extmap:0 ").replace("a=extmap:10 ", "a=extmap:4294967296 "),
        good.replace("a=group:BUNDLE 0", &format!("a=group:BUNDLE{} 0", " 0".repeat(10_000))),
        // Fingerprints, checks and roles that make no sense.
        good.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 ZZ:"),
        good.replace("a=fingerprint:sha-256 ", "a=fingerprint:md2 "),
        good.replace("a=setup:actpass", "a=setup:passive"),
        good.replace("a=setup:actpass", "a=setup:holdconn"),
        good.replace("ZQ4N", &"Z".repeat(100_000)),
        // Other line ends, none, and letters nobody expects.
        good.replace("\r\n", "\n"),
        good.replace("\r\n", "\r"),
        good.replace("stream cam", "\u{202e}\u{0}\u{fffd} cam"),
        format!("{}{}", good, "\u{1f4a3}".repeat(50_000)),
    ]);
}

#[test]
fn an_offer_that_names_anothers_source_takes_nothing_from_them() {
    let mut talk = Talk::begin();
    talk.meeting.clients[talk.anna].tape = Some(Vec::new());
    talk.flows(5, |_| {});
    let tape = talk.meeting.clients[talk.anna].tape.take().expect("it was put in");
    let datagram = tape.iter().rfind(|datagram| super::is_media(datagram)).expect("Anna talks");
    let source = u32::from_be_bytes(datagram[8..12].try_into().expect("four bytes"));
    let mine = chromium(&[Sends { mid: 7, video: false, cid: "mic", direction: "sendonly" }]);
    let theirs = mine.replace("a=ssrc:5007 ", &format!("a=ssrc:{source} "));
    assert_ne!(mine, theirs);
    let peer = PeerId(5_000);
    talk.meeting.engine.send(Command::OpenPeer { meeting: MeetingId(1), peer });
    let sid = TrackSid("TR_stolen".into());
    let pending = vec![PendingTrack {
        sid: sid.clone(),
        cid: "mic".to_owned(),
        kind: Kind::Audio,
        codec: Some("opus".to_owned()),
        layers: Vec::new(),
        is_screen: false,
        may_repeat: true,
    }];
    talk.meeting.engine.send(Command::Offer { peer, offer_id: 1, sdp: theirs, pending });
    talk.meeting.until("it is published", |meeting| {
        meeting.log.iter().any(|event| matches!(event, Event::Published { track, .. } if *track == sid))
    });
    talk.flows(50, |_| {});
    talk.is_unharmed();
}

#[test]
fn a_flood_of_new_offers_from_one_participant_lets_the_others_talk() {
    let mut talk = Talk::begin();
    let peer = PeerId(5_000);
    talk.meeting.engine.send(Command::OpenPeer { meeting: MeetingId(1), peer });
    let offer = camera();
    for number in 1..=60 {
        let direction = if number % 2 == 0 { "a=sendonly" } else { "a=inactive" };
        let sdp = offer.replace("a=sendonly", direction);
        talk.meeting.engine.send(Command::Offer { peer, offer_id: number, sdp, pending: Vec::new() });
    }
    talk.flows(50, |_| {});
    talk.meeting.until("all were dealt with", |meeting| {
        let answers = meeting.log.iter().filter(|event| {
            matches!(event, Event::Answered { peer: who, .. } | Event::OfferRefused { peer: who, .. } if *who == peer)
        });
        answers.count() == 60
    });
    talk.is_unharmed();
}
