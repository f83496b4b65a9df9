use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::RoomKind;
use crate::freetime::Grid;

/// Monday, 2026-11-23T00:00+01:00.
const MONDAY: i64 = 1_795_388_400;
const DAY: i64 = 86_400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(MONDAY + second).expect("a year we live in")
}

fn span(start: i64, end: i64) -> Timing {
    Timing { start: at(start), end: at(end) }
}

/// Hours after Monday's midnight.
fn hours(start: f64, end: f64) -> Timing {
    span((start * 3600.0) as i64, (end * 3600.0) as i64)
}

fn person(number: u8) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(u128::from(number)))
}

fn room(number: u8, capacity: u32, site: &str) -> Room {
    Room {
        id: RoomId::from_uuid(Uuid::from_u128(u128::from(number))),
        kind: RoomKind::Physical,
        name: format!("Room {number}"),
        site: Some(site.to_owned()),
        capacity,
        notes: None,
        retired_at: None,
        version: 1,
    }
}

struct Office {
    people: FreeTime<PersonId>,
    rooms: FreeTime<RoomId>,
    all: Vec<Room>,
    zone: TimeZone,
    people_asked: Vec<PersonId>,
}

impl Office {
    fn new(rooms: Vec<Room>) -> Self {
        let grid = Grid::over(span(0, 14 * DAY));
        let (mut people, mut taken) = (FreeTime::new(grid.clone()), FreeTime::new(grid));
        let asked: Vec<PersonId> = (0..3).map(person).collect();
        asked.iter().for_each(|person| _ = people.add(*person));
        rooms.iter().for_each(|room| _ = taken.add(room.id));
        let zone = crate::timing::zone("Europe/Berlin").expect("it is known");
        Self { people, rooms: taken, all: rooms, zone, people_asked: asked }
    }

    fn search(&self) -> Search<'_> {
        Search {
            window: span(0, 14 * DAY),
            length: SignedDuration::from_hours(1),
            zone: &self.zone,
            people: &self.people_asked,
            rooms: Some(&self.all),
            seats: 6,
            site: None,
            limit: 3,
        }
    }

    fn find(&self, search: &Search<'_>) -> Vec<Proposal> {
        find(search, &self.people, |room, length| self.rooms.beginnings(room, length), |_, _| true)
    }
}

#[test]
fn the_first_free_hour_of_a_working_day_is_best_and_says_why() {
    let office = Office::new(vec![room(1, 40, "Erfurt"), room(2, 8, "Erfurt"), room(3, 4, "Erfurt")]);
    let best = office.find(&office.search());
    assert_eq!(best[0].timing, hours(8.0, 9.0));
    assert_eq!(best[0].room, Some(office.all[1].id), "the one that fits best");
    assert_eq!(best[0].reasons, [Reason::EverybodyFree, Reason::SpareSeats(2)]);
    assert_eq!([best[1].timing, best[2].timing], [hours(9.0, 10.0), hours(10.0, 11.0)]);
}

#[test]
fn who_cannot_come_weighs_more_than_a_day_off_and_that_more_than_an_early_hour() {
    let mut office = Office::new(vec![room(1, 8, "Erfurt")]);
    // Anna has something on all working days of the fortnight.
    let all_of_it = |office: &mut Office, day: i32| {
        office.people.take(person(0), hours(f64::from(day) * 24.0, f64::from(day) * 24.0 + 24.0));
    };
    let working_days = (0..14).filter(|day| ![5, 6, 12, 13].contains(day));
    working_days.clone().for_each(|day| all_of_it(&mut office, day));
    let search = Search { limit: 1, ..office.search() };
    let best = office.find(&search);
    assert_eq!(best[0].timing, hours(5.0 * 24.0 + 8.0, 5.0 * 24.0 + 9.0));
    assert_eq!(best[0].reasons, [Reason::EverybodyFree, Reason::Weekend, Reason::SpareSeats(2)]);
    // But for an early hour on the first Tuesday.
    let mut office = Office::new(office.all);
    working_days.filter(|day| *day != 1).for_each(|day| all_of_it(&mut office, day));
    office.people.take(person(0), hours(24.0, 31.0));
    office.people.take(person(0), hours(32.0, 48.0));
    let search = Search { limit: 1, ..office.search() };
    let best = office.find(&search);
    assert_eq!(best[0].timing, hours(31.0, 32.0));
    assert_eq!(best[0].reasons, [Reason::EverybodyFree, Reason::OutsideWorkingHours, Reason::SpareSeats(2)]);
}

