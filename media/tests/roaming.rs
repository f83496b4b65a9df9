//! People change networks without leaving the meeting.

mod harness;

use std::time::{Duration, Instant};

use harness::Meeting;
use media::{EngineConfig, Event, Kind, TrackSid};

/// A meeting where Anna and Bert hear each other.
fn two(workers: usize) -> (Meeting, [usize; 2], [TrackSid; 2]) {
    let mut meeting = Meeting::with(EngineConfig { workers, ..EngineConfig::default() });
    let people = [meeting.join(), meeting.join()];
    let tracks = people.map(|at| meeting.publish(at, Kind::Audio));
    meeting.subscribe(people[0], people[1], &tracks[1], Kind::Audio);
    meeting.subscribe(people[1], people[0], &tracks[0], Kind::Audio);
    meeting.until("each has a section", |meeting| people.iter().all(|at| meeting.clients[*at].tracks.len() == 1));
    // By then what each hears leaves without the library.
    both_hear(&mut meeting, people, &tracks, 100);
    (meeting, people, tracks)
}

/// Until each heard so many packets more of the other.
fn both_hear(meeting: &mut Meeting, people: [usize; 2], tracks: &[TrackSid; 2], more: usize) {
    let before = people.map(|at| meeting.clients[at].heard.len());
    meeting.until("both hear each other", |meeting| {
        for (at, track) in people.into_iter().zip(tracks) {
            let tick = meeting.clients[at].ticks(track);
            meeting.clients[at].write(track, &[1; 20], tick * 960);
        }
        people.iter().zip(before).all(|(at, before)| meeting.clients[*at].heard.len() > before + more)
    });
}

fn joins(meeting: &Meeting) -> usize {
    meeting.log.iter().filter(|event| matches!(event, Event::Connected { .. })).count()
}

#[test]
fn a_client_whose_port_changes_on_the_way_goes_on_without_a_new_join() {
    for workers in [1, 2] {
        let (mut meeting, people, tracks) = two(workers);
        for _ in 0..2 {
            meeting.clients[people[0]].rebind();
            let moved = Instant::now();
            both_hear(&mut meeting, people, &tracks, 10);
            // The library alone would need fifteen seconds.
            assert!(moved.elapsed() < Duration::from_secs(12), "{:?}", moved.elapsed());
        }
        assert_eq!(joins(&meeting), 2, "nobody connected anew");
        assert!(!meeting.log.iter().any(|event| matches!(event, Event::Closed { .. })));
    }
}

#[test]
fn a_client_that_changes_networks_and_restarts_its_checks_goes_on_without_a_new_join() {
    let (mut meeting, people, tracks) = two(2);
    meeting.clients[people[0]].switch_network();
    meeting.offer(people[0]);
    meeting.until("the restart is answered", |meeting| !meeting.clients[people[0]].waits_for_answer());
    both_hear(&mut meeting, people, &tracks, 10);
    assert_eq!(joins(&meeting), 2, "nobody connected anew");
}
