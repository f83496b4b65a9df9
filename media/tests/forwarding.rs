//! What one client sends, others receive.

mod harness;

use bytes::Bytes;
use harness::{Heard, Meeting};
use media::{Channel, CloseReason, Command, Event, Kind, LayerWish, Port, Quality, TrackSid};

/// A VP8 packet: descriptor with a 15-bit picture number, then the first byte of the picture.
fn vp8(picture: u16, keyframe: bool) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    let header = if keyframe { 0x10 } else { 0x11 };
    vec![0x90, 0x80, 0x80 | high, low, header, 1, 2, 3]
}

fn in_section<'a>(heard: &'a [Heard], mid: &'a str) -> Vec<&'a Heard> {
    in_order(heard).into_iter().filter(|packet| packet.mid == mid).collect()
}

fn section_of(meeting: &Meeting, at: usize, track: &TrackSid) -> Option<String> {
    meeting.clients[at].tracks.iter().find(|(_, carried)| *carried == track).map(|(mid, _)| mid.clone())
}

/// As they were numbered: what the system lost on a busy machine was repeated and came later.
fn in_order(heard: &[Heard]) -> Vec<&Heard> {
    let mut heard: Vec<&Heard> = heard.iter().collect();
    heard.sort_by_key(|packet| packet.sequence);
    heard
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

/// Lets a client publish steadily until something is true. Video answers every request with a
/// keyframe.
fn stream_until(
    meeting: &mut Meeting,
    from: usize,
    track: &TrackSid,
    kind: Kind,
    what: &str,
    mut is_true: impl FnMut(&mut Meeting) -> bool,
) {
    let mut answered = 0;
    meeting.until(what, |meeting| {
        let client = &mut meeting.clients[from];
        let tick = client.ticks(track);
        if kind == Kind::Audio {
            client.write(track, &[tick as u8; 20], tick * 960);
        } else {
            let keyframe = client.keyframes_wanted > answered;
            answered = client.keyframes_wanted;
            client.write(track, &vp8(tick as u16, keyframe), tick * 3_000);
        }
        is_true(meeting)
    });
}

#[test]
fn a_late_receiver_gets_a_keyframe_at_once() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let video = meeting.publish(anna, Kind::Video);
    let mut count = 0;
    stream_until(&mut meeting, anna, &video, Kind::Video, "the stream runs", |_| {
        count += 1;
        count > 30
    });
    let before = meeting.clients[anna].keyframes_wanted;
    let bert = meeting.join();
    meeting.subscribe(bert, anna, &video, Kind::Video);
    stream_until(&mut meeting, anna, &video, Kind::Video, "the picture came", |meeting| {
        meeting.clients[bert].heard.len() > 5
    });
    assert_eq!(meeting.clients[bert].heard[0].payload[4], 0x10, "it starts with a keyframe");
    assert!(meeting.clients[anna].keyframes_wanted > before, "the publisher was asked");
    assert!(is_gapless(&in_order(&meeting.clients[bert].heard)));
}

#[test]
fn what_is_unsubscribed_stops_and_its_section_serves_the_next_track() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let tracks: Vec<TrackSid> = (0..4).map(|_| meeting.publish(anna, Kind::Audio)).collect();
    for track in &tracks[..3] {
        meeting.subscribe(bert, anna, track, Kind::Audio);
    }
    meeting.until("three tracks have sections", |meeting| meeting.clients[bert].tracks.len() == 3);
    let first = section_of(&meeting, bert, &tracks[0]).expect("it has a section");
    stream_until(&mut meeting, anna, &tracks[0], Kind::Audio, "it flows", |meeting| {
        meeting.clients[bert].heard.len() > 10
    });
    meeting.engine.send(Command::Unsubscribe { peer: meeting.clients[bert].peer, track: tracks[0].clone() });
    meeting.until("the section is empty", |meeting| meeting.clients[bert].tracks.len() == 2);
    meeting.subscribe(bert, anna, &tracks[3], Kind::Audio);
    meeting.until("the section is used again", |meeting| meeting.clients[bert].tracks.len() == 3);
    assert_eq!(section_of(&meeting, bert, &tracks[3]), Some(first.clone()));
    meeting.clients[bert].heard.clear();
    stream_until(&mut meeting, anna, &tracks[0], Kind::Audio, "the old one is written", {
        let mut count = 0;
        move |_| {
            count += 1;
            count > 10
        }
    });
    assert_eq!(meeting.clients[bert].heard.len(), 0, "nothing of the unsubscribed track arrives");
    stream_until(&mut meeting, anna, &tracks[3], Kind::Audio, "the new one flows", |meeting| {
        meeting.clients[bert].heard.len() > 10
    });
    assert!(meeting.clients[bert].heard.iter().all(|packet| packet.mid == first));
}

#[test]
fn muting_stops_a_track_for_everybody_and_speakers_are_told() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    meeting.subscribe(bert, anna, &audio, Kind::Audio);
    meeting.until("the track has a section", |meeting| meeting.clients[bert].tracks.len() == 1);
    let speaks = |event: &Event| matches!(event, Event::Speakers { speakers } if !speakers.is_empty());
    stream_until(&mut meeting, anna, &audio, Kind::Audio, "Anna speaks", |meeting| meeting.log.iter().any(speaks));
    meeting.engine.send(Command::SetMuted { track: audio.clone(), muted: true });
    stream_until(
        &mut meeting,
        anna,
        &audio,
        Kind::Audio,
        "nobody speaks",
        |meeting| matches!(meeting.log.iter().rfind(|event| matches!(event, Event::Speakers { .. })), Some(Event::Speakers { speakers }) if speakers.is_empty()),
    );
    let heard = meeting.clients[bert].heard.len();
    let mut count = 0;
    stream_until(&mut meeting, anna, &audio, Kind::Audio, "more was written", |_| {
        count += 1;
        count > 20
    });
    assert_eq!(meeting.clients[bert].heard.len(), heard);
    meeting.engine.send(Command::SetMuted { track: audio.clone(), muted: false });
    stream_until(&mut meeting, anna, &audio, Kind::Audio, "it flows again", |meeting| {
        meeting.clients[bert].heard.len() > heard + 5
    });
    assert!(is_gapless(&in_order(&meeting.clients[bert].heard)));
}

