//! Every proposal is what looking at each date by itself says, and no better one is left out.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Weekday;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::RoomKind;

fn room(number: u8, seats: u32, site: &str) -> Room {
    Room {
        id: RoomId::from_uuid(Uuid::from_u128(u128::from(number))),
        kind: RoomKind::Physical,
        name: format!("Raum {number}"),
        site: Some(site.into()),
        capacity: seats,
        notes: None,
        retired_at: None,
        version: 1,
    }
}

fn zone() -> TimeZone {
    crate::timing::zone("Europe/Berlin").expect("a known zone")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn wall(text: &str) -> Timestamp {
    zone().to_timestamp(text.parse().expect("a wall time")).expect("an instant")
}

type Held = BTreeMap<RoomId, Vec<(Timestamp, Timestamp)>>;

fn search<'a>(rooms: &'a [Room], zone: &'a TimeZone, weeks: usize, quarters: u32) -> WeeklySearch<'a> {
    let from = day("2026-11-25");
    WeeklySearch { from, weeks, quarters, zone, after: Timestamp::MIN, rooms, seats: 8, site: Some("Erfurt"), limit: 3 }
}

fn best(search: &WeeklySearch<'_>, held: &Held, may_use: impl Fn(RoomId, Timing) -> bool) -> Vec<WeeklyProposal> {
    let taken = |room: RoomId, opens: &[i64], count: u32| {
        let is_taken = |from: i64| {
            let touches =
                |(start, end): &(Timestamp, Timestamp)| start.as_second() < from + 900 && from < end.as_second();
            held.get(&room).into_iter().flatten().any(touches)
        };
        let of_day = |opens: &i64| {
            let taken = (0..count).filter(|quarter| is_taken(opens + i64::from(*quarter) * 900));
            taken.fold(0, |word, quarter| word | 1 << quarter)
        };
        opens.iter().map(of_day).collect()
    };
    best_weekly(search, taken, |room| room.as_uuid().as_u128() == 2, may_use)
}

fn rooms() -> Vec<Room> {
    vec![room(1, 10, "Erfurt"), room(2, 16, "Erfurt"), room(3, 8, "Gera"), room(4, 4, "Erfurt")]
}

#[test]
fn a_room_that_is_free_on_all_dates_wins_and_dates_of_this_week_that_are_over_come_last() {
    let (rooms, zone) = (rooms(), zone());
    // The first room has something at nine on every Thursday but one.
    let mut held = Held::new();
    for date in ["2026-11-26", "2026-12-03", "2026-12-10"] {
        let span = (wall(&format!("{date}T09:00")), wall(&format!("{date}T09:30")));
        held.entry(rooms[0].id).or_default().push(span);
    }
    let found = best(&search(&rooms, &zone, 4, 4), &held, |_, _| true);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|one| one.room == rooms[0].id && one.taken.is_empty() && one.dates == 4), "{found:?}");
    assert_eq!(found[0].first, "2026-11-30T08:00".parse().expect("a wall time"), "this Monday is over");
    assert_eq!(found[0].reasons, [WeeklyReason::AllDatesFree, WeeklyReason::SpareSeats(2)]);
}

#[test]
fn holidays_are_left_out_and_named() {
    let (rooms, zone) = (rooms(), zone());
    let friday = WeeklySearch { from: day("2026-12-25"), limit: 400, ..search(&rooms, &zone, 2, 4) };
    let found = best(&friday, &Held::new(), |_, _| true);
    // Christmas and New Year's Day are both Fridays: nothing is left of that day of the week.
    assert!(!found.is_empty() && found.iter().all(|one| one.first.weekday() != Weekday::Friday));
    let longer = WeeklySearch { weeks: 3, ..friday };
    let found = best(&longer, &Held::new(), |_, _| true);
    let friday = found.iter().find(|one| one.first.date() == day("2027-01-08")).expect("the third Friday");
    assert_eq!(friday.dates, 1);
    assert!(friday.reasons.contains(&WeeklyReason::Holidays(2)), "{friday:?}");
}

#[test]
fn rules_take_dates_as_bookings_do() {
    let zone = zone();
    let rooms = vec![room(2, 8, "Erfurt")];
    let until = wall("2026-12-10T00:00");
    let one = WeeklySearch { limit: 1, ..search(&rooms, &zone, 4, 4) };
    let found = best(&one, &Held::new(), |_, timing| timing.end < until && timing.start > wall("2026-11-27T00:00"));
    assert_eq!(found[0].taken.len(), 2, "{found:?}");
    assert_eq!(found[0].reasons[0], WeeklyReason::DatesTaken(2));
}