#[test]
fn holidays_sites_rules_and_full_sites_are_named() {
    let mut office = Office::new(vec![room(1, 8, "Jena"), room(2, 12, "Erfurt"), room(3, 12, "Erfurt")]);
    let search = Search { site: Some("Erfurt"), limit: 1, ..office.search() };
    assert_eq!(office.find(&search)[0].room, Some(office.all[1].id), "larger, but at the place");
    let only_jena = |id, _: Timing| id == room(1, 8, "").id;
    let best = find(&search, &office.people, |room, length| office.rooms.beginnings(room, length), only_jena);
    assert_eq!(best[0].reasons, [Reason::EverybodyFree, Reason::OtherSite, Reason::SpareSeats(2)]);
    let best = find(&search, &office.people, |room, length| office.rooms.beginnings(room, length), |_, _| false);
    assert_eq!((best[0].room, best[0].reasons.last()), (None, Some(&Reason::NoRoomFree)));
    for number in [2, 3] {
        office.rooms.take(room(number, 12, "").id, span(0, 14 * DAY));
    }
    let search = Search { window: hours(8.0, 9.0), limit: 1, ..office.search() };
    assert_eq!(office.find(&search)[0].reasons, [Reason::EverybodyFree, Reason::SpareSeats(2)], "Jena is not full");
    let search = Search { rooms: None, window: hours(12.0, 13.0), people: &[], limit: 1, ..office.search() };
    assert_eq!(office.find(&search)[0].reasons, [Reason::Lunch], "no room is looked for, nobody is asked for");
    // Christmas, as seen from the fortnight before.
    let christmas: Timestamp = "2026-12-25T09:00:00+01:00".parse().expect("an instant");
    let window = Timing { start: christmas, end: christmas + SignedDuration::from_hours(1) };
    let mut grown = FreeTime::new(Grid::over(window));
    grown.add(person(0));
    let search = Search { rooms: None, window, people: &[person(0)], limit: 1, ..office.search() };
    let best = find(&search, &grown, |room, length| office.rooms.beginnings(room, length), |_, _| true);
    assert_eq!(best[0].reasons, [Reason::EverybodyFree, Reason::Holiday(Holiday::ChristmasDay)]);
}

/// All times with their rooms, sorted, and the best that do not overlap.
fn plainly_ranked(search: &Search<'_>, office: &Office) -> Vec<Proposal> {
    let looker = Looker::new(search, &office.people, |room, length| office.rooms.beginnings(room, length));
    let mut all: Vec<Proposal> =
        (0..).map_while(|number| looker.timing(number)).map(|one| looker.proposal(one)).collect();
    all.iter_mut().for_each(|one| looker.weigh_room(one, |_, _| true));
    all.sort_by_key(|one| (one.penalty, one.timing.start));
    let mut best: Vec<Proposal> = Vec::new();
    for one in all {
        let is_apart = |other: &Proposal| other.timing.end <= one.timing.start || one.timing.end <= other.timing.start;
        if best.len() < search.limit && best.iter().all(is_apart) {
            best.push(one);
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_proposed_is_so_and_nothing_better_was_passed_over(
        people in proptest::collection::vec((0_u8..3, 0..14 * DAY, 300..2 * DAY), 0..20),
        taken in proptest::collection::vec((0_u8..3, 0..14 * DAY, 300..2 * DAY), 0..20),
        minutes in 1_i64..600,
    ) {
        let mut office = Office::new(vec![room(0, 8, "Erfurt"), room(1, 6, "Jena"), room(2, 5, "Jena")]);
        let busy: Vec<(u8, Timing)> = people.iter().map(|(who, start, length)| (*who, span(*start, start + length))).collect();
        let held: Vec<(u8, Timing)> = taken.iter().map(|(which, start, length)| (*which, span(*start, start + length))).collect();
        busy.iter().for_each(|(who, span)| office.people.take(person(*who), *span));
        held.iter().for_each(|(which, span)| office.rooms.take(room(*which, 0, "").id, *span));
        let search = Search { length: SignedDuration::from_mins(minutes), limit: 5, ..office.search() };
        let best = office.find(&search);
        // Rounded outwards, as the bits are.
        let slot = SLOT.as_secs();
        let overlaps = |taken: Timing, wish: Timing| {
            let out = |span: Timing| (span.start.as_second().div_euclid(slot), (span.end.as_second() + slot - 1).div_euclid(slot));
            out(taken).0 < out(wish).1 && out(wish).0 < out(taken).1
        };
        let is_busy = |who: u8, wish| busy.iter().any(|(one, taken)| *one == who && overlaps(*taken, wish));
        let is_held = |which: u8, wish| held.iter().any(|(one, taken)| *one == which && overlaps(*taken, wish));
        for proposal in &best {
            let expected: Vec<PersonId> = (0..3).filter(|who| is_busy(*who, proposal.timing)).map(person).collect();
            prop_assert_eq!(&proposal.busy, &expected);
            let free: Vec<RoomId> = [1, 0].into_iter().filter(|which| !is_held(*which, proposal.timing)).map(|which| room(which, 0, "").id).collect();
            prop_assert_eq!(proposal.room, free.first().copied());
            prop_assert_eq!(proposal.timing.end.duration_since(proposal.timing.start), search.length);
            prop_assert!(proposal.timing.start >= search.window.start && proposal.timing.end <= search.window.end);
        }
        prop_assert!(best.windows(2).all(|pair| pair[0].penalty <= pair[1].penalty));
        prop_assert_eq!(&best, &plainly_ranked(&search, &office));
        for (place, one) in best.iter().enumerate() {
            prop_assert!(best[place + 1..].iter().all(|other| other.timing.end <= one.timing.start || one.timing.end <= other.timing.start));
        }
        // Nobody busy beats somebody busy, wherever there is such a time.
        let fewest = (0..14 * 96).map(|quarter| {
            let start = at(quarter * 900);
            Timing { start, end: start + search.length }
        }).filter(|wish| wish.end <= search.window.end && ![0, 1].iter().all(|which| is_held(*which, *wish)))
            .map(|wish| (0..3).filter(|who| is_busy(*who, wish)).count()).min();
        if fewest == Some(0) {
            prop_assert!(best[0].busy.len() <= 1, "a day off and an early hour weigh less than one person");
        }
    }
}
