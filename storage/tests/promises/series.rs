//! Series: a rule, dates with names, dates that differ.

use std::sync::Arc;

use domain::recurrence::Moment;
use domain::{Booking, Deviation, Occurrence, OccurrenceState, Series};
use jiff::SignedDuration;
use jiff::civil::date;
use storage::{Span, StorageError, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    a_series_is_kept_as_given_and_can_be_changed,
    a_date_of_a_series_may_have_rooms_of_its_own,
    many_spans_are_asked_at_once,
    endless_series_that_reach_not_far_enough_are_found,
    of_64_clients_racing_with_series_exactly_one_wins,
];

const WEEK: i64 = 7 * 24 * HOUR;

/// Makes a series of it.
pub(super) fn weekly(booking: &mut Booking) {
    booking.series = Some(Series {
        start: date(2027, 1, 15).at(9, 30, 0, 0),
        duration: SignedDuration::from_hours(1),
        rule: "FREQ=WEEKLY;COUNT=3;BYDAY=FR".parse().expect("a rule"),
        dates: vec![Moment::Wall(date(2027, 1, 20).at(9, 30, 0, 0))],
        except: vec![Moment::Instant(at(0)), Moment::Wall(date(2027, 1, 22).at(9, 30, 0, 0))],
        unfolded_until: Some(at(WEEK)),
    });
}

fn dates_of(booking: &Booking, weeks: i64, shift: i64) -> Vec<Occurrence> {
    (0..weeks)
        .map(|week| Occurrence {
            key: Some(date(2027, 1, 1).at(9, 30, 0, 0) + SignedDuration::from_secs(week * WEEK)),
            ..occurrence(booking, week * WEEK + shift, week * WEEK + shift + HOUR)
        })
        .collect()
}

async fn a_series_is_kept_as_given_and_can_be_changed(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut held = booking(&ada, &[&rooms[0]]);
    weekly(&mut held);
    let mut dates = dates_of(&held, 3, 0);
    dates[1].deviation =
        Deviation { is_moved: true, title: Some("Klausur".into()), rooms: Some(vec![rooms[0].id, rooms[1].id]) };
    dates[2].deviation.rooms = Some(Vec::new());
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the rooms are free");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.booking(held.id).await.expect("reading works"), Some(held.clone()));
    assert_eq!(unit.occurrences_of(held.id).await.expect("reading works"), dates);
    drop(unit);

    held.version = 2;
    held.series = None;
    dates.truncate(1);
    (dates[0].key, dates[0].deviation) = (None, Deviation::default());
    let mut unit = write(&store).await;
    unit.save_booking(&held, &dates).await.expect("the version fits");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.booking(held.id).await.expect("reading works"), Some(held.clone()));
    assert_eq!(unit.occurrences_of(held.id).await.expect("reading works"), dates);
}

async fn a_date_of_a_series_may_have_rooms_of_its_own(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut held = booking(&ada, &[&rooms[0]]);
    weekly(&mut held);
    let mut dates = dates_of(&held, 3, 0);
    dates[1].deviation.rooms = Some(vec![rooms[1].id]);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the rooms are free");
    let spans: Vec<Span> = dates.iter().map(|date| Span { start: date.start, end: date.end }).collect();
    let ids = [rooms[0].id, rooms[1].id];
    let mut expected = vec![(rooms[0].id, spans[0]), (rooms[0].id, spans[2]), (rooms[1].id, spans[1])];
    expected.sort_by_key(|(room, span)| (*room, span.start));
    assert_eq!(unit.taken_rooms_at(&ids, &spans, None).await.expect("reading works"), expected);
    // Ended, or unlocked again: the date's own room, not that of the series.
    let ended = Occurrence { state: OccurrenceState::Ended { at: at(WEEK + 60) }, ..dates[1].clone() };
    unit.save_occurrence(&ended).await.expect("an occurrence can be saved");
    assert!(unit.taken_rooms_at(&ids, &spans[1..2], None).await.expect("reading works").is_empty());
    unit.save_occurrence(&dates[1]).await.expect("an occurrence can be saved");
    let taken = unit.taken_rooms_at(&ids, &spans[1..2], None).await.expect("reading works");
    assert_eq!(taken, [(rooms[1].id, spans[1])]);
}

