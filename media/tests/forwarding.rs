//! What one client sends, others receive.

mod harness;

use bytes::Bytes;
use harness::{Heard, Meeting};
use media::{Channel, CloseReason, Command, Event, Kind, Port, TrackSid};

/// A VP8 packet: descriptor with a 15-bit picture number, then the first byte of the picture.
fn vp8(picture: u16, keyframe: bool) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    let header = if keyframe { 0x10 } else { 0x11 };
    vec![0x90, 0x80, 0x80 | high, low, header, 1, 2, 3]
}

fn in_section<'a>(heard: &'a [Heard], mid: &'a str) -> Vec<&'a Heard> {
    heard.iter().filter(|packet| packet.mid == mid).collect()
}

fn section_of(meeting: &Meeting, at: usize, track: &TrackSid) -> Option<String> {
    meeting.clients[at].tracks.iter().find(|(_, carried)| *carried == track).map(|(mid, _)| mid.clone())
}

fn is_gapless(packets: &[&Heard]) -> bool {
    packets.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1)
}

#[test]
fn audio_and_video_reach_the_other_client_without_gaps() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    let video = meeting.publish(anna, Kind::Video);
    meeting.subscribe(bert, anna, &audio, Kind::Audio);
    meeting.subscribe(bert, anna, &video, Kind::Video);
    meeting.until("both tracks have a section", |meeting| meeting.clients[bert].tracks.len() == 2);
    let answer = meeting.clients[bert].last_answer.clone();
    assert!(answer.contains(&format!("a=msid:PA_0|camera {video}")), "{answer}");

    let mut tick = 0;
    meeting.until("enough has arrived", |meeting| {
        tick += 1;
        meeting.clients[anna].write(&audio, &[tick as u8; 20], tick * 960);
        let wants_keyframe = meeting.clients[anna].keyframes_wanted > 0;
        let picture = vp8(tick as u16, wants_keyframe);
        meeting.clients[anna].write(&video, &picture, tick * 3_000);
        meeting.clients[bert].heard.len() > 60
    });
    for track in [&audio, &video] {
        let mid = section_of(&meeting, bert, track).expect("it has a section");
        let packets = in_section(&meeting.clients[bert].heard, &mid);
        assert!(packets.len() > 20, "{track}: {}", packets.len());
        assert!(is_gapless(&packets), "{track}: {packets:?}");
    }
    let mid = section_of(&meeting, bert, &video).expect("it has a section");
    let first = in_section(&meeting.clients[bert].heard, &mid)[0];
    assert_eq!(first.payload[4], 0x10, "the first picture can be decoded alone");
}

#[test]
fn data_reaches_the_engine_and_comes_back_on_the_same_channel() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    meeting.clients[anna].send("_reliable", b"hello");
    meeting.clients[anna].send("_lossy", b"quick");
    meeting.clients[anna].send("_data_track", b"ignored");
    meeting.until("both messages came", |meeting| {
        meeting.log.iter().filter(|event| matches!(event, Event::Data { .. })).count() == 2
    });
    let channels: Vec<Channel> = meeting
        .log
        .iter()
        .filter_map(|event| match event {
            Event::Data { channel, .. } => Some(*channel),
            _ => None,
        })
        .collect();
    assert!(channels.contains(&Channel::Reliable) && channels.contains(&Channel::Lossy));
    for size in [1, 1_000, 64_000] {
        meeting.send_data(anna, Channel::Reliable, Bytes::from(vec![7; size]));
    }
    meeting.send_data(anna, Channel::Lossy, Bytes::from_static(b"pong"));
    meeting.until("everything came back", |meeting| meeting.clients[anna].messages.len() == 4);
    let reliable: Vec<usize> = meeting.clients[anna]
        .messages
        .iter()
        .filter(|(label, _)| label == "_reliable")
        .map(|(_, payload)| payload.len())
        .collect();
    assert_eq!(reliable, [1, 1_000, 64_000]);
}

#[test]
fn a_client_that_leaves_is_closed_and_its_track_goes() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    meeting.subscribe(bert, anna, &audio, Kind::Audio);
    meeting.until("the track has a section", |meeting| meeting.clients[bert].tracks.len() == 1);
    let peer = meeting.clients[anna].peer;
    meeting.engine.send(Command::ClosePeer { peer });
    meeting.until("the receiver's section is empty again", |meeting| meeting.clients[bert].tracks.is_empty());
    assert!(meeting.log.iter().any(|event| matches!(event, Event::Unpublished { track, .. } if *track == audio)));
    assert!(meeting.log.iter().any(|event| matches!(event, Event::Closed { reason: CloseReason::Asked, .. })));
}
