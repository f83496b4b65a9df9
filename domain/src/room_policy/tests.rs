use jiff::civil::{date, time};
use uuid::Uuid;

use super::*;

const ANNA: PersonId = PersonId::from_uuid(Uuid::from_u128(1));
const BOSS: PersonId = PersonId::from_uuid(Uuid::from_u128(2));
const KEEPER: PersonId = PersonId::from_uuid(Uuid::from_u128(3));

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Monday, 9:00 in Berlin.
fn now() -> Timestamp {
    at("2026-11-23T08:00:00Z")
}

/// Tuesday, wall times of Berlin in winter.
fn wish(from: &str, until: &str) -> Wish<'static> {
    let instant = |clock: &str| at(&format!("2026-11-24T{clock}:00+01:00"));
    Wish { start: instant(from), end: instant(until), by: ANNA, organiser: BOSS, held: &[] }
}

fn ask(policy: &RoomPolicy, wish: &Wish<'_>) -> Vec<Breach> {
    let people = RoomPeople { bookers: vec![], delegates: vec![KEEPER] };
    breaches(policy, &people, wish, now())
}

#[test]
fn without_rules_everything_goes() {
    assert_eq!(ask(&RoomPolicy::default(), &wish("00:00", "23:59")), []);
}

#[test]
fn the_booking_window_ends_with_its_last_day() {
    let policy = RoomPolicy { booking_window_days: Some(1), ..RoomPolicy::default() };
    assert_eq!(ask(&policy, &wish("23:00", "23:30")), []);
    let later = Wish { start: at("2026-11-24T23:00:00Z"), end: at("2026-11-24T23:30:00Z"), ..wish("10:00", "11:00") };
    assert_eq!(ask(&policy, &later), [Breach::TooFarAhead { last: date(2026, 11, 24) }], "midnight in Berlin");
}

#[test]
fn shortest_and_longest_are_allowed_themselves() {
    let policy = RoomPolicy { minimum_minutes: Some(30), maximum_minutes: Some(120), ..RoomPolicy::default() };
    assert_eq!(ask(&policy, &wish("10:00", "10:29")), [Breach::TooShort { minutes: 30 }]);
    assert_eq!(ask(&policy, &wish("10:00", "10:30")), []);
    assert_eq!(ask(&policy, &wish("10:00", "12:00")), []);
    assert_eq!(ask(&policy, &wish("10:00", "12:01")), [Breach::TooLong { minutes: 120 }]);
}

#[test]
fn between_two_bookings_lies_what_one_needs_after_and_the_other_before() {
    let policy = RoomPolicy { buffer_before_minutes: 10, buffer_after_minutes: 20, ..RoomPolicy::default() };
    let held = [(at("2026-11-24T10:00:00Z"), at("2026-11-24T11:00:00Z"))];
    let ask = |from, until| ask(&policy, &Wish { held: &held, ..wish(from, until) });
    assert_eq!(ask("10:00", "10:31"), [Breach::TooClose { minutes: 30 }]);
    assert_eq!(ask("10:00", "10:30"), [], "11:00 in Berlin less half an hour");
    assert_eq!(ask("12:29", "13:00"), [Breach::TooClose { minutes: 30 }]);
    assert_eq!(ask("12:30", "13:00"), []);
}

#[test]
fn after_the_last_instant_of_the_calendar_no_time_is_needed() {
    let policy = RoomPolicy { buffer_before_minutes: 240, buffer_after_minutes: 240, ..RoomPolicy::default() };
    let last = Timestamp::MAX;
    let held = [(at("9999-12-30T12:00:00Z"), at("9999-12-30T13:00:00Z"))];
    let wish = Wish { start: at("9999-12-30T21:30:00Z"), end: last, held: &held, ..wish("10:00", "11:00") };
    assert_eq!(ask(&policy, &wish), []);
}

