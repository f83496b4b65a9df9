//! What rooms are held by, read as a whole, and what it says in memory.

use std::sync::Arc;

use domain::freetime::HeldTimes;
use domain::timing::Timing;
use domain::{BookingId, BookingState, RoomId};
use storage::{RoomClaim, Span, StorageError, Store};

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![memory_says_what_the_database_says_in_thousands_of_states, what_is_over_is_left_out,];

/// States, and questions to each of them.
const STATES: usize = 60;
const QUESTIONS: usize = 50;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).expect("31 bits") % below
    }
}

fn timing(span: Span) -> Timing {
    Timing { start: span.start, end: span.end }
}

async fn memory_says_what_the_database_says_in_thousands_of_states(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 4).await;
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let (mut dice, mut made) = (Dice(7), Vec::new());
    let since = at(0);
    let mut followed: HeldTimes<RoomId, BookingId> = HeldTimes::new(since);
    for _ in 0..STATES {
        let held: Vec<_> = rooms.iter().filter(|_| dice.throw(2) == 0).collect();
        let mut one = booking(&ada, &held);
        let first = dice.throw(200) * HOUR / 2;
        let dates: Vec<_> = (0..=dice.throw(4))
            .map(|date| (first + date * 24 * HOUR, dice.throw(10) * HOUR / 2 + 900))
            .map(|(start, length)| occurrence(&one, start, start + length))
            .collect();
        let mut unit = write(&store).await;
        match unit.add_booking(&one, &dates).await {
            Ok(()) => unit.commit().await.expect("nothing stands against it"),
            Err(StorageError::RoomTaken(_)) => continue,
            Err(error) => panic!("{error}"),
        }
        made.push(one.id);
        let mut changed = vec![one.id];
        if dice.throw(3) == 0 {
            // It is cancelled again.
            one.state = BookingState::Cancelled { at: at(0), by: ada.id };
            one.version = 2;
            let mut unit = write(&store).await;
            unit.save_booking(&one, &dates).await.expect("the version fits");
            unit.commit().await.expect("nothing stands against it");
            changed.push(one.id);
        }
        let mut unit = read(&store).await;
        for id in changed {
            let claims = unit.claims_of_booking(id, since).await.expect("reading works");
            followed.replace(id, claims.iter().map(|claim| (claim.room, timing(claim.span))));
        }
        let mut loaded: HeldTimes<RoomId, BookingId> = HeldTimes::new(since);
        for RoomClaim { room, booking, span } in unit.claims_of_rooms(&ids, since).await.expect("reading works") {
            loaded.take(room, timing(span), booking);
        }
        for _ in 0..QUESTIONS {
            let spans: Vec<Span> = (0..=dice.throw(5))
                .map(|_| (dice.throw(400) * HOUR / 2, dice.throw(60) * HOUR / 2 + 1))
                .map(|(start, length)| Span { start: at(start), end: at(start + length) })
                .collect();
            let asked: Vec<RoomId> = ids.iter().filter(|_| dice.throw(3) > 0).copied().collect();
            let except = Some(made[usize::try_from(dice.throw(made.len() as i64)).expect("a place")]);
            let except = except.filter(|_| dice.throw(2) == 0);
            let plain = unit.taken_rooms_at(&asked, &spans, except).await.expect("reading works");
            let plain: Vec<_> = plain.into_iter().map(|(room, span)| (room, timing(span))).collect();
            let spans: Vec<Timing> = spans.into_iter().map(timing).collect();
            assert_eq!(loaded.taken(&asked, &spans, except), plain);
            assert_eq!(followed.taken(&asked, &spans, except), plain);
        }
    }
    assert!(made.len() > STATES / 3, "most were booked: {}", made.len());
}

async fn what_is_over_is_left_out(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let held = booking(&ada, &[&rooms[0]]);
    let dates = [0, 4, 30].map(|hour| occurrence(&held, hour * HOUR, (hour + 2) * HOUR));
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the room is free");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    let claim = |start: i64| RoomClaim {
        room: rooms[0].id,
        booking: held.id,
        span: Span { start: at(start * HOUR), end: at((start + 2) * HOUR) },
    };
    for (after, left) in [(-1, &[0, 4, 30][..]), (2, &[4, 30]), (5, &[4, 30]), (32, &[])] {
        let left: Vec<RoomClaim> = left.iter().map(|start| claim(*start)).collect();
        let after = at(after * HOUR);
        assert_eq!(unit.claims_of_rooms(&[rooms[0].id], after).await.expect("reading works"), left);
        assert_eq!(unit.claims_of_booking(held.id, after).await.expect("reading works"), left);
    }
}
