//! The one binary: configuration, wiring, start and stop, doctor, probe.

pub mod probe;
