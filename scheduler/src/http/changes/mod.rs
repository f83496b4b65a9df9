//! What changes, for pages that are open.

pub(crate) mod watch;
