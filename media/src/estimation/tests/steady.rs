use super::bench::Bench;
use super::*;

#[test]
fn a_line_is_found_out_within_three_seconds_and_kept_full_without_a_queue() {
    for bps in [300 * KBIT, MBIT, 2_500 * KBIT, 10 * MBIT, 50 * MBIT] {
        let mut bench = Bench::on(line(bps)).wanting(2 * bps);
        bench.run(secs(20));
        let percent = bench.estimated(secs(3), secs(20)) * 100 / bps;
        let (waited, mostly) = (bench.waited(secs(3), secs(20)), bench.waited_mostly(secs(3), secs(20)));
        assert!((85..=100).contains(&percent), "{bps}: {percent} %, waited {waited:?}, mostly {mostly:?}");
        assert!(waited <= ms(80), "{bps}: {percent} %, waited {waited:?}, mostly {mostly:?}");
        // Two packets of a picture take a while by themselves on a narrow line.
        let pictures = Duration::from_micros(2 * 1_200 * 8_000_000 / bps);
        assert!(mostly <= ms(100) + pictures, "{bps}: {percent} %, waited {waited:?}, mostly {mostly:?}");
    }
}

#[test]
fn what_is_desired_is_found_out_and_no_more() {
    let mut bench = Bench::on(line(50 * MBIT)).wanting(3 * MBIT);
    bench.run(secs(20));
    let estimate = bench.estimated(secs(2), secs(20));
    assert!((2_850 * KBIT..5 * MBIT).contains(&estimate), "{estimate}");
    assert!(bench.probed_bytes < 40_000, "{} bytes of probes", bench.probed_bytes);
}

#[test]
fn a_long_way_changes_little() {
    let mut bench = Bench::on(Conditions { delay: ms(150), ..line(2 * MBIT) }).wanting(4 * MBIT);
    bench.run(secs(20));
    let estimate = bench.estimated(secs(4), secs(20));
    assert!((1_600 * KBIT..2_040 * KBIT).contains(&estimate), "{estimate}");
    let round_trip = bench.estimation.round_trip().expect("there were reports");
    assert!((ms(300)..ms(420)).contains(&round_trip), "{round_trip:?}");
}

#[test]
fn jitter_and_overtaking_do_not_starve() {
    let rough = Conditions { jitter: ms(10), reordering: 0.01, ..line(2_500 * KBIT) };
    let mut bench = Bench::on(rough).wanting(5 * MBIT);
    bench.run(secs(30));
    let estimate = bench.estimated(secs(3), secs(30));
    assert!((2_000 * KBIT..2_600 * KBIT).contains(&estimate), "{estimate}");
}

#[test]
fn beside_another_flow_what_is_left_is_used() {
    let mut bench = Bench::on(line(3 * MBIT)).wanting(6 * MBIT);
    bench.run(secs(8));
    bench.other_bps = 1_500 * KBIT;
    bench.run(secs(12));
    let (received, waited) = (bench.received(secs(12), secs(20)), bench.waited(secs(12), secs(20)));
    assert!((1_100 * KBIT..1_560 * KBIT).contains(&received), "{received}, waited {waited:?}");
    assert!(waited <= ms(100), "{received}, waited {waited:?}");
    bench.other_bps = 0;
    bench.run(secs(8));
    let again = bench.reached(2_700 * KBIT, secs(20));
    assert!(again.is_some_and(|after| after <= secs(6)), "{again:?}");
}
