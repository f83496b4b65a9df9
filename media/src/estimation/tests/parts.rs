use super::*;
use crate::estimation::clock::Clock;
use crate::estimation::growth::{self, Growth};
use crate::estimation::losses::{self, Losses};
use crate::estimation::queue::Queue;
use crate::estimation::trend::Usage;

const SECOND: i64 = 1_000_000;

#[test]
fn a_queue_that_stands_is_drained_until_it_is_gone() {
    let mut queue = Queue::new();
    (0..100).for_each(|at| queue.add(20_000, at * 10_000));
    assert!(!queue.must_drain(SECOND));
    assert_eq!(queue.leaves(), 1.0);
    (100..150).for_each(|at| queue.add(110_000, at * 10_000));
    assert_eq!(queue.waits_us(), 90_000);
    assert!(queue.must_drain(SECOND * 3 / 2));
    assert!(!queue.must_drain(SECOND * 8 / 5), "it has time to drain");
    (150..300).for_each(|at| queue.add(25_000, at * 10_000));
    assert!(!queue.must_drain(3 * SECOND));
}

#[test]
fn a_queue_that_stands_whatever_is_done_is_the_way() {
    let mut queue = Queue::new();
    (0..100).for_each(|at| queue.add(20_000, at * 10_000));
    let drained = (100..800).filter(|at| {
        queue.add(320_000, at * 10_000);
        queue.must_drain(at * 10_000)
    });
    assert_eq!(drained.count(), 4);
    assert_eq!((queue.waits_us(), queue.leaves()), (0, 1.0));
}

#[test]
fn the_longer_a_queue_the_less_is_sent() {
    let mut queue = Queue::new();
    queue.add(0, 0);
    (100..150).for_each(|at| queue.add(300_000, at * 10_000));
    assert_eq!(queue.leaves(), 0.8);
    (150..200).for_each(|at| queue.add(5_000_000, at * 10_000));
    assert_eq!(queue.leaves(), 0.4);
}

#[test]
fn a_clock_that_begins_anew_goes_on() {
    let wrap = Duration::from_micros((1 << 24) * 64_000);
    let mut clock = Clock::default();
    let before = clock.read(wrap - ms(10), 0);
    let after = clock.read(ms(5), 15_000);
    assert!(before.jumped && !after.jumped);
    assert_eq!(after.at_us - before.at_us, 15_000);
    let earlier = clock.read(wrap - ms(1), 9_000);
    assert_eq!((earlier.at_us - before.at_us, earlier.jumped), (9_000, false));
}

#[test]
fn a_clock_that_jumps_begins_anew() {
    let mut clock = Clock::default();
    clock.read(secs(100), 0);
    assert!(!clock.read(secs(102), SECOND).jumped, "a long queue is none");
    assert!(clock.read(secs(50), 2 * SECOND).jumped);
    assert!(!clock.read(secs(51), 3 * SECOND).jumped);
}

/// Judges of half a second with a hundred packets each, of which so many are lost.
fn judged(losses: &mut Losses, lost: &[u32], waits: bool, from: i64) -> i64 {
    let seen = losses::Seen { bps: 1_000_000.0, waits, round_trip_us: 50_000 };
    let mut now_us = from;
    for lost in lost {
        losses.judge(seen, now_us);
        now_us += SECOND * 3 / 5;
        losses.count(100 - lost, *lost);
        losses.judge(seen, now_us);
    }
    now_us
}

#[test]
fn losses_that_stay_when_less_is_sent_are_excused() {
    let mut losses = Losses::default();
    let now_us = judged(&mut losses, &[20], false, 0);
    assert_eq!(losses.bound_bps(), Some(800_000.0));
    assert!(!losses.are_harmless(), "a trial goes on");
    let now_us = judged(&mut losses, &[18], false, now_us + SECOND);
    assert_eq!(losses.bound_bps(), None);
    judged(&mut losses, &[22, 25, 19], false, now_us);
    assert_eq!(losses.bound_bps(), None, "no more than the line loses anyway");
}

#[test]
fn losses_that_end_when_less_is_sent_bound_it() {
    let mut losses = Losses::default();
    let now_us = judged(&mut losses, &[20], false, 0);
    let now_us = judged(&mut losses, &[1], false, now_us + SECOND);
    assert_eq!(losses.bound_bps(), Some(800_000.0));
    judged(&mut losses, &[0, 0], false, now_us);
    assert!(losses.bound_bps().is_some_and(|bound| (850_000.0..1_000_000.0).contains(&bound)));
}

#[test]
fn losses_of_a_full_queue_are_never_excused() {
    let mut losses = Losses::default();
    judged(&mut losses, &[20, 20, 20], true, 0);
    assert!(losses.bound_bps().is_some_and(|bound| bound < 750_000.0), "{:?}", losses.bound_bps());
}

#[test]
fn what_came_late_is_taken_back() {
    let mut losses = Losses::default();
    let seen = losses::Seen { bps: 1_000_000.0, waits: false, round_trip_us: 50_000 };
    losses.judge(seen, 0);
    losses.count(80, 20);
    (0..20).for_each(|_| losses.take_back());
    losses.judge(seen, SECOND);
    assert_eq!(losses.bound_bps(), None);
}

#[test]
fn growth_is_slow_where_the_line_was_full() {
    let seen = |usage| growth::Seen {
        usage,
        must_drain: false,
        waits_us: 0,
        sent_bps: Some(10e6),
        received_bps: Some(10e6),
        round_trip_us: 50_000,
    };
    let mut growth = Growth::new(10_000_000, 0);
    growth.see(seen(Usage::Over), 0);
    assert_eq!(growth.bps(), 8.5e6);
    // Far from full for the first second, near from nine tenths on.
    (1..=10).for_each(|at| {
        growth.see(seen(Usage::Normal), at * SECOND / 10);
    });
    assert!((9.0e6..9.2e6).contains(&growth.bps()), "{}", growth.bps());
    (11..=20).for_each(|at| {
        growth.see(seen(Usage::Normal), at * SECOND / 10);
    });
    assert!((9.05e6..9.35e6).contains(&growth.bps()), "{}", growth.bps());
}
