use std::sync::Arc;

use domain::room_policy::{Approval, Blackout, Bookers, OpeningHours, RoomPeople, RoomPolicy};
use jiff::civil::{date, time};
use storage::{RoomRules, Store};

use super::samples::{furnish, person, read, write};

super::promises![
    the_rules_of_a_room_are_found_as_they_were_set,
    a_room_without_rules_has_none_and_new_rules_replace_the_old,
    rules_that_were_not_committed_leave_no_trace,
];

fn policy() -> RoomPolicy {
    RoomPolicy {
        booking_window_days: Some(180),
        minimum_minutes: Some(15),
        maximum_minutes: Some(480),
        enforce_capacity: false,
        buffer_before_minutes: 5,
        buffer_after_minutes: 10,
        release_after_minutes: Some(10),
        blackouts: vec![Blackout { from: date(2026, 12, 1), until: date(2026, 12, 3), why: "Umbau, \"groß\"".into() }],
        opening_hours: vec![OpeningHours { weekday: 1, from: time(8, 0, 0, 0), until: time(0, 0, 0, 0) }],
        closed_on_holidays: true,
        zone: "Europe/Berlin".into(),
        bookers: Bookers::Listed,
        approval: Approval::OutOfPolicy,
    }
}

async fn the_rules_of_a_room_are_found_as_they_were_set(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let other = person("Other");
    let mut both = vec![ada.id, other.id];
    both.sort();
    let people = RoomPeople { bookers: both, delegates: vec![other.id] };
    let rules = RoomRules { room: rooms[0].id, policy: policy(), people };
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    unit.save_room_rules(&rules).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let found = read(&store).await.room_rules(&[rooms[0].id, rooms[1].id]).await.expect("reading works");
    assert_eq!(found, [rules]);
}

async fn a_room_without_rules_has_none_and_new_rules_replace_the_old(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let ids = [rooms[0].id];
    assert_eq!(read(&store).await.room_rules(&ids).await.expect("reading works"), []);
    assert_eq!(read(&store).await.room_rules(&[]).await.expect("reading works"), []);
    let people = RoomPeople { bookers: vec![ada.id], delegates: vec![ada.id] };
    let rules = RoomRules { room: ids[0], policy: policy(), people };
    let open = RoomRules { room: ids[0], policy: RoomPolicy::default(), people: RoomPeople::default() };
    let mut unit = write(&store).await;
    unit.save_room_rules(&rules).await.expect("writing works");
    unit.save_room_rules(&open).await.expect("writing works");
    assert_eq!(unit.room_rules(&ids).await.expect("reading works"), [open]);
    let room = unit.room(ids[0]).await.expect("reading works");
    assert_eq!(room.as_ref(), Some(&rooms[0]), "the room itself is as it was");
}

async fn rules_that_were_not_committed_leave_no_trace(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let people = RoomPeople { bookers: vec![], delegates: vec![ada.id] };
    let mut unit = write(&store).await;
    let rules = RoomRules { room: rooms[0].id, policy: policy(), people };
    unit.save_room_rules(&rules).await.expect("writing works");
    drop(unit);
    assert_eq!(read(&store).await.room_rules(&[rooms[0].id]).await.expect("reading works"), []);
    assert!(read(&store).await.save_room_rules(&rules).await.is_err(), "a reading unit cannot write");
}
