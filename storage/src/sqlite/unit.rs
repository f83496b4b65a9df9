use async_trait::async_trait;
use domain::capacity::Loads;
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, Sqlite, Transaction};
use uuid::Uuid;

use super::error::fault;
use crate::error::{CHANGED, FAILED};
use crate::way::Way;
use crate::{StorageError, Unit};

pub(super) type Result<T> = std::result::Result<T, StorageError>;
pub(super) type Statement = Query<'static, Sqlite, SqliteArguments>;
pub(super) type Question<R> = QueryAs<'static, Sqlite, R, SqliteArguments>;

/// This engine's unit, for repositories whose statements both engines understand.
pub(super) type EngineUnit = SqliteUnit;

/// The unit that writes is alone already.
pub(super) const ALONE: Option<&str> = None;

/// A statement that changes rows.
pub(super) fn sql(text: &'static str) -> Statement {
    sqlx::query(text)
}

/// A statement that answers with rows.
pub(super) fn rows<R: for<'r> FromRow<'r, SqliteRow>>(text: &'static str) -> Question<R> {
    sqlx::query_as(text)
}

/// The same, put together from names that stand in the program and no others.
pub(super) fn built(text: String) -> Statement {
    sqlx::query(AssertSqlSafe(text))
}

/// The same for a statement that answers with rows.
pub(super) fn built_rows<R: for<'r> FromRow<'r, SqliteRow>>(text: String) -> Question<R> {
    sqlx::query_as(AssertSqlSafe(text))
}

/// A column as it stands in a [`json_object`]: ids as people write them, other bytes as text.
pub(super) fn shown(column: &str) -> String {
    let part = |from: u8, length: u8| format!("substr(lower(hex({column})), {from}, {length})");
    let id = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ");
    format!(
        "CASE WHEN typeof({column}) <> 'blob' THEN {column} WHEN length({column}) = 16 THEN {id}
        ELSE CAST({column} AS TEXT) END"
    )
}

/// A JSON object of names and values, as text.
pub(super) fn json_object(columns: &str) -> String {
    format!("json_object({columns})")
}

/// The condition that an id is among those bound as one parameter with [`ids`].
macro_rules! among {
    ($parameter:literal) => {
        concat!("IN (SELECT unhex(value) FROM json_each(", $parameter, "))")
    };
}
pub(super) use among;

/// The function that makes a JSON array of what it is given.
macro_rules! json_array {
    () => {
        "json_array"
    };
}
pub(super) use json_array;

/// The function that makes a JSON array of what it is given in each row.
macro_rules! json_list {
    () => {
        "json_group_array"
    };
}
pub(super) use json_list;

/// An id as text in JSON, or null.
macro_rules! id_text {
    ($column:literal) => {
        concat!("nullif(hex(", $column, "), '')")
    };
}
pub(super) use id_text;

/// Yes or no in JSON.
macro_rules! truth {
    ($column:literal) => {
        concat!("json(iif(", $column, ", 'true', 'false'))")
    };
}
pub(super) use truth;

/// A question whose answer is JSON already, within JSON.
macro_rules! nested {
    ($($part:expr),+ $(,)?) => {
        concat!("json((", $($part),+, "))")
    };
}
pub(super) use nested;

/// The unit that writes is alone: nobody takes the same rows meanwhile.
macro_rules! untaken {
    () => {
        ""
    };
}
pub(super) use untaken;

/// A list of ids as one parameter, for [`among`].
pub(super) fn ids(ids: impl IntoIterator<Item = Uuid>) -> String {
    let quoted: Vec<String> = ids.into_iter().map(|id| format!("\"{}\"", id.simple())).collect();
    format!("[{}]", quoted.join(","))
}

/// One transaction, or single questions.
pub(super) struct SqliteUnit {
    way: Way<Sqlite>,
    may_write: bool,
    /// After an error only part of what was asked may stand in the transaction: it must not be committed.
    failed: bool,
    /// By how much it moves what is expected on pools; written when it commits.
    pub(super) moved: Loads,
}

impl SqliteUnit {
    pub(super) fn writing(transaction: Transaction<'static, Sqlite>) -> Self {
        Self { way: Way::Together(transaction), may_write: true, failed: false, moved: Loads::new() }
    }

    pub(super) fn reading(way: Way<Sqlite>) -> Self {
        Self { way, may_write: false, failed: false, moved: Loads::new() }
    }

    /// Refuses, unless this unit was opened to write.
    pub(super) fn must_write(&self) -> Result<()> {
        if self.may_write { Ok(()) } else { Err(StorageError::read_only()) }
    }

    /// Runs a statement and answers how many rows it changed.
    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64> {
        self.must_write()?;
        let outcome = statement.execute(&mut *self.way).await;
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

    pub(super) async fn all<R>(&mut self, question: Question<R>) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let outcome = question.fetch_all(&mut *self.way).await;
        self.noting(outcome)
    }

    pub(super) async fn first<R>(&mut self, question: Question<R>) -> Result<Option<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let outcome = question.fetch_optional(&mut *self.way).await;
        self.noting(outcome)
    }

    fn noting<T>(&mut self, outcome: sqlx::Result<T>) -> Result<T> {
        outcome.map_err(|error| {
            self.failed = true;
            fault(error)
        })
    }
}

#[async_trait]
impl Unit for SqliteUnit {
    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.failed {
            return Err(StorageError::Conflict(FAILED));
        }
        self.settle_loads().await?;
        self.way.commit().await.map_err(fault)
    }
}
