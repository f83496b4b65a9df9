//! Clocks put forward and back, and ends that are instants.

use domain::recurrence::{ExpandRefused, Instance, Moment, Recurrence};
use domain::timing::zone;
use jiff::Timestamp;

use crate::rfc::wall;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn recurrence(start: &str, rule: &str) -> Recurrence {
    let rule = (!rule.is_empty()).then(|| rule.parse().expect(rule));
    Recurrence { start: wall(start), rule, dates: Vec::new(), except: Vec::new() }
}

fn unfold(recurrence: &Recurrence, name: &str) -> Vec<Instance> {
    let zone = zone(name).expect("a known zone");
    recurrence.instances(&zone, Timestamp::MIN, at("2040-01-01T00:00:00Z"), 1_000).expect("bounded")
}

fn starts(recurrence: &Recurrence, name: &str) -> Vec<String> {
    unfold(recurrence, name).into_iter().map(|date| date.start.to_string()).collect()
}

#[test]
fn a_wall_time_in_the_gap_is_read_with_the_offset_before_it_and_keeps_its_name() {
    let nightly = recurrence("20270327T023000", "FREQ=DAILY;COUNT=3");
    let found = unfold(&nightly, "Europe/Berlin");
    let starts: Vec<Timestamp> = found.iter().map(|date| date.start).collect();
    assert_eq!(starts, [at("2027-03-27T01:30:00Z"), at("2027-03-28T01:30:00Z"), at("2027-03-29T00:30:00Z")]);
    assert_eq!(found[1].key, wall("20270328T023000"), "the gap does not change what the date is called");
}

