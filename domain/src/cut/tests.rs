use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{BookingId, Deviation, OccurrenceId, OccurrenceState, timing};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn berlin() -> TimeZone {
    timing::zone("Europe/Berlin").expect("a known zone")
}

fn wall(text: &str) -> DateTime {
    text.parse().expect("a wall time")
}

fn series(rule: &str, dates: &[&str], except: &[&str]) -> Series {
    let moments = |texts: &[&str]| texts.iter().map(|text| Moment::Wall(wall(text))).collect();
    Series {
        start: wall("2026-11-24T10:00"),
        duration: HOUR,
        rule: rule.parse().expect("a rule"),
        dates: moments(dates),
        except: moments(except),
        unfolded_until: None,
    }
}

/// Every date as the series has it.
fn unfolded(series: &Series) -> Vec<Occurrence> {
    let dates = series.dates(&berlin(), Timestamp::MIN, Timestamp::MAX).expect("few dates");
    let row = |(number, date): (usize, crate::recurrence::Instance)| Occurrence {
        id: OccurrenceId::from_uuid(Uuid::from_u128(number as u128 + 1)),
        booking: BookingId::from_uuid(Uuid::from_u128(1)),
        start: date.start,
        end: date.start + HOUR,
        state: OccurrenceState::Held,
        locked_at: None,
        key: Some(date.key),
        deviation: Deviation::default(),
    };
    dates.into_iter().enumerate().map(row).collect()
}

fn move_to(one: &mut Occurrence, start: Timestamp) {
    (one.start, one.end) = (start, start + HOUR);
    one.deviation.is_moved = true;
}

/// What a reader of the series finds.
fn named(series: &Series) -> Vec<DateTime> {
    let dates = series.dates(&berlin(), Timestamp::MIN, Timestamp::MAX).expect("few dates");
    let mut names: Vec<DateTime> = dates.into_iter().map(|date| date.key).collect();
    names.sort_unstable();
    names
}

fn keys(dates: &[Occurrence]) -> Vec<DateTime> {
    let mut keys: Vec<DateTime> = dates.iter().filter_map(|one| one.key).collect();
    keys.sort_unstable();
    keys
}

fn places(dates: &[Occurrence]) -> BTreeSet<(OccurrenceId, Timestamp, Timestamp, bool)> {
    dates.iter().map(|one| (one.id, one.start, one.end, one.state == OccurrenceState::Held)).collect()
}

/// Each date is on the side where it takes place, each side names its dates and no others, and none has changed.
fn judge(series: &Series, dates: &[Occurrence], from: &Occurrence) -> Result<(), TestCaseError> {
    let halves = cut(series, dates, from, &berlin());
    prop_assume!(!halves.before.is_empty());
    let (ending, before, start) = (halves.ending.clone(), halves.before.clone(), halves.rest.start);
    let (rest, later) = halves.begin(start, &berlin());
    prop_assert!(before.iter().all(|one| one.start < from.start) && later.iter().all(|one| one.start >= from.start));
    let mut both = places(&before);
    both.extend(places(&later));
    prop_assert_eq!(both, places(dates));
    prop_assert_eq!(before.len() + later.len(), dates.len());
    prop_assert_eq!(named(&ending), keys(&before), "the series that ends: {:?}", ending);
    prop_assert_eq!(named(&rest), keys(&later), "the series that goes on: {:?}", rest);
    Ok(())
}

