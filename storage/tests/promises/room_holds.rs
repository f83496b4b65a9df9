use std::sync::Arc;

use domain::{Person, Room};
use storage::{RoomHold, Span, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::samples::{HOUR, at, booking, furnish, occurrence, person, read, write};

super::promises![
    a_hold_is_seen_by_others_in_its_span_until_it_is_over,
    new_holds_replace_the_old_and_end_one_by_one,
    of_many_who_hold_and_book_one_room_with_locks_exactly_one_gets_it,
];

const MINUTE: i64 = 60;

fn span(start: i64, end: i64) -> Span {
    Span { start: at(start), end: at(end) }
}

fn hold(by: &Person, room: &Room, start: i64, end: i64, expires_at: i64) -> RoomHold {
    RoomHold { person: by.id, room: room.id, span: span(start, end), expires_at: at(expires_at) }
}

async fn a_hold_is_seen_by_others_in_its_span_until_it_is_over(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let other = person("Other");
    let mine = hold(&ada, &rooms[0], HOUR, 2 * HOUR, 5 * MINUTE);
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    unit.save_holds(ada.id, &[mine]).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let ids = [rooms[0].id, rooms[1].id];
    let mut unit = read(&store).await;
    for (asked, by, now, seen) in [
        (span(0, HOUR), other.id, 0, 0),
        (span(0, HOUR + 1), other.id, 0, 1),
        (span(2 * HOUR - 1, 3 * HOUR), other.id, 0, 1),
        (span(2 * HOUR, 3 * HOUR), other.id, 0, 0),
        (span(HOUR, 2 * HOUR), ada.id, 0, 0),
        (span(HOUR, 2 * HOUR), other.id, 5 * MINUTE - 1, 1),
        (span(HOUR, 2 * HOUR), other.id, 5 * MINUTE, 0),
    ] {
        let held = unit.held_rooms_at(&ids, &[asked], by, at(now)).await.expect("reading works");
        assert_eq!(held, vec![mine; seen], "{asked:?} at {now}");
    }
    let others = unit.held_rooms_at(&ids[1..], &[span(HOUR, 2 * HOUR)], other.id, at(0)).await;
    assert_eq!(others.expect("reading works"), []);
}

async fn new_holds_replace_the_old_and_end_one_by_one(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let other = person("Other");
    let ids = [rooms[0].id, rooms[1].id];
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    let both = [hold(&ada, &rooms[0], 0, HOUR, MINUTE), hold(&ada, &rooms[1], 0, HOUR, MINUTE)];
    unit.save_holds(ada.id, &both).await.expect("writing works");
    let later = hold(&ada, &rooms[1], HOUR, 2 * HOUR, 2 * MINUTE);
    unit.save_holds(ada.id, &[later]).await.expect("writing works");
    unit.save_holds(other.id, &[hold(&other, &rooms[0], 0, HOUR, MINUTE)]).await.expect("writing works");
    let held = unit.held_rooms_at(&ids, &[span(0, 2 * HOUR)], other.id, at(0)).await.expect("reading works");
    assert_eq!(held, [later]);
    assert_eq!(unit.delete_old_holds(at(MINUTE - 1)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_old_holds(at(MINUTE)).await.expect("writing works"), 1);
    unit.save_holds(ada.id, &[]).await.expect("writing works");
    assert_eq!(unit.delete_old_holds(at(HOUR)).await.expect("writing works"), 0);
}

/// Each holds the room, and who does books it. Nobody else gets in between: not by a hold, and not
/// by booking without one.
async fn of_many_who_hold_and_book_one_room_with_locks_exactly_one_gets_it(store: Arc<dyn Store>) {
    const CLIENTS: usize = 12;
    let (ada, rooms) = furnish(&store, 1).await;
    let mut people = vec![ada];
    let mut unit = write(&store).await;
    for number in 1..CLIENTS {
        people.push(person(&format!("Person {number}")));
        unit.add_person(&people[number]).await.expect("the address is free");
    }
    unit.commit().await.expect("nothing stands against it");
    let gate = Arc::new(Barrier::new(CLIENTS));
    let mut clients = JoinSet::new();
    for (number, me) in people.into_iter().enumerate() {
        let (store, gate, room) = (store.clone(), gate.clone(), rooms[0].clone());
        clients.spawn(async move {
            gate.wait().await;
            let holds_first = number % 2 == 0;
            let held = !holds_first || take(&store, &me, &room, false).await;
            let booked = held && take(&store, &me, &room, true).await;
            (holds_first && held, booked)
        });
    }
    let outcomes = clients.join_all().await;
    let booked = outcomes.iter().filter(|(_, booked)| *booked).count();
    assert_eq!(booked, 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|(held, booked)| !held || *booked), "who held the room got it: {outcomes:?}");
    let claims = read(&store).await.taken_rooms(&[rooms[0].id], span(0, HOUR), None).await.expect("reading works");
    assert_eq!(claims.len(), 1);
}

/// Holds or books the room for the first hour as the scheduler does: locks, looks, writes.
async fn take(store: &Arc<dyn Store>, me: &Person, room: &Room, for_good: bool) -> bool {
    let mut unit = write(store).await;
    unit.lock_rooms(&[room.id]).await.expect("the lock comes free");
    let (ids, wanted) = ([room.id], span(0, HOUR));
    let is_taken = !unit.taken_rooms(&ids, wanted, None).await.expect("reading works").is_empty();
    if is_taken || !unit.held_rooms_at(&ids, &[wanted], me.id, at(0)).await.expect("reading works").is_empty() {
        return false;
    }
    if for_good {
        let mine = booking(me, &[room]);
        let date = occurrence(&mine, 0, HOUR);
        unit.add_booking(&mine, &[date]).await.expect("nobody has it: the room is locked");
        unit.save_holds(me.id, &[]).await.expect("writing works");
    } else {
        unit.save_holds(me.id, &[hold(me, room, 0, HOUR, 5 * MINUTE)]).await.expect("writing works");
    }
    unit.commit().await.expect("nothing stands against it");
    true
}
