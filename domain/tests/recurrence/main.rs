//! The expander against the RFC's own examples and two other programs.

mod dateutil;
mod other_crate;
mod rfc;
mod zones;
