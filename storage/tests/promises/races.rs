//! Many at once want the same room: one gets it, the others are told so, and the table never overlaps.

use std::sync::Arc;

use domain::{Booking, BookingState, Occurrence, OccurrenceState, Person, Room};
use storage::{Span, StorageError, Store, Unit};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    of_64_clients_racing_for_a_room_exactly_one_wins,
    the_backstop_alone_lets_exactly_one_of_64_win,
    series_over_several_rooms_in_any_order_never_deadlock,
    random_booking_moving_and_cancelling_never_overlaps,
    a_lock_that_does_not_come_free_is_a_moment_and_not_the_end,
];

const CLIENTS: usize = 64;
const ROUNDS: i64 = 4;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Won,
    SeenTaken,
    StoppedByBackstop,
}

async fn of_64_clients_racing_for_a_room_exactly_one_wins(store: Arc<dyn Store>) {
    race(store, true).await;
}

async fn the_backstop_alone_lets_exactly_one_of_64_win(store: Arc<dyn Store>) {
    race(store, false).await;
}

async fn race(store: Arc<dyn Store>, carefully: bool) {
    let (ada, rooms) = furnish(&store, 1).await;
    for round in 0..ROUNDS {
        let start = round * 2 * HOUR;
        let gate = Arc::new(Barrier::new(CLIENTS));
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (store, gate) = (store.clone(), gate.clone());
            let held = booking(&ada, &[&rooms[0]]);
            // Not all want the very same minute, but every two overlap.
            let shift = i64::try_from(client).expect("few clients") * 10;
            let date = occurrence(&held, start + shift, start + shift + HOUR);
            clients.spawn(async move {
                gate.wait().await;
                attempt(store, held, vec![date], carefully, tries_alone(carefully)).await
            });
        }
        let outcomes = clients.join_all().await;
        let won = outcomes.iter().filter(|outcome| **outcome == Outcome::Won).count();
        assert_eq!(won, 1, "round {round}: {outcomes:?}");
        let expected = if carefully { Outcome::SeenTaken } else { Outcome::StoppedByBackstop };
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == expected).count(), CLIENTS - 1, "{outcomes:?}");
    }
    assert_no_overlap(&store, &rooms, usize::try_from(ROUNDS).expect("few rounds")).await;
}

/// Tries of a deadlock's victim before it counts as a failure.
const TRIES: u32 = 20;

/// Where everybody locks first there is no deadlock, so one try is enough.
fn tries_alone(carefully: bool) -> u32 {
    if carefully { 1 } else { TRIES }
}

/// Books as the scheduler does, or, carelessly, without locking and looking first.
///
/// Who does not lock may run into a deadlock, which PostgreSQL ends by refusing one side, not
/// always the careless one: that is "try again later", and nothing else may stand in the way of
/// a clean answer.
async fn attempt(store: Arc<dyn Store>, held: Booking, dates: Vec<Occurrence>, carefully: bool, tries: u32) -> Outcome {
    for _ in 0..tries {
        if let Some(outcome) = attempt_once(&store, &held, &dates, carefully).await {
            return outcome;
        }
    }
    panic!("found the database unavailable {tries} times");
}

/// Waits for its turn, as often as it takes on a busy machine: here nobody promises how long that is.
async fn begin(store: &Arc<dyn Store>) -> Box<dyn Unit> {
    for _ in 0..TRIES {
        match store.begin().await {
            Ok(unit) => return unit,
            Err(StorageError::Unavailable(_)) => {}
            Err(other) => panic!("64 clients exhaust the database: {other:?}"),
        }
    }
    panic!("no turn came in {TRIES} tries");
}

async fn attempt_once(
    store: &Arc<dyn Store>,
    held: &Booking,
    dates: &[Occurrence],
    carefully: bool,
) -> Option<Outcome> {
    let mut unit = begin(store).await;
    if carefully {
        // Careless neighbours drag each other into deadlocks that last a second each, and all others wait for their locks.
        match unit.lock_rooms(&held.rooms).await {
            Ok(()) => {}
            Err(error) if error.is_momentary() => return None,
            Err(other) => panic!("not a clean answer: {other:?}"),
        }
        for date in dates {
            let span = Span { start: date.start, end: date.end };
            if !unit.taken_rooms(&held.rooms, span, Some(held.id)).await.expect("reading works").is_empty() {
                return Some(Outcome::SeenTaken);
            }
        }
    }
    match unit.add_booking(held, dates).await {
        Ok(()) => {
            unit.commit().await.expect("who was not stopped may commit");
            Some(Outcome::Won)
        }
        Err(StorageError::RoomTaken(room)) => {
            assert!(held.rooms.contains(&room));
            Some(Outcome::StoppedByBackstop)
        }
        Err(error) if error.is_momentary() => None,
        Err(other) => panic!("not a clean conflict: {other:?}"),
    }
}

