//! Whether the lines carry what is booked: what bookings take of the pools, what is told to who books, and
//! counting anew when pools, sites or homes change. The sums are kept by `storage`, the rules are those of
//! `domain::capacity`.

pub(crate) mod findings;
pub(crate) mod measure;
pub(crate) mod recount;
pub(crate) mod setup;
pub(crate) mod weigh;

#[cfg(test)]
mod tests;
