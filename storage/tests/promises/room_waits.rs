use std::sync::Arc;

use domain::timing::Timing;
use domain::waiting_list::RoomWait;
use domain::{PersonId, RoomId, RoomWaitId};
use storage::{Span, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::samples::{HOUR, at, furnish, person, read, write};

super::promises![
    who_waits_is_listed_in_the_order_of_asking,
    an_offer_is_made_once_and_keeps_the_room_from_others,
    what_is_booked_or_over_is_waited_for_no_longer,
];

fn wait(room: RoomId, person: PersonId, asked: i64) -> RoomWait {
    RoomWait {
        id: RoomWaitId::from_uuid(Uuid::now_v7()),
        room,
        person,
        time: Timing { start: at(5 * HOUR), end: at(6 * HOUR) },
        asked_at: at(asked),
        offered_until: None,
    }
}

/// Two people who wait for the first of two rooms; the second asked first.
async fn waiting(store: &Arc<dyn Store>) -> [RoomWait; 2] {
    let (ada, rooms) = furnish(store, 2).await;
    let bob = person("Bob");
    let waits = [wait(rooms[0].id, ada.id, 20), wait(rooms[0].id, bob.id, 10)];
    let mut unit = write(store).await;
    unit.add_person(&bob).await.expect("the address is free");
    for one in &waits {
        unit.add_room_wait(one).await.expect("writable");
    }
    unit.commit().await.expect("nothing stands against it");
    waits
}

async fn listed(store: &Arc<dyn Store>, room: RoomId) -> Vec<RoomWait> {
    read(store).await.room_waits_for(room).await.expect("readable")
}

async fn who_waits_is_listed_in_the_order_of_asking(store: Arc<dyn Store>) {
    let [ada, bob] = waiting(&store).await;
    assert_eq!(listed(&store, ada.room).await, [bob.clone(), ada.clone()]);
    let mut unit = read(&store).await;
    assert_eq!(unit.awaited_rooms().await.expect("readable"), [ada.room]);
    assert_eq!(unit.room_waits_of(ada.person).await.expect("readable"), [ada]);
}

async fn an_offer_is_made_once_and_keeps_the_room_from_others(store: Arc<dyn Store>) {
    let [ada, bob] = waiting(&store).await;
    let mut offers = JoinSet::new();
    for _ in 0..8 {
        let (store, id) = (store.clone(), bob.id);
        offers.spawn(async move {
            let mut unit = write(&store).await;
            let is_first = unit.offer_room(id, at(HOUR)).await.expect("writable");
            unit.commit().await.expect("nothing stands against it");
            is_first
        });
    }
    assert_eq!(offers.join_all().await.iter().filter(|yes| **yes).count(), 1);
    let held = async |person: PersonId, now: i64| {
        let span = [Span { start: at(5 * HOUR + 1800), end: at(7 * HOUR) }];
        read(&store).await.held_rooms_at(&[ada.room], &span, person, at(now)).await.expect("readable")
    };
    let others = held(ada.person, 0).await;
    assert_eq!(others.iter().map(|one| (one.person, one.expires_at)).collect::<Vec<_>>(), [(bob.person, at(HOUR))]);
    assert!(held(bob.person, 0).await.is_empty(), "it is kept for this very person");
    assert!(held(ada.person, HOUR).await.is_empty(), "the offer has passed");
}

async fn what_is_booked_or_over_is_waited_for_no_longer(store: Arc<dyn Store>) {
    let [ada, bob] = waiting(&store).await;
    let settle = async |person: PersonId, from: i64, until: i64| {
        let mut unit = write(&store).await;
        let booked = [(ada.room, Span { start: at(from), end: at(until) })];
        unit.settle_room_waits(person, &booked).await.expect("writable");
        unit.commit().await.expect("nothing stands against it");
    };
    settle(ada.person, 6 * HOUR, 7 * HOUR).await;
    assert_eq!(listed(&store, ada.room).await.len(), 2, "another time");
    settle(ada.person, 5 * HOUR, 6 * HOUR).await;
    assert_eq!(listed(&store, ada.room).await, [bob]);
    let mut unit = write(&store).await;
    assert_eq!(unit.delete_old_room_waits(at(6 * HOUR - 1)).await.expect("writable"), 0);
    assert_eq!(unit.delete_old_room_waits(at(6 * HOUR)).await.expect("writable"), 1);
}
