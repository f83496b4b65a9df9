//! The whole system under test: scenarios, browsers, SDKs, load, fuzz.

pub mod servers;
