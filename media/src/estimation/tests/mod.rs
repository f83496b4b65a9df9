//! Simulated lines: what is sent on them, what comes back, and what is made of it.

mod bench;
mod changes;
mod competing;
mod cost;
mod download;
mod hostile;
mod little;
mod lossy;
mod pacing;
mod parts;
mod steady;

use std::time::Duration;

use impairment::Conditions;

const KBIT: u64 = 1_000;
const MBIT: u64 = 1_000_000;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A line of so many bits per second, 25 ms long, with room for a third of a second.
fn line(bps: u64) -> Conditions {
    Conditions { rates: vec![(Duration::ZERO, bps)], room: room(bps), delay: ms(25), ..Conditions::default() }
}

/// A third of a second at so many bits per second, and twenty packets at least.
fn room(bps: u64) -> usize {
    (bps as usize / 24).max(24_000)
}
