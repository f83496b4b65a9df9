//! Which rooms are free.

use anyhow::{Result, ensure};
use http::Method;
use jiff::Timestamp;
use rand::Rng as _;
use serde_json::json;

use super::{Ground, Shown, Times};

/// Questions before the clock counts.
const WARM: usize = 20;

/// Rooms for 12 people at some hour of the coming fortnight.
pub async fn free(ground: &Ground) -> Result<Shown> {
    let (mut random, mut times) = (ground.random(), Times::default());
    let mut free = 0;
    for number in 0..ground.times(2_000) + WARM {
        let day = ground.calendar.today() + random.random_range(0..10);
        let start = ground.calendar.second(day, random.random_range(0..36));
        let at = |second: i64| Timestamp::from_second(second).map(|at| at.to_string());
        let path = format!("/api/v1/rooms/free?start={}&end={}&capacity=12", at(start)?, at(start + 3_600)?);
        let answer = ground.site.must(number % 100, Method::GET, &path, None).await?;
        if number == WARM {
            times.forget();
        }
        times.note(&answer);
        free += answer.json()?["items"]
            .as_array()
            .map_or(0, |rooms| rooms.iter().filter(|one| one["free"] == true).count());
    }
    ensure!(free > 0, "there is no free room at all");
    let mut shown = Shown::new();
    times.show("free", &mut shown);
    Ok(shown)
}

/// Times in a fortnight at which a room for 12 people can be had, ranked.
pub async fn fortnight(ground: &Ground) -> Result<Shown> {
    let (mut random, mut times) = (ground.random(), Times::default());
    for number in 0..ground.times(500) + WARM {
        let first = ground.calendar.wall(ground.calendar.today() + 5 * random.random_range(0..20), 0).date();
        let body = json!({
            "from": first, "until": first.saturating_add(jiff::Span::new().days(13)), "zone": "Europe/Berlin",
            "minutes": 60, "guests": 11, "needs_room": true, "limit": 20,
        });
        let answer = ground.site.must(number % 100, Method::POST, "/api/v1/times/find", Some(&body)).await?;
        if number == WARM {
            times.forget();
        }
        times.note(&answer);
        let found = answer.json()?;
        ensure!(found["items"][0]["room"].is_object(), "no room can be had: {found}");
    }
    let mut shown = Shown::new();
    times.show("fortnight", &mut shown);
    Ok(shown)
}

/// The best time of the week for two years, over 200 of the rooms.
pub async fn weekly(ground: &Ground) -> Result<Shown> {
    let (mut random, mut times) = (ground.random(), Times::default());
    // So many that two rooms in five are large enough.
    let people = 16;
    for number in 0..ground.times(500) + WARM {
        let from = ground.calendar.wall(ground.calendar.today() + random.random_range(0..50), 0).date();
        let minutes = [30, 60, 90][number % 3];
        let body = json!({
            "from": from, "weeks": 104, "zone": "Europe/Berlin", "minutes": minutes,
            "people": people, "site": crate::data::site(10 * number), "limit": 5,
        });
        let answer = ground.site.must(number % 100, Method::POST, "/api/v1/times/weekly", Some(&body)).await?;
        if number == WARM {
            times.forget();
        }
        times.note(&answer);
        let found = answer.json()?;
        ensure!(found["items"].as_array().is_some_and(|items| items.len() == 5), "five times: {found}");
    }
    let mut shown = Shown::new();
    times.show("weekly", &mut shown);
    Ok(shown)
}
