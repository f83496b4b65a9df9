//! For the gateway that leads telephones into meetings.

mod gateway;
pub(crate) mod resolve;
