//! Booking, on days on which nobody else has anything: Saturdays for single meetings, Sundays for series.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use http::{Method, StatusCode};
use jiff::ToSpan as _;
use jiff::civil::DateTime;
use rand::Rng as _;
use serde_json::{Value, json};

use super::{Ground, Shown, Times};
use crate::data::{person, room};
use crate::site::{Answer, Site};

/// Who books at the same time.
const CLIENTS: usize = 64;
/// Rooms that all of them want.
const WANTED: usize = 4;
/// Weeks of a series.
const WEEKS: usize = 104;
/// Days of the week, from Monday.
const SATURDAY: i64 = 5;
const SUNDAY: i64 = 6;

/// Would a weekly series of two years be booked? In rooms and at hours in which others have something.
pub async fn check(ground: &Ground) -> Result<Shown> {
    let (mut random, mut times, mut conflicts) = (ground.random(), Times::default(), 0);
    for number in 0..ground.times(500) {
        let day = ground.calendar.today() + random.random_range(1..50);
        let start = ground.calendar.wall(day, random.random_range(0..38));
        let place = Place { room: random.random_range(0..ground.shape.rooms), start, is_series: true };
        let body = place.body(Some(WEEKS));
        let answer = ground.site.must(number % 100, Method::POST, "/api/v1/bookings/check", Some(&body)).await?;
        times.note(&answer);
        conflicts += answer.json()?["conflicts"].as_array().map_or(0, Vec::len);
    }
    let mut shown = Shown::from([("check.conflicts".to_owned(), conflicts as f64 / times.server.len() as f64)]);
    times.show("check", &mut shown);
    Ok(shown)
}

/// 64 people book one meeting after another, each another room or time: how many a second?
pub async fn single(ground: &Ground) -> Result<Shown> {
    let all = ground.times(6_400);
    let (began, mut times) = (Instant::now(), Times::default());
    for answer in together(ground, all, Place::single).await? {
        ensure!(answer.status == StatusCode::CREATED, "not booked: {}", String::from_utf8_lossy(&answer.text));
        times.note(&answer);
    }
    let mut shown = Shown::from([("single.rate".to_owned(), all as f64 / began.elapsed().as_secs_f64())]);
    times.show("single", &mut shown);
    Ok(shown)
}

/// 64 people want the same rooms at the same times: one of them has it, the others hear so.
pub async fn crowd(ground: &Ground) -> Result<Shown> {
    let (rounds, mut times, mut had) = (ground.times(50), Times::default(), Had::default());
    for round in 0..rounds {
        let answers = together(ground, CLIENTS, |ground, number| Place::wanted(ground, round, number)).await?;
        had.add(&answers)?;
        answers.iter().for_each(|answer| times.note(answer));
    }
    let mut shown = had.shown("crowd", rounds * WANTED);
    times.show("crowd", &mut shown);
    Ok(shown)
}

/// One person books series of 104 weeks.
pub async fn series(ground: &Ground) -> Result<Shown> {
    series_as(ground, "series", 0).await
}

/// The same under this name, so many half hours later.
pub async fn series_as(ground: &Ground, name: &str, later: usize) -> Result<Shown> {
    let mut times = Times::default();
    for number in 0..ground.times(300) {
        let place = Place::series(ground, number, later);
        let answer = ground.site.must(number, Method::POST, "/api/v1/bookings", Some(&place.body(Some(WEEKS)))).await?;
        times.note(&answer);
    }
    let mut shown = Shown::new();
    times.show(name, &mut shown);
    Ok(shown)
}

/// 64 people want the same rooms for the same 104 weeks.
pub async fn series_crowd(ground: &Ground) -> Result<Shown> {
    let (rounds, mut times, mut had) = (ground.times(5), Times::default(), Had::default());
    for round in 0..rounds {
        let answers = together(ground, CLIENTS, |ground, number| Place::wanted_series(ground, round, number)).await?;
        had.add(&answers)?;
        answers.iter().for_each(|answer| times.note(answer));
    }
    let mut shown = had.shown("series_crowd", rounds * WANTED);
    times.show("series_crowd", &mut shown);
    Ok(shown)
}

