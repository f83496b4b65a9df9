//! What people have.

use anyhow::{Result, ensure};
use http::Method;
use rand::Rng as _;
use serde_json::json;

use super::{Ground, Shown, Times};
use crate::data::{FEEDS, SECRET, feed as feed_id, person, principals};

/// How often an address is read in a round: thirty reads in ten minutes are allowed, and the clock stands still.
const READS: usize = 25;

/// A month of somebody much in demand, as the page shows it.
pub async fn month(ground: &Ground) -> Result<Shown> {
    let (mut random, mut times) = (ground.random(), Times::default());
    let mut dates = 0;
    for number in 0..ground.times(500) {
        let start = ground.calendar.second(ground.calendar.today() + 5 * random.random_range(0..12), 0);
        let at = |second: i64| jiff::Timestamp::from_second(second).map(|at| at.to_string());
        let path = format!("/api/v1/bookings?from={}&to={}", at(start)?, at(start + 31 * 86_400)?);
        let answer = ground.site.must(number % ground.shape.busy_people(), Method::GET, &path, None).await?;
        times.note(&answer);
        dates += answer.json()?["items"].as_array().map_or(0, Vec::len);
    }
    let mut shown = Shown::from([("month.dates".to_owned(), dates as f64 / times.server.len() as f64)]);
    times.show("month", &mut shown);
    Ok(shown)
}

/// When 50 people can meet in a fortnight: an assistant and those who let them see when they are busy.
pub async fn busy(ground: &Ground) -> Result<Shown> {
    let (mut random, mut times) = (ground.random(), Times::default());
    let people: Vec<_> = principals(&ground.shape).map(person).collect();
    for _ in 0..ground.times(100) {
        let first = ground.calendar.wall(ground.calendar.today() + 5 * random.random_range(0..20), 0).date();
        let body = json!({
            "from": first, "until": first.saturating_add(jiff::Span::new().days(13)), "zone": "Europe/Berlin",
            "minutes": 60, "people": people, "limit": 5,
        });
        let answer = ground.site.must(0, Method::POST, "/api/v1/times/find", Some(&body)).await?;
        times.note(&answer);
        let found = answer.json()?;
        ensure!(found["unseen"].as_array().is_some_and(Vec::is_empty), "all calendars can be seen: {found}");
    }
    let mut shown = Shown::new();
    times.show("busy", &mut shown);
    Ok(shown)
}

/// The calendar address of somebody much in demand, from 90 days back to two years ahead.
pub async fn feed(ground: &Ground) -> Result<Shown> {
    let mut times = Times::default();
    let (mut bytes, mut events) = (0, 0);
    let people = FEEDS.min(ground.shape.busy_people());
    for number in 0..ground.times(people * READS) {
        let one = number % people;
        let path = format!("/api/v1/calendar-feeds/{}/calendar.ics?key={SECRET}feed{one}", feed_id(one));
        let answer = ground.site.must(one, Method::GET, &path, None).await?;
        times.note(&answer);
        bytes += answer.text.len();
        events += answer.text.windows(12).filter(|line| line == b"BEGIN:VEVENT").count();
    }
    let count = times.server.len() as f64;
    let mut shown = Shown::from([
        ("feed.events".to_owned(), events as f64 / count),
        ("feed.kib".to_owned(), bytes as f64 / count / 1_024.0),
    ]);
    times.show("feed", &mut shown);
    Ok(shown)
}
