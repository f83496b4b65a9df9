//! The only place that names a socket.

mod batch;
mod udp;
mod wait;

pub(crate) use udp::{Datagrams, Sealed, Udp, share};
pub(crate) use wait::{Nudge, Wait};
