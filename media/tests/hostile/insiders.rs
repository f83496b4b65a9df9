//! A participant with genuine keys who sends nonsense (A6, A7).

use media::Kind;

use super::mangler::{Mangler, Spoils};
use super::{Dice, Talk, floods};

/// Mallory comes in with cryptography that spoils, does what shall be spoilt, and the talk of
/// the others goes on. Mallory may be thrown out for it; the others may not.
fn spoil(what: Spoils, rounds: usize, mut act: impl FnMut(&mut Talk, usize, u32)) {
    for seed in 1..=2 {
        let mut talk = Talk::begin();
        let mangler = Mangler::new(what, seed);
        let mallory = talk.meeting.join_with(Some(mangler.provider()));
        // She is heard and seen by both, so that what she sends has a way to them.
        let video = talk.meeting.publish(mallory, Kind::Video);
        let sound = talk.meeting.publish(mallory, Kind::Audio);
        let (anna, bert) = (talk.anna, talk.bert);
        for at in [anna, bert] {
            talk.meeting.subscribe(at, mallory, &video, Kind::Video);
            talk.meeting.subscribe(at, mallory, &sound, Kind::Audio);
        }
        let (audio, own) = (talk.audio.clone(), talk.meeting.clients[mallory].peer);
        talk.meeting.subscribe(mallory, anna, &audio, Kind::Audio);
        talk.meeting.until("everybody has sections", |meeting| {
            meeting.clients[anna].tracks.len() == 2 && meeting.clients[bert].tracks.len() == 3
        });
        let section = |meeting: &crate::harness::Meeting| {
            let tracks = &meeting.clients[bert].tracks;
            tracks.iter().find(|(_, track)| **track == audio).map(|(mid, _)| mid.clone())
        };
        let mid = section(&talk.meeting).expect("Bert hears Anna");
        let heard = |talk: &Talk| talk.meeting.clients[bert].heard.iter().filter(|packet| packet.mid == mid).count();
        mangler.arm();
        let mut tick = 0;
        let give_up = std::time::Instant::now() + std::time::Duration::from_secs(40);
        while tick < rounds as u32 || mangler.spoilt() < 3 {
            assert!(std::time::Instant::now() < give_up, "{} were spoilt", mangler.spoilt());
            tick += 1;
            let is_inside = !talk
                .meeting
                .log
                .iter()
                .any(|event| matches!(event, media::Event::Closed { peer, .. } if *peer == own));
            if is_inside {
                talk.meeting.clients[mallory].write(&sound, &[9; 60], tick * 960);
                talk.meeting.clients[mallory].write(&video, &[0x90, 0x80, 0x80, 1, 0x10, 1, 2, 3], tick * 3_000);
                act(&mut talk, mallory, tick);
            } else if mangler.spoilt() > 0 {
                break;
            }
            talk.speak();
            talk.meeting.step();
        }
        let said = talk.tick as usize;
        talk.flows(20, |_| {});
        let give_up = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while heard(&talk) < said {
            assert!(std::time::Instant::now() < give_up, "{} of {said} were heard", heard(&talk));
            talk.meeting.step();
        }
        talk.nobody_fell(&[anna, bert]);
    }
}

#[test]
fn media_with_any_content_harms_nobody() {
    spoil(Spoils::Media, 120, |_, _, _| {});
}

#[test]
fn reports_with_any_content_harm_nobody() {
    spoil(Spoils::Reports, 60, |talk, mallory, tick| {
        if tick % 8 == 0
            && let Some(mid) = talk.meeting.clients[mallory].heard.last().map(|packet| packet.mid.clone())
        {
            talk.meeting.clients[mallory].want_keyframe(&mid);
        }
    });
}

#[test]
fn data_channels_with_any_content_harm_nobody() {
    spoil(Spoils::Association, 80, |talk, mallory, tick| {
        if tick < 60 {
            talk.meeting.clients[mallory].try_send("_lossy", &[tick as u8; 300]);
            talk.meeting.clients[mallory].try_send("_reliable", &[tick as u8; 3_000]);
        }
    });
}

