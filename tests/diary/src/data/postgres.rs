//! Fills a PostgreSQL database with COPY: without indices and the exclusion constraint, which are made again when
//! everything is there.

use std::sync::mpsc::Receiver;

use anyhow::Result;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::cell::{TABLES, copied};
use super::fill::Batch;

/// Bytes of one COPY.
const TOGETHER: usize = 8 << 20;

/// Does anybody have an account?
pub async fn is_filled(address: &str) -> Result<bool> {
    let mut database = PgConnection::connect(address).await?;
    let found = sqlx::query("SELECT 1 FROM people LIMIT 1").fetch_optional(&mut database).await?;
    database.close().await?;
    Ok(found.is_some())
}

/// Writes all batches into the database.
pub async fn fill(address: &str, batches: Receiver<Batch>) -> Result<()> {
    let mut database = PgConnection::connect(address).await?;
    // What is written fits together: nobody needs to look for every row that another points to.
    run(&mut database, "SET session_replication_role = replica".into()).await?;
    run(&mut database, "SET maintenance_work_mem = '1GB'".into()).await?;
    let again = strip(&mut database).await?;
    let mut waiting: Vec<String> = vec![String::new(); TABLES.len()];
    for (place, rows) in batches {
        rows.iter().for_each(|row| copied(row, &mut waiting[place]));
        if waiting[place].len() >= TOGETHER {
            copy(&mut database, place, &mut waiting[place]).await?;
        }
    }
    for (place, text) in waiting.iter_mut().enumerate() {
        copy(&mut database, place, text).await?;
    }
    for sql in again {
        run(&mut database, sql).await?;
    }
    run(&mut database, "VACUUM ANALYZE".into()).await?;
    run(&mut database, "CHECKPOINT".into()).await?;
    database.close().await?;
    Ok(())
}

/// Drops indices and the exclusion constraint; answers what makes them again.
async fn strip(database: &mut PgConnection) -> Result<Vec<String>> {
    let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    let mut again = Vec::new();
    let constraints = sqlx::query(
        "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype = 'x' AND conrelid::regclass::text = ANY($1)",
    );
    for row in constraints.bind(&names).fetch_all(&mut *database).await? {
        let (table, name, definition): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        run(database, format!("ALTER TABLE {table} DROP CONSTRAINT {name}")).await?;
        again.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"));
    }
    let indices = sqlx::query(
        "SELECT indexname::text, indexdef FROM pg_indexes
        WHERE tablename = ANY($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
    );
    for row in indices.bind(&names).fetch_all(&mut *database).await? {
        let (name, definition): (String, String) = (row.get(0), row.get(1));
        run(database, format!("DROP INDEX {name}")).await?;
        again.push(definition);
    }
    Ok(again)
}

async fn copy(database: &mut PgConnection, place: usize, text: &mut String) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let table = &TABLES[place];
    let statement = format!("COPY {} ({}) FROM STDIN", table.name, table.columns);
    let mut copying = database.copy_in_raw(&statement).await?;
    copying.send(std::mem::take(text).into_bytes()).await?;
    copying.finish().await?;
    Ok(())
}

async fn run(database: &mut PgConnection, sql: String) -> Result<()> {
    sqlx::query(AssertSqlSafe(sql)).execute(database).await?;
    Ok(())
}
