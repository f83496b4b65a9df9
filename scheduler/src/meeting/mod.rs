//! The meeting of a booking, seen from outside: which one is meant, who stands at its door, and
//! the token that opens it. What happens inside is `signaling`'s.

pub(crate) mod captured;
pub(crate) mod moderated;
pub(crate) mod token;
pub(crate) mod venue;
pub(crate) mod visitor;
