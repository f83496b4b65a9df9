//! Joins a meeting through the public address, publishes, receives, and says how that went.
//!
//! A node that answers HTTP but carries no media looks healthy to every other check. The probe is
//! a real participant, built on another WebRTC implementation than the server's. The end-to-end
//! tests use the same [`client`].

pub mod client;
mod command;
mod error;
mod frames;
mod run;

pub use command::{Arguments, command};
pub use error::ProbeError;
pub use run::{Credentials, Flow, Options, Report, run};
