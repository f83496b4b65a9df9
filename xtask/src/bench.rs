//! `cargo xtask bench media|signalling [--quick] [--check] [--only WORD] [--rounds N]`: what forwarding costs, beside Janus
//! and beside the least that it can cost; what joining, staying and chatting costs. `tests/load` does the work; here it is
//! built, given its network and its servers.

use anyhow::{Result, bail};

use crate::house::House;
use crate::program::{cargo, run};
use crate::progress::Progress;
use crate::{needs, network};

/// Builds server and load as they are shipped, and measures.
pub fn start(house: &House, words: &[String]) -> Result<()> {
    let progress = Progress::start();
    let role = match words.first().map(String::as_str) {
        Some("media") => {
            needs::to_compare(&progress)?;
            "run"
        }
        Some("signalling") => "signalling",
        _ => bail!("the benchmarks are `bench media` and `bench signalling`"),
    };
    needs::to_measure(&progress)?;
    progress.say("bench: building");
    run(&mut cargo(&house.root, &["build", "--release", "--package", "rennsteig", "--package", "load"]))?;
    let program = |name: &str| house.target.join("release").join(name).to_string_lossy().into_owned();
    let report = house.path("docs/performance.md").to_string_lossy().into_owned();
    let (load, server) = (program("load"), program("rennsteig"));
    let mut line = vec![load.as_str(), role, "--server", server.as_str()];
    line.extend(words[1..].iter().map(String::as_str));
    // A quick look is for the person who asks; only full runs are written down.
    let is_full = !words.iter().any(|word| word == "--quick" || word == "--only");
    if is_full {
        line.extend(["--report", report.as_str()]);
    }
    progress.say("bench: measuring");
    run(&mut network::private(&house.root, network::BENCHMARK, &line))
}
