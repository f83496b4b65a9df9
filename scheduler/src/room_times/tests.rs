//! What is known in memory is what the database says, whatever happens meanwhile.

use domain::{BookingId, RoomId, RoomKind};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use storage::{RoomClaim, Span};

use super::load;
use crate::app::App;
use crate::testing::{Bench, Caller, at, booking};

/// Random questions after each step, and steps.
const QUESTIONS: usize = 12;
const STEPS: usize = 120;

struct House {
    bench: Bench,
    anna: Caller,
    rooms: Vec<RoomId>,
}

impl House {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let mut rooms = Vec::new();
        for (name, seats) in [("A", 4), ("B", 12), ("C", 40)] {
            rooms.push(bench.room(RoomKind::Physical, name, seats).await);
        }
        Self { bench, anna, rooms }
    }

    fn app(&self) -> &App {
        &self.bench.scheduler.app
    }

    fn other_node(&self) -> crate::Scheduler {
        crate::Scheduler::new(
            self.app().config.clone(),
            self.bench.store.clone(),
            self.bench.cluster.clone(),
            self.bench.clock.clone(),
            self.bench.randomness.clone(),
        )
    }

    /// Does this node tell that the first room can be had for an hour?
    async fn says_free(&self) -> bool {
        let wish = booking(json!({ "rooms": [self.rooms[0]] }));
        let told = self.bench.post("/bookings/check").by(&self.anna).json(&wish).await;
        told.status == 200 && told.body["plan"][0]["outcome"] == "free"
    }

    async fn load(&self) {
        load::load(self.app()).await.expect("the database is there");
    }

    /// As if the event of another node had been lost.
    fn forget(&self, booking: BookingId) {
        let mut known = self.app().room_times.known.write().expect("nobody panics while noting");
        known.as_mut().expect("it is loaded").held.replace(booking, []);
    }

    /// The same question to memory and to the database.
    async fn agrees(&self, spans: &[Span], except: Option<BookingId>) {
        let mut unit = self.bench.store.read().await.expect("the database is there");
        let plain = unit.taken_rooms_at(&self.rooms, spans, except).await.expect("readable");
        let asked: Vec<_> =
            spans.iter().map(|span| domain::timing::Timing { start: span.start, end: span.end }).collect();
        let since = spans.iter().map(|span| span.start).min().expect("one at least");
        let known = self.app().room_times.ask(since, |held| held.taken(&self.rooms, &asked, except));
        let known: Vec<_> = known
            .expect("it is loaded")
            .into_iter()
            .map(|(room, time)| (room, Span { start: time.start, end: time.end }))
            .collect();
        assert_eq!(known, plain);
    }

    async fn book(&self, random: &mut StdRng) -> Option<(String, u64)> {
        let day = random.random_range(24..=30);
        let (hour, quarter) = (random.random_range(6..20), random.random_range(0..4) * 15);
        let rooms: Vec<RoomId> = self.rooms.iter().filter(|_| random.random_bool(0.5)).copied().collect();
        let mut wish = booking(json!({
            "start": format!("2026-11-{day}T{hour:02}:{quarter:02}"),
            "end": format!("2026-11-{day}T{:02}:{quarter:02}", hour + random.random_range(1..4)),
            "rooms": rooms,
        }));
        if random.random_bool(0.4) {
            wish["recurrence"] = json!({ "rule": format!("FREQ=DAILY;COUNT={}", random.random_range(2..9)) });
        }
        let answer = self.bench.post("/bookings").by(&self.anna).json(&wish).await;
        match answer.status.as_u16() {
            201 => Some((answer.body["id"].as_str().expect("an id").to_owned(), 1)),
            409 => None,
            other => panic!("{other}: {}", answer.text),
        }
    }
}

fn wish(random: &mut StdRng) -> Span {
    let start = at("2026-11-23T00:00:00Z") + SignedDuration::from_mins(random.random_range(0..20 * 24 * 60));
    Span { start, end: start + SignedDuration::from_mins(random.random_range(1..3_000)) }
}

