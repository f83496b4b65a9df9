//! What is over is deleted, and one person's data is handed over or erased.

pub(crate) mod forget;
pub(crate) mod person;
