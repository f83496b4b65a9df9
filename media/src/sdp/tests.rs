use super::*;
use crate::mid::Mid;
use crate::{Kind, OfferRefused};

const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 9\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=recvonly\r\na=rtpmap:111 opus/48000/2\r\n\
    m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=bundle-only\r\na=mid:1\r\na=sendonly\r\na=msid:stream cam\r\na=rtpmap:96 VP8/90000\r\n\
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:2\r\na=rtpmap:111 opus/48000/2\r\n\
    m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=sendonly\r\n";

fn mid(name: &str) -> Mid {
    Mid::new(name).expect("it is short")
}

fn credentials() -> Credentials {
    Credentials { ufrag: "w0s1xabc".to_owned(), password: "secret".to_owned() }
}

#[test]
fn an_offer_tells_its_sections() {
    let offer = Offer::read(OFFER).expect("it is an offer");
    let told: Vec<(&str, Kind, Direction, Option<&str>)> = offer
        .sections
        .iter()
        .map(|section| (section.mid.as_str(), section.kind, section.direction, section.cid.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("0", Kind::Audio, Direction::RecvOnly, None),
            ("1", Kind::Video, Direction::SendOnly, Some("cam")),
            ("2", Kind::Audio, Direction::SendRecv, None),
            // Port 0 and outside of the bundle: given up.
            ("3", Kind::Video, Direction::Inactive, None),
        ]
    );
}

#[test]
fn a_section_without_a_direction_gets_the_one_it_means() {
    let mut offer = Offer::read(OFFER).expect("it is an offer");
    let text = offer.spell_out(OFFER);
    assert_eq!(text.matches("a=sendrecv").count(), 1);
    assert_eq!(text.matches("a=recvonly").count(), 1);
    assert_eq!(text.matches("a=sendonly").count(), 2);
    assert_eq!(text.matches("a=inactive").count(), 0);
    let again = Offer::read(&text).expect("it still is an offer");
    assert_eq!(again.sections, offer.sections);
    offer.set_direction(mid("0"), Direction::Inactive);
    assert_eq!(offer.sections[0].direction, Direction::Inactive);
    assert_eq!(offer.sections[1..], again.sections[1..]);
}

#[test]
fn limits_are_kept() {
    let long = format!("{OFFER}{}", "a=x:y\r\n".repeat(80_000));
    assert_eq!(Offer::read(&long).map(|_| ()), Err(OfferRefused::TooLong));
    let many = format!("{OFFER}{}", "m=audio 9 X 1\r\n".repeat(240));
    assert_eq!(Offer::read(&many).map(|_| ()), Err(OfferRefused::TooManySections));
    for text in [
        "",
        "v=0\r\n",
        "m=audio 9 X 1\r\na=mid:0\r\n",
        "v=0\r\nm=audio 9 X 1\r\n",
        "v=0\r\nm=text 9 X 1\r\na=mid:0\r\n",
    ] {
        assert_eq!(Offer::read(text).map(|_| ()), Err(OfferRefused::Malformed), "{text:?}");
    }
}

#[test]
fn an_answer_names_our_tracks_and_our_credentials() {
    let answer = "v=0\r\ns=-\r\na=ice-lite\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=candidate:1 1 udp 5 10.0.0.1 7000 typ host ufrag old\r\na=ice-ufrag:old\r\na=ice-pwd:old\r\n\
        a=mid:0\r\na=sendonly\r\na=msid:random random\r\na=ssrc:5 cname:c\r\na=ssrc:5 msid:random random\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:old\r\na=ice-pwd:old\r\na=mid:1\r\na=inactive\r\na=msid:random random\r\n";
    let named = AnswerSection { mid: mid("0"), msid: Some(("PA_1|camera".to_owned(), "TR_1".to_owned())), codec: None };
    insta::assert_snapshot!(patch(answer, &[named], &credentials()).replace('\r', ""), @r"
    v=0
    s=-
    a=ice-lite
    m=audio 9 UDP/TLS/RTP/SAVPF 111
    a=candidate:1 1 udp 5 10.0.0.1 7000 typ host
    a=ice-ufrag:w0s1xabc
    a=ice-pwd:secret
    a=mid:0
    a=msid:PA_1|camera TR_1
    a=sendonly
    a=ssrc:5 cname:c
    m=audio 9 UDP/TLS/RTP/SAVPF 111
    a=ice-ufrag:w0s1xabc
    a=ice-pwd:secret
    a=mid:1
    a=inactive
    ");
}

#[test]
fn the_wanted_codec_comes_first_with_its_resends() {
    let answer = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101\r\na=mid:0\r\n\
        a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n\
        a=rtpmap:98 VP9/90000\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\n\
        a=rtpmap:100 VP9/90000\r\na=rtpmap:101 rtx/90000\r\na=fmtp:101 apt=100\r\n";
    let first = |codec: &str| {
        let wanted = AnswerSection { mid: mid("0"), msid: None, codec: Some(codec.to_owned()) };
        let text = patch(answer, &[wanted], &credentials());
        let line = text.lines().find(|line| line.starts_with("m=")).map(str::to_owned);
        (line.expect("it has a section"), codec_of(&text, mid("0")))
    };
    assert_eq!(
        first("vp9"),
        ("m=video 9 UDP/TLS/RTP/SAVPF 98 99 100 101 96 97".to_owned(), Some("video/VP9".to_owned()))
    );
    assert_eq!(
        first("vp8"),
        ("m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101".to_owned(), Some("video/VP8".to_owned()))
    );
    assert_eq!(first("unknown").0, "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101");
}

proptest::proptest! {
    #[test]
    fn no_text_confuses_the_readers(text in "(v=0\r\n)?((m=(audio|video|application)|a=(mid|msid|rtpmap|fmtp|ssrc|candidate|ice-ufrag|group:BUNDLE))?[ :=/0-9a-z\\PC]{0,20}\r?\n){0,30}") {
        if let Ok(mut offer) = Offer::read(&text) {
            for section in offer.sections.clone() {
                offer.set_direction(section.mid, Direction::Inactive);
            }
            let _ = offer.spell_out(&text);
        }
        let wanted = AnswerSection { mid: mid("0"), msid: Some(("a".to_owned(), "b".to_owned())), codec: Some("vp8".to_owned()) };
        let _ = codec_of(&patch(&text, &[wanted], &credentials()), mid("0"));
    }
}