#[tokio::test]
async fn it_says_what_the_database_says_after_every_booking_change_and_cancellation() {
    for seed in 0..3 {
        let house = House::new().await;
        let mut random = StdRng::seed_from_u64(seed);
        let mut booked: Vec<(String, u64)> = Vec::new();
        for step in 0..STEPS {
            if step == STEPS / 4 {
                house.load().await;
            }
            match random.random_range(0..10) {
                0..6 => booked.extend(house.book(&mut random).await),
                6..8 if !booked.is_empty() => {
                    let (id, version) = booked.swap_remove(random.random_range(0..booked.len()));
                    let path = format!("/bookings/{id}/cancel");
                    let asked = house.bench.post(&path).by(&house.anna);
                    asked.header("if-match", &format!("\"{version}\"")).send().await.is(200);
                }
                _ if !booked.is_empty() => {
                    let place = random.random_range(0..booked.len());
                    let (id, version) = booked[place].clone();
                    let path = format!("/bookings/{id}");
                    let day = random.random_range(24..=30);
                    let change = booking(json!({
                        "start": format!("2026-11-{day}T09:00"), "end": format!("2026-11-{day}T10:30"),
                        "rooms": [house.rooms[random.random_range(0..3)]],
                    }));
                    let asked = house.bench.put(&path).by(&house.anna).header("if-match", &format!("\"{version}\""));
                    if asked.json(&change).await.status == 200 {
                        booked[place].1 += 1;
                    }
                }
                _ => {}
            }
            if step < STEPS / 4 {
                assert!(house.app().room_times.ask(Timestamp::MAX, |_| ()).is_none(), "nothing is known before");
                continue;
            }
            for _ in 0..QUESTIONS {
                let spans: Vec<Span> = (0..random.random_range(1..5)).map(|_| wish(&mut random)).collect();
                let except = booked.first().filter(|_| random.random_bool(0.3));
                house.agrees(&spans, except.map(|(id, _)| id.parse().expect("an id"))).await;
            }
        }
        let held = house.app().room_times.ask(Timestamp::MAX, super::Held::len).expect("it is loaded");
        assert!(held > 20, "something must be held: {held}");
    }
}

#[tokio::test]
async fn what_is_booked_while_it_is_loaded_is_not_lost() {
    let house = House::new().await;
    house.load().await;
    let times = &house.app().room_times;
    // A load has begun and read the state from before.
    *times.turn.lock().await = Some(Vec::new());
    house.bench.booked(&house.anna, json!({ "rooms": house.rooms })).await;
    let missed = times.turn.lock().await.clone().expect("it is being loaded");
    assert_eq!(missed.len(), 1, "it is read again at the end");
    house.agrees(&[day()], None).await;
}

#[tokio::test]
async fn what_another_node_books_is_heard_on_the_bus() {
    let house = House::new().await;
    let scheduler = house.bench.scheduler.clone();
    let keeping = tokio::spawn(async move { scheduler.keep_room_times().await });
    while house.app().room_times.ask(Timestamp::MAX, |_| ()).is_none() {
        tokio::task::yield_now().await;
    }
    let other = house.other_node();
    let body: Value = booking(json!({ "rooms": [house.rooms[0]] }));
    house.bench.through(&other).post("/bookings").by(&house.anna).json(&body).await.is(201);
    while house.app().room_times.ask(Timestamp::MAX, super::Held::len) != Some(1) {
        tokio::task::yield_now().await;
    }
    keeping.abort();
}

#[tokio::test]
async fn rules_that_another_node_sets_are_heard_and_until_then_booking_decides() {
    let house = House::new().await;
    let manager = house.bench.person("Manager", &[domain::Role::RoomManager]).await;
    let elsewhere = house.bench.through(&house.other_node());
    let path = format!("/rooms/{}/policy", house.rooms[0]);
    let set = async |version: u32, minutes: u32| {
        let rules = json!({ "maximum_minutes": minutes });
        let asked = elsewhere.put(&path).by(&manager).header("if-match", &format!("\"{version}\""));
        asked.json(&rules).await.is(200);
    };
    house.load().await;
    set(1, 15).await;
    assert!(house.says_free().await, "it has not heard yet");
    let wish = booking(json!({ "rooms": [house.rooms[0]] }));
    let booked = house.bench.post("/bookings").by(&house.anna).json(&wish).await;
    assert_ne!(booked.status, 201, "the database knows better: {}", booked.text);

    let scheduler = house.bench.scheduler.clone();
    let keeping = tokio::spawn(async move { scheduler.keep_room_times().await });
    while house.says_free().await {
        tokio::task::yield_now().await;
    }
    set(2, 480).await;
    while !house.says_free().await {
        tokio::task::yield_now().await;
    }
    keeping.abort();
    house.bench.post("/bookings").by(&house.anna).json(&wish).await.is(201);
}

#[tokio::test]
async fn a_memory_that_is_behind_leads_to_a_refusal_and_never_to_a_room_held_twice() {
    let house = House::new().await;
    house.load().await;
    house.bench.booked(&house.anna, json!({ "rooms": [house.rooms[0]] })).await;
    let lost = only(&house).await.booking;
    house.forget(lost);
    let free = "/rooms/free?start=2026-11-24T09:00:00Z&end=2026-11-24T10:00:00Z";
    assert_eq!(house.bench.get(free).by(&house.anna).send().await.body["items"][0]["free"], true, "it is behind");
    let again =
        house.bench.post("/bookings").by(&house.anna).json(&booking(json!({ "rooms": [house.rooms[0]] }))).await;
    again.is_problem(409, "room_taken");
    house.load().await;
    assert_eq!(house.bench.get(free).by(&house.anna).send().await.body["items"][0]["free"], false);
}

async fn only(house: &House) -> RoomClaim {
    let mut unit = house.bench.store.read().await.expect("the database is there");
    unit.claims_of_rooms(&house.rooms, at("2026-11-23T00:00:00Z")).await.expect("readable")[0]
}

fn day() -> Span {
    Span { start: at("2026-11-24T00:00:00Z"), end: at("2026-11-25T00:00:00Z") }
}
