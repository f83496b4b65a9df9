//! Answers to the offers of real browsers, read the way a browser reads them.

mod harness;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use harness::offers::{Sends, chromium, firefox};
use media::{
    Command, Engine, EngineConfig, Event, Kind, MeetingId, OfferRefused, PeerId, PendingTrack, Port, Subscription,
    TrackSid,
};

const PEER: PeerId = PeerId(7);

struct Desk {
    engine: Engine,
    events: Receiver<Event>,
    offers: u32,
}

impl Desk {
    fn open() -> Self {
        let engine = Engine::start(EngineConfig::default()).expect("loopback can be bound");
        let (sender, events) = channel();
        let sink = Arc::new(move |event| {
            let _ = sender.send(event);
        });
        engine.send(Command::OpenMeeting { meeting: MeetingId(1), sink });
        engine.send(Command::OpenPeer { meeting: MeetingId(1), peer: PEER });
        Self { engine, events, offers: 0 }
    }

    fn offer(&mut self, sdp: &str, pending: Vec<PendingTrack>) {
        self.offers += 1;
        self.engine.send(Command::Offer { peer: PEER, offer_id: self.offers, sdp: sdp.to_owned(), pending });
    }

    fn next(&self) -> Event {
        self.events.recv_timeout(Duration::from_secs(10)).expect("the engine reports")
    }

    fn answer(&mut self, sdp: &str, pending: Vec<PendingTrack>) -> media::Answer {
        self.offer(sdp, pending);
        match self.next() {
            Event::Answered { answer, .. } => {
                assert_eq!(answer.offer_id, self.offers);
                answer
            }
            other => panic!("no answer but {other:?}"),
        }
    }

    fn refused(&mut self, sdp: &str) -> OfferRefused {
        self.offer(sdp, Vec::new());
        match self.next() {
            Event::OfferRefused { reason, .. } => reason,
            other => panic!("not refused but {other:?}"),
        }
    }

    fn subscribe(&self, track: &str, kind: Kind) {
        self.engine.send(Command::Subscribe(Subscription {
            peer: PEER,
            publisher: PeerId(8),
            track: sid(track),
            kind,
            stream: "PA_8|camera".to_owned(),
        }));
    }
}

fn sid(name: &str) -> TrackSid {
    TrackSid(Arc::from(name))
}

fn pending(name: &str, cid: &str, kind: Kind, codec: &str) -> PendingTrack {
    PendingTrack {
        sid: sid(name),
        cid: cid.to_owned(),
        kind,
        codec: Some(codec.to_owned()),
        layers: Vec::new(),
        is_screen: false,
        may_repeat: true,
    }
}

/// The lines of each section, the `m=` line first.
fn sections(sdp: &str) -> Vec<Vec<&str>> {
    let mut sections: Vec<Vec<&str>> = Vec::new();
    for line in sdp.lines() {
        if line.starts_with("m=") {
            sections.push(vec![line]);
        } else if let Some(section) = sections.last_mut() {
            section.push(line);
        }
    }
    sections
}

#[test]
fn a_first_offer_is_answered_inactive_but_with_everything_the_bundle_will_need() {
    for (browser, offer) in [("chromium", chromium(&[])), ("firefox", firefox(&[]))] {
        let mut desk = Desk::open();
        let answer = desk.answer(&offer, Vec::new());
        assert!(answer.mid_to_track.is_empty());
        assert!(answer.sdp.contains("a=ice-lite"), "{browser}");
        assert!(answer.sdp.contains("a=group:BUNDLE 0 1 2 3 4 5 6"), "{browser}");
        let sections = sections(&answer.sdp);
        assert_eq!(sections.len(), 7, "{browser}");
        for section in sections.iter().filter(|section| !section[0].starts_with("m=application")) {
            assert!(section.contains(&"a=inactive"), "{browser}: {section:?}");
            assert!(section.iter().all(|line| !line.starts_with("a=msid:")), "{browser}: {section:?}");
            assert!(section.contains(&"a=setup:passive"), "{browser}: {section:?}");
            assert!(section.iter().any(|line| line.starts_with("a=ice-ufrag:w0s7x")), "{browser}: {section:?}");
            let has = |uri: &str| section.iter().any(|line| line.starts_with("a=extmap:") && line.ends_with(uri));
            assert!(has("sdes:mid") && has("transport-wide-cc-extensions-01"), "{browser}: {section:?}");
            if browser == "chromium" && section[0].starts_with("m=video") {
                assert!(has("sdes:rtp-stream-id") && has("sdes:repaired-rtp-stream-id"), "{section:?}");
            }
        }
        let candidates: Vec<&&str> = sections[0].iter().filter(|line| line.starts_with("a=candidate:")).collect();
        assert_eq!(candidates.len(), 1, "{browser}");
        assert!(candidates[0].contains("127.0.0.1") && !candidates[0].contains("ufrag"), "{browser}");
    }
}

