use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + 60 * minutes).expect("in range")
}

fn wait(number: u128, from: i64, until: i64) -> RoomWait {
    RoomWait {
        id: RoomWaitId::from_uuid(Uuid::from_u128(number)),
        room: RoomId::from_uuid(Uuid::from_u128(1)),
        person: PersonId::from_uuid(Uuid::from_u128(number)),
        time: Timing { start: at(from), end: at(until) },
        asked_at: at(number as i64),
        offered_until: None,
    }
}

fn id(number: u128) -> RoomWaitId {
    RoomWaitId::from_uuid(Uuid::from_u128(number))
}

#[test]
fn who_asked_first_has_the_offer_and_the_next_one_when_it_has_passed() {
    let mut waits = [wait(2, 600, 660), wait(1, 600, 660), wait(3, 660, 720)];
    assert_eq!(steps(&waits, |_| false, at(10)), []);
    let offered = steps(&waits, |_| true, at(10));
    assert_eq!(offered, [Step::Offer(id(1), at(70)), Step::Offer(id(3), at(70))], "the third is in nobody's way");
    waits[1].offered_until = Some(at(70));
    assert_eq!(steps(&waits[..2], |_| true, at(69)), [], "one offer at a time");
    let next = steps(&waits[..2], |_| true, at(70));
    assert_eq!(next, [Step::Remove(id(1)), Step::Offer(id(2), at(130))]);
}

#[test]
fn an_offer_ends_with_the_start_but_leaves_a_while_and_never_outlives_its_time() {
    let until = |now| match steps(&[wait(1, 600, 660)], |_| true, at(now))[..] {
        [Step::Offer(_, until)] => until,
        ref other => panic!("{other:?}"),
    };
    assert_eq!(until(570), at(600));
    assert_eq!(until(595), at(605));
    assert_eq!(until(620), at(630), "a room released during its time");
    assert_eq!(until(655), at(660));
    assert_eq!(steps(&[wait(1, 600, 660)], |_| true, at(660)), [Step::Remove(id(1))]);
}

#[test]
fn of_a_time_that_has_begun_only_the_rest_must_be_free() {
    let held = Timing { start: at(600), end: at(610) };
    let found = steps(&[wait(1, 600, 660)], |time| !overlap(time, held), at(610));
    assert_eq!(found, [Step::Offer(id(1), at(620))]);
}

proptest! {
    /// Whatever happens, nobody is offered what another one has, and nobody is passed over for a later one.
    #[test]
    fn no_two_offers_ever_overlap_and_nobody_is_passed_over(
        times in prop::collection::vec((0..100_i64, 1..40_i64), 1..12),
        minutes in prop::collection::vec(1..50_i64, 1..8),
        taken in prop::collection::vec((0..140_i64, 1..30_i64), 0..4),
    ) {
        let mut waits: Vec<RoomWait> =
            times.iter().enumerate().map(|(n, (start, length))| wait(n as u128, *start, start + length)).collect();
        let taken: Vec<Timing> = taken.iter().map(|(from, length)| Timing { start: at(*from), end: at(from + length) }).collect();
        let is_free = |time: Timing| !taken.iter().any(|held| overlap(*held, time));
        let mut now = 0;
        for passed in minutes {
            now += passed;
            for step in steps(&waits, is_free, at(now)) {
                match step {
                    Step::Remove(gone) => waits.retain(|one| one.id != gone),
                    Step::Offer(to, until) => {
                        let one = waits.iter_mut().find(|one| one.id == to).expect("it waits");
                        prop_assert!(at(now) < until && until <= one.time.end);
                        prop_assert!(is_free(one.rest(at(now))));
                        one.offered_until = Some(until);
                    }
                }
            }
            let offered: Vec<&RoomWait> = waits.iter().filter(|one| one.is_offered(at(now))).collect();
            for (place, one) in offered.iter().enumerate() {
                prop_assert!(offered[place + 1..].iter().all(|other| !overlap(one.time, other.time)));
            }
            // Who still waits has a reason to.
            for one in waits.iter().filter(|one| one.offered_until.is_none()) {
                let rest = one.rest(at(now));
                prop_assert!(!is_free(rest) || offered.iter().any(|other| overlap(other.time, rest)));
            }
        }
    }
}
