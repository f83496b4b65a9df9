use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use domain::capacity::Loads;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Query, QueryAs};
use sqlx::{AssertSqlSafe, FromRow, Postgres, Transaction};
use uuid::Uuid;

use super::error::{fault, silence};
use crate::error::{CHANGED, FAILED};
use crate::way::Way;
use crate::{StorageError, Unit};

pub(super) type Result<T> = std::result::Result<T, StorageError>;
pub(super) type Statement = Query<'static, Postgres, PgArguments>;
pub(super) type Question<R> = QueryAs<'static, Postgres, R, PgArguments>;

/// How long one statement may take, waiting for locks included, before the database counts as away.
/// The server is told a shorter limit, so normally it is the one to end the statement.
pub(super) const PATIENCE: Duration = Duration::from_secs(6);

/// This engine's unit, for repositories whose statements both engines understand.
pub(super) type EngineUnit = PostgresUnit;

/// Lets one unit at a time add rows whose numbers must become visible in their order. Held until
/// the unit ends; the number only has to differ from other such locks, of which there are none.
pub(super) const ALONE: Option<&str> = Some("SELECT pg_advisory_xact_lock(7326641)");

/// A statement that changes rows.
pub(super) fn sql(text: &'static str) -> Statement {
    sqlx::query(text)
}

/// A statement that answers with rows.
pub(super) fn rows<R: for<'r> FromRow<'r, PgRow>>(text: &'static str) -> Question<R> {
    sqlx::query_as(text)
}

/// The same, put together from names that stand in the program and no others.
pub(super) fn built(text: String) -> Statement {
    sqlx::query(AssertSqlSafe(text))
}

/// The same for a statement that answers with rows.
pub(super) fn built_rows<R: for<'r> FromRow<'r, PgRow>>(text: String) -> Question<R> {
    sqlx::query_as(AssertSqlSafe(text))
}

/// A column as it stands in a [`json_object`]: bytes as text.
pub(super) fn shown(column: &str) -> String {
    match column {
        "message" => format!("encode({column}, 'escape')"),
        _ => column.to_owned(),
    }
}

/// A JSON object of names and values, as text.
pub(super) fn json_object(columns: &str) -> String {
    format!("json_build_object({columns})::text")
}

/// The condition that an id is among those bound as one parameter with [`ids`].
macro_rules! among {
    ($parameter:literal) => {
        concat!("= ANY(", $parameter, ")")
    };
}
pub(super) use among;

/// The function that makes a JSON array of what it is given.
macro_rules! json_array {
    () => {
        "json_build_array"
    };
}
pub(super) use json_array;

/// The function that makes a JSON array of what it is given in each row.
macro_rules! json_list {
    () => {
        "json_agg"
    };
}
pub(super) use json_list;

/// An id as text in JSON, or null.
macro_rules! id_text {
    ($column:literal) => {
        $column
    };
}
pub(super) use id_text;

/// Yes or no in JSON.
macro_rules! truth {
    ($column:literal) => {
        $column
    };
}
pub(super) use truth;

/// A question whose answer is JSON already, within JSON.
macro_rules! nested {
    ($($part:expr),+ $(,)?) => {
        concat!("(", $($part),+, ")")
    };
}
pub(super) use nested;

/// What another node is taking at this moment is skipped, not waited for.
macro_rules! untaken {
    () => {
        " FOR UPDATE SKIP LOCKED"
    };
}
pub(super) use untaken;

/// A list of ids as one parameter, for [`among`].
pub(super) fn ids(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    ids.into_iter().collect()
}

/// Waits for the engine, but not for ever.
pub(super) async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.map_err(silence)?.map_err(fault)
}

/// One transaction, or single questions.
pub(super) struct PostgresUnit {
    way: Way<Postgres>,
    may_write: bool,
    /// After an error the engine would answer a commit with a silent roll-back: it must not look like success.
    failed: bool,
    /// By how much it moves what is expected on pools; written when it commits.
    pub(super) moved: Loads,
}

impl PostgresUnit {
    pub(super) fn writing(transaction: Transaction<'static, Postgres>) -> Self {
        Self { way: Way::Together(transaction), may_write: true, failed: false, moved: Loads::new() }
    }

    pub(super) fn reading(way: Way<Postgres>) -> Self {
        Self { way, may_write: false, failed: false, moved: Loads::new() }
    }

    pub(super) fn may_write(&self) -> bool {
        self.may_write
    }

    /// Refuses, unless this unit was opened to write.
    pub(super) fn must_write(&self) -> Result<()> {
        if self.may_write { Ok(()) } else { Err(StorageError::read_only()) }
    }

    /// Runs a statement and answers how many rows it changed.
    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64> {
        self.must_write()?;
        let outcome = in_time(statement.execute(&mut *self.way)).await;
        self.noting(outcome).map(|done| done.rows_affected())
    }

    /// Runs a statement that changes exactly one row if the stored version is the expected one.
    pub(super) async fn execute_versioned(&mut self, statement: Statement) -> Result<()> {
        if self.execute(statement).await? == 1 {
            return Ok(());
        }
        self.failed = true;
        Err(StorageError::Conflict(CHANGED))
    }

    /// Runs a statement that changes so many rows, or fails.
    pub(super) async fn execute_all_of(&mut self, statement: Statement, rows: usize) -> Result<()> {
        if usize::try_from(self.execute(statement).await?) == Ok(rows) {
            return Ok(());
        }
        self.failed = true;
        Err(StorageError::Conflict(CHANGED))
    }

    pub(super) async fn all<R>(&mut self, question: Question<R>) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let outcome = in_time(question.fetch_all(&mut *self.way)).await;
        self.noting(outcome)
    }

    pub(super) async fn first<R>(&mut self, question: Question<R>) -> Result<Option<R>>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let outcome = in_time(question.fetch_optional(&mut *self.way)).await;
        self.noting(outcome)
    }

    fn noting<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.failed |= outcome.is_err();
        outcome
    }
}

#[async_trait]
impl Unit for PostgresUnit {
    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.failed {
            return Err(StorageError::Conflict(FAILED));
        }
        self.settle_loads().await?;
        in_time(self.way.commit()).await
    }
}
