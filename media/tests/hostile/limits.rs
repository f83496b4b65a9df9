//! A participant who sends more than it may.

use std::time::Instant;

use bytes::Bytes;
use media::{Channel, EngineConfig, Event, Kind, UploadLimits};

use super::Talk;
use crate::harness::Meeting;

#[test]
fn who_sends_too_much_is_cut_to_the_limit_and_the_others_go_on() {
    let upload = UploadLimits { packets_per_second: 300, bits_per_second: 1_000_000 };
    let mut talk = Talk::within(Meeting::with(EngineConfig { upload, ..EngineConfig::default() }));
    let (mallory, carl) = (talk.meeting.join(), talk.meeting.join());
    let flood = talk.meeting.publish(mallory, Kind::Audio);
    talk.meeting.subscribe(carl, mallory, &flood, Kind::Audio);
    talk.meeting.until("the flood has a section", |meeting| meeting.clients[carl].tracks.len() == 1);
    let begun = Instant::now();
    let mut sent = 0;
    talk.flows(60, |talk| {
        for _ in 0..50 {
            sent += 1;
            talk.meeting.clients[mallory].write(&flood, &[1; 400], sent * 960);
        }
    });
    let heard = talk.meeting.clients[carl].heard.len();
    // One second's worth at once, then the rate: 1 Mbit/s in packets of 400 bytes.
    let most = 313.0 * (1.0 + begun.elapsed().as_secs_f64()) + 2.0;
    assert!((heard as f64) <= most, "{heard} of {sent}, {most} were allowed");
    assert!(heard > 50 && (sent as usize) > heard, "{heard} of {sent}");
    talk.nobody_fell(&[talk.anna, talk.bert, mallory, carl]);
}

#[test]
fn messages_count_as_well() {
    let upload = UploadLimits { packets_per_second: 50, bits_per_second: 10_000_000 };
    let mut talk = Talk::within(Meeting::with(EngineConfig { upload, ..EngineConfig::default() }));
    let mallory = talk.meeting.join();
    let begun = Instant::now();
    for _ in 0..300 {
        talk.meeting.clients[mallory].send("_lossy", &[7; 100]);
    }
    talk.meeting.clients[mallory].send("_reliable", b"the last");
    let received = |meeting: &Meeting| {
        meeting.log.iter().filter(|event| matches!(event, Event::Data { channel: Channel::Lossy, .. })).count()
    };
    talk.flows(40, |_| {});
    let most = 50.0 * (1.0 + begun.elapsed().as_secs_f64()) + 1.0;
    let got = received(&talk.meeting);
    assert!(got > 0 && (got as f64) <= most, "{got}, {most} were allowed");
    talk.meeting.send_data(mallory, Channel::Reliable, Bytes::from_static(b"stay"));
    talk.meeting.until("Mallory is still inside", |meeting| !meeting.clients[mallory].messages.is_empty());
}
