//! A bad line for tests: the kernel of a test machine may have no means to make one.
//!
//! [`Line`] is one direction as a queue without sockets or a clock: packets go in at a time and
//! come out at another or never, the same for the same seed. [`Relay`] puts two of them between
//! real UDP sockets. Give clients the relay's address instead of the server's.

mod line;
mod relay;

pub use line::{Bursts, Conditions, Line};
pub use relay::Relay;
