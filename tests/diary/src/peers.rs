//! The same questions as plain SQL over a table of entries with an index by room and time, as MRBS keeps them: one question
//! for each date of a series. No rights, no rules, no HTTP, nothing written out: less work than the server's.

use std::time::Instant;

use anyhow::Result;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::data::{Calendar, Shape};
use crate::plan::Engine;
use crate::trials::{Shown, part};

const TIMES: usize = 300;
const WEEKS: i64 = 104;
const WEEK: i64 = 7 * 86_400;
/// Times of the week at which the best is looked for: half hours from 8 to 17 on five days.
const TIMES_OF_WEEK: usize = 5 * 19;

const TABLES: &[&str] = &[
    "CREATE TABLE plain_rooms (number BIGINT PRIMARY KEY, id {id} NOT NULL, capacity BIGINT NOT NULL)",
    "INSERT INTO plain_rooms SELECT row_number() OVER (ORDER BY id), id, capacity FROM rooms",
    "CREATE TABLE plain_entries (room_id BIGINT NOT NULL, start_time BIGINT NOT NULL, end_time BIGINT NOT NULL)",
    "INSERT INTO plain_entries SELECT number, start_s, end_s FROM room_claims JOIN plain_rooms ON plain_rooms.id = room_id",
    "CREATE INDEX plain_entries_by_time ON plain_entries (room_id, start_time, end_time)",
];
const CLEAR: &[&str] = &["DROP TABLE plain_entries", "DROP TABLE plain_rooms"];

const FREE: &str = "SELECT number FROM plain_rooms WHERE capacity >= 12 AND NOT EXISTS (
    SELECT 1 FROM plain_entries WHERE room_id = number AND start_time < $2 AND end_time > $1 AND start_time > $1 - 86400)";
const ONE_DATE: &str = "SELECT start_time FROM plain_entries WHERE start_time < $2 AND end_time > $1 AND start_time > $1 - 86400 AND room_id = $3";
/// How many dates of a series are taken in each of the rooms; the dates are put in.
const IN_ALL_ROOMS: &str = "WITH dates (start_s, end_s) AS (VALUES {dates})
    SELECT number, count(*) FROM plain_rooms CROSS JOIN dates
    JOIN plain_entries ON room_id = number AND start_time > start_s - 86400 AND start_time < end_s AND end_time > start_s
    WHERE capacity >= 16 GROUP BY number ORDER BY 2";

/// Asks, on a connection of its own.
pub async fn ask(engine: Engine, address: &str, shape: Shape, calendar: &Calendar) -> Result<Shown> {
    let mut random = StdRng::seed_from_u64(shape.seed.wrapping_add(78));
    let questions = (0..TIMES).map(|_| {
        let day = calendar.today() + random.random_range(0..10);
        let at = calendar.second(day, random.random_range(0..36));
        (at, random.random_range(1..=shape.rooms as i64))
    });
    let questions: Vec<(i64, i64)> = questions.collect();
    match engine {
        Engine::Sqlite => sqlite(SqliteConnectOptions::new().filename(address), &questions).await,
        Engine::Postgres => postgres(address.parse::<PgConnectOptions>()?, &questions).await,
    }
}

/// The two connections are of two types and have no word in common.
macro_rules! asking {
    ($name:ident, $options:ty, $id:literal) => {
        async fn $name(options: $options, questions: &[(i64, i64)]) -> Result<Shown> {
            let mut database = options.disable_statement_logging().connect().await?;
            for sql in TABLES {
                sqlx::query(AssertSqlSafe(sql.replace("{id}", $id))).execute(&mut database).await?;
            }
            sqlx::query("ANALYZE plain_entries").execute(&mut database).await?;
            let (mut free, mut series, mut weekly) = (Vec::new(), Vec::new(), Vec::new());
            for (at, room) in questions {
                let began = Instant::now();
                sqlx::query(FREE).bind(at).bind(at + 3_600).fetch_all(&mut database).await?;
                free.push(milliseconds(began));

                let began = Instant::now();
                for at in (0..WEEKS).map(|week| at + week * WEEK) {
                    sqlx::query(ONE_DATE).bind(at).bind(at + 3_600).bind(room).fetch_all(&mut database).await?;
                }
                series.push(milliseconds(began));
            }
            for (at, _) in &questions[..TIMES / 30] {
                let dates = (0..WEEKS).map(|week| at + week * WEEK).map(|at| format!("({at}, {})", at + 3_600));
                let sql = IN_ALL_ROOMS.replace("{dates}", &dates.collect::<Vec<_>>().join(", "));
                let began = Instant::now();
                sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut database).await?;
                weekly.push(milliseconds(began) * TIMES_OF_WEEK as f64);
            }
            for sql in CLEAR {
                sqlx::query(*sql).execute(&mut database).await?;
            }
            database.close().await?;
            let shown = [("free", free), ("check", series), ("weekly", weekly)];
            Ok(shown.into_iter().map(|(name, mut times)| (format!("{name}.plain"), part(&mut times, 0.5))).collect())
        }
    };
}

asking!(sqlite, SqliteConnectOptions, "BLOB");
asking!(postgres, PgConnectOptions, "UUID");

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}
