//! What was recorded on the line and is played again (A5).

use media::Kind;

use super::{Talk, is_media, is_report};

#[test]
fn media_played_again_is_heard_once() {
    let mut talk = Talk::begin();
    talk.meeting.clients[talk.anna].tape = Some(Vec::new());
    talk.flows(60, |_| {});
    let tape = talk.meeting.clients[talk.anna].tape.take().expect("it was put in");
    let genuine: Vec<Vec<u8>> = tape.into_iter().filter(|datagram| is_media(datagram)).collect();
    let engine = talk.engine();
    let mut played = 0;
    // The newest of them lie within any window, the oldest far behind it.
    talk.flows(150, |talk| {
        genuine.iter().for_each(|datagram| talk.meeting.clients[talk.anna].send_raw(engine, datagram));
        played += genuine.len();
    });
    assert!(played > 1_000, "{played}");
    talk.is_unharmed();
}

#[test]
fn a_request_for_a_keyframe_played_again_asks_for_none() {
    let mut talk = Talk::begin();
    let (anna, bert) = (talk.anna, talk.bert);
    let video = talk.meeting.publish(anna, Kind::Video);
    talk.meeting.subscribe(bert, anna, &video, Kind::Video);
    let section = |meeting: &crate::harness::Meeting| {
        meeting.clients[bert].tracks.iter().find(|(_, track)| **track == video).map(|(mid, _)| mid.clone())
    };
    talk.meeting.until("the video has a section", |meeting| section(meeting).is_some());
    let mid = section(&talk.meeting).expect("it has a section");
    let mut picture = 0_u16;
    let mut show = |talk: &mut Talk, keyframe: bool| {
        picture += 1;
        let [high, low] = picture.to_be_bytes();
        let payload = [0x90, 0x80, 0x80 | high, low, if keyframe { 0x10 } else { 0x11 }, 1, 2, 3];
        talk.meeting.clients[anna].write(&video, &payload, u32::from(picture) * 3_000);
        talk.meeting.step();
    };
    let pictures = |talk: &Talk| talk.meeting.clients[bert].heard.iter().filter(|packet| packet.mid == mid).count();
    while pictures(&talk) < 10 {
        show(&mut talk, true);
    }
    // Bert asks once; only that goes on the tape.
    let asked_before = talk.meeting.clients[anna].keyframes_wanted;
    talk.meeting.clients[bert].tape = Some(Vec::new());
    talk.meeting.clients[bert].want_keyframe(&mid);
    while talk.meeting.clients[anna].keyframes_wanted == asked_before {
        show(&mut talk, false);
    }
    let tape = talk.meeting.clients[bert].tape.take().expect("it was put in");
    let reports: Vec<Vec<u8>> = tape.into_iter().filter(|datagram| is_report(datagram)).collect();
    assert!(!reports.is_empty());
    // Anna answers, and what is played again reaches the engine long after requests are held back.
    show(&mut talk, true);
    let asked = talk.meeting.clients[anna].keyframes_wanted;
    let engine = talk.engine();
    let done = std::time::Instant::now() + std::time::Duration::from_millis(1_500);
    while std::time::Instant::now() < done {
        reports.iter().for_each(|report| talk.meeting.clients[bert].send_raw(engine, report));
        show(&mut talk, false);
    }
    assert_eq!(talk.meeting.clients[anna].keyframes_wanted, asked);
    // A real one still counts.
    talk.meeting.clients[bert].want_keyframe(&mid);
    while talk.meeting.clients[anna].keyframes_wanted == asked {
        show(&mut talk, false);
    }
    talk.nobody_fell(&[anna, bert]);
}