#[test]
fn a_subscription_made_before_the_offer_is_in_the_first_answer() {
    for (browser, offer) in [("chromium", chromium(&[])), ("firefox", firefox(&[]))] {
        let mut desk = Desk::open();
        desk.subscribe("TR_a", Kind::Audio);
        desk.subscribe("TR_v", Kind::Video);
        let answer = desk.answer(&offer, Vec::new());
        assert_eq!(answer.mid_to_track, [("0".to_owned(), sid("TR_a")), ("3".to_owned(), sid("TR_v"))], "{browser}");
        let sections = sections(&answer.sdp);
        assert!(sections[0].contains(&"a=sendonly") && sections[0].contains(&"a=msid:PA_8|camera TR_a"), "{browser}");
        assert!(sections[3].contains(&"a=sendonly") && sections[3].contains(&"a=msid:PA_8|camera TR_v"), "{browser}");
        assert!(sections[3].iter().any(|line| line.starts_with("a=ssrc-group:FID")), "{browser}");
        assert!(sections[1].contains(&"a=inactive"), "{browser}");
    }
}

#[test]
fn published_sections_are_bound_by_the_clients_name_or_else_by_kind() {
    let sends = |cid| {
        [
            Sends { mid: 7, video: true, cid, direction: "sendonly" },
            Sends { mid: 8, video: false, cid: "mic", direction: "sendonly" },
        ]
    };
    // Firefox offers another name for the track than the one it announced.
    for (browser, offer) in [("chromium", chromium(&sends("cam"))), ("firefox", firefox(&sends("{3e57}")))] {
        let mut desk = Desk::open();
        let tracks = vec![pending("TR_m", "mic", Kind::Audio, "opus"), pending("TR_c", "cam", Kind::Video, "vp8")];
        let answer = desk.answer(&offer, tracks);
        let mut published = Vec::new();
        for _ in 0..2 {
            match desk.next() {
                Event::Published { track, mime, mid, .. } => published.push((mid, track, mime)),
                other => panic!("{browser}: {other:?}"),
            }
        }
        published.sort();
        assert_eq!(
            published,
            [
                ("7".to_owned(), sid("TR_c"), "video/VP8".to_owned()),
                ("8".to_owned(), sid("TR_m"), "audio/opus".to_owned())
            ],
            "{browser}"
        );
        let sections = sections(&answer.sdp);
        assert!(
            sections[7].contains(&"a=recvonly") && sections[7].contains(&"a=simulcast:recv q;h;f"),
            "{browser}: {:?}",
            sections[7]
        );
    }
}

#[test]
fn the_announced_codec_comes_first_in_every_answer() {
    for (codec, first) in [("vp8", "96 97"), ("vp9", "98 99"), ("h264", "102 103"), ("av1", "45 46")] {
        let mut desk = Desk::open();
        let offer = chromium(&[Sends { mid: 7, video: true, cid: "cam", direction: "sendonly" }]);
        let answer = desk.answer(&offer, vec![pending("TR_c", "cam", Kind::Video, codec)]);
        // A browser goes over to whatever the last answer puts first.
        assert!(matches!(desk.next(), Event::Published { .. }));
        for answer in [answer, desk.answer(&offer, Vec::new())] {
            let line = sections(&answer.sdp)[7][0];
            assert!(line.starts_with(&format!("m=video 9 UDP/TLS/RTP/SAVPF {first}")), "{codec}: {line}");
        }
    }
}

#[test]
fn a_section_that_turns_inactive_ends_its_track_and_may_carry_another_later() {
    let mut desk = Desk::open();
    let section = |cid, direction| chromium(&[Sends { mid: 7, video: true, cid, direction }]);
    desk.answer(&section("one", "sendonly"), vec![pending("TR_1", "one", Kind::Video, "vp8")]);
    assert!(matches!(desk.next(), Event::Published { track, .. } if track == sid("TR_1")));
    desk.answer(&section("one", "inactive"), Vec::new());
    assert!(matches!(desk.next(), Event::Unpublished { track, .. } if track == sid("TR_1")));
    desk.answer(&section("two", "sendonly"), vec![pending("TR_2", "two", Kind::Video, "vp8")]);
    assert!(matches!(desk.next(), Event::Published { track, mid, .. } if track == sid("TR_2") && mid == "7"));
}

