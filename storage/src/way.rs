//! How a unit of work reaches its database.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Database, Transaction};

/// Everything together, or each question by itself.
pub(crate) enum Way<D: Database> {
    /// One transaction: what is read is of one moment, what is written is written together.
    Together(Transaction<'static, D>),
    /// No transaction: whoever asks a single question need not open one and close it again.
    Single(PoolConnection<D>),
}

impl<D: Database> Way<D> {
    /// Makes what was written last; by itself, nothing was.
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Together(transaction) => transaction.commit().await,
            Self::Single(_) => Ok(()),
        }
    }
}

impl<D: Database> Deref for Way<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Self::Together(transaction) => transaction,
            Self::Single(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Way<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Self::Together(transaction) => transaction,
            Self::Single(connection) => connection,
        }
    }
}
