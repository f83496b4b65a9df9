use std::sync::Arc;

use domain::room_policy::{RoomPeople, RoomPolicy};
use domain::{Booking, BookingState, Occurrence, OccurrenceState, Person, Room};
use storage::{RoomRefusal, RoomRequest, RoomRules, StorageError, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    a_request_is_found_as_it_was_made_and_replaced,
    waiting_requests_come_oldest_first_and_without_what_was_refused,
    who_looks_after_rooms_is_found,
    requests_go_with_their_booking_and_their_time,
    a_room_that_is_refused_while_many_book_is_never_held_twice,
];

const DAY: i64 = 24 * HOUR;

fn request(booking: &Booking, room: &Room, by: &Person, asked_at: i64) -> RoomRequest {
    RoomRequest {
        booking: booking.id,
        room: room.id,
        asked_by: by.id,
        asked_at: at(asked_at),
        reasons: r#"[{"rule":"maximum_minutes"}]"#.into(),
        refusal: None,
    }
}

fn refused(request: &RoomRequest, by: &Person, when: i64) -> RoomRequest {
    let refusal = Some(RoomRefusal { at: at(when), by: Some(by.id), words: "Nein, \"leider\"".into() });
    RoomRequest { refusal, ..request.clone() }
}

/// Books each of the rooms for an hour, an hour apart.
async fn booked(store: &Arc<dyn Store>, by: &Person, rooms: &[Room]) -> Vec<(Booking, Occurrence)> {
    let mut unit = write(store).await;
    let mut all = Vec::new();
    for (place, room) in rooms.iter().enumerate() {
        let start = i64::try_from(place).expect("few") * 2 * HOUR;
        let held = booking(by, &[room]);
        let date = occurrence(&held, start, start + HOUR);
        unit.add_booking(&held, std::slice::from_ref(&date)).await.expect("the room is free");
        all.push((held, date));
    }
    unit.commit().await.expect("nothing stands against it");
    all
}

async fn a_request_is_found_as_it_was_made_and_replaced(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let held = booked(&store, &ada, &rooms[..1]).await.remove(0).0;
    let asked = request(&held, &rooms[0], &ada, 5);
    let no = refused(&asked, &ada, 9);
    let mut unit = write(&store).await;
    unit.save_room_request(&asked).await.expect("writing works");
    assert_eq!(unit.room_requests_of(held.id).await.expect("reading works"), std::slice::from_ref(&asked));
    unit.save_room_request(&no).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = write(&store).await;
    assert_eq!(unit.room_requests_of_all(&[held.id]).await.expect("reading works"), [no]);
    assert!(!unit.delete_room_request(held.id, rooms[1].id).await.expect("writing works"));
    assert!(unit.delete_room_request(held.id, rooms[0].id).await.expect("writing works"));
    assert_eq!(unit.room_requests_of(held.id).await.expect("reading works"), []);
}

async fn waiting_requests_come_oldest_first_and_without_what_was_refused(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 4).await;
    let held = booked(&store, &ada, &rooms).await;
    let asked: Vec<RoomRequest> = held
        .iter()
        .zip(&rooms)
        .zip([30, 20, 10, 5])
        .map(|(((one, _), room), when)| request(one, room, &ada, when))
        .collect();
    let mut unit = write(&store).await;
    for one in &asked {
        unit.save_room_request(one).await.expect("writing works");
    }
    unit.save_room_request(&refused(&asked[1], &ada, 40)).await.expect("writing works");
    let all: Vec<_> = rooms.iter().take(3).map(|room| room.id).collect();
    let waiting = unit.waiting_room_requests(&all, 10).await.expect("reading works");
    assert_eq!(waiting, [asked[2].clone(), asked[0].clone()]);
    assert_eq!(unit.waiting_room_requests(&all, 1).await.expect("reading works"), [asked[2].clone()]);
    assert_eq!(unit.waiting_room_requests(&[], 10).await.expect("reading works"), []);
}

