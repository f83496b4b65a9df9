use std::sync::Arc;

use storage::{Continuation, Store};

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![parts_of_a_series_are_found_from_either_side, what_is_deleted_is_in_no_series_any_more];

/// Three bookings, each of which goes on from the one before, and one that has to do with none.
async fn split(store: &Arc<dyn Store>) -> [domain::BookingId; 4] {
    let (ada, _) = furnish(store, 0).await;
    let bookings = [1, 2, 3, 4].map(|_| booking(&ada, &[]));
    let mut unit = write(store).await;
    for (hour, one) in (1..).zip(&bookings) {
        let date = occurrence(one, hour * HOUR, (hour + 1) * HOUR);
        unit.add_booking(one, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    }
    let ids = bookings.map(|one| one.id);
    unit.note_continuation(ids[1], ids[0]).await.expect("writable");
    unit.note_continuation(ids[2], ids[1]).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    ids
}

async fn parts_of_a_series_are_found_from_either_side(store: Arc<dyn Store>) {
    let [one, two, three, other] = split(&store).await;
    let first = Continuation { earlier: one, later: two, first: one };
    let second = Continuation { earlier: two, later: three, first: one };
    let mut unit = read(&store).await;
    for (asked, expected) in [
        (vec![one], vec![first]),
        (vec![two], vec![first, second]),
        (vec![three], vec![second]),
        (vec![one, three, other], vec![first, second]),
        (vec![other], vec![]),
    ] {
        let found = unit.continuations_of(&asked).await.expect("readable");
        assert!(found.len() == expected.len() && expected.iter().all(|one| found.contains(one)), "{found:?}");
    }
}

async fn what_is_deleted_is_in_no_series_any_more(store: Arc<dyn Store>) {
    let [one, two, three, _] = split(&store).await;
    let mut unit = write(&store).await;
    // The first part is over for long, the others are not.
    let limit = at(2 * HOUR + 1);
    assert_eq!(unit.delete_old_bookings(limit, limit, 10).await.expect("writable"), 1);
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert!(unit.booking(one).await.expect("readable").is_none());
    let left = unit.continuations_of(&[one, two, three]).await.expect("readable");
    assert_eq!(left, [Continuation { earlier: two, later: three, first: two }]);
}
