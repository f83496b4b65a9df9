//! What is published in one meeting can be received in another, wherever the two are.

mod harness;

use std::collections::BTreeMap;

use harness::Meeting;
use media::{Command, EngineConfig, Event, Kind, MeetingId, Port, TrackSid};

/// Anna publishes in the first meeting, Bert is in the second.
struct Two {
    meeting: Meeting,
    anna: usize,
    bert: usize,
    sound: TrackSid,
    picture: TrackSid,
    answered: usize,
}

impl Two {
    /// Both meetings on one worker, or each on its own.
    fn open(workers: usize) -> Self {
        let mut meeting = Meeting::with(EngineConfig { workers, ..EngineConfig::default() });
        let anna = meeting.join();
        let (sound, picture) = (meeting.publish(anna, Kind::Audio), meeting.publish(anna, Kind::Video));
        meeting.open_another();
        let bert = meeting.join();
        let worker = |at: usize| meeting.clients[at].server_ufrag()[..2].to_owned();
        assert_eq!(worker(anna) == worker(bert), workers == 1);
        Self { meeting, anna, bert, sound, picture, answered: 0 }
    }

    fn lend(&self) {
        self.meeting.subscribe(self.bert, self.anna, &self.sound, Kind::Audio);
        self.meeting.subscribe(self.bert, self.anna, &self.picture, Kind::Video);
    }

    /// Anna publishes steadily until something is true.
    fn until(&mut self, what: &str, mut is_true: impl FnMut(&Meeting, usize) -> bool) {
        let Self { meeting, anna, bert, sound, picture, answered } = self;
        meeting.until(what, |meeting| {
            let client = &mut meeting.clients[*anna];
            let tick = client.ticks(sound);
            client.write(sound, &[7; 20], tick * 960);
            let keyframe = client.keyframes_wanted > *answered;
            *answered = client.keyframes_wanted;
            let tick = client.ticks(picture);
            let [high, low] = (tick as u16).to_be_bytes();
            let frame = [0x90, 0x80, 0x80 | high, low, if keyframe { 0x10 } else { 0x11 }, 1, 2, 3];
            client.write(picture, &frame, tick * 3_000);
            is_true(meeting, *bert)
        });
    }

    /// Packets Bert got, by track.
    fn heard(meeting: &Meeting, at: usize) -> BTreeMap<TrackSid, usize> {
        let client = &meeting.clients[at];
        let count = |mid: &str| client.heard.iter().filter(|packet| packet.mid == mid).count();
        client.tracks.iter().map(|(mid, track)| (track.clone(), count(mid))).collect()
    }

    fn both_flow(&mut self) {
        self.until("sound and picture flow", |meeting, bert| {
            let heard = Self::heard(meeting, bert);
            heard.len() == 2 && heard.values().all(|count| *count > 20)
        });
    }
}

fn flows(workers: usize) {
    let mut two = Two::open(workers);
    two.until("anna publishes for a while", {
        let mut turns = 0;
        move |_, _| {
            turns += 1;
            turns > 30
        }
    });
    let before = two.meeting.clients[two.anna].keyframes_wanted;
    two.lend();
    two.both_flow();
    assert!(two.meeting.clients[two.anna].keyframes_wanted > before, "the publisher is asked for a keyframe");
    let client = &two.meeting.clients[two.bert];
    let first = client.heard.iter().find(|packet| packet.payload != [7; 20]).expect("a picture came");
    assert_eq!(first.payload[4], 0x10, "it starts with a keyframe");

    // Where it is published it is switched off and on.
    let (sound, picture) = (two.sound.clone(), two.picture.clone());
    two.meeting.engine.send(Command::SetMuted { track: sound.clone(), muted: true });
    let mut since = (0, 0);
    two.until("only the picture flows", |meeting, bert| {
        let heard = Two::heard(meeting, bert);
        let now = (heard[&sound], heard[&picture]);
        if now.0 != since.0 {
            since = now;
        }
        now.1 > since.1 + 100
    });
    two.meeting.engine.send(Command::SetMuted { track: sound.clone(), muted: false });
    two.until("both flow again", |meeting, bert| Two::heard(meeting, bert)[&sound] > since.0 + 20);

    // A receiver that is done is nobody's any more.
    let peer = two.meeting.clients[two.bert].peer;
    for track in [sound, picture.clone()] {
        two.meeting.engine.send(Command::Unsubscribe { peer, track });
    }
    two.until("the sections are empty", |meeting, bert| meeting.clients[bert].tracks.is_empty());
    two.lend();
    two.both_flow();

    // The publisher's end is the track's end, in both meetings.
    let peer = two.meeting.clients[two.anna].peer;
    two.meeting.engine.send(Command::ClosePeer { peer });
    let bert = two.bert;
    two.meeting.until("the sections are empty again", |meeting| meeting.clients[bert].tracks.is_empty());
    let ended = |event: &Event| matches!(event, Event::Unpublished { track, .. } if *track == picture);
    assert!(two.meeting.log.iter().any(ended));
}

#[test]
fn a_receiver_in_another_meeting_of_the_same_worker_hears_and_sees() {
    flows(1);
}

#[test]
fn a_receiver_in_another_meeting_on_another_worker_hears_and_sees() {
    flows(2);
}

#[test]
fn a_receiver_that_stays_when_the_lending_meeting_ends_can_receive_from_its_own() {
    for workers in [1, 2] {
        let mut two = Two::open(workers);
        two.lend();
        two.both_flow();
        two.meeting.engine.send(Command::CloseMeeting { meeting: MeetingId(1) });
        let peer = two.meeting.clients[two.bert].peer;
        for track in [&two.sound, &two.picture] {
            two.meeting.engine.send(Command::Unsubscribe { peer, track: track.clone() });
        }
        let (carl, bert) = (two.meeting.join(), two.bert);
        let sound = two.meeting.publish(carl, Kind::Audio);
        two.meeting.subscribe(bert, carl, &sound, Kind::Audio);
        two.meeting.until("bert hears carl", |meeting| {
            let client = &mut meeting.clients[carl];
            let tick = client.ticks(&sound);
            client.write(&sound, &[9; 20], tick * 960);
            meeting.clients[bert].heard.iter().filter(|packet| packet.payload == [9; 20]).count() > 10
        });
    }
}

#[test]
fn who_only_watches_and_who_is_offered_to_receive_across_meetings_as_well() {
    let mut two = Two::open(2);
    let watchers = [two.meeting.join_viewer(), two.meeting.join_receiver()];
    for at in watchers {
        two.meeting.subscribe(at, two.anna, &two.sound, Kind::Audio);
        two.meeting.subscribe(at, two.anna, &two.picture, Kind::Video);
    }
    two.until("both hear and see", |meeting, _| {
        watchers.iter().all(|at| {
            let heard = &meeting.clients[*at].heard;
            let sounds = heard.iter().filter(|packet| packet.payload == [7; 20]).count();
            sounds > 20 && heard.len() - sounds > 20
        })
    });
}
