use impairment::Bursts;

use super::bench::Bench;
use super::*;

/// What is estimated of a line from the fifth second on, in percent of what it carries.
fn percent(bps: u64, conditions: Conditions) -> u64 {
    let mut bench = Bench::on(conditions).wanting(2 * bps);
    bench.run(secs(40));
    bench.estimated(secs(5), secs(40)) * 100 / bps
}

#[test]
fn random_losses_leave_the_line_in_use() {
    for bps in [400 * KBIT, 2_500 * KBIT, 10 * MBIT] {
        for (loss, least) in [(0.02, 90), (0.05, 90), (0.1, 85), (0.2, 80)] {
            let percent = percent(bps, Conditions { loss, ..line(bps) });
            assert!((least..=125).contains(&percent), "{loss} of {bps}: {percent} %");
        }
    }
}

#[test]
fn the_share_of_lost_packets_is_told() {
    let mut bench = Bench::on(Conditions { loss: 0.1, ..line(2_500 * KBIT) }).wanting(5 * MBIT);
    assert_eq!(bench.estimation.loss(bench.instant()), None);
    bench.run(secs(20));
    let loss = bench.loss();
    assert!((0.06..0.14).contains(&loss), "{loss}");
    let later = |seconds| bench.instant() + secs(seconds);
    assert!(bench.estimation.loss(later(2)).is_some_and(|loss| loss > 0.0));
    assert_eq!(bench.estimation.loss(later(5)), None, "of that nothing is known any more");
}

#[test]
fn what_was_overtaken_is_not_lost() {
    let mut bench = Bench::on(Conditions { reordering: 0.1, ..line(2_500 * KBIT) }).wanting(5 * MBIT);
    bench.run(secs(20));
    assert!(bench.loss() < 0.001, "{}", bench.loss());
}

#[test]
fn losses_in_a_row_leave_the_line_in_use() {
    let bursts = Some(Bursts { begins: 0.01, ends: 0.2 });
    let percent = percent(2_500 * KBIT, Conditions { bursts, ..line(2_500 * KBIT) });
    assert!((75..=110).contains(&percent), "{percent} %");
}

#[test]
fn a_line_that_cuts_off_what_is_too_much_is_not_flooded() {
    // No room for a queue: no delay ever tells of it.
    let cut = Conditions { room: 6_000, ..line(2_500 * KBIT) };
    let mut bench = Bench::on(cut).wanting(10 * MBIT);
    bench.run(secs(40));
    let (estimate, loss) = (bench.estimated(secs(5), secs(40)), bench.loss());
    assert!((2_000 * KBIT..3_200 * KBIT).contains(&estimate), "{estimate} {loss}");
    assert!(loss < 0.2, "{estimate} {loss}");
}

#[test]
fn few_packets_and_a_tenth_lost_still_carry_a_picture() {
    let mut bench = Bench::on(Conditions { loss: 0.1, ..line(400 * KBIT) }).wanting(MBIT);
    bench.run(secs(40));
    let received = bench.received(secs(5), secs(40));
    assert!(received >= 280 * KBIT, "{received}");
}
