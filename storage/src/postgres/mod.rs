//! PostgreSQL 15 or newer, for several nodes.
//!
//! Units that write run at `READ COMMITTED`, so that what another unit committed is seen once its
//! lock is ours; units that read see one snapshot. Nothing waits without limit: not for a
//! connection, not for a lock, not for an answer.

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

use std::time::Duration;

use async_trait::async_trait;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::way::Way;
use crate::{StorageError, Store, Unit};
use error::fault;
use unit::{PostgresUnit, in_time};

/// How long a probe waits for its answer.
const PROBE: Duration = Duration::from_secs(2);
/// How long a unit waits for one of the node's connections. As long as a lock (`lock_timeout`
/// below): a crowd before one room has to wait for either, and shorter would turn it away.
const WAIT: Duration = Duration::from_secs(4);
/// Connections of one node.
const CONNECTIONS: u32 = 16;

/// Keeps everything in a PostgreSQL database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects to `postgres://user@host/database` and brings the tables up to date.
    pub async fn connect(url: &str) -> Result<Self, StorageError> {
        let options: PgConnectOptions =
            url.parse().map_err(|_| StorageError::Inconsistent("the address of the database cannot be read".into()))?;
        let options = options.application_name("rennsteig").disable_statement_logging().options([
            ("lock_timeout", "4s"),
            ("statement_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // No question runs for as long as compiling it would take.
            ("jit", "off"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(WAIT)
            .connect_with(options)
            .await
            .map_err(fault)?;
        sqlx::migrate!("migrations/postgres")
            .run(&pool)
            .await
            .map_err(|error| StorageError::Inconsistent(error.to_string()))?;
        Ok(Self { pool })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError> {
        let transaction = in_time(self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED")).await?;
        Ok(Box::new(PostgresUnit::writing(transaction)))
    }

    async fn read(&self) -> Result<Box<dyn Unit>, StorageError> {
        let opening = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        Ok(Box::new(PostgresUnit::reading(Way::Together(in_time(opening).await?))))
    }

    async fn look(&self) -> Result<Box<dyn Unit>, StorageError> {
        Ok(Box::new(PostgresUnit::reading(Way::Single(in_time(self.pool.acquire()).await?))))
    }

    async fn is_reachable(&self) -> bool {
        let probe = sqlx::query("SELECT 1").execute(&self.pool);
        matches!(tokio::time::timeout(PROBE, probe).await, Ok(Ok(_)))
    }
}