/// What came of it when many wanted the same.
#[derive(Default)]
struct Had {
    booked: usize,
    turned_away: usize,
}

impl Had {
    /// One has it, the others hear that somebody else was faster; some may be asked to come again.
    fn add(&mut self, answers: &[Answer]) -> Result<()> {
        for answer in answers {
            match answer.status {
                StatusCode::CREATED => self.booked += 1,
                StatusCode::CONFLICT => {}
                StatusCode::SERVICE_UNAVAILABLE => self.turned_away += 1,
                status => bail!("{status}: {}", String::from_utf8_lossy(&answer.text)),
            }
        }
        Ok(())
    }

    fn shown(&self, name: &str, there_is: usize) -> Shown {
        Shown::from([
            (format!("{name}.twice"), self.booked.saturating_sub(there_is) as f64),
            (format!("{name}.missed"), there_is.saturating_sub(self.booked) as f64),
            (format!("{name}.turned_away"), self.turned_away as f64),
        ])
    }
}

/// What somebody books.
struct Place {
    room: usize,
    start: DateTime,
    is_series: bool,
}

impl Place {
    /// Each another one.
    fn single(ground: &Ground, number: usize) -> Self {
        let slot = number / ground.shape.rooms;
        let week = slot / 20 + 20 * ground.round;
        Self { room: number % ground.shape.rooms, start: when(ground, week, SATURDAY, slot % 20), is_series: false }
    }

    /// One of a few for all.
    fn wanted(ground: &Ground, round: usize, number: usize) -> Self {
        let week = 100 + 5 * ground.round + round / 20;
        Self { room: number % WANTED, start: when(ground, week, SATURDAY, round % 20), is_series: false }
    }

    fn series(ground: &Ground, number: usize, later: usize) -> Self {
        let slot = number / ground.shape.rooms + 3 * ground.round + later;
        Self { room: number % ground.shape.rooms, start: when(ground, 1, SUNDAY, slot), is_series: true }
    }

    fn wanted_series(ground: &Ground, round: usize, number: usize) -> Self {
        // After the others, three rounds on one day.
        let week = 120 + 105 * (ground.round / 3);
        let start = when(ground, week, SUNDAY, 2 * round + 10 * (ground.round % 3));
        Self { room: number % WANTED, start, is_series: true }
    }

    fn body(&self, weeks: Option<usize>) -> Value {
        let end = self.start.saturating_add(30.minutes());
        let wall = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
        let mut body = json!({
            "title": "Beratung", "start": wall(self.start), "end": wall(end), "zone": "Europe/Berlin",
            "rooms": [room(self.room)],
            "people": [{ "person": person(1), "role": "participant" }, { "person": person(2), "role": "participant" }],
        });
        if let Some(weeks) = weeks {
            body["recurrence"] = json!({ "rule": format!("FREQ=WEEKLY;COUNT={weeks}") });
        }
        body
    }
}

/// Half hours from 8 on a day of a week to come.
fn when(ground: &Ground, week: usize, weekday: i64, half_hour: usize) -> DateTime {
    let monday = ground.calendar.wall(ground.calendar.today(), 0);
    let minutes = 30 * half_hour as i64;
    monday.saturating_add((7 * week as i64 + weekday).days()).saturating_add(minutes.minutes())
}

/// All of the bookings from 64 clients at once, each one after another.
async fn together(ground: &Ground, all: usize, place: impl Fn(&Ground, usize) -> Place) -> Result<Vec<Answer>> {
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let bodies: Vec<Value> = (client..all)
            .step_by(CLIENTS)
            .map(|number| place(ground, number))
            .map(|place| place.body(place.is_series.then_some(WEEKS)))
            .collect();
        clients.spawn(one_after_another(ground.site.clone(), client + 3, bodies));
    }
    let mut answers = Vec::with_capacity(all);
    while let Some(done) = clients.join_next().await {
        answers.extend(done??);
    }
    Ok(answers)
}

async fn one_after_another(site: Arc<Site>, person: usize, bodies: Vec<Value>) -> Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(bodies.len());
    for body in bodies {
        answers.push(site.ask(person, Method::POST, "/api/v1/bookings", Some(&body)).await?);
    }
    Ok(answers)
}