#[test]
fn a_blackout_holds_on_every_day_of_it() {
    let blackout = Blackout { from: date(2026, 11, 20), until: date(2026, 11, 24), why: "Umbau".into() };
    let policy = RoomPolicy { blackouts: vec![blackout.clone()], ..RoomPolicy::default() };
    assert_eq!(ask(&policy, &wish("10:00", "11:00")), [Breach::Blackout(blackout)]);
    let after = Wish { start: at("2026-11-24T23:00:00Z"), end: at("2026-11-25T01:00:00Z"), ..wish("10:00", "11:00") };
    assert_eq!(ask(&policy, &after), [], "it begins at midnight in Berlin");
}

#[test]
fn opening_hours_hold_by_the_wall_clock_of_the_room() {
    let hours = |from, until| OpeningHours { weekday: 2, from, until };
    let day = hours(time(8, 0, 0, 0), time(18, 0, 0, 0));
    let policy = RoomPolicy { opening_hours: vec![day], ..RoomPolicy::default() };
    assert_eq!(ask(&policy, &wish("08:00", "18:00")), []);
    let closed = Breach::Closed { day: date(2026, 11, 24), hours: vec![(day.from, day.until)] };
    assert_eq!(ask(&policy, &wish("07:59", "09:00")), std::slice::from_ref(&closed));
    assert_eq!(ask(&policy, &wish("17:00", "18:01")), [closed]);
    let monday = Wish { start: at("2026-11-30T09:00:00Z"), end: at("2026-11-30T10:00:00Z"), ..wish("10:00", "11:00") };
    assert_eq!(ask(&policy, &monday), [Breach::Closed { day: date(2026, 11, 30), hours: vec![] }]);
    // Summer: the same wall time is another instant.
    let summer = Wish { start: at("2027-06-01T06:00:00Z"), end: at("2027-06-01T16:00:00Z"), ..wish("10:00", "11:00") };
    assert_eq!(ask(&policy, &summer), [], "8:00 to 18:00 on a Tuesday in Berlin");
}

#[test]
fn who_stays_over_midnight_needs_both_days() {
    let all_day = |weekday| OpeningHours { weekday, from: Time::midnight(), until: Time::midnight() };
    let night = Wish { start: at("2026-11-24T21:00:00Z"), end: at("2026-11-25T01:00:00Z"), ..wish("10:00", "11:00") };
    let only = RoomPolicy { opening_hours: vec![all_day(2)], ..RoomPolicy::default() };
    assert_eq!(ask(&only, &night), [Breach::Closed { day: date(2026, 11, 25), hours: vec![] }]);
    let both = RoomPolicy { opening_hours: vec![all_day(2), all_day(3)], ..RoomPolicy::default() };
    assert_eq!(ask(&both, &night), []);
    let until_midnight = Wish { end: at("2026-11-24T23:00:00Z"), ..night };
    assert_eq!(ask(&only, &until_midnight), [], "midnight belongs to the day before");
}

#[test]
fn a_holiday_closes_a_room_that_keeps_holidays() {
    let christmas =
        Wish { start: at("2026-12-25T09:00:00Z"), end: at("2026-12-25T10:00:00Z"), ..wish("10:00", "11:00") };
    let policy = RoomPolicy { closed_on_holidays: true, ..RoomPolicy::default() };
    let closed = Breach::Holiday { day: date(2026, 12, 25), holiday: Holiday::ChristmasDay };
    assert_eq!(ask(&policy, &christmas), [closed]);
    assert_eq!(ask(&policy, &wish("10:00", "11:00")), []);
    assert_eq!(ask(&RoomPolicy::default(), &christmas), []);
}

#[test]
fn who_is_listed_books_also_through_an_assistant_and_delegates_book_as_they_like() {
    let people = RoomPeople { bookers: vec![BOSS], delegates: vec![KEEPER] };
    let ask = |bookers, wish| {
        let policy = RoomPolicy { bookers, maximum_minutes: Some(30), ..RoomPolicy::default() };
        breaches(&policy, &people, &wish, now())
    };
    let short = wish("10:00", "10:30");
    assert_eq!(ask(Bookers::Everybody, Wish { organiser: ANNA, ..short }), []);
    assert_eq!(ask(Bookers::Listed, short), [], "Anna books for the boss, who is listed");
    assert_eq!(ask(Bookers::Listed, Wish { organiser: ANNA, ..short }), [Breach::NotForYou]);
    assert_eq!(ask(Bookers::Delegates, short), [Breach::NotForYou]);
    let long = Wish { by: KEEPER, ..wish("10:00", "20:00") };
    assert_eq!(ask(Bookers::Delegates, long), [], "whoever keeps the room decides");
}

