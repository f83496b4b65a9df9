use std::sync::Arc;

use domain::{Booking, Occurrence};
use storage::Store;
use tokio::task::JoinSet;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    a_date_is_to_remind_from_its_time_until_it_begins,
    of_many_who_note_a_reminder_one_hears_yes,
    saving_the_booking_again_forgets_no_reminder,
];

const MINUTE: i64 = 60;

/// A booking with a date from the fifth hour to the sixth, to be reminded of an hour before.
async fn reminding(store: &Arc<dyn Store>) -> (Booking, Occurrence) {
    let (ada, _) = furnish(store, 0).await;
    let booking = Booking { remind_minutes: Some(60), ..booking(&ada, &[]) };
    let date = occurrence(&booking, 5 * HOUR, 6 * HOUR);
    let mut unit = write(store).await;
    unit.add_booking(&booking, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    (booking, date)
}

async fn a_date_is_to_remind_from_its_time_until_it_begins(store: Arc<dyn Store>) {
    let (mut booking, date) = reminding(&store).await;
    let due = async |now| {
        let dates = read(&store).await.dates_to_remind(at(now), 10).await.expect("readable");
        !dates.is_empty() && dates == [date.id]
    };
    for (now, expected) in
        [(0, false), (4 * HOUR - 1, false), (4 * HOUR, true), (5 * HOUR - 1, true), (5 * HOUR, false)]
    {
        assert_eq!(due(now).await, expected, "{now}");
    }
    // Changed when the reminder should have been out: those invited have heard of it just now.
    booking = booking.changed(at(4 * HOUR + MINUTE));
    let mut unit = write(&store).await;
    unit.save_booking(&booking, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    assert!(!due(4 * HOUR + 2 * MINUTE).await);
}

async fn of_many_who_note_a_reminder_one_hears_yes(store: Arc<dyn Store>) {
    let (_, date) = reminding(&store).await;
    let mut notes = JoinSet::new();
    for _ in 0..8 {
        let (store, date) = (store.clone(), date.clone());
        notes.spawn(async move {
            let mut unit = write(&store).await;
            let is_first = unit.note_reminder(date.id, date.start).await.expect("writable");
            unit.commit().await.expect("nothing stands against it");
            is_first
        });
    }
    let said = notes.join_all().await;
    assert_eq!(said.iter().filter(|yes| **yes).count(), 1);
    assert!(read(&store).await.dates_to_remind(at(4 * HOUR), 10).await.expect("readable").is_empty());
}

async fn saving_the_booking_again_forgets_no_reminder(store: Arc<dyn Store>) {
    let (booking, date) = reminding(&store).await;
    let note = async |start| {
        let mut unit = write(&store).await;
        let is_first = unit.note_reminder(date.id, at(start)).await.expect("writable");
        unit.commit().await.expect("nothing stands against it");
        is_first
    };
    assert!(!note(4 * HOUR).await, "it begins at another time");
    assert!(note(5 * HOUR).await);
    let booking = booking.changed(at(MINUTE));
    let mut unit = write(&store).await;
    unit.save_booking(&booking, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    assert!(!note(5 * HOUR).await);
    // Moved, it is to be told again.
    let moved = Occurrence { start: at(7 * HOUR), end: at(8 * HOUR), ..date.clone() };
    let mut unit = write(&store).await;
    unit.save_booking(&booking.changed(at(2 * MINUTE)), &[moved]).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    let due = read(&store).await.dates_to_remind(at(6 * HOUR), 10).await.expect("readable");
    assert_eq!(due, [date.id]);
    assert!(note(7 * HOUR).await);
}
