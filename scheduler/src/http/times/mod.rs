//! Times at which some people can meet.

pub(crate) mod answer;
mod busy;
pub(crate) mod find;
pub(crate) mod weekly;
