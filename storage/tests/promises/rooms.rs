use std::sync::Arc;

use domain::{RoomId, RoomKind};
use storage::{Span, StorageError, Store};
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, room, write};

super::promises![
    a_room_is_kept_as_given,
    a_name_belongs_to_one_living_room,
    a_room_changed_meanwhile_is_not_overwritten,
    retired_rooms_are_not_offered,
    only_overlapping_time_takes_a_room,
    a_booking_does_not_stand_in_its_own_way,
];

async fn a_room_is_kept_as_given(store: Arc<dyn Store>) {
    let physical = room("Saal");
    let mut standing = room("Lounge");
    standing.kind = RoomKind::Virtual;
    standing.site = None;
    standing.notes = None;
    standing.capacity = 10_000;
    let mut unit = write(&store).await;
    unit.add_room(&physical).await.expect("the name is free");
    unit.add_room(&standing).await.expect("the name is free");
    assert_eq!(unit.room(physical.id).await.expect("reading works"), Some(physical.clone()));
    let mut both = [physical.id, RoomId::from_uuid(Uuid::now_v7()), standing.id];
    both.sort();
    let found = unit.rooms_by_id(&both).await.expect("reading works");
    assert_eq!(found, [physical.clone(), standing.clone()], "by id");
    assert_eq!(unit.rooms().await.expect("reading works"), vec![standing, physical]);
    assert_eq!(unit.room(RoomId::from_uuid(Uuid::now_v7())).await.expect("reading works"), None);
}

async fn a_name_belongs_to_one_living_room(store: Arc<dyn Store>) {
    let mut old = room("Saal");
    let mut unit = write(&store).await;
    unit.add_room(&old).await.expect("the name is free");
    old.retired_at = Some(at(0));
    old.version = 2;
    unit.save_room(&old).await.expect("the version fits");
    unit.add_room(&room("Saal")).await.expect("the old one is retired");
    let error = unit.add_room(&room("Saal")).await.expect_err("the name is taken");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
}

async fn a_room_changed_meanwhile_is_not_overwritten(store: Arc<dyn Store>) {
    let (_, rooms) = furnish(&store, 1).await;
    let mut mine = rooms[0].clone();
    mine.version = 2;
    mine.capacity = 30;
    let mut unit = write(&store).await;
    unit.save_room(&mine).await.expect("the version fits");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = write(&store).await;
    let error = unit.save_room(&mine).await.expect_err("somebody was first");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
    drop(unit);
    assert_eq!(read(&store).await.room(mine.id).await.expect("reading works"), Some(mine));
}

async fn retired_rooms_are_not_offered(store: Arc<dyn Store>) {
    let (_, mut rooms) = furnish(&store, 2).await;
    let mut unit = write(&store).await;
    rooms[0].retired_at = Some(at(1));
    rooms[0].version = 2;
    unit.save_room(&rooms[0]).await.expect("the version fits");
    assert_eq!(unit.rooms().await.expect("reading works"), vec![rooms[1].clone()]);
    assert_eq!(unit.room(rooms[0].id).await.expect("reading works"), Some(rooms[0].clone()));
}

async fn only_overlapping_time_takes_a_room(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 3).await;
    let held = booking(&ada, &[&rooms[0], &rooms[1]]);
    let day = 24 * HOUR;
    let mut unit = write(&store).await;
    let dates = [occurrence(&held, 0, day), occurrence(&held, day, day + HOUR)];
    unit.add_booking(&held, &dates).await.expect("the rooms are free");
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    for (start, end, expected) in [
        (-HOUR, 0, vec![]),
        (-HOUR, 1, vec![(0, day)]),
        (day - 1, day, vec![(0, day)]),
        (day - 1, day + 1, vec![(0, day), (day, day + HOUR)]),
        (day + 10, day + 20, vec![(day, day + HOUR)]),
        (day + HOUR, 2 * day, vec![]),
    ] {
        let taken = unit.taken_rooms(&ids, Span { start: at(start), end: at(end) }, None).await.expect("reading works");
        let mut wanted = Vec::new();
        for &room in &held.rooms {
            wanted.extend(expected.iter().map(|&(start, end)| (room, Span { start: at(start), end: at(end) })));
        }
        assert_eq!(taken, wanted, "{start}..{end}");
    }
}

async fn a_booking_does_not_stand_in_its_own_way(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let held = booking(&ada, &[&rooms[0]]);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("the room is free");
    let span = Span { start: at(0), end: at(HOUR) };
    let taken = unit.taken_rooms(&held.rooms, span, Some(held.id)).await.expect("reading works");
    assert!(taken.is_empty());
    let other = booking(&ada, &[]);
    let taken = unit.taken_rooms(&held.rooms, span, Some(other.id)).await.expect("reading works");
    assert_eq!(taken, vec![(rooms[0].id, span)]);
}
