//! The tables as they are when the program has ended: read with SQL of our own, not through the program.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use uuid::Uuid;

use crate::client::requests::ticket;
use crate::event::{Found, Shown};
use crate::site::Rooms;

/// Id, title, version, whether it was cancelled.
type Booking = (Uuid, String, i64, bool);
/// Its booking, start, end, whether it was cancelled.
type Date = (Uuid, i64, i64, bool);
/// Its booking, room, start, end.
type Claim = (Uuid, Uuid, i64, i64);

const BOOKINGS: &str =
    "SELECT id, title, CAST(version AS BIGINT) AS version, cancelled_at IS NOT NULL AS cancelled FROM bookings";
const DATES: &str = "SELECT booking_id, start_s, end_s, state = 'cancelled' AS cancelled FROM occurrences";
const CLAIMS: &str = "SELECT o.booking_id, c.room_id, c.start_s, c.end_s FROM room_claims AS c \
    JOIN occurrences AS o ON o.id = c.occurrence_id";

/// Everything that is booked.
pub async fn read(address: &str, rooms: &Rooms) -> Result<Vec<Found>> {
    // Two kinds of connections, and nothing else that differs.
    macro_rules! read {
        ($pool:expr) => {{
            let pool = $pool;
            let bookings: Vec<Booking> = sqlx::query_as(BOOKINGS).fetch_all(&pool).await?;
            let dates: Vec<Date> = sqlx::query_as(DATES).fetch_all(&pool).await?;
            let claims: Vec<Claim> = sqlx::query_as(CLAIMS).fetch_all(&pool).await?;
            pool.close().await;
            gather(bookings, dates, claims, rooms)
        }};
    }
    if address.starts_with("sqlite:") {
        read!(sqlx::SqlitePool::connect(address).await?)
    } else {
        read!(sqlx::PgPool::connect(address).await?)
    }
}

fn gather(bookings: Vec<Booking>, dates: Vec<Date>, claims: Vec<Claim>, rooms: &Rooms) -> Result<Vec<Found>> {
    let mut places = HashMap::new();
    let mut found = Vec::with_capacity(bookings.len());
    for (id, title, version, is_cancelled) in bookings {
        places.insert(id, found.len());
        let ticket = ticket(&title).with_context(|| format!("nobody booked \"{title}\""))?;
        let shown = Shown { is_cancelled, ..Shown::default() };
        found.push(Found { ticket, version: u64::try_from(version)?, shown });
    }
    for (booking, start, end, is_cancelled) in dates {
        let one: &mut Found = &mut found[places[&booking]];
        one.shown.dates.push((start, end, is_cancelled));
    }
    for (booking, room, start, end) in claims {
        let room = rooms.number(&room.to_string()).context("a room that nobody made")?;
        found[places[&booking]].shown.claims.push((room, start, end));
    }
    for one in &mut found {
        let Shown { is_cancelled, dates, claims } = std::mem::take(&mut one.shown);
        one.shown = Shown::of(is_cancelled, dates, claims);
    }
    Ok(found)
}
