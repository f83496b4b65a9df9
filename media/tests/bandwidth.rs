//! What a receiver's line carries decides what it is sent, and what the server can do.

mod harness;

use std::time::{Duration, Instant};

use harness::{Link, Meeting};
use media::{Burden, Command, EngineConfig, Event, Kind, Limited, Limits, Port, Rehearsal, TrackSid};

/// Estimation takes seconds on an idle machine, and tests share theirs.
const PATIENCE: Duration = Duration::from_secs(90);
/// Pictures a second.
const FRAMES: u32 = 25;
/// The steps: name, packets for each picture, bytes for each packet. 80, 400 and 1,200 kbit/s.
const STEPS: [(&str, u8, usize); 3] = [("q", 1, 400), ("h", 2, 1_000), ("f", 6, 1_000)];

/// Anna publishes sound and a camera in three steps, in real time.
struct Stream {
    audio: TrackSid,
    video: TrackSid,
    started: Instant,
    sounds: u32,
    pictures: u32,
    keyframes: usize,
}

impl Stream {
    fn new(meeting: &mut Meeting, from: usize) -> Self {
        meeting.clients[from].simulcast = true;
        let audio = meeting.publish(from, Kind::Audio);
        let video = meeting.publish(from, Kind::Video);
        Self { audio, video, started: Instant::now(), sounds: 0, pictures: 0, keyframes: 0 }
    }

    /// Writes what is due by now.
    fn go_on(&mut self, meeting: &mut Meeting, from: usize) {
        let client = &mut meeting.clients[from];
        let elapsed = u32::try_from(self.started.elapsed().as_millis()).expect("no test is that long");
        while self.sounds < elapsed / 20 {
            self.sounds += 1;
            client.write(&self.audio, &[1; 80], self.sounds * 960);
        }
        while self.pictures < elapsed * FRAMES / 1_000 {
            self.pictures += 1;
            let is_keyframe = client.keyframes_wanted > self.keyframes || self.pictures % 50 == 1;
            self.keyframes = client.keyframes_wanted;
            for (step, (rid, packets, bytes)) in (1..).zip(STEPS) {
                for packet in 1..=packets {
                    client.is_end = packet == packets;
                    let payload = picture(self.pictures as u16, is_keyframe, packet == 1, step, bytes);
                    client.write_step(&self.video, Some(rid), &payload, self.pictures * 90_000 / FRAMES);
                }
            }
        }
    }
}

/// A VP8 packet: descriptor with a 15-bit picture number, then filler that names the step.
fn picture(number: u16, is_keyframe: bool, begins: bool, step: u8, bytes: usize) -> Vec<u8> {
    let [high, low] = number.to_be_bytes();
    let first = if begins { 0x90 } else { 0x80 };
    let header = if is_keyframe && begins { 0x10 } else { 0x11 };
    let mut payload = vec![first, 0x80, 0x80 | high, low, header, step];
    payload.resize(bytes, 0);
    payload
}

/// Anna sends, Bert receives over a line of so much, 0: without a limit.
fn scene(bps: u64) -> (Meeting, Stream) {
    scene_on(EngineConfig::default(), bps)
}

fn scene_on(config: EngineConfig, bps: u64) -> (Meeting, Stream) {
    let mut meeting = Meeting::with(config);
    let (anna, bert) = (meeting.join(), meeting.join());
    // Nothing is narrow before somebody has come in.
    meeting.clients[bert].link = (bps > 0).then(|| Link::of(bps));
    let stream = Stream::new(&mut meeting, anna);
    meeting.subscribe(bert, anna, &stream.audio, Kind::Audio);
    meeting.subscribe(bert, anna, &stream.video, Kind::Video);
    meeting.until("both tracks have a section", |meeting| meeting.clients[bert].tracks.len() == 2);
    (meeting, stream)
}

const ANNA: usize = 0;
const BERT: usize = 1;

fn section(meeting: &Meeting, track: &TrackSid) -> String {
    let tracks = &meeting.clients[BERT].tracks;
    tracks.iter().find(|(_, carried)| *carried == track).map(|(mid, _)| mid.clone()).expect("it has a section")
}

/// The steps of the pictures that came last, if enough came.
fn last_steps(meeting: &Meeting, track: &TrackSid) -> Option<Vec<u8>> {
    let mid = section(meeting, track);
    let heard = meeting.clients[BERT].heard.iter().rev();
    let steps: Vec<u8> =
        heard.filter(|packet| packet.mid == mid && packet.payload.len() > 6).take(30).map(|p| p.payload[5]).collect();
    (steps.len() == 30).then_some(steps)
}

fn run_until(
    meeting: &mut Meeting,
    stream: &mut Stream,
    what: &str,
    mut is_true: impl FnMut(&mut Meeting, &Stream) -> bool,
) {
    meeting.until_within(PATIENCE, what, |meeting| {
        stream.go_on(meeting, ANNA);
        is_true(meeting, stream)
    });
}

