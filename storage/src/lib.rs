//! What survives a restart: SQLite or PostgreSQL behind the same traits.
//!
//! A [`Store`] opens a [`Unit`] of work; a unit reads and writes through the repository traits
//! and is either committed or, when dropped, undone. A read that finds nothing answers `None`.
//! Committed means durable (SQLite: WAL with `synchronous=FULL`).
//!
//! The two engines are two folders with the same file names; repositories whose statements both
//! understand stand once, in `both/`. `tests/contract.rs` runs one list of promises on each. To
//! add a table: a migration in both folders, a trait here, its implementation in `both/` or in
//! each engine's folder, its promise in the contract, and, where it holds personal
//! data, its line in `domain/src/retention/`.

#![expect(clippy::duplicate_mod, reason = "each engine compiles what is in `both/` for its own transaction type")]

mod app_passwords;
mod attendance;
mod calendar_feeds;
mod calendar_programs;
mod capacity;
mod continuations;
mod deletions;
mod dial_in_pins;
mod error;
mod given_roles;
mod kept_answers;
mod personal;
mod postgres;
mod reminders;
mod repositories;
mod room_claims;
mod room_holds;
mod room_requests;
mod room_rules;
mod room_waits;
mod rows;
mod sqlite;
mod way;
mod webhooks;
mod zones;

pub use app_passwords::{AppPassword, AppPasswords};
pub use attendance::{Attendance, Attended, RoomRelease};
pub use calendar_feeds::{CalendarFeed, CalendarFeeds, Outline};
pub use calendar_programs::{CalendarName, CalendarPrograms, CalendarState};
pub use capacity::{PoolClaims, PoolUse, PoolUses, Pools};
pub use continuations::{Continuation, Continuations};
pub use deletions::{Deletion, Deletions};
pub use dial_in_pins::{DialInPin, DialInPins};
pub use error::StorageError;
pub use given_roles::GivenRoles;
pub use kept_answers::{KeptAnswer, KeptAnswers, RequestKey};
pub use personal::{PersonalData, StoredRow, Subject};
pub use postgres::PostgresStore;
pub use reminders::Reminders;
pub use repositories::{
    Admissions, ApiToken, Audit, AuditEntry, Bookings, BusyTime, Delegations, Exclusions, Holder, Invitations, Mail,
    Outbox, People, Replies, Rooms, Sessions, SetupLinks, SignIn, Span, Unit, WebSession,
};
pub use room_claims::{RoomClaim, RoomClaims};
pub use room_holds::{RoomHold, RoomHolds};
pub use room_requests::{RoomRefusal, RoomRequest, RoomRequests};
pub use room_rules::{RoomPolicies, RoomRules};
pub use room_waits::RoomWaits;
pub use sqlite::SqliteStore;
pub use webhooks::{NewWebhook, Webhook, WebhookFilter, Webhooks};
pub use zones::{StayReason, ZonePass, ZoneRules, ZoneStay, ZoneUpdate, Zones};

use async_trait::async_trait;

/// A database that keeps what Rennsteig knows.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens a unit of work that may write. SQLite takes the write lock at once.
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Opens a unit of work that only reads a consistent state.
    async fn read(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Opens a unit of work that only reads, each question by itself: for a single one, or where it does no harm if something
    /// changes between two. It spares the database the opening and the closing of a transaction.
    async fn look(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Answers whether the database can be reached at all; bounded to two seconds.
    async fn is_reachable(&self) -> bool;
}
