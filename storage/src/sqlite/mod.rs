//! SQLite, embedded: one file, nothing else to run.
//!
//! One connection writes, a few read. Units that write queue for the one connection without
//! blocking a thread and then hold the write lock from their first moment (`BEGIN IMMEDIATE`),
//! so nothing they have read can change before they commit. Committing syncs the
//! write-ahead log to disk (`synchronous=FULL`).

mod admissions;
mod bookings;
mod error;
mod pool_loads;
mod rooms;
mod unit;

// What both engines are told in the same words.
#[path = "../both/app_passwords.rs"]
mod app_passwords;
#[path = "../both/attendance.rs"]
mod attendance;
#[path = "../both/audit.rs"]
mod audit;
#[path = "../both/booking_rows.rs"]
mod booking_rows;
#[path = "../both/calendar_feeds.rs"]
mod calendar_feeds;
#[path = "../both/calendar_programs.rs"]
mod calendar_programs;
#[path = "../both/continuations.rs"]
mod continuations;
#[path = "../both/delegations.rs"]
mod delegations;
#[path = "../both/deletions.rs"]
mod deletions;
#[path = "../both/dial_in_pins.rs"]
mod dial_in_pins;
#[path = "../both/exclusions.rs"]
mod exclusions;
#[path = "../both/given_roles.rs"]
mod given_roles;
#[path = "../both/invitations.rs"]
mod invitations;
#[path = "../both/kept_answers.rs"]
mod kept_answers;
#[path = "../both/outbox.rs"]
mod outbox;
#[path = "../both/people.rs"]
mod people;
#[path = "../both/personal.rs"]
mod personal;
#[path = "../both/pool_claims.rs"]
mod pool_claims;
#[path = "../both/pool_uses.rs"]
mod pool_uses;
#[path = "../both/pools.rs"]
mod pools;
#[path = "../both/reminders.rs"]
mod reminders;
#[path = "../both/replies.rs"]
mod replies;
#[path = "../both/room_claims.rs"]
mod room_claims;
#[path = "../both/room_holds.rs"]
mod room_holds;
#[path = "../both/room_requests.rs"]
mod room_requests;
#[path = "../both/room_rules.rs"]
mod room_rules;
#[path = "../both/room_waits.rs"]
mod room_waits;
#[path = "../both/sessions.rs"]
mod sessions;
#[path = "../both/setup_links.rs"]
mod setup_links;
#[path = "../both/webhooks.rs"]
mod webhooks;
#[path = "../both/zones.rs"]
mod zones;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::way::Way;
use crate::{StorageError, Store, Unit};
use error::fault;
use unit::SqliteUnit;

/// How long a unit waits for its turn before the database counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a probe may take.
const PROBE: Duration = Duration::from_secs(2);
/// Connections that read beside the one that writes.
const READERS: u32 = 4;
/// Pages that a connection keeps in memory at most, in the negative KiB that SQLite takes. Its own default is 2 MiB,
/// which is less than the upper pages of one index over years of bookings.
const CACHE_KIB: &str = "-32768";
/// The same while tables are brought up to date: indexes over years of bookings are sorted in it. Most starts need none of it.
const CACHE_KIB_TO_MIGRATE: &str = "-524288";
/// Rows on their way between SQLite's thread and whoever asked: few would make the two wait for each other.
const ROWS_AHEAD: usize = 1_000;

/// Keeps everything in one SQLite file. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Deletes a throw-away database with its last clone.
    _folder: Option<Arc<TempDir>>,
}

impl SqliteStore {
    /// Opens the file, creating it and its folder if they are missing, and brings its tables up to date.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let path = path.as_ref();
        if let Some(folder) = path.parent() {
            // Names and mail addresses will lie here: a new folder is for this account only.
            let mut making = tokio::fs::DirBuilder::new();
            making.recursive(true).mode(0o700);
            making.create(folder).await.map_err(|error| StorageError::Unavailable(error.into()))?;
        }
        Self::connect(path, SqliteSynchronous::Full, None).await
    }

    /// A throw-away database for tests and first tries: gone with its last clone, not durable.
    ///
    /// It is a temporary file rather than SQLite's `:memory:`, because several connections
    /// to one memory database lock each other out of whole tables.
    pub async fn in_memory() -> Result<Self, StorageError> {
        let folder = tempfile::tempdir().map_err(|error| StorageError::Unavailable(error.into()))?;
        let path = folder.path().join("rennsteig.db");
        Self::connect(&path, SqliteSynchronous::Off, Some(Arc::new(folder))).await
    }

    async fn connect(
        path: &Path,
        synchronous: SqliteSynchronous,
        folder: Option<Arc<TempDir>>,
    ) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .pragma("cache_size", CACHE_KIB)
            .row_buffer_size(ROWS_AHEAD)
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None);
        // By a connection of its own, whose memory is free again afterwards; as the last one, it also empties the log.
        let mut migrating =
            options.clone().pragma("cache_size", CACHE_KIB_TO_MIGRATE).connect().await.map_err(fault)?;
        sqlx::migrate!("migrations/sqlite")
            .run(&mut migrating)
            .await
            .map_err(|error| StorageError::Inconsistent(error.to_string()))?;
        migrating.close().await.map_err(fault)?;
        let writer = pool.clone().max_connections(1).connect_with(options.clone()).await.map_err(fault)?;
        let reading = options.create_if_missing(false).pragma("query_only", "ON");
        let readers = pool.max_connections(READERS).connect_with(reading).await.map_err(fault)?;
        Ok(Self { writer, readers, _folder: folder })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError> {
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        Ok(Box::new(SqliteUnit::writing(transaction)))
    }

    async fn read(&self) -> Result<Box<dyn Unit>, StorageError> {
        let transaction = self.readers.begin().await.map_err(fault)?;
        Ok(Box::new(SqliteUnit::reading(Way::Together(transaction))))
    }

    async fn look(&self) -> Result<Box<dyn Unit>, StorageError> {
        Ok(Box::new(SqliteUnit::reading(Way::Single(self.readers.acquire().await.map_err(fault)?))))
    }

    async fn is_reachable(&self) -> bool {
        let probe = sqlx::query("SELECT 1 FROM people LIMIT 1").execute(&self.readers);
        matches!(tokio::time::timeout(PROBE, probe).await, Ok(Ok(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_built_without_locks_for_what_nobody_shares() {
        let store = SqliteStore::in_memory().await.expect("a folder can be made");
        let options: Vec<String> = sqlx::query_scalar("SELECT compile_options FROM pragma_compile_options")
            .fetch_all(&store.readers)
            .await
            .expect("it knows how it was built");
        let has = |option: &str| options.iter().any(|one| one == option);
        assert!(has("DEFAULT_MEMSTATUS=0"), "`.cargo/config.toml` was not read: {options:?}");
        assert!(!has("ENABLE_MEMORY_MANAGEMENT"), "`.cargo/config.toml` was not read: {options:?}");
    }
}