#[test]
fn a_date_moved_over_the_cut_is_on_the_side_where_it_takes_place() {
    let series = series("FREQ=WEEKLY;COUNT=6", &[], &[]);
    let mut dates = unfolded(&series);
    let (early, late) = (dates[1].start - HOUR * 30, dates[4].start + HOUR * 3);
    // The fifth before the second, the first after the fourth.
    move_to(&mut dates[4], early);
    move_to(&mut dates[0], late);
    dates.sort_by_key(|one| one.start);
    let from = dates.iter().find(|one| one.key == Some(wall("2026-12-15T10:00"))).expect("the fourth").clone();
    let halves = cut(&series, &dates, &from, &berlin());
    assert_eq!(named(&halves.ending), ["2026-12-01T10:00", "2026-12-08T10:00", "2026-12-22T10:00"].map(wall));
    assert_eq!(halves.rest.rule.to_string(), "FREQ=WEEKLY;COUNT=3");
    let start = halves.rest.start;
    assert_eq!(start, wall("2026-12-15T10:00"));
    let (rest, later) = halves.begin(start, &berlin());
    // The one that came from before is called by its place, the one that stayed is left out.
    assert_eq!(named(&rest), ["2026-12-15T10:00", "2026-12-22T13:00", "2026-12-29T10:00"].map(wall));
    assert_eq!(keys(&later), named(&rest));
}

#[test]
fn a_cut_at_a_date_that_was_moved_back_or_forth_leaves_no_trace_of_its_old_place() {
    for hours in [-24 * 10, -30, 30, 24 * 10] {
        let series = series("FREQ=WEEKLY;COUNT=8", &[], &[]);
        let mut dates = unfolded(&series);
        let place = dates[3].start + HOUR * hours;
        move_to(&mut dates[3], place);
        let from = dates[3].clone();
        dates.sort_by_key(|one| one.start);
        judge(&series, &dates, &from).unwrap_or_else(|error| panic!("{hours} hours: {error}"));
    }
}

#[test]
fn where_only_what_was_moved_before_the_first_date_is_left_the_series_is_that_date() {
    let series = series("FREQ=WEEKLY;COUNT=3", &[], &[]);
    let mut dates = unfolded(&series);
    let place = dates[0].start - HOUR * 5;
    move_to(&mut dates[1], place);
    let from = dates[0].clone();
    dates.sort_by_key(|one| one.start);
    let halves = cut(&series, &dates, &from, &berlin());
    assert_eq!(named(&halves.ending), [wall("2026-12-01T10:00")]);
    judge(&series, &dates, &from).expect("each date once");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn wherever_dates_were_moved_and_a_series_is_cut_none_is_lost_or_doubled(
        rule in prop_oneof![
            (2_u32..12).prop_map(|count| format!("FREQ=WEEKLY;COUNT={count}")),
            (2_u32..20).prop_map(|count| format!("FREQ=DAILY;COUNT={count}")),
            (2_u32..20).prop_map(|count| format!("FREQ=DAILY;COUNT={count};INTERVAL=3")),
            (2_u32..14).prop_map(|count| format!("FREQ=WEEKLY;BYDAY=TU,FR;COUNT={count}")),
            Just("FREQ=WEEKLY;UNTIL=20270131T090000Z".to_owned()),
            Just("FREQ=MONTHLY;BYDAY=-1TU,4TU;COUNT=9".to_owned()),
        ],
        besides in proptest::sample::subsequence(vec!["2026-11-24T07:00", "2026-12-02T15:00", "2027-01-13T08:30"], 0..=3),
        except in proptest::sample::subsequence(vec!["2026-11-27T10:00", "2026-12-01T10:00", "2026-12-22T10:00"], 0..=3),
        deeds in proptest::collection::vec((0_usize..24, 0_u8..4, -500_i64..500), 0..8),
        place in any::<proptest::sample::Index>(),
    ) {
        let series = series(&rule, &besides, &except);
        let mut dates = unfolded(&series);
        for (number, deed, hours) in deeds {
            let count = dates.len();
            let one = &mut dates[number % count];
            if deed & 1 == 1 {
                one.state = OccurrenceState::Cancelled;
            }
            if deed & 2 == 2 {
                let start = one.start + HOUR * i32::try_from(hours).expect("few") + SignedDuration::from_mins(7);
                move_to(one, start);
            }
        }
        dates.sort_by_key(|one| one.start);
        let from = place.get(&dates).clone();
        judge(&series, &dates, &from)?;
    }
}
