//! The one-time link that creates the first administrator.

pub(crate) mod set_up;
