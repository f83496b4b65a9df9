use std::time::Instant;

use super::ms;
use crate::estimation::Pacing;

/// How many packets of so many bytes leave within a second that somebody looks every millisecond.
fn leave(pacing: &mut Pacing, bytes: usize, from: Instant) -> usize {
    let mut left = 0;
    for at in 0..1_000 {
        while pacing.may(bytes, from + ms(at)) {
            pacing.spent(bytes, from + ms(at));
            left += 1;
        }
    }
    left
}

#[test]
fn packets_leave_at_the_rate() {
    let now = Instant::now();
    for (bps, packets) in [(96_000, 10), (960_000, 100), (9_600_000, 1_000)] {
        let left = leave(&mut Pacing::new(bps, now), 1_200, now);
        assert!((packets..=packets + packets / 50 + 1).contains(&left), "{bps}: {left}");
    }
}

#[test]
fn it_is_due_when_the_next_may_leave() {
    let now = Instant::now();
    let mut pacing = Pacing::new(960_000, now);
    while pacing.may(1_200, now) {
        pacing.spent(1_200, now);
    }
    let due = pacing.due(1_200, now);
    assert!(due > now && due <= now + ms(10), "{:?}", due - now);
    assert!(!pacing.may(1_200, due - ms(1)));
    assert!(pacing.may(1_200, due));
}

#[test]
fn sound_that_never_asks_is_owed_for_a_while_only() {
    let now = Instant::now();
    let mut pacing = Pacing::new(100_000, now);
    pacing.spent(1_000_000, now);
    assert!(!pacing.may(1_200, now + ms(450)));
    assert!(pacing.may(1_200, now + ms(700)));
}

#[test]
fn a_pause_is_not_saved_up() {
    let now = Instant::now();
    let mut pacing = Pacing::new(9_600_000, now);
    let later = now + ms(60_000);
    let mut burst = 0;
    while pacing.may(1_200, later) {
        pacing.spent(1_200, later);
        burst += 1;
    }
    assert_eq!(burst, 10, "ten milliseconds at this rate");
}

#[test]
fn no_rate_stops_it_for_ever() {
    let now = Instant::now();
    let mut pacing = Pacing::new(0, now);
    pacing.spent(1_200, now);
    pacing.set_rate(u64::MAX);
    assert!(pacing.may(1_200, now + ms(1)));
    pacing.set_rate(0);
    pacing.spent(usize::MAX, now + ms(1));
    assert!(pacing.may(1_200, now + ms(2_000)));
}