fn run_for(meeting: &mut Meeting, stream: &mut Stream, time: Duration) {
    let until = Instant::now() + time;
    run_until(meeting, stream, "time passes", |_, _| Instant::now() >= until);
}

fn only_the_smallest(meeting: &Meeting, stream: &Stream) -> bool {
    last_steps(meeting, &stream.video).is_some_and(|steps| steps.iter().all(|step| *step == 1))
}

/// What Bert was told last about the picture.
fn was_told(meeting: &Meeting, paused: bool) -> bool {
    let last = meeting.log.iter().rev().find_map(|event| match event {
        Event::StreamPaused { is_paused, .. } => Some(*is_paused),
        _ => None,
    });
    last == Some(paused)
}

#[test]
fn a_narrow_line_gets_a_small_picture() {
    let (mut meeting, mut stream) = scene(300_000);
    run_until(&mut meeting, &mut stream, "only the smallest step", |meeting, stream| {
        only_the_smallest(meeting, stream)
    });
    let peer = meeting.clients[BERT].peer;
    run_until(&mut meeting, &mut stream, "the reason is named", |meeting, _| {
        meeting.stats.get(&peer).is_some_and(|stats| stats.download.limited == Limited::Estimate)
    });
}

#[test]
fn a_line_for_sound_alone_pauses_the_picture_and_says_so() {
    let (mut meeting, mut stream) = scene(90_000);
    run_until(&mut meeting, &mut stream, "the picture pauses", |meeting, _| was_told(meeting, true));
    // Sound goes on undisturbed once the queue has drained.
    run_for(&mut meeting, &mut stream, Duration::from_secs(2));
    let mid = section(&meeting, &stream.audio);
    let count = |meeting: &Meeting| meeting.clients[BERT].heard.iter().filter(|packet| packet.mid == mid).count();
    let (before, written) = (count(&meeting), stream.sounds);
    run_for(&mut meeting, &mut stream, Duration::from_secs(2));
    let (heard, written) = (count(&meeting) - before, (stream.sounds - written) as usize);
    assert!(heard * 10 >= written * 8, "{heard} of {written} packets of sound");
}

#[test]
fn a_download_limit_holds_and_can_be_lifted() {
    let (mut meeting, mut stream) = scene(0);
    let peer = meeting.clients[BERT].peer;
    let limit = |meeting: &Meeting, download_bps| {
        let limits = Limits { download_bps, ..Limits::default() };
        meeting.engine.send(Command::Limit { peer, limits });
    };
    limit(&meeting, Some(60_000));
    run_until(&mut meeting, &mut stream, "the picture pauses", |meeting, _| was_told(meeting, true));
    limit(&meeting, Some(250_000));
    run_until(&mut meeting, &mut stream, "the picture goes on", |meeting, _| was_told(meeting, false));
    run_until(&mut meeting, &mut stream, "only the smallest step", |meeting, stream| {
        only_the_smallest(meeting, stream)
    });
    limit(&meeting, None);
    run_until(&mut meeting, &mut stream, "a better step", |meeting, stream| {
        last_steps(meeting, &stream.video).is_some_and(|steps| steps.iter().all(|step| *step > 1))
    });
}

#[test]
fn a_share_of_nothing_pauses_pictures_and_leaves_sound_alone() {
    let (mut meeting, mut stream) = scene(0);
    let peer = meeting.clients[BERT].peer;
    let share = |meeting: &Meeting, pictures_bps| {
        let limits = Limits { pictures_bps, ..Limits::default() };
        meeting.engine.send(Command::Limit { peer, limits });
    };
    share(&meeting, Some(0));
    run_until(&mut meeting, &mut stream, "the picture pauses", |meeting, _| was_told(meeting, true));
    let mid = section(&meeting, &stream.audio);
    let count = |meeting: &Meeting| meeting.clients[BERT].heard.iter().filter(|packet| packet.mid == mid).count();
    let (before, written) = (count(&meeting), stream.sounds);
    run_for(&mut meeting, &mut stream, Duration::from_secs(2));
    let (heard, written) = (count(&meeting) - before, (stream.sounds - written) as usize);
    assert!(heard * 10 >= written * 9, "{heard} of {written} packets of sound");
    run_until(&mut meeting, &mut stream, "the reason is named", |meeting, _| {
        let download = meeting.stats.get(&peer).map(|stats| stats.download);
        download.is_some_and(|download| {
            download.limited == Limited::Share && download.sound_bps > 0 && download.wanted_bps > download.sound_bps
        })
    });
    share(&meeting, None);
    run_until(&mut meeting, &mut stream, "the picture goes on", |meeting, _| was_told(meeting, false));
}

