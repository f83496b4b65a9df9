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

#[derive(Clone, Debug)]
enum Change {
    Take(u8, (i64, i64)),
    /// The one with this number, if there are so many.
    GiveUp(usize),
    Move(usize, (i64, i64)),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (0..ROOMS, spans()).prop_map(|(room, span)| Change::Take(room, span)),
        1 => (0_usize..30).prop_map(Change::GiveUp),
        1 => (0_usize..30, spans()).prop_map(|(number, span)| Change::Move(number, span)),
    ]
}

fn redraw(index: &mut FreeTime<u8>, list: &List, room: u8, changed: Timing) {
    let (from, until) = outwards(changed);
    let touches = |span: Timing| outwards(span).0 < until && from < outwards(span).1;
    let now: Vec<Timing> =
        list.0.iter().filter(|(of, span)| *of == room && touches(*span)).map(|(_, span)| *span).collect();
    index.redraw(room, changed, now);
}

fn after(changes: Vec<Change>) -> (FreeTime<u8>, List) {
    let (mut index, mut list) = (FreeTime::new(grid()), List::default());
    (0..ROOMS).for_each(|room| _ = index.add(room));
    for change in changes {
        match change {
            Change::Take(room, taken) => {
                list.0.push((room, span(taken)));
                index.take(room, span(taken));
            }
            Change::GiveUp(number) if number < list.0.len() => {
                let (room, gone) = list.0.swap_remove(number);
                redraw(&mut index, &list, room, gone);
            }
            Change::Move(number, to) if number < list.0.len() => {
                let (room, gone) = std::mem::replace(&mut list.0[number], (0, span(to)));
                list.0[number].0 = room;
                redraw(&mut index, &list, room, gone);
                index.take(room, span(to));
            }
            Change::GiveUp(_) | Change::Move(..) => {}
        }
    }
    (index, list)
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    proptest::collection::vec(change(), 0..40)
}

proptest! {
    #[test]
    fn what_is_free_is_what_a_list_says(changes in changes(), wishes in proptest::collection::vec(spans(), 1..30)) {
        let (index, list) = after(changes);
        for wish in wishes.into_iter().map(span) {
            let free: Vec<u8> = index.free_among(0..ROOMS + 1, wish).collect();
            let expected: Vec<u8> = (0..ROOMS).filter(|room| list.is_free(*room, wish)).collect();
            prop_assert_eq!(&free, &expected);
            prop_assert!((0..=ROOMS).all(|room| index.is_free(room, wish) == expected.contains(&room)));
        }
    }

    #[test]
    fn beginnings_are_the_slots_after_which_everything_is_free(changes in changes(), length in 1_usize..200) {
        let (index, list) = after(changes);
        for room in 0..ROOMS {
            let found = index.beginnings(room, length);
            let lasts = SLOT * i32::try_from(length).expect("a few hours");
            let expected: Vec<usize> = (0..grid().len())
                .filter(|slot| {
                    let start = grid().start_of(*slot);
                    list.is_free(room, Timing { start, end: start + lasts })
                })
                .collect();
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected.clone());
            prop_assert!((0..grid().len() + 70).all(|slot| found.has(slot) == expected.contains(&slot)));
        }
        prop_assert_eq!(index.beginnings(ROOMS, length).iter().count(), 0);
    }

    #[test]
    fn conflicts_and_the_best_times_are_counted_as_in_a_list(
        changes in changes(),
        times in proptest::collection::vec(proptest::collection::vec(spans(), 1..8), 1..6),
    ) {
        let (index, list) = after(changes);
        let times: Vec<Vec<Timing>> = times.into_iter().map(|dates| dates.into_iter().map(span).collect()).collect();
        let taken = |room: u8, dates: &[Timing]| -> Vec<usize> {
            (0..dates.len()).filter(|number| !list.is_free(room, dates[*number])).collect()
        };
        let mut expected = Vec::new();
        for room in [2, 0, 3] {
            for (time, dates) in times.iter().enumerate() {
                prop_assert_eq!(index.conflicts(room, dates), taken(room, dates));
                expected.push(Weekly { of: room, time, taken: taken(room, dates) });
            }
        }
        expected.sort_by_key(|weekly| (weekly.taken.len(), weekly.time, [2, 0, 3].iter().position(|room| *room == weekly.of)));
        expected.truncate(7);
        prop_assert_eq!(index.best_weekly(&[2, 0, 3, ROOMS], &times, 7), expected);
    }

    #[test]
    fn counts_are_those_of_single_slots(changes in changes(), from in 0_usize..900, length in 0_usize..300) {
        let (mut index, _) = after(changes);
        let row = index.add(0).clone();
        let range = from..from + length;
        prop_assert_eq!(row.count(range.clone()), range.clone().filter(|slot| row.has(*slot)).count());
        prop_assert_eq!(row.any(range.clone()), row.count(range) > 0);
    }
}

#[test]
fn a_second_in_a_slot_takes_all_of_it_and_a_full_slot_takes_no_other() {
    let mut index = FreeTime::new(grid());
    index.take(0, span((300, 1)));
    let slot = |number: i64| span((number * 300, 300));
    assert_eq!([0, 1, 2].map(|number| index.is_free(0, slot(number))), [true, false, true]);
    let a_moment = Timing { start: at(900), end: at(900) + SignedDuration::from_nanos(1) };
    index.take(0, a_moment);
    assert_eq!([2, 3, 4].map(|number| index.is_free(0, slot(number))), [true, false, true]);
}

#[test]
fn seconds_touch_the_same_slots_as_instants() {
    for (start, end) in [(-700, 900), (0, 1), (299, 301), (300, 600), (1, LENGTH + 90_000), (LENGTH, LENGTH + 1)] {
        assert_eq!(grid().touched_seconds(BEGIN + start, BEGIN + end), grid().touched(span((start, end - start))));
    }
}

#[test]
fn what_lies_outside_the_grid_is_not_said_to_be_free() {
    let mut index = FreeTime::new(grid());
    index.add(0);
    assert!(index.is_free(0, span((0, LENGTH))));
    assert!(!index.is_free(0, span((-1, 600))));
    assert!(!index.is_free(0, span((LENGTH - 300, 301))));
    assert!(!index.is_free(0, span((600, 0))), "nothing is no time");
    index.remove(0);
    assert!(!index.is_free(0, span((0, 300))));
    assert!(Grid::over(span((600, -300))).is_empty());
}
