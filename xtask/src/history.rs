//! `cargo xtask history`: builds the program as it is shipped and lets `tests/history` at it.

use anyhow::Result;

use crate::house::House;
use crate::program::{cargo, run};
use crate::progress::Progress;
use crate::{needs, network};

/// Builds, then runs in a private network.
pub fn start(house: &House, words: &[String]) -> Result<()> {
    let progress = Progress::start();
    needs::to_store(&progress)?;
    progress.say("history: building");
    let build = ["build", "--release", "--package", "history", "--package", "tests", "--bins"];
    run(&mut cargo(&house.root, &build))?;
    let program = house.target.join("release/history").to_string_lossy().into_owned();
    progress.say("history: booking");
    let mut line = vec![program.as_str()];
    line.extend(words.iter().map(String::as_str));
    run(&mut network::private(&house.root, network::BENCHMARK, &line))
}
