//! Entries of calendars as others write them (RFC 5545), and the bookings they ask for. Calendar programs send them one
//! by one, people bring a file of many; what an entry asks for is booked through what the HTTP API does.
//!
//! Content lines are told apart by [`content`], understood by [`wish`], and compared with what there is by [`draught`].
//! To understand another property: its name in [`event`], what becomes of it in [`draught`], and a case in its tests.

pub(crate) mod attendee;
pub(crate) mod content;
pub(crate) mod draught;
pub(crate) mod event;
mod guests;
pub(crate) mod places;
pub(crate) mod refused;
pub(crate) mod when;
pub(crate) mod wish;