#[test]
fn every_broken_rule_is_named() {
    let policy = RoomPolicy {
        bookers: Bookers::Delegates,
        maximum_minutes: Some(30),
        opening_hours: vec![OpeningHours { weekday: 1, from: time(8, 0, 0, 0), until: time(9, 0, 0, 0) }],
        ..RoomPolicy::default()
    };
    let found = ask(&policy, &wish("10:00", "11:00"));
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found.iter().filter(|breach| breach.is_about_the_time()).count(), 1);
}

#[test]
fn rules_that_cannot_be_are_refused_by_field() {
    let ok = RoomPolicy::default;
    let hours =
        |weekday, from, until| vec![OpeningHours { weekday, from: time(from, 0, 0, 0), until: time(until, 0, 0, 0) }];
    let blackout = |from, until, why: &str| vec![Blackout { from, until, why: why.into() }];
    let (one, two) = (date(2026, 1, 1), date(2026, 1, 2));
    for (policy, field) in [
        (RoomPolicy { booking_window_days: Some(0), ..ok() }, "booking_window_days"),
        (RoomPolicy { booking_window_days: Some(3_651), ..ok() }, "booking_window_days"),
        (RoomPolicy { minimum_minutes: Some(1_441), ..ok() }, "minimum_minutes"),
        (RoomPolicy { maximum_minutes: Some(0), ..ok() }, "maximum_minutes"),
        (RoomPolicy { minimum_minutes: Some(60), maximum_minutes: Some(30), ..ok() }, "maximum_minutes"),
        (RoomPolicy { buffer_before_minutes: 241, ..ok() }, "buffer_before_minutes"),
        (RoomPolicy { buffer_after_minutes: 241, ..ok() }, "buffer_after_minutes"),
        (RoomPolicy { blackouts: blackout(two, one, ""), ..ok() }, "blackouts[0].until"),
        (RoomPolicy { blackouts: blackout(one, two, &"x".repeat(201)), ..ok() }, "blackouts[0].why"),
        (RoomPolicy { opening_hours: hours(0, 8, 9), ..ok() }, "opening_hours[0].weekday"),
        (RoomPolicy { opening_hours: hours(1, 9, 9), ..ok() }, "opening_hours[0].until"),
        (RoomPolicy { zone: "Europe/Erfurt".into(), ..ok() }, "zone"),
    ] {
        assert_eq!(policy.check().map_err(|refused| refused.field), Err(field.to_owned()));
    }
    assert_eq!(RoomPolicy { opening_hours: hours(1, 9, 0), ..ok() }.check(), Ok(()), "open until midnight");
    assert_eq!(ok().check(), Ok(()));
}

#[test]
fn what_is_asked_for_what_is_booked_and_what_is_refused() {
    let people = RoomPeople { bookers: vec![], delegates: vec![KEEPER] };
    let (short, long) = (wish("10:00", "10:30"), wish("10:00", "12:00"));
    let ask = |approval, wish: &Wish<'_>| {
        decide(&RoomPolicy { approval, maximum_minutes: Some(60), ..RoomPolicy::default() }, &people, wish, now())
    };
    let broken = || vec![Breach::TooLong { minutes: 60 }];
    assert_eq!(ask(Approval::Never, &short), Verdict::Book);
    assert_eq!(ask(Approval::Never, &long), Verdict::Refuse(broken()));
    assert_eq!(ask(Approval::OutOfPolicy, &short), Verdict::Book);
    assert_eq!(ask(Approval::OutOfPolicy, &long), Verdict::Ask(broken()));
    assert_eq!(ask(Approval::Always, &short), Verdict::Ask(vec![]));
    assert_eq!(ask(Approval::Always, &long), Verdict::Ask(broken()));
    for approval in [Approval::Never, Approval::OutOfPolicy, Approval::Always] {
        assert_eq!(ask(approval, &Wish { by: KEEPER, ..long }), Verdict::Book);
    }
}