#[test]
fn a_client_that_hangs_up_is_reported_and_figures_come_every_second() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    meeting.subscribe(bert, anna, &audio, Kind::Audio);
    let stats = |meeting: &Meeting, at: usize| meeting.stats.get(&meeting.clients[at].peer).cloned();
    stream_until(&mut meeting, anna, &audio, Kind::Audio, "both sides have figures", |meeting| {
        stats(meeting, anna)
            .is_some_and(|stats| stats.bitrate_up_bps > 0 && stats.tracks.iter().any(|track| track.bitrate_bps > 0))
            && stats(meeting, bert).is_some_and(|stats| stats.bitrate_down_bps > 0)
    });
    let peer = meeting.clients[bert].peer;
    meeting.clients[bert].hang_up();
    meeting.until("it is reported", |meeting| {
        meeting
            .log
            .iter()
            .any(|event| matches!(event, Event::Closed { peer: gone, reason: CloseReason::TimedOut } if *gone == peer))
    });
}

#[test]
fn two_workers_share_the_port_and_a_client_reaches_its_own() {
    let mut meeting = Meeting::with(media::EngineConfig { workers: 2, ..media::EngineConfig::default() });
    let clients: Vec<usize> = (0..4).map(|_| meeting.join()).collect();
    let audio = meeting.publish(clients[0], Kind::Audio);
    for at in &clients[1..] {
        meeting.subscribe(*at, clients[0], &audio, Kind::Audio);
    }
    stream_until(&mut meeting, clients[0], &audio, Kind::Audio, "everybody hears it", |meeting| {
        clients[1..].iter().all(|at| meeting.clients[*at].heard.len() > 10)
    });
}

#[test]
fn of_three_simulcast_steps_each_receiver_gets_the_one_it_wishes() {
    let mut meeting = Meeting::open();
    let (anna, bert, carl) = (meeting.join(), meeting.join(), meeting.join());
    meeting.clients[anna].simulcast = true;
    let video = meeting.publish(anna, Kind::Video);
    for at in [bert, carl] {
        meeting.subscribe(at, anna, &video, Kind::Video);
    }
    let wish = LayerWish { enabled: true, at_most: Quality::Low, ..LayerWish::default() };
    meeting.engine.send(Command::Prefer { peer: meeting.clients[carl].peer, track: video.clone(), wish });
    meeting
        .until("both have a section", |meeting| [bert, carl].iter().all(|at| meeting.clients[*at].tracks.len() == 1));
    let mut tick = 0_u32;
    let last_step = |meeting: &Meeting, at: usize| meeting.clients[at].heard.last().map(|packet| packet.payload[5]);
    meeting.until("each has its step", |meeting| {
        tick += 1;
        for (step, rid) in [(1, "q"), (2, "h"), (3, "f")] {
            // Every tenth picture is a keyframe; the byte after the header names the step.
            let mut picture = vp8(tick as u16, tick.is_multiple_of(10));
            picture[5] = step;
            meeting.clients[anna].write_step(&video, Some(rid), &picture, tick * 3_000 + u32::from(step) * 1_000_000);
        }
        let has_all = |at: &usize| is_gapless(&in_order(&meeting.clients[*at].heard));
        let have_steps = last_step(meeting, bert) == Some(3) && last_step(meeting, carl) == Some(1);
        tick > 60 && have_steps && [bert, carl].iter().all(has_all)
    });
    for at in [bert, carl] {
        let heard = in_order(&meeting.clients[at].heard);
        assert_eq!(heard[0].payload[4], 0x10, "it starts with a keyframe");
        assert!(
            heard.windows(2).all(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp) < 90_000),
            "time runs evenly"
        );
        let pictures: Vec<u16> =
            heard.iter().map(|packet| u16::from_be_bytes([packet.payload[2] & 0x7f, packet.payload[3]])).collect();
        assert!(pictures.windows(2).all(|pair| pair[1] == pair[0] + 1), "{pictures:?}");
    }
    assert!(meeting.clients[carl].heard.iter().all(|packet| packet.payload[5] == 1));
}

#[test]
fn a_picture_a_receiver_cannot_read_is_told_once() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let bert = meeting.join_without_vp8();
    let video = meeting.publish(anna, Kind::Video);
    meeting.subscribe(bert, anna, &video, Kind::Video);
    let told = |meeting: &Meeting| {
        let told =
            meeting.log.iter().filter(|event| matches!(event, Event::NotUnderstood { track, .. } if *track == video));
        told.count()
    };
    stream_until(&mut meeting, anna, &video, Kind::Video, "it is told", |meeting| told(meeting) > 0);
    let mut more = 0;
    stream_until(&mut meeting, anna, &video, Kind::Video, "the stream goes on", |_| {
        more += 1;
        more > 30
    });
    assert_eq!(told(&meeting), 1);
    assert!(meeting.clients[bert].heard.is_empty());
}
