use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::bandwidth::{Desire, FIRST_ESTIMATE_BPS};
use crate::estimation::{Estimation, ProbeId};

/// What somebody may do to an estimation.
#[derive(Clone, Debug)]
enum Act {
    Send { skipped: u64, bytes: usize, probe: Option<u32> },
    Report(Vec<(u64, Option<Duration>)>),
    Desire { next_bps: u64, all_bps: u64 },
    BeginAnew(u64),
    Wait(u64),
}

fn acts() -> impl Strategy<Value = Act> {
    let time = prop_oneof![
        (0..3_000_000_u64).prop_map(Duration::from_micros),
        any::<u64>().prop_map(Duration::from_micros),
        any::<u64>().prop_map(Duration::from_secs),
    ];
    let number = prop_oneof![4 => 0..300_u64, 1 => any::<u64>()];
    let entry = (number, proptest::option::of(time));
    prop_oneof![
        8 => (prop_oneof![9 => Just(0), 1 => 0..10_000_u64], 0..2_000_usize, proptest::option::of(0..5_u32))
            .prop_map(|(skipped, bytes, probe)| Act::Send { skipped, bytes, probe }),
        4 => proptest::collection::vec(entry, 0..40).prop_map(Act::Report),
        1 => (any::<u64>(), any::<u64>()).prop_map(|(next_bps, all_bps)| Act::Desire { next_bps, all_bps }),
        1 => any::<u64>().prop_map(Act::BeginAnew),
        4 => (0..5_000_u64).prop_map(Act::Wait),
        1 => any::<u32>().prop_map(|wait| Act::Wait(wait.into())),
    ]
}

proptest! {
    #[test]
    fn whatever_is_reported_the_estimate_stays_within_its_bounds(acts in proptest::collection::vec(acts(), 1..200)) {
        let mut now = Instant::now();
        let mut estimation = Estimation::new(FIRST_ESTIMATE_BPS, now);
        let mut number = 0;
        for act in acts {
            match act {
                Act::Send { skipped, bytes, probe } => {
                    number += skipped + 1;
                    estimation.sent(number, bytes, probe.map(ProbeId), now);
                }
                Act::Report(entries) => estimation.reported(entries, now),
                Act::Desire { next_bps, all_bps } => estimation.desire(Desire { next_bps, all_bps }, now),
                Act::BeginAnew(bps) => estimation.begin_anew(bps, now),
                Act::Wait(milliseconds) => now += ms(milliseconds),
            }
            estimation.advance(now);
            let probe = estimation.probe(now);
            prop_assert!(estimation.due().is_none_or(|due| due > now));
            prop_assert!((30_000..=1_000_000_000).contains(&estimation.estimate_bps()));
            prop_assert!(probe.is_none_or(|probe| probe.bps >= 30_000 && probe.bytes < 100_000_000));
            prop_assert!(estimation.loss(now).is_none_or(|loss| (0.0..=1.0).contains(&loss)));
            prop_assert!(estimation.padding_bps() <= estimation.estimate_bps());
            prop_assert!(estimation.history.len() <= 4_096);
        }
    }
}

/// A packet a millisecond; the reports are `lie`s about them.
fn lied_to(lie: impl Fn(u64) -> Option<Duration>) -> (Estimation, Instant) {
    let mut now = Instant::now();
    let mut estimation = Estimation::new(FIRST_ESTIMATE_BPS, now);
    estimation.desire(Desire { next_bps: 0, all_bps: 4 * MBIT }, now);
    for number in 0..60_000 {
        now += ms(1);
        estimation.sent(number, 100, None, now);
        if number % 100 == 99 {
            estimation.reported((number - 99..=number).map(|number| (number, lie(number))), now);
        }
        estimation.advance(now);
        estimation.probe(now);
    }
    (estimation, now)
}

#[test]
fn a_receiver_that_claims_wonders_gets_no_more_than_was_tried() {
    let estimate = lied_to(|_| Some(Duration::ZERO)).0.estimate_bps();
    assert!(estimate <= FIRST_ESTIMATE_BPS * 16 / 10, "{estimate}");
}

#[test]
fn a_receiver_that_lost_everything_is_sent_little() {
    let (estimation, now) = lied_to(|number| (number % 10 == 0).then(|| ms(number)));
    assert!(estimation.estimate_bps() <= 200 * KBIT, "{}", estimation.estimate_bps());
    assert!(estimation.loss(now).is_some_and(|loss| (0.85..=0.95).contains(&loss)));
}

#[test]
fn the_same_report_again_changes_nothing() {
    let mut now = Instant::now();
    let mut estimation = Estimation::new(FIRST_ESTIMATE_BPS, now);
    for number in 0..1_000 {
        now += ms(1);
        estimation.sent(number, 1_200, None, now);
    }
    let report: Vec<_> = (0..1_000).map(|number| (number, Some(ms(number)))).collect();
    estimation.reported(report.clone(), now);
    let (estimate, loss, reported_at) = (estimation.estimate_bps(), estimation.loss(now), now);
    for _ in 0..100 {
        now += ms(100);
        estimation.reported(report.clone(), now);
    }
    assert_eq!((estimation.estimate_bps(), estimation.loss(reported_at)), (estimate, loss));
}