async fn series_over_several_rooms_in_any_order_never_deadlock(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 4).await;
    let mut clients = JoinSet::new();
    for client in 0..16 {
        let mut held = booking(&ada, &[]);
        held.rooms = rooms.iter().map(|room| room.id).collect();
        held.rooms.rotate_left(client % 4);
        let mut dates: Vec<Occurrence> =
            (0..10).map(|week| occurrence(&held, week * 7 * 24 * HOUR, week * 7 * 24 * HOUR + HOUR)).collect();
        if client % 2 == 0 {
            dates.reverse();
        }
        let store = store.clone();
        clients.spawn(async move { attempt(store, held, dates, true, tries_alone(true)).await });
    }
    let outcomes = clients.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Won).count(), 1, "{outcomes:?}");
    assert_no_overlap(&store, &rooms, 4 * 10).await;
}

async fn a_lock_that_does_not_come_free_is_a_moment_and_not_the_end(store: Arc<dyn Store>) {
    let (_, rooms) = furnish(&store, 1).await;
    let ids = [rooms[0].id];
    let mut first = write(&store).await;
    first.lock_rooms(&ids).await.expect("nobody else is there");
    let lock = async || store.begin().await?.lock_rooms(&ids).await;
    let refused = lock().await.expect_err("somebody has it");
    assert!(refused.is_momentary(), "{refused:?}");
    drop(first);
    lock().await.expect("it is free");
}

async fn random_booking_moving_and_cancelling_never_overlaps(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut clients = JoinSet::new();
    for seed in 0..16_u64 {
        let (store, ada, rooms) = (store.clone(), ada.clone(), rooms.clone());
        clients.spawn(async move { live(store, ada, rooms, seed).await });
    }
    let lives = clients.join_all().await;
    let held: Vec<Booking> = lives.iter().flatten().cloned().collect();
    assert!(!held.is_empty());
    let claims = held.iter().map(|booking| booking.rooms.len()).sum();
    assert_no_overlap(&store, &rooms, claims).await;
}

/// One client's twenty random steps; answers the bookings it still holds.
async fn live(store: Arc<dyn Store>, ada: Person, rooms: Vec<Room>, seed: u64) -> Vec<Booking> {
    let mut dice = Dice(seed + 1);
    let mut mine: Vec<(Booking, Occurrence)> = Vec::new();
    for _ in 0..20 {
        let start = dice.below(24) * HOUR / 2;
        let end = start + HOUR / 2 + dice.below(3) * HOUR;
        let chosen = dice.below(3);
        if dice.below(3) == 0 || mine.is_empty() {
            let which: Vec<&Room> = rooms
                .iter()
                .enumerate()
                .filter(|(n, _)| chosen == 2 || chosen == *n as i64)
                .map(|(_, room)| room)
                .collect();
            let held = booking(&ada, &which);
            let date = occurrence(&held, start, end);
            let carefully = dice.below(2) == 0;
            // Careful or not: a careless neighbour may drag either into a deadlock.
            let outcome = attempt(store.clone(), held.clone(), vec![date.clone()], carefully, TRIES).await;
            if outcome == Outcome::Won {
                mine.push((held, date));
            }
            continue;
        }
        let index = usize::try_from(dice.below(mine.len() as i64)).expect("not negative");
        let (mut held, mut date) = mine[index].clone();
        held.version += 1;
        let cancelling = dice.below(3) == 0;
        if cancelling {
            held.state = BookingState::Cancelled { at: at(0), by: ada.id };
            date.state = OccurrenceState::Cancelled;
        } else {
            (date.start, date.end) = (at(start), at(end));
        }
        let mut unit = write(&store).await;
        match unit.lock_rooms(&held.rooms).await {
            Ok(()) => {}
            // Careless clients in a deadlock; nothing of this change stands.
            Err(error) if error.is_momentary() => continue,
            Err(other) => panic!("not a clean answer: {other:?}"),
        }
        match unit.save_booking(&held, std::slice::from_ref(&date)).await {
            Ok(()) => unit.commit().await.expect("who was not stopped may commit"),
            Err(StorageError::RoomTaken(_)) => continue,
            // A careless client was in the way; nothing of this change stands.
            Err(error) if error.is_momentary() => continue,
            Err(other) => panic!("not a clean conflict: {other:?}"),
        }
        if cancelling {
            mine.remove(index);
        } else {
            mine[index] = (held, date);
        }
    }
    mine.into_iter().map(|(held, _)| held).collect()
}

/// Reads every claim of the rooms and looks at neighbours in time.
async fn assert_no_overlap(store: &Arc<dyn Store>, rooms: &[Room], expected: usize) {
    let ids: Vec<_> = rooms.iter().map(|room| room.id).collect();
    let always = Span { start: at(-365 * 24 * HOUR), end: at(365 * 24 * HOUR) };
    let claims = read(store).await.taken_rooms(&ids, always, None).await.expect("reading works");
    assert_eq!(claims.len(), expected, "as many claims as bookings hold");
    for pair in claims.windows(2) {
        let [(room, earlier), (next_room, later)] = pair else { unreachable!("windows of two") };
        assert!(room != next_room || earlier.end <= later.start, "{earlier:?} overlaps {later:?}");
    }
}

/// A tiny generator, so that a failing order of steps can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % limit
    }
}
