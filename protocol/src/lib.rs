//! The words on the wire: join token, signalling messages, meeting API.
//!
//! Compatible with LiveKit client SDKs. What that protocol calls "room" is our Meeting; the
//! translation happens here and nowhere else.

pub mod data;
pub mod errand;
pub mod frame;
pub mod join;
pub mod token;
pub mod turn;
pub mod webhook;

/// The signalling and model messages of the LiveKit protocol, as generated upstream.
pub use livekit_protocol as livekit;
