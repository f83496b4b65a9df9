//! The kernel's account of a process.

use std::fs;

use anyhow::{Context, Result};

/// `sysconf(_SC_CLK_TCK)` on every Linux this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// User and system time of a process so far, seconds.
pub fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("the server has ended")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().context("stat")?.split(' ').collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS_PER_SECOND)
}

/// Resident memory of a process, KiB.
pub fn memory_kib(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("the server has ended")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}
