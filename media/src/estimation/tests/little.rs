use super::bench::Bench;
use super::*;
use crate::bandwidth::Desire;

/// Found out with pictures, then with less than a tenth of them for twenty seconds. What was
/// estimated at the end of either.
fn resting(conditions: Conditions) -> (u64, u64) {
    let mut bench = Bench::on(conditions).wanting(4 * MBIT);
    bench.run(secs(10));
    bench.want(150 * KBIT);
    bench.run(secs(20));
    (bench.estimated(secs(8), secs(10)), bench.estimation.estimate_bps())
}

#[test]
fn an_estimate_does_not_fall_because_little_is_sent() {
    for jitter in [0, 30, 60, 120] {
        let (before, after) = resting(Conditions { jitter: ms(jitter), ..line(2 * MBIT) });
        assert!(after * 100 >= before * 90, "jitter of {jitter} ms: {before} {after}");
    }
}

#[test]
fn a_moment_without_room_does_not_take_the_estimate_down_to_the_little_that_is_sent() {
    // For a moment hardly anything comes through, as while a phone changes the mast.
    for (time, percent) in [(300, 90), (400, 70), (600, 50)] {
        let rates = vec![(Duration::ZERO, 2 * MBIT), (secs(20), 60 * KBIT), (secs(20) + ms(time), 2 * MBIT)];
        let (before, after) = resting(Conditions { rates, ..line(2 * MBIT) });
        assert!(after * 100 >= before * percent, "{time} ms: {before} {after}");
    }
}

#[test]
fn an_estimate_does_not_grow_by_what_was_not_tried() {
    let mut bench = Bench::on(line(50 * MBIT)).wanting(300 * KBIT);
    bench.run(secs(60));
    let estimate = bench.estimation.estimate_bps();
    assert!((700 * KBIT..=900 * KBIT).contains(&estimate), "{estimate}");
    assert_eq!(bench.probed_bytes, 0, "nobody wants more");
}

#[test]
fn whoever_suddenly_wants_more_has_it_within_a_second() {
    let mut bench = Bench::on(line(5 * MBIT)).wanting(300 * KBIT);
    bench.run(secs(10));
    bench.want(4 * MBIT);
    bench.run(secs(10));
    let reached = bench.reached(3_600 * KBIT, secs(10));
    assert!(reached.is_some_and(|after| after <= secs(1)), "{reached:?}");
}

#[test]
fn padding_keeps_up_what_the_next_picture_would_take() {
    let mut bench = Bench::on(line(1_200 * KBIT)).wanting(200 * KBIT);
    bench.desire = Desire { next_bps: 700 * KBIT, all_bps: MBIT };
    bench.estimation.desire(bench.desire, bench.instant());
    bench.run(secs(10));
    assert_eq!(bench.estimation.padding_bps(), 700 * KBIT);
    let received = bench.received(secs(3), secs(10));
    assert!((600 * KBIT..800 * KBIT).contains(&received), "{received}");
    bench.estimation.desire(Desire { next_bps: 0, all_bps: MBIT }, bench.instant());
    assert_eq!(bench.estimation.padding_bps(), 0);
}

#[test]
fn a_line_too_narrow_even_for_little_is_noticed() {
    let rates = vec![(Duration::ZERO, 2 * MBIT), (secs(20), 100 * KBIT)];
    let mut bench = Bench::on(Conditions { rates, room: 12_000, ..line(2 * MBIT) }).wanting(4 * MBIT);
    bench.run(secs(10));
    bench.want(200 * KBIT);
    bench.run(secs(20));
    let estimate = bench.estimated(secs(25), secs(30));
    assert!(estimate <= 200 * KBIT, "{estimate}");
}
