use std::time::Instant;

use super::*;
use crate::bandwidth::{Desire, FIRST_ESTIMATE_BPS};
use crate::estimation::Estimation;

#[test]
fn once_the_history_has_grown_nothing_is_allocated() {
    let zero = Instant::now();
    let mut estimation = Estimation::new(FIRST_ESTIMATE_BPS, zero);
    estimation.desire(Desire { next_bps: 0, all_bps: 50 * MBIT }, zero);
    // A packet a millisecond, each tenth lost, a report each fifty.
    let mut pass = |from: u64, to: u64| {
        for number in from..to {
            let now = zero + ms(number);
            let probe = estimation.probe(now);
            estimation.sent(number, 1_200, probe.map(|probe| probe.id), now);
            if number % 50 == 49 {
                let came = |number: u64| (number, (!number.is_multiple_of(10)).then(|| ms(number)));
                estimation.reported((number - 49..=number).map(came), now);
            }
            estimation.advance(now);
        }
    };
    pass(0, 5_000);
    let counted = allocation_counter::measure(|| pass(5_000, 20_000));
    assert_eq!(counted.count_total, 0);
}
