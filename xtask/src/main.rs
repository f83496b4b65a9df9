//! Chores that need no tool but cargo.
fn main() {}
