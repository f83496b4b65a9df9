//! PINs for telephones.

use std::sync::Arc;

use domain::{Booking, BookingState, Occurrence, OccurrenceState};
use storage::{DialInPin, Store};

use super::samples::{HOUR, at, booking, furnish, occurrence, write};

super::promises![
    a_pin_is_found_by_its_hash_and_a_new_one_ends_the_old,
    two_bookings_never_have_one_pin,
    bookings_to_come_without_a_pin_are_named,
];

fn pin(booking: &Booking, number: u8) -> DialInPin {
    DialInPin { booking: booking.id, drawn: [number; 32], pin_hash: [number + 100; 32], made_at: at(0) }
}

async fn booked(store: &Arc<dyn Store>, count: usize) -> Vec<(Booking, Occurrence)> {
    let (organiser, _) = furnish(store, 0).await;
    let mut unit = write(store).await;
    let mut made = Vec::new();
    for _ in 0..count {
        let booking = booking(&organiser, &[]);
        let date = occurrence(&booking, HOUR, 2 * HOUR);
        unit.add_booking(&booking, std::slice::from_ref(&date)).await.expect("nothing stands against it");
        made.push((booking, date));
    }
    unit.commit().await.expect("nothing stands against it");
    made
}

async fn a_pin_is_found_by_its_hash_and_a_new_one_ends_the_old(store: Arc<dyn Store>) {
    let made = booked(&store, 1).await;
    let (first, second) = (pin(&made[0].0, 1), pin(&made[0].0, 2));
    let mut unit = write(&store).await;
    assert_eq!(unit.dial_in_pin(first.booking).await.expect("reading works"), None);
    for one in [&first, &first, &second] {
        assert!(unit.save_dial_in_pin(one).await.expect("writing works"));
    }
    assert_eq!(unit.dial_in_pin(first.booking).await.expect("reading works"), Some(second.clone()));
    assert_eq!(unit.booking_by_dial_in_pin(&first.pin_hash).await.expect("reading works"), None);
    assert_eq!(unit.booking_by_dial_in_pin(&second.pin_hash).await.expect("reading works"), Some(first.booking));
    unit.delete_dial_in_pin(first.booking).await.expect("writing works");
    assert_eq!(unit.booking_by_dial_in_pin(&second.pin_hash).await.expect("reading works"), None);
}

async fn two_bookings_never_have_one_pin(store: Arc<dyn Store>) {
    let made = booked(&store, 2).await;
    let one = pin(&made[0].0, 1);
    let same = DialInPin { booking: made[1].0.id, ..one.clone() };
    let mut unit = write(&store).await;
    assert!(unit.save_dial_in_pin(&one).await.expect("writing works"));
    assert!(!unit.save_dial_in_pin(&same).await.expect("the unit goes on"));
    assert_eq!(unit.booking_by_dial_in_pin(&one.pin_hash).await.expect("reading works"), Some(one.booking));
    assert!(unit.save_dial_in_pin(&pin(&made[1].0, 2)).await.expect("writing works"));
    unit.commit().await.expect("nothing stands against it");
}

async fn bookings_to_come_without_a_pin_are_named(store: Arc<dyn Store>) {
    let made = booked(&store, 4).await;
    let mut unit = write(&store).await;
    unit.save_dial_in_pin(&pin(&made[0].0, 1)).await.expect("writing works");
    let (cancelled, mut date) = made[1].clone();
    let state = BookingState::Cancelled { at: at(0), by: cancelled.organiser };
    date.state = OccurrenceState::Cancelled;
    let cancelled = Booking { state, version: 2, ..cancelled };
    unit.save_booking(&cancelled, &[date]).await.expect("writing works");
    let mut expected = vec![made[2].0.id, made[3].0.id];
    expected.sort();
    assert_eq!(unit.bookings_without_dial_in_pin(at(0), 9).await.expect("reading works"), expected);
    assert_eq!(unit.bookings_without_dial_in_pin(at(0), 1).await.expect("reading works"), expected[..1]);
    assert_eq!(unit.bookings_without_dial_in_pin(at(2 * HOUR), 9).await.expect("reading works"), []);
}
