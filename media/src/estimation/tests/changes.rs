use super::bench::Bench;
use super::*;

/// 2 Mbit/s, from the tenth second on 0.3 for so long, and 2 again.
fn dip(time: Duration) -> Bench {
    let rates = vec![(Duration::ZERO, 2 * MBIT), (secs(10), 300 * KBIT), (secs(10) + time, 2 * MBIT)];
    let mut bench = Bench::on(Conditions { rates, ..line(2 * MBIT) }).wanting(4 * MBIT);
    bench.run(secs(10) + time + secs(15));
    bench
}

#[test]
fn after_a_dip_the_rate_is_back_within_four_seconds() {
    for time in [secs(2), secs(3), secs(5), secs(10), secs(20), secs(40)] {
        let bench = dip(time);
        let again = bench.reached(1_800 * KBIT, secs(10) + time);
        assert!(again.is_some_and(|after| after <= secs(4)), "after {time:?}: {again:?}");
        let received = bench.received(secs(10) + time + secs(5), secs(10) + time + secs(15));
        assert!(received >= 1_800 * KBIT, "after {time:?}: {received}");
    }
}

#[test]
fn a_fall_is_noticed_within_a_second_and_the_queue_goes() {
    let bench = dip(secs(20));
    let fallen = bench.estimated(secs(11), secs(13));
    assert!(fallen <= 400 * KBIT, "{fallen}");
    let waited = bench.waited(secs(15), secs(30));
    assert!(waited <= ms(120), "{waited:?}");
    let received = bench.received(secs(13), secs(30));
    assert!(received >= 240 * KBIT, "{received}");
}

#[test]
fn a_wider_line_is_noticed_though_it_was_never_known() {
    let rates = vec![(Duration::ZERO, MBIT), (secs(20), 8 * MBIT)];
    let mut bench = Bench::on(Conditions { rates, ..line(8 * MBIT) }).wanting(8 * MBIT);
    bench.run(secs(35));
    let reached = bench.reached(6_800 * KBIT, secs(20));
    assert!(reached.is_some_and(|after| after <= secs(10)), "{reached:?}");
}

#[test]
fn without_reports_nothing_grows_and_the_estimate_is_halved_now_and_then() {
    let mut bench = Bench::on(line(2 * MBIT)).wanting(4 * MBIT);
    bench.run(secs(10));
    let before = bench.estimation.estimate_bps();
    bench.receiver.is_silent = true;
    bench.run(ms(1_900));
    // The last report was on its way.
    assert!(bench.estimation.estimate_bps() <= before * 102 / 100, "{} {before}", bench.estimation.estimate_bps());
    // From then on there is silence.
    let probed = bench.probed_bytes;
    bench.run(secs(6));
    let after = bench.estimation.estimate_bps();
    assert!((before / 5..before * 3 / 5).contains(&after), "{before} {after}");
    assert_eq!(bench.probed_bytes, probed, "nobody would report on probes");
    bench.run(secs(120));
    assert_eq!(bench.estimation.estimate_bps(), 30_000);
    bench.receiver.is_silent = false;
    bench.run(secs(10));
    let again = bench.estimated(secs(142), secs(147));
    assert!(again >= 1_600 * KBIT, "{again}");
}

#[test]
fn a_way_that_becomes_longer_is_no_queue_for_long() {
    let mut bench = Bench::on(line(2 * MBIT)).wanting(4 * MBIT);
    bench.run(secs(10));
    // As after a change of the network: all comes a quarter of a second later.
    bench.skew = ms(250);
    bench.run(secs(10));
    let estimate = bench.estimated(secs(15), secs(18));
    assert!(estimate >= 1_500 * KBIT, "{estimate}");
}

#[test]
fn a_receiver_whose_clock_jumps_is_understood_all_the_same() {
    let mut bench = Bench::on(line(2 * MBIT)).wanting(4 * MBIT);
    bench.run(secs(10));
    bench.skew = Duration::from_secs(100_000);
    bench.run(secs(10));
    bench.skew = Duration::from_micros((1 << 24) * 64_000 - 25_000_000);
    bench.run(secs(10));
    let estimate = bench.estimated(secs(10), secs(30));
    assert!((1_700 * KBIT..2_040 * KBIT).contains(&estimate), "{estimate}");
    let least = bench.least(secs(5), secs(30));
    assert!(least >= 1_400 * KBIT, "{least}");
}

#[test]
fn what_begins_anew_finds_out_again() {
    let mut bench = Bench::on(line(2 * MBIT)).wanting(4 * MBIT);
    bench.run(secs(10));
    bench.estimation.begin_anew(200_000, bench.instant());
    assert_eq!(bench.estimation.estimate_bps(), 200_000);
    bench.run(secs(5));
    let estimate = bench.estimated(secs(12), secs(15));
    assert!((1_700 * KBIT..2_040 * KBIT).contains(&estimate), "{estimate}");
}
