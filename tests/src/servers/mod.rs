//! Real servers, started on free ports for one run of tests and stopped at its end.
//!
//! These files stand on `std` and `tempfile` alone: the contract tests of `storage` and `cluster`
//! include them by path, so that testing those crates does not build the whole program.

/// A mail server.
pub mod mail;
/// PostgreSQL.
pub mod postgres;
/// Child processes of any kind.
pub mod process;
/// Redis.
pub mod redis;
