//! The one binary `rennsteig`.
fn main() {}
