//! The API about itself.

pub(crate) mod describe;
pub(crate) mod version;