#[test]
fn what_is_over_today_cannot_be_had() {
    let (rooms, zone) = (rooms(), zone());
    let now = wall("2026-11-25T12:50");
    let today = WeeklySearch { after: now, limit: 400, ..search(&rooms, &zone, 1, 4) };
    let found = best(&today, &Held::new(), |_, _| true);
    let on =
        |clock: &str| found.iter().find(|one| one.first == format!("2026-11-25T{clock}").parse().expect("a wall time"));
    assert_eq!(on("13:00").map(|one| one.taken.len()), Some(0), "{found:?}");
    let earlier = found.iter().filter(|one| one.first < "2026-11-25T13:00".parse().expect("a wall time"));
    assert!(earlier.clone().count() > 0 && earlier.clone().all(|one| one.taken == [day("2026-11-25")]), "{found:?}");
}

#[test]
fn nothing_is_found_where_nothing_fits() {
    let zone = zone();
    let small = vec![room(1, 4, "Erfurt")];
    assert_eq!(best(&search(&small, &zone, 4, 4), &Held::new(), |_, _| true), []);
    let rooms = rooms();
    assert_eq!(best(&search(&rooms, &zone, 4, 41), &Held::new(), |_, _| true), []);
    assert_eq!(best(&search(&rooms, &zone, 0, 4), &Held::new(), |_, _| true), []);
}

fn holdings() -> impl Strategy<Value = Vec<(u8, i64, i64)>> {
    // Rooms, minutes after the first Monday, minutes long: over three weeks and the change of the clocks in March.
    proptest::collection::vec((1_u8..4, 0_i64..5 * 7 * 1_440, 5_i64..600), 0..60)
}

proptest! {
    #[test]
    fn it_proposes_what_looking_at_every_date_proposes(
        holdings in holdings(), weeks in 1_usize..5, quarters in 1_u32..12, is_ruled in any::<bool>(),
    ) {
        let (rooms, zone) = (rooms(), zone());
        let from = day("2027-03-17");
        let begin = wall("2027-03-15T00:00");
        let mut held = Held::new();
        for (number, start, length) in holdings {
            let start = begin + SignedDuration::from_mins(start);
            let room = RoomId::from_uuid(Uuid::from_u128(u128::from(number)));
            held.entry(room).or_default().push((start, start + SignedDuration::from_mins(length)));
        }
        let search = WeeklySearch { from, ..search(&rooms, &zone, weeks, quarters) };
        // The second room may not be had on the 24th.
        let closed = Timing { start: wall("2027-03-24T00:00"), end: wall("2027-03-25T00:00") };
        let may_use = |room: RoomId, timing: Timing| {
            !is_ruled || room != rooms[1].id || timing.end <= closed.start || timing.start >= closed.end
        };
        let found = best(&search, &held, may_use);
        prop_assert!(!found.is_empty());
        // The plain way: every day, every quarter, every room.
        let mut plain: Option<u32> = None;
        for room in rooms.iter().filter(|room| room.capacity >= 8) {
            for weekday in 0..5_i32 {
                let dates: Vec<Date> = (0..7 * weeks as i32)
                    .map(|after| from.saturating_add(after.days()))
                    .filter(|date| i32::from(date.weekday().to_monday_zero_offset()) == weekday)
                    .filter(|date| holiday(*date).is_none())
                    .collect();
                for quarter in 0..=(40 - quarters) {
                    let is_taken = |date: &&Date| {
                        let start = zone.to_timestamp(date.at(8, 0, 0, 0)).expect("an instant");
                        let start = start + SignedDuration::from_mins(i64::from(quarter) * 15);
                        let end = start + SignedDuration::from_mins(i64::from(quarters) * 15);
                        let row = held.get(&room.id).into_iter().flatten();
                        // Outwards to quarters of an hour, as the search sees it.
                        let touches = |(from, until): &(Timestamp, Timestamp)| {
                            let from = from.as_second().div_euclid(900) * 900;
                            let until = (until.as_second() + 899).div_euclid(900) * 900;
                            from < end.as_second() && start.as_second() < until
                        };
                        row.clone().any(touches) || !may_use(room.id, Timing { start, end })
                    };
                    let taken: Vec<Date> = dates.iter().filter(is_taken).copied().collect();
                    let elsewhere = if room.site.as_deref() == Some("Erfurt") { 0 } else { 100 };
                    let lunch = if quarter < 20 && quarter + quarters > 16 { 60 } else { 0 };
                    let large = 40 * (room.capacity - 8).min(8) / 8;
                    let penalty = 50 * taken.len() as u32 + elsewhere + lunch + large;
                    if !dates.is_empty() {
                        plain = Some(plain.map_or(penalty, |least| least.min(penalty)));
                    }
                    let opens = dates.first().map(|date| date.at(8, 0, 0, 0).saturating_add((i64::from(quarter) * 15).minutes()));
                    if let Some(one) = found.iter().find(|one| Some(one.first) == opens && one.room == room.id) {
                        prop_assert_eq!((&one.taken, one.dates, one.penalty), (&taken, dates.len(), penalty));
                    }
                }
            }
        }
        prop_assert_eq!(Some(found[0].penalty), plain);
    }
}
