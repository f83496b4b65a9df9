//! Secret addresses for calendar programs, and what a room holds.

use std::sync::Arc;

use domain::{BookingState, CalendarFeedId, Person, Room};
use storage::{CalendarFeed, Span, Store};
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, person, read, write};

super::promises![
    an_address_is_found_as_it_was_made_and_ends_by_its_person_only,
    a_new_address_of_the_same_ends_the_old_one,
    the_bookings_of_a_room_are_found_by_time,
];

fn feed(person: &Person, room: Option<&Room>, secret: u8) -> CalendarFeed {
    CalendarFeed {
        id: CalendarFeedId::from_uuid(Uuid::now_v7()),
        person: person.id,
        room: room.map(|room| room.id),
        secret_hash: [secret; 32],
        created_at: at(i64::from(secret)),
    }
}

async fn an_address_is_found_as_it_was_made_and_ends_by_its_person_only(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let other = person("Other");
    let (own, room) = (feed(&ada, None, 1), feed(&ada, Some(&rooms[0]), 2));
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    unit.save_feed(&own).await.expect("writing works");
    unit.save_feed(&room).await.expect("writing works");
    assert_eq!(unit.feed(room.id).await.expect("reading works"), Some(room.clone()));
    assert_eq!(unit.feeds_of(ada.id).await.expect("reading works"), [own.clone(), room.clone()]);
    assert!(!unit.end_feed(other.id, own.id).await.expect("writing works"));
    assert!(unit.end_feed(ada.id, own.id).await.expect("writing works"));
    assert!(!unit.end_feed(ada.id, own.id).await.expect("writing works"));
    assert_eq!(unit.feeds_of(ada.id).await.expect("reading works"), [room]);
}

async fn a_new_address_of_the_same_ends_the_old_one(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut unit = write(&store).await;
    for secret in [1, 2] {
        unit.save_feed(&feed(&ada, None, secret)).await.expect("writing works");
        unit.save_feed(&feed(&ada, Some(&rooms[0]), 10 + secret)).await.expect("writing works");
    }
    unit.save_feed(&feed(&ada, Some(&rooms[1]), 20)).await.expect("writing works");
    let left: Vec<u8> =
        unit.feeds_of(ada.id).await.expect("reading works").iter().map(|feed| feed.secret_hash[0]).collect();
    assert_eq!(left, [2, 12, 20]);
}

async fn the_bookings_of_a_room_are_found_by_time(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let (one, two, elsewhere) = (booking(&ada, &[&rooms[0]]), booking(&ada, &[&rooms[0]]), booking(&ada, &[&rooms[1]]));
    let mut cancelled = booking(&ada, &[&rooms[0]]);
    cancelled.state = BookingState::Cancelled { at: at(0), by: ada.id };
    let mut unit = write(&store).await;
    for (booking, hours) in [(&two, vec![4, 8]), (&one, vec![2]), (&elsewhere, vec![2]), (&cancelled, vec![6])] {
        let dates: Vec<_> = hours.iter().map(|hour| occurrence(booking, hour * HOUR, (hour + 1) * HOUR)).collect();
        unit.add_booking(booking, &dates).await.expect("the room is free");
    }
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    let span = |start: i64, end: i64| Span { start: at(start * HOUR), end: at(end * HOUR) };
    let mut found = async |start, end, limit| {
        unit.bookings_in_room(rooms[0].id, span(start, end), limit).await.expect("reading works")
    };
    assert_eq!(found(0, 24, 10).await, [one.id, two.id], "each once, the earliest first");
    assert_eq!(found(0, 24, 1).await, [one.id]);
    assert_eq!(found(3, 4, 10).await, []);
    assert_eq!(found(5, 9, 10).await, [two.id]);
}