#[test]
fn lost_packets_are_repeated_and_the_picture_stays_whole() {
    let (mut meeting, mut stream) = scene(6_000_000);
    meeting.clients[BERT].link = Some(Link::of(6_000_000).losing(50, 11));
    run_until(&mut meeting, &mut stream, "much has arrived", |meeting, _| meeting.clients[BERT].heard.len() > 1_500);
    let mid = section(&meeting, &stream.video);
    let mut numbers: Vec<u64> =
        meeting.clients[BERT].heard.iter().filter(|packet| packet.mid == mid).map(|packet| packet.sequence).collect();
    numbers.sort_unstable();
    numbers.dedup();
    // What was lost last may still be on its way.
    let settled = &numbers[..numbers.len() - 100];
    let all = settled[settled.len() - 1] - settled[0] + 1;
    let missing = all - settled.len() as u64;
    assert!(missing * 100 <= all, "{missing} of {all} are missing though 5 % were lost once");
}

/// While only sound goes, nothing is found out about the line.
#[test]
fn a_picture_comes_back_at_once_although_the_line_was_narrow_without_it() {
    let (mut meeting, mut stream) = scene(0);
    let peer = meeting.clients[BERT].peer;
    let estimated = |meeting: &Meeting| meeting.stats.get(&peer).and_then(|stats| stats.download.estimate_bps);
    run_until(&mut meeting, &mut stream, "a better step", |meeting, stream| {
        last_steps(meeting, &stream.video).is_some_and(|steps| steps.iter().all(|step| *step > 1))
    });
    meeting.engine.send(Command::Unsubscribe { peer, track: stream.video.clone() });
    meeting.clients[BERT].link = Some(Link::of(60_000));
    run_for(&mut meeting, &mut stream, Duration::from_secs(3));
    assert!(estimated(&meeting).is_some_and(|bps| bps > 400_000), "{:?}", estimated(&meeting));
    meeting.clients[BERT].link = None;
    let told = |meeting: &Meeting| {
        meeting.log.iter().filter(|event| matches!(event, Event::StreamPaused { is_paused: true, .. })).count()
    };
    let (pauses, heard) = (told(&meeting), meeting.clients[BERT].heard.len());
    meeting.subscribe(BERT, ANNA, &stream.video, Kind::Video);
    run_until(&mut meeting, &mut stream, "the picture is back", |meeting, _| {
        meeting.clients[BERT].heard[heard..].iter().filter(|packet| packet.payload.len() >= STEPS[0].2).count() >= 30
    });
    assert_eq!(told(&meeting), pauses, "it was paused first");
}

/// The figures of a full worker are played to the engine: what counts here is what it does then.
#[test]
fn a_server_with_too_much_to_do_pauses_pictures_and_sound_goes_on() {
    let rehearsal = Rehearsal::default();
    let config = EngineConfig { rehearsal: Some(rehearsal.clone()), ..EngineConfig::default() };
    let (mut meeting, mut stream) = scene_on(config, 0);
    let peer = meeting.clients[BERT].peer;
    run_until(&mut meeting, &mut stream, "the picture is there", |meeting, stream| {
        last_steps(meeting, &stream.video).is_some()
    });
    assert_eq!(meeting.engine.burden(), Burden::Calm);

    rehearsal.play(1_000, Duration::from_millis(500));
    run_until(&mut meeting, &mut stream, "only the smallest step", |meeting, stream| {
        was_told(meeting, true) || only_the_smallest(meeting, stream)
    });
    run_until(&mut meeting, &mut stream, "the picture pauses", |meeting, _| was_told(meeting, true));
    assert_eq!(meeting.engine.burden(), Burden::Full);
    let section_of = |meeting: &Meeting, track| section(meeting, track);
    let (sound, picture) = (section_of(&meeting, &stream.audio), section_of(&meeting, &stream.video));
    let count = |meeting: &Meeting, mid: &str| meeting.clients[BERT].heard.iter().filter(|p| p.mid == mid).count();
    run_until(&mut meeting, &mut stream, "the reason is named", |meeting, _| {
        meeting.stats.get(&peer).is_some_and(|stats| stats.download.limited == Limited::Overload)
    });
    // What was on its way still arrives; from then on there is sound alone.
    let mut last = (count(&meeting, &picture), count(&meeting, &sound));
    run_until(&mut meeting, &mut stream, "sound goes on without pictures", |meeting, _| {
        let pictures = count(meeting, &picture);
        if pictures != last.0 {
            last = (pictures, count(meeting, &sound));
        }
        count(meeting, &sound) >= last.1 + 50
    });
    let (sounds, written) = (count(&meeting, &sound), stream.sounds);
    run_for(&mut meeting, &mut stream, Duration::from_secs(1));
    let written = (stream.sounds - written) as usize;
    let heard = count(&meeting, &sound) - sounds;
    assert!(heard * 10 >= written * 8, "{heard} of {written} packets of sound");

    rehearsal.play(100, Duration::ZERO);
    run_until(&mut meeting, &mut stream, "the picture goes on", |meeting, _| was_told(meeting, false));
    run_until(&mut meeting, &mut stream, "the server takes people again", |meeting, _| {
        meeting.engine.burden() < Burden::Full
    });
}
