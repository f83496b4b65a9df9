//! People, rooms and bookings to try things with.

use std::sync::Arc;

use domain::{
    Booking, BookingId, BookingState, Occurrence, OccurrenceId, OccurrenceState, Person, PersonId, Private, Room,
    RoomId, RoomKind,
};
use jiff::Timestamp;
use storage::{Store, Unit};
use uuid::Uuid;

pub(super) const HOUR: i64 = 3600;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("a small offset stays in range")
}

pub(super) async fn write(store: &Arc<dyn Store>) -> Box<dyn Unit> {
    store.begin().await.expect("a unit can be opened")
}

pub(super) async fn read(store: &Arc<dyn Store>) -> Box<dyn Unit> {
    store.read().await.expect("a unit can be opened")
}

pub(super) fn person(name: &str) -> Person {
    Person {
        id: PersonId::from_uuid(Uuid::now_v7()),
        name: Private::from(name),
        email: Private::from(format!("{}@example.org", name.to_lowercase().replace(' ', "."))),
        password_hash: None,
        roles: Vec::new(),
        locale: "de".into(),
        site: None,
        disabled_at: None,
        created_at: at(0),
    }
}

pub(super) fn room(name: &str) -> Room {
    Room {
        id: RoomId::from_uuid(Uuid::now_v7()),
        kind: RoomKind::Physical,
        name: name.into(),
        site: Some("Erfurt".into()),
        capacity: 12,
        notes: Some("Beamer".into()),
        retired_at: None,
        version: 1,
    }
}

pub(super) fn booking(organiser: &Person, rooms: &[&Room]) -> Booking {
    let mut rooms: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    rooms.sort();
    Booking {
        id: BookingId::from_uuid(Uuid::now_v7()),
        title: "Jour fixe".into(),
        description: String::new(),
        organiser: organiser.id,
        booked_by: organiser.id,
        zone: "Europe/Berlin".into(),
        rooms,
        guests_wait: true,
        remind_minutes: None,
        profile: domain::capacity::Profile::Normal,
        is_private: false,
        series: None,
        state: BookingState::Active,
        sequence: 0,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// An occurrence of the booking, in seconds after the sample's zero.
pub(super) fn occurrence(booking: &Booking, start: i64, end: i64) -> Occurrence {
    Occurrence {
        id: OccurrenceId::from_uuid(Uuid::now_v7()),
        booking: booking.id,
        start: at(start),
        end: at(end),
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: domain::Deviation::default(),
    }
}

/// One person and some rooms, already stored.
pub(super) async fn furnish(store: &Arc<dyn Store>, rooms: usize) -> (Person, Vec<Room>) {
    let organiser = person("Sabine Krämer");
    let rooms: Vec<Room> = (0..rooms).map(|number| room(&format!("Raum {number}"))).collect();
    let mut unit = write(store).await;
    unit.add_person(&organiser).await.expect("the address is free");
    for room in &rooms {
        unit.add_room(room).await.expect("the name is free");
    }
    unit.commit().await.expect("nothing stands against it");
    (organiser, rooms)
}