#[test]
fn a_wall_time_that_happens_twice_is_the_first() {
    let nightly = recurrence("20261024T023000", "FREQ=DAILY;COUNT=3");
    assert_eq!(
        starts(&nightly, "Europe/Berlin"),
        ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
}

#[test]
fn two_wall_times_on_one_instant_are_one_date_and_the_order_is_that_of_instants() {
    let half_hourly = recurrence("20270328T013000", "FREQ=MINUTELY;INTERVAL=30;COUNT=6");
    // 01:30, 02:00 and 02:30 (the clocks jump: 03:00, 03:30), 03:00, 03:30, 04:00.
    let expected = ["2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z", "2027-03-28T02:00:00Z"];
    assert_eq!(starts(&half_hourly, "Europe/Berlin"), expected);
}

#[test]
fn until_in_utc_includes_the_last_date_and_nothing_later() {
    let weekly = |until: &str| recurrence("20260105T090000", &format!("FREQ=WEEKLY;UNTIL={until}"));
    assert_eq!(starts(&weekly("20260119T080000Z"), "Europe/Berlin").len(), 3, "the very last start is included");
    assert_eq!(starts(&weekly("20260119T075959Z"), "Europe/Berlin").len(), 2);
    assert_eq!(starts(&weekly("20260119"), "Europe/Berlin").len(), 3, "a day is included as a whole");
    assert_eq!(starts(&weekly("20260119T090000"), "Europe/Berlin").len(), 3, "a wall time is one of the zone");
    assert!(starts(&weekly("20260101T000000Z"), "Europe/Berlin").is_empty());
}

#[test]
fn until_and_the_day_differ_west_of_utc_and_across_the_change_of_clocks() {
    let evenings = recurrence("20261030T200000", "FREQ=DAILY;UNTIL=20261103T010000Z");
    // 20:00 in New York is 00:00 UTC in summer time and 01:00 in winter time.
    assert_eq!(starts(&evenings, "America/New_York").last().map(String::as_str), Some("2026-11-03T01:00:00Z"));
    assert_eq!(starts(&evenings, "America/New_York").len(), 4);
    let samoa = recurrence("20111229T120000", "FREQ=DAILY;COUNT=3");
    // Apia skipped the whole of 30 December 2011.
    assert_eq!(starts(&samoa, "Pacific/Apia"), ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"]);
}

#[test]
fn single_dates_come_and_go_in_wall_times_and_instants() {
    let mut series = recurrence("20261124T093000", "FREQ=WEEKLY;COUNT=3");
    series.dates = vec![Moment::Wall(wall("20261126T140000")), Moment::Instant(at("2026-12-01T08:30:00Z"))];
    series.except = vec![Moment::Instant(at("2026-11-24T08:30:00Z"))];
    let expected = ["2026-11-26T13:00:00Z", "2026-12-01T08:30:00Z", "2026-12-08T08:30:00Z"];
    assert_eq!(starts(&series, "Europe/Berlin"), expected);
    let mut single = recurrence("20261124T093000", "");
    single.dates = vec![Moment::Wall(wall("20261126T140000"))];
    assert_eq!(starts(&single, "Europe/Berlin"), ["2026-11-24T08:30:00Z", "2026-11-26T13:00:00Z"]);
}

#[test]
fn leap_days_and_months_without_the_day_are_left_out() {
    let leap = recurrence("20240229T100000", "FREQ=YEARLY;COUNT=4");
    let years: Vec<i16> = unfold(&leap, "Europe/Berlin").iter().map(|date| date.key.year()).collect();
    assert_eq!(years, [2024, 2028, 2032, 2036]);
    let last = recurrence("20260131T100000", "FREQ=MONTHLY;COUNT=4");
    let months: Vec<i8> = unfold(&last, "Europe/Berlin").iter().map(|date| date.key.month()).collect();
    assert_eq!(months, [1, 3, 5, 7]);
}

#[test]
fn an_endless_rule_is_bounded_by_what_is_asked_for() {
    let daily = recurrence("20260105T090000", "FREQ=DAILY");
    let zone = zone("Europe/Berlin").expect("a known zone");
    let (from, to) = (at("2030-01-01T00:00:00Z"), at("2030-01-11T00:00:00Z"));
    assert_eq!(daily.instances(&zone, from, to, 10).expect("ten").len(), 10);
    assert_eq!(daily.instances(&zone, from, to, 9), Err(ExpandRefused::TooMany { most: 9 }));
}

#[test]
fn rules_that_name_nothing_end_the_search_in_time() {
    let zone = zone("Europe/Berlin").expect("a known zone");
    for (rule, expected) in [
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", Err(ExpandRefused::TooRare)),
        ("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", Err(ExpandRefused::TooRare)),
        ("FREQ=YEARLY;INTERVAL=10000;BYMONTH=2;BYMONTHDAY=30", Ok(Vec::new())),
    ] {
        let series = recurrence("20260105T090000", rule);
        assert_eq!(series.instances(&zone, Timestamp::MIN, Timestamp::MAX, 10), expected, "{rule}");
    }
}

#[test]
fn seconds_are_counted_over_hours_and_days_the_rule_leaves_out() {
    let rule = "FREQ=SECONDLY;INTERVAL=7;COUNT=4;BYDAY=WE;BYHOUR=12;BYMINUTE=59";
    let found = starts(&recurrence("20180521T124500", rule), "UTC");
    // The 23rd at 12:59:00 is 173,640 seconds later: 24,805 times seven, and five.
    assert_eq!(found, ["2018-05-23T12:59:02Z", "2018-05-23T12:59:09Z", "2018-05-23T12:59:16Z", "2018-05-23T12:59:23Z"]);
    let halves = starts(&recurrence("20260105T080000", "FREQ=SECONDLY;BYSECOND=0,60;COUNT=3"), "UTC");
    assert_eq!(halves, ["2026-01-05T08:00:00Z", "2026-01-05T08:00:59Z", "2026-01-05T08:01:00Z"]);
}

#[test]
fn a_start_the_rule_does_not_name_is_told_with_the_first_date_it_names() {
    assert_eq!(recurrence("20261124T093000", "FREQ=WEEKLY;BYDAY=TU").misses_start(), None);
    let mondays = recurrence("20261124T093000", "FREQ=WEEKLY;BYDAY=MO");
    assert_eq!(mondays.misses_start(), Some(Some(wall("20261130T093000"))));
}
