//! `cargo xtask bench media|signalling|scheduler [--quick] [--check] [--only WORD] [--rounds N] [--report FILE]`: what
//! forwarding costs, beside Janus and beside the least that it can cost; what joining, staying and chatting costs; what
//! asking for rooms and booking costs. `tests/load` and `tests/diary` do the work; here they are built and given their
//! network and their servers.

use anyhow::{Result, bail};

use crate::house::House;
use crate::program::{answer, cargo, command, run};
use crate::progress::Progress;
use crate::{needs, network};

/// The calendar server that the scheduler is compared with, from Python's package index. It is under the GPL: it runs by
/// itself, and nothing of it is linked or shipped.
const RADICALE: &str = "radicale==3.9.0";

/// Builds server and load as they are shipped, and measures.
pub fn start(house: &House, words: &[String]) -> Result<()> {
    let progress = Progress::start();
    let (role, packages) = match words.first().map(String::as_str) {
        Some("media") => {
            needs::to_compare(&progress)?;
            ("run", &["rennsteig", "load"][..])
        }
        Some("signalling") => ("signalling", &["rennsteig", "load"][..]),
        Some("scheduler") => {
            needs::to_store(&progress)?;
            ("", &["diary"][..])
        }
        _ => bail!("the benchmarks are `bench media`, `bench signalling` and `bench scheduler`"),
    };
    needs::to_measure(&progress)?;
    progress.say("bench: building");
    let mut build = vec!["build", "--release"];
    packages.iter().for_each(|package| build.extend(["--package", package]));
    run(&mut cargo(&house.root, &build))?;
    let program = |name: &str| house.target.join("release").join(name).to_string_lossy().into_owned();
    let report = house.path("docs/performance.md").to_string_lossy().into_owned();
    let (load, server, diary) = (program("load"), program("rennsteig"), program("diary"));
    let mut line =
        if role.is_empty() { vec![diary.as_str()] } else { vec![load.as_str(), role, "--server", server.as_str()] };
    line.extend(words[1..].iter().map(String::as_str));
    // In the network of its own nothing can be fetched any more.
    let radicale = if role.is_empty() { radicale(house, &progress) } else { None };
    line.extend(radicale.iter().flat_map(|python| ["--radicale", python.as_str()]));
    // A quick look is for the person who asks; only full runs are written down.
    let is_full = !words.iter().any(|word| matches!(word.as_str(), "--quick" | "--only" | "--part" | "--report"));
    if is_full {
        line.extend(["--report", report.as_str()]);
    }
    progress.say("bench: measuring");
    run(&mut network::private(&house.root, network::BENCHMARK, &line))
}

/// The Python that has Radicale, installed where builds go; none, and a word about why, where it cannot be had.
fn radicale(house: &House, progress: &Progress) -> Option<String> {
    let folder = house.target.join("radicale");
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    let is_there = || answer(&python, &["-c", "import radicale"]).is_some();
    if !is_there() {
        progress.say("bench: installing Radicale");
        let folder = folder.to_string_lossy();
        let install = || -> Result<()> {
            run(&mut command(&house.root, "python3", &["-m", "venv", &folder]))?;
            run(&mut command(&house.root, &python, &["-m", "pip", "install", "--quiet", RADICALE]))
        };
        if let Err(error) = install() {
            progress.say(&format!("bench: without Radicale, which cannot be had: {error:#}"));
        }
    }
    is_there().then_some(python)
}
