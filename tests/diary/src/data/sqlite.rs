//! Fills a SQLite file: without indices and triggers, which are made again when everything is there.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use super::cell::{Cell, TABLES, Table};
use super::fill::Batch;

/// Batches in one transaction.
const TOGETHER: usize = 400;
/// How long the store that made the tables may take to close its connections, and the pause between two looks.
const CLOSED_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

/// Does anybody have an account?
pub async fn is_filled(path: &str) -> Result<bool> {
    let mut database = SqliteConnectOptions::new().filename(path).connect().await?;
    let found = sqlx::query("SELECT 1 FROM people LIMIT 1").fetch_optional(&mut database).await?;
    database.close().await?;
    Ok(found.is_some())
}

/// Writes all batches into the file.
pub async fn fill(path: &str, batches: Receiver<Batch>) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-500000")
        .disable_statement_logging();
    let mut database = options.connect().await?;
    without_journal(&mut database).await?;
    let names: Vec<String> = TABLES.iter().map(|table| format!("'{}'", table.name)).collect();
    let question = format!(
        "SELECT type, name, sql FROM sqlite_master
        WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({})",
        names.join(", ")
    );
    let mut again = Vec::new();
    for row in sqlx::query(AssertSqlSafe(question)).fetch_all(&mut database).await? {
        let (kind, name, sql): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        run(&mut database, format!("DROP {kind} {name}")).await?;
        again.push(sql);
    }
    let mut count = 0;
    for (place, rows) in batches {
        if count % TOGETHER == 0 {
            run(&mut database, "BEGIN".into()).await?;
        }
        if !rows.is_empty() {
            insert(&mut database, &TABLES[place], rows).await?;
        }
        count += 1;
        if count % TOGETHER == 0 {
            run(&mut database, "COMMIT".into()).await?;
        }
    }
    if count % TOGETHER != 0 {
        run(&mut database, "COMMIT".into()).await?;
    }
    for sql in again {
        run(&mut database, sql).await?;
    }
    run(&mut database, "PRAGMA journal_mode = WAL".into()).await?;
    database.close().await?;
    Ok(())
}

/// Only who is alone with the file may change its journal.
async fn without_journal(database: &mut SqliteConnection) -> Result<()> {
    let deadline = Instant::now() + CLOSED_WITHIN;
    loop {
        match run(database, "PRAGMA journal_mode = OFF".into()).await {
            Err(_) if Instant::now() < deadline => tokio::time::sleep(PAUSE).await, // asks again
            outcome => return outcome,
        }
    }
}

async fn insert(database: &mut SqliteConnection, table: &Table, rows: Vec<Vec<Cell>>) -> Result<()> {
    let row = format!("({})", vec!["?"; table.width()].join(", "));
    let all = vec![row; rows.len()].join(", ");
    let statement = format!("INSERT INTO {} ({}) VALUES {all}", table.name, table.columns);
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for cell in rows.into_iter().flatten() {
        query = match cell {
            Cell::Null => query.bind(None::<i64>),
            Cell::Id(id) => query.bind(id),
            Cell::Number(number) => query.bind(number),
            Cell::Truth(truth) => query.bind(truth),
            Cell::Text(words) => query.bind(words),
            Cell::Bytes(bytes) => query.bind(bytes),
        };
    }
    query.execute(database).await?;
    Ok(())
}

async fn run(database: &mut SqliteConnection, sql: String) -> Result<()> {
    sqlx::query(AssertSqlSafe(sql)).execute(database).await?;
    Ok(())
}