#[test]
fn more_tracks_than_sections_make_the_client_add_some() {
    let mut desk = Desk::open();
    for track in ["TR_1", "TR_2", "TR_3", "TR_4", "TR_5"] {
        desk.subscribe(track, Kind::Video);
    }
    let answer = desk.answer(&chromium(&[]), Vec::new());
    assert_eq!(answer.mid_to_track.len(), 3);
    assert!(matches!(desk.next(), Event::SectionsNeeded { audios: 0, videos: 2, .. }));
    // Asked for already; only what is missing on top is asked for.
    desk.subscribe("TR_6", Kind::Audio);
    desk.subscribe("TR_7", Kind::Video);
    let mut asked = (0, 0);
    while asked.1 < 1 {
        match desk.next() {
            Event::SectionsNeeded { audios, videos, .. } => asked = (asked.0 + audios, asked.1 + videos),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(asked, (0, 1));
}

#[test]
fn a_restart_of_the_clients_checks_gives_new_credentials_that_lead_to_the_same_peer() {
    let mut desk = Desk::open();
    let first = desk.answer(&chromium(&[]), Vec::new()).sdp;
    let restart = chromium(&[])
        .replace("a=ice-ufrag:ZQ4N", "a=ice-ufrag:NEWu")
        .replace("tLEe11vXvQmGncZ9sCYuedEI", "anotherPasswordOf24Chars");
    let second = desk.answer(&restart, Vec::new()).sdp;
    let ours = |sdp: &str| -> Vec<String> {
        let mut lines: Vec<String> = sdp
            .lines()
            .filter(|line| line.starts_with("a=ice-ufrag:") || line.starts_with("a=ice-pwd:"))
            .map(str::to_owned)
            .collect();
        lines.sort_by_key(|line| line.starts_with("a=ice-ufrag:"));
        lines.dedup();
        lines
    };
    let (first, second) = (ours(&first), ours(&second));
    for credentials in [&first, &second] {
        let [password, name] = credentials.as_slice() else { panic!("one pair of credentials: {credentials:?}") };
        assert!(password.starts_with("a=ice-pwd:") && name.starts_with("a=ice-ufrag:w0s7x"), "{credentials:?}");
    }
    assert!(first[0] != second[0] && first[1] != second[1], "both are new (RFC 8839, section 4.4.1.1)");
}

#[test]
fn what_is_no_offer_or_too_big_is_refused_and_the_peer_lives_on() {
    let mut desk = Desk::open();
    let good = chromium(&[]);
    assert_eq!(desk.refused(""), OfferRefused::Malformed);
    assert_eq!(desk.refused("v=0\r\n"), OfferRefused::Malformed);
    assert_eq!(desk.refused("nonsense"), OfferRefused::Malformed);
    assert_eq!(desk.refused(&good.replace("m=video", "m=text")), OfferRefused::Malformed);
    assert_eq!(desk.refused(&good.replace("a=mid:4", "a=mid:3")), OfferRefused::Malformed);
    assert_eq!(desk.refused(&good.replace("a=mid:4", &format!("a=mid:{}", "x".repeat(17)))), OfferRefused::Malformed);
    assert_eq!(desk.refused(&good.replace("a=ice-ufrag:ZQ4N\r\n", "")), OfferRefused::Malformed);
    assert_eq!(desk.refused(&format!("{good}{}", "a=x:y\r\n".repeat(80_000))), OfferRefused::TooLong);
    assert_eq!(desk.refused(&format!("{good}{}", "m=audio 9 X 0\r\n".repeat(240))), OfferRefused::TooManySections);
    assert_eq!(desk.answer(&good, Vec::new()).mid_to_track, []);
}

#[test]
fn an_offer_cut_anywhere_never_harms_the_engine() {
    let mut desk = Desk::open();
    let good = chromium(&[Sends { mid: 7, video: true, cid: "cam", direction: "sendonly" }]);
    for cut in (0..good.len()).step_by(97) {
        desk.offer(&good[..cut], Vec::new());
        assert!(matches!(desk.next(), Event::Answered { .. } | Event::OfferRefused { .. } | Event::Closed { .. }));
    }
    // Whatever became of that peer, the engine serves the next one.
    desk.engine.send(Command::OpenPeer { meeting: MeetingId(1), peer: PeerId(9) });
    desk.engine.send(Command::Offer { peer: PeerId(9), offer_id: 1, sdp: good, pending: Vec::new() });
    assert!(matches!(desk.next(), Event::Answered { peer: PeerId(9), .. }));
}

#[test]
fn who_leaves_before_the_first_offer_is_over_and_gets_no_answer_any_more() {
    let mut desk = Desk::open();
    desk.engine.send(Command::ClosePeer { peer: PEER });
    assert!(matches!(desk.next(), Event::Closed { peer: PEER, reason: media::CloseReason::Asked }));
    let good = chromium(&[Sends { mid: 7, video: true, cid: "cam", direction: "sendonly" }]);
    desk.offer(&good, Vec::new());
    desk.engine.send(Command::OpenPeer { meeting: MeetingId(1), peer: PeerId(9) });
    desk.engine.send(Command::Offer { peer: PeerId(9), offer_id: 1, sdp: good, pending: Vec::new() });
    assert!(matches!(desk.next(), Event::Answered { peer: PeerId(9), .. }), "only who is there is answered");
}
