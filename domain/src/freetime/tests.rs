//! Every answer is that of a plain list of spans, rounded outwards to slots.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

/// 2026-03-28T00:00:00Z: the clocks are changed on the next day, which is nothing to us.
const BEGIN: i64 = 1_774_656_000;
/// Three days: several words, and not a whole number of them.
const LENGTH: i64 = 3 * 86_400 + 1_500;
const ROOMS: u8 = 4;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + second).expect("a year we live in")
}

fn span((start, length): (i64, i64)) -> Timing {
    Timing { start: at(start), end: at(start + length) }
}

fn grid() -> Grid {
    Grid::over(span((0, LENGTH)))
}

/// To the second: bookings begin when they like, also before and after the grid.
fn spans() -> impl Strategy<Value = (i64, i64)> {
    let end = -90_000..LENGTH + 90_000;
    prop_oneof![
        (end.clone(), 1_i64..30_000),
        (end.clone(), 1_i64..400),
        (end, 0_i64..100).prop_map(|(start, quarters)| (start / 900 * 900, (quarters + 1) * 900)),
    ]
}

/// The naive way.
#[derive(Default)]
struct List(Vec<(u8, Timing)>);

fn outwards(span: Timing) -> (i64, i64) {
    let slot = SLOT.as_secs();
    let end = span.end.as_second() + i64::from(span.end.subsec_nanosecond() > 0);
    (span.start.as_second().div_euclid(slot), (end + slot - 1).div_euclid(slot))
}

impl List {
    fn is_free(&self, room: u8, wish: Timing) -> bool {
        let (from, until) = outwards(wish);
        let (begin, end) = outwards(span((0, LENGTH)));
        let overlaps = |taken: Timing| outwards(taken).0 < until && from < outwards(taken).1;
        begin <= from && until <= end && !self.0.iter().any(|(of, taken)| *of == room && overlaps(*taken))
    }
}

fn takings() -> impl Strategy<Value = Vec<(u8, (i64, i64))>> {
    proptest::collection::vec((0..ROOMS, spans()), 0..40)
}

proptest! {
    #[test]
    fn beginnings_are_the_slots_after_which_everything_is_free(takings in takings(), length in 1_usize..200) {
        let (mut index, mut list) = (FreeTime::new(grid()), List::default());
        (0..ROOMS).for_each(|room| _ = index.add(room));
        for (room, taken) in takings {
            list.0.push((room, span(taken)));
            index.take(room, span(taken));
        }
        for room in 0..ROOMS {
            let found = index.beginnings(room, length);
            let lasts = SLOT * i32::try_from(length).expect("a few hours");
            let expected: Vec<usize> = (0..grid().len())
                .filter(|slot| {
                    let start = grid().start_of(*slot);
                    list.is_free(room, Timing { start, end: start + lasts })
                })
                .collect();
            prop_assert!((0..grid().len() + 70).all(|slot| found.has(slot) == expected.contains(&slot)));
        }
        let unknown = index.beginnings(ROOMS, length);
        prop_assert!((0..grid().len()).all(|slot| !unknown.has(slot)));
    }
}

#[test]
fn a_second_in_a_slot_takes_all_of_it_and_a_full_slot_takes_no_other() {
    let mut index = FreeTime::new(grid());
    let free = |index: &FreeTime<u8>| (0..4).map(|slot| index.beginnings(0, 1).has(slot)).collect::<Vec<_>>();
    index.take(0, span((300, 1)));
    assert_eq!(free(&index), [true, false, true, true]);
    let a_moment = Timing { start: at(900), end: at(900) + SignedDuration::from_nanos(1) };
    index.take(0, a_moment);
    assert_eq!(free(&index), [true, false, true, false]);
}

#[test]
fn seconds_touch_the_same_slots_as_instants() {
    for (start, end) in [(-700, 900), (0, 1), (299, 301), (300, 600), (1, LENGTH + 90_000), (LENGTH, LENGTH + 1)] {
        assert_eq!(grid().touched_seconds(BEGIN + start, BEGIN + end), grid().touched(span((start, end - start))));
    }
}

#[test]
fn nothing_lies_outside_the_grid() {
    let mut index = FreeTime::new(grid());
    index.add(0);
    let slots = grid().len();
    assert!(index.beginnings(0, slots).has(0));
    assert!(!index.beginnings(0, slots).has(1) && !index.beginnings(0, slots + 1).has(0));
    index.take(0, span((LENGTH, 600)));
    assert!(index.beginnings(0, slots).has(0), "what is taken after its end");
    assert!(Grid::over(span((600, -300))).is_empty());
}
