//! Bookings that recur: what the form says, which dates follow, which of them cannot be had and
//! what could be had instead.

pub(crate) mod body;
pub(crate) mod conflicts;
pub(crate) mod extend;
pub(crate) mod unfold;
