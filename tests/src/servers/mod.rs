//! Real servers, started on free ports for one run of tests and stopped at its end.
//!
//! These files stand on `std` and `tempfile` alone: the contract tests of `storage` and `cluster`
//! include them by path, so that testing those crates does not build the whole program.

pub mod postgres;
pub mod process;
pub mod redis;