/// Media, reports and checks in the clear that lie about their own lengths.
fn liars(dice: &mut Dice, source: &[u8]) -> Vec<Vec<u8>> {
    let media = |first: u8, second: u8, rest: &[u8]| {
        let mut datagram = vec![first, second, 0, 1, 0, 0, 0, 1];
        datagram.extend(source);
        datagram.extend(rest);
        datagram
    };
    let mut liars = vec![
        media(0x80, 111, &[]),
        // Fifteen contributors that are not there, and extensions longer than the packet.
        media(0x8f, 111, &[0; 8]),
        media(0x90, 111, &[0xbe, 0xde, 0xff, 0xff, 0x10]),
        media(0x90, 111, &[0xbe, 0xde, 0, 1, 0x1f, 0, 0, 0]),
        media(0x90, 111, &[0x10, 0x00, 0, 1, 1, 255, 0, 0]),
        media(0x90, 111, &[0x10, 0x0f, 0, 2, 4, 16, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61]),
        // More padding than there is, and none at all.
        media(0xa0, 111, &[1, 2, 3, 255]),
        media(0xa0, 111, &[1, 2, 3, 0]),
        vec![0x80, 111],
        vec![0x80, 200, 0xff, 0xff],
        vec![0x9f, 201, 0, 0],
        vec![0x81, 203, 0, 1],
        floods::record(22, &dice.bytes(300)),
        floods::record(254, &dice.bytes(30)),
        vec![22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1],
        // STUN whose attributes run over its end.
        [&[0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12], &[0, 6, 0xff, 0xff, 1, 2, 3, 4]].concat(),
        [&[0, 1, 0xff, 0xfc, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12], &[0, 8, 0, 20]].concat(),
        [&[1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat(),
        vec![0xff; 1_400],
        vec![0; 20],
    ];
    for _ in 0..40 {
        let length = dice.below(120) + 1;
        let mut any = dice.bytes(length);
        any[0] = [0, 1, 22, 23, 0x80, 0x90, 0xb0][dice.below(7)];
        liars.push(any);
    }
    liars
}

#[test]
fn datagrams_that_lie_about_their_lengths_harm_nobody_not_even_from_the_inside() {
    let mut talk = Talk::begin();
    let mut dice = Dice(5);
    talk.meeting.clients[talk.anna].tape = Some(Vec::new());
    talk.flows(5, |_| {});
    let tape = talk.meeting.clients[talk.anna].tape.take().expect("it was put in");
    let source = tape.iter().rfind(|datagram| super::is_media(datagram)).expect("Anna talks")[8..12].to_vec();
    let liars = liars(&mut dice, &source);
    let engine = talk.engine();
    let mut next = 0;
    talk.flows(150, |talk| {
        for at in [talk.anna, talk.bert] {
            talk.meeting.clients[at].send_raw(engine, &liars[next % liars.len()]);
        }
        next += 1;
    });
    assert!(next >= liars.len(), "each was sent: {next}");
    talk.is_unharmed();
}

#[test]
fn picture_descriptors_of_any_kind_harm_nobody() {
    let mut talk = Talk::begin();
    let mallory = talk.meeting.join();
    let (anna, bert) = (talk.anna, talk.bert);
    talk.meeting.clients[mallory].simulcast = true;
    let video = talk.meeting.publish(mallory, Kind::Video);
    for at in [anna, bert] {
        talk.meeting.subscribe(at, mallory, &video, Kind::Video);
    }
    talk.meeting.until("both have a section for it", |meeting| {
        meeting.clients[anna].tracks.len() == 1 && meeting.clients[bert].tracks.len() == 2
    });
    let mut dice = Dice(6);
    for tick in 0..1_000_u32 {
        // Every combination of flags over too few bytes, and keyframes in between so that the
        // steps are changed all the time.
        let rid = ["q", "h", "f"][dice.below(3)];
        let length = dice.below(12) + 1;
        let mut payload = dice.bytes(length);
        if tick % 3 == 0 {
            payload = vec![0x90, 0xf0, 0x80 | dice.roll() as u8, dice.roll() as u8, dice.roll() as u8, 0xff, 0x10, 0];
        }
        talk.meeting.clients[mallory].write_step(&video, Some(rid), &payload, dice.roll() as u32);
        if tick % 20 == 0 {
            talk.speak();
            talk.meeting.step();
        }
    }
    talk.meeting.until("something of it came through", |meeting| {
        let sound = 1;
        meeting.clients[bert]
            .heard
            .iter()
            .map(|packet| packet.mid.as_str())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
            > sound
    });
    talk.flows(20, |_| {});
    talk.nobody_fell(&[anna, bert, mallory]);
}
