//! A meeting on several workers is one meeting.

mod harness;

use std::collections::BTreeSet;

use harness::Meeting;
use media::{Command, EngineConfig, Event, Kind, Port, TrackSid};

/// Two workers, and every second peer of a meeting is already too many for one.
fn meeting() -> Meeting {
    Meeting::with(EngineConfig { workers: 2, span_above: 2, ..EngineConfig::default() })
}

fn worker_of(meeting: &Meeting, at: usize) -> String {
    meeting.clients[at].server_ufrag()[..2].to_owned()
}

fn picture(number: u16, keyframe: bool) -> Vec<u8> {
    let [high, low] = number.to_be_bytes();
    vec![0x90, 0x80, 0x80 | high, low, if keyframe { 0x10 } else { 0x11 }, 1, 2, 3]
}

/// Everybody who is given publishes steadily until something is true.
fn stream_until(
    meeting: &mut Meeting,
    tracks: &[(usize, &TrackSid, Kind)],
    what: &str,
    mut is_true: impl FnMut(&mut Meeting) -> bool,
) {
    let mut answered: Vec<usize> = tracks.iter().map(|_| 0).collect();
    meeting.until(what, |meeting| {
        for ((from, track, kind), answered) in tracks.iter().zip(&mut answered) {
            let client = &mut meeting.clients[*from];
            let tick = client.ticks(track);
            if *kind == Kind::Audio {
                client.write(track, &[*from as u8; 20], tick * 960);
            } else {
                let keyframe = client.keyframes_wanted > *answered;
                *answered = client.keyframes_wanted;
                client.write(track, &picture(tick as u16, keyframe), tick * 3_000);
            }
        }
        is_true(meeting)
    });
}

fn heard_from(meeting: &Meeting, at: usize, payload: &[u8]) -> usize {
    meeting.clients[at].heard.iter().filter(|packet| packet.payload == payload).count()
}

#[test]
fn everybody_hears_everybody_across_workers() {
    let mut meeting = meeting();
    let clients: Vec<usize> = (0..5).map(|_| meeting.join()).collect();
    let workers: BTreeSet<String> = clients.iter().map(|at| worker_of(&meeting, *at)).collect();
    assert_eq!(workers.into_iter().collect::<Vec<_>>(), ["w0", "w1"]);
    let tracks: Vec<TrackSid> = clients.iter().map(|at| meeting.publish(*at, Kind::Audio)).collect();
    for to in &clients {
        for (from, track) in clients.iter().zip(&tracks).filter(|(from, _)| *from != to) {
            meeting.subscribe(*to, *from, track, Kind::Audio);
        }
    }
    meeting.until("everybody has four sections", |meeting| {
        clients.iter().all(|at| meeting.clients[*at].tracks.len() == 4)
    });
    let publishing: Vec<(usize, &TrackSid, Kind)> =
        clients.iter().zip(&tracks).map(|(at, track)| (*at, track, Kind::Audio)).collect();
    stream_until(&mut meeting, &publishing, "everybody heard everybody", |meeting| {
        clients.iter().all(|to| {
            let others = clients.iter().filter(|from| *from != to);
            others.clone().all(|from| heard_from(meeting, *to, &[*from as u8; 20]) > 10)
        })
    });
    // Gapless for each, whoever forwarded it.
    for at in &clients {
        let mids: BTreeSet<&str> = meeting.clients[*at].heard.iter().map(|packet| packet.mid.as_str()).collect();
        for mid in mids {
            let numbers: Vec<u64> = meeting.clients[*at]
                .heard
                .iter()
                .filter(|packet| packet.mid == mid)
                .map(|packet| packet.sequence)
                .collect();
            assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
        }
    }
    // One worker says who speaks, for all.
    let speak = |event: &Event| matches!(event, Event::Speakers { speakers } if speakers.len() == 5);
    stream_until(&mut meeting, &publishing, "all are told to speak", |meeting| meeting.log.iter().any(speak));
}

#[test]
fn a_receiver_on_another_worker_gets_a_keyframe_of_a_track_that_was_there_before() {
    let mut meeting = meeting();
    let (anna, _bert) = (meeting.join(), meeting.join());
    let video = meeting.publish(anna, Kind::Video);
    let mut count = 0;
    stream_until(&mut meeting, &[(anna, &video, Kind::Video)], "the stream runs", |_| {
        count += 1;
        count > 30
    });
    // The third one makes the meeting span.
    let carl = meeting.join();
    assert_ne!(worker_of(&meeting, anna), worker_of(&meeting, carl));
    let before = meeting.clients[anna].keyframes_wanted;
    meeting.subscribe(carl, anna, &video, Kind::Video);
    stream_until(&mut meeting, &[(anna, &video, Kind::Video)], "the picture came", |meeting| {
        meeting.clients[carl].heard.len() > 5
    });
    assert_eq!(meeting.clients[carl].heard[0].payload[4], 0x10, "it starts with a keyframe");
    assert!(meeting.clients[anna].keyframes_wanted > before, "the publisher was asked");
}

#[test]
fn muting_and_leaving_reach_the_other_worker() {
    let mut meeting = meeting();
    let (anna, _bert, carl) = (meeting.join(), meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    let other = meeting.publish(anna, Kind::Audio);
    for track in [&audio, &other] {
        meeting.subscribe(carl, anna, track, Kind::Audio);
    }
    meeting.until("both tracks have a section", |meeting| meeting.clients[carl].tracks.len() == 2);
    let both = [(anna, &audio, Kind::Audio), (anna, &other, Kind::Audio)];
    stream_until(&mut meeting, &both, "both flow", |meeting| meeting.clients[carl].heard.len() > 20);
    let section = |meeting: &Meeting, track: &TrackSid| {
        let section = meeting.clients[carl].tracks.iter().find(|(_, carried)| *carried == track);
        section.map(|(mid, _)| mid.clone()).expect("it has a section")
    };
    let (muted, open) = (section(&meeting, &audio), section(&meeting, &other));
    let count =
        |meeting: &Meeting, mid: &str| meeting.clients[carl].heard.iter().filter(|packet| packet.mid == mid).count();
    meeting.engine.send(Command::SetMuted { track: audio.clone(), muted: true });
    // What was on its way still comes; then a hundred of the one and none of the other.
    let mut since = (0, 0);
    stream_until(&mut meeting, &both, "only one flows", |meeting| {
        let now = (count(meeting, &muted), count(meeting, &open));
        if now.0 != since.0 {
            since = now;
        }
        now.1 > since.1 + 100
    });
    let silent = count(&meeting, &muted);
    meeting.engine.send(Command::SetMuted { track: audio.clone(), muted: false });
    stream_until(&mut meeting, &both, "both flow again", |meeting| count(meeting, &muted) > silent + 5);
    let peer = meeting.clients[anna].peer;
    meeting.engine.send(Command::ClosePeer { peer });
    meeting.until("the sections are empty again", |meeting| meeting.clients[carl].tracks.is_empty());
}
