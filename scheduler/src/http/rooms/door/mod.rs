//! The panel at a room's door: says that what is booked is used.

pub(crate) mod check_in;
pub(crate) mod end;
pub(crate) mod make;
