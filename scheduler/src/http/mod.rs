//! The HTTP API: one folder per noun, one file per operation, one router, one place for problems.

mod about;
pub(crate) mod actor;
mod admin;
pub(crate) mod answer;
mod api_tokens;
pub(crate) mod app_passwords;
pub(crate) mod bookings;
pub(crate) mod calendar_feeds;
mod changes;
mod delegations;
mod dial_in;
mod handovers;
pub(crate) mod layers;
mod meetings;
pub(crate) mod once;
mod page;
mod people;
mod pools;
pub(crate) mod problem;
pub(crate) mod request;
mod room_holds;
mod room_requests;
mod room_waits;
pub(crate) mod rooms;
mod router;
pub(crate) mod session;
mod setup;
mod sites;
mod stream;
mod times;
mod waiting;

pub use router::openapi;
pub(crate) use router::router;
