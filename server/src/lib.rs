//! The one binary `rennsteig`: configuration, wiring, start and stop, doctor, probe.
//!
//! [`compose::start`] builds everything from a [`config::Config`] and runs it; the binary and
//! the system tests start the same way.

mod access;
mod beside;
mod capacity;
/// The command line.
pub mod cli;
mod clock;
pub mod compose;
pub mod config;
mod demo;
mod descriptors;
mod dial_in;
mod doctor;
mod http;
mod logging;
mod mail;
mod mail_in;
mod person;
pub mod probe;
mod room_chores;
pub mod run;
mod token_secret;
mod turn;
mod webhooks;