async fn who_looks_after_rooms_is_found(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut unit = write(&store).await;
    let listed = RoomPeople { bookers: vec![ada.id], delegates: vec![] };
    let keeper = RoomPeople { bookers: vec![], delegates: vec![ada.id] };
    for (room, people) in [(&rooms[0], listed), (&rooms[1], keeper)] {
        let rules = RoomRules { room: room.id, policy: RoomPolicy::default(), people };
        unit.save_room_rules(&rules).await.expect("writing works");
    }
    assert_eq!(unit.rooms_kept_by(ada.id).await.expect("reading works"), [rooms[1].id]);
}

async fn requests_go_with_their_booking_and_their_time(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 3).await;
    let held = booked(&store, &ada, &rooms).await;
    let mut unit = write(&store).await;
    for ((one, _), room) in held.iter().zip(&rooms) {
        unit.save_room_request(&request(one, room, &ada, 0)).await.expect("writing works");
    }
    let no = refused(&request(&held[2].0, &rooms[2], &ada, 0), &ada, 0);
    unit.save_room_request(&no).await.expect("writing works");
    assert_eq!(unit.delete_old_room_requests(at(HOUR - 1)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_old_room_requests(at(HOUR)).await.expect("writing works"), 1, "the first is over");
    let (mut cancelled, mut date) = held[1].clone();
    cancelled.version += 1;
    cancelled.state = BookingState::Cancelled { at: at(0), by: ada.id };
    date.state = OccurrenceState::Cancelled;
    unit.save_booking(&cancelled, &[date]).await.expect("it was version 1");
    assert_eq!(unit.delete_old_room_requests(at(HOUR)).await.expect("writing works"), 1, "it holds the room no more");
    assert_eq!(unit.delete_old_room_requests(at(30 * DAY)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_old_room_requests(at(30 * DAY + 1)).await.expect("writing works"), 1, "the refusal");
}

/// Refusing frees the room in one unit, while others try to get it: somebody gets it, once.
async fn a_room_that_is_refused_while_many_book_is_never_held_twice(store: Arc<dyn Store>) {
    const CLIENTS: usize = 12;
    let (ada, rooms) = furnish(&store, 1).await;
    let (held, date) = booked(&store, &ada, &rooms).await.remove(0);
    let mut unit = write(&store).await;
    unit.save_room_request(&request(&held, &rooms[0], &ada, 0)).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let gate = Arc::new(Barrier::new(CLIENTS + 1));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (store, gate) = (store.clone(), gate.clone());
        let mine = booking(&ada, &[&rooms[0]]);
        let date = occurrence(&mine, 0, HOUR);
        clients.spawn(async move {
            gate.wait().await;
            let mut unit = write(&store).await;
            unit.lock_rooms(&mine.rooms).await.expect("the lock comes free");
            match unit.add_booking(&mine, &[date]).await {
                Ok(()) => unit.commit().await.expect("who was not stopped may commit"),
                Err(StorageError::RoomTaken(_)) => return false,
                Err(other) => panic!("not a clean conflict: {other:?}"),
            }
            true
        });
    }
    gate.wait().await;
    let mut unit = write(&store).await;
    let mut without = unit.booking(held.id).await.expect("reading works").expect("it is there");
    unit.lock_rooms(&without.rooms).await.expect("the lock comes free");
    without.version += 1;
    without.rooms.clear();
    unit.save_booking(&without, &[date]).await.expect("nobody else changes it");
    unit.save_room_request(&refused(&request(&held, &rooms[0], &ada, 0), &ada, 1)).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let won = clients.join_all().await.into_iter().filter(|won| *won).count();
    let always = storage::Span { start: at(-DAY), end: at(DAY) };
    let claims = read(&store).await.taken_rooms(&[rooms[0].id], always, None).await.expect("reading works");
    assert!(won <= 1, "{won} got the room");
    assert_eq!(claims.len(), won);
}
