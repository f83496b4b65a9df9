//! Bearer tokens that carry their person's rights, for programs.

pub(crate) mod create;
pub(crate) mod end;
pub(crate) mod list;