async fn many_spans_are_asked_at_once(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let held = booking(&ada, &[&rooms[0]]);
    let long = [occurrence(&held, -12 * HOUR, 12 * HOUR), occurrence(&held, WEEK, WEEK + HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &long).await.expect("the room is free");
    let span = |start, end| Span { start: at(start), end: at(end) };
    let spans = [span(11 * HOUR, 13 * HOUR), span(0, HOUR), span(12 * HOUR, 13 * HOUR), span(WEEK + HOUR, WEEK * 2)];
    let ids = [rooms[0].id, rooms[1].id];
    let taken = unit.taken_rooms_at(&ids, &spans, None).await.expect("reading works");
    assert_eq!(taken, [(rooms[0].id, span(-12 * HOUR, 12 * HOUR))], "once, although two spans touch it");
    assert!(unit.taken_rooms_at(&ids, &spans, Some(held.id)).await.expect("reading works").is_empty());
    assert!(unit.taken_rooms_at(&ids, &[], None).await.expect("reading works").is_empty());
    assert!(unit.taken_rooms_at(&[], &spans, None).await.expect("reading works").is_empty());
}

async fn endless_series_that_reach_not_far_enough_are_found(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let (mut short, mut long, single) = (booking(&ada, &[]), booking(&ada, &[]), booking(&ada, &[]));
    weekly(&mut short);
    weekly(&mut long);
    if let Some(series) = &mut long.series {
        series.unfolded_until = Some(at(3 * WEEK));
    }
    let mut unit = write(&store).await;
    for held in [&long, &short, &single] {
        unit.add_booking(held, &dates_of(held, 1, 0)).await.expect("nothing is held");
    }
    assert_eq!(unit.series_to_unfold(at(2 * WEEK), 10).await.expect("reading works"), [short.id]);
    assert_eq!(unit.series_to_unfold(at(4 * WEEK), 10).await.expect("reading works"), [short.id, long.id]);
    assert_eq!(unit.series_to_unfold(at(4 * WEEK), 1).await.expect("reading works"), [short.id]);
}

/// Every client wants 52 weekly dates in the same room, each at a slightly other time; the checks
/// are the scheduler's. Every two overlap each week.
async fn of_64_clients_racing_with_series_exactly_one_wins(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let gate = Arc::new(Barrier::new(64));
    let mut clients = JoinSet::new();
    for client in 0..64 {
        let (store, gate) = (store.clone(), gate.clone());
        let mut held = booking(&ada, &[&rooms[0]]);
        weekly(&mut held);
        let dates = dates_of(&held, 52, client * 30);
        clients.spawn(async move {
            gate.wait().await;
            let mut unit = store.begin().await.expect("64 clients do not exhaust the database");
            unit.lock_rooms(&held.rooms).await.expect("the lock comes free");
            let spans: Vec<Span> = dates.iter().map(|date| Span { start: date.start, end: date.end }).collect();
            if !unit.taken_rooms_at(&held.rooms, &spans, Some(held.id)).await.expect("reading works").is_empty() {
                return false;
            }
            match unit.add_booking(&held, &dates).await {
                Ok(()) => unit.commit().await.expect("who was not stopped may commit"),
                Err(StorageError::RoomTaken(room)) => panic!("who locked and looked is not stopped late: {room}"),
                Err(other) => panic!("not a clean conflict: {other:?}"),
            }
            true
        });
    }
    let won = clients.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
    let always = Span { start: at(-WEEK), end: at(60 * WEEK) };
    let ids = [rooms[0].id];
    assert_eq!(read(&store).await.taken_rooms(&ids, always, None).await.expect("reading works").len(), 52);
}
