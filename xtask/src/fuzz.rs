//! `cargo xtask fuzz [TARGET ...] [--seconds N]`: libFuzzer on every parser that reads other people's bytes.
//!
//! The stable compiler can instrument code for libFuzzer; it takes a build of its own in
//! `<target>/fuzz`. What a run finds lies in `<target>/fuzz/found`: it goes into
//! `tests/fuzz/seeds/<target>/` together with the repair.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::program::{answer, cargo, command, run};
use crate::progress::Progress;

/// The same that `cargo fuzz` passes when no sanitizer is chosen.
const INSTRUMENTED: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=yes";
/// Each target, unless told otherwise.
const SECONDS: u32 = 60;

/// Builds once, then lets each target run; every target runs, whatever another has found.
pub fn start(house: &House, words: &[String]) -> Result<()> {
    let progress = Progress::start();
    let (mut seconds, mut names) = (SECONDS, Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            seconds = words.next().context("--seconds needs a number")?.parse()?;
        } else {
            names.push(word.clone());
        }
    }
    let known = targets(house)?;
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("There is no target `{unknown}`. The targets are: {}", known.join(", "));
    }
    let chosen = if names.is_empty() { known } else { names };
    let version = answer("rustc", &["-vV"]).context("rustc does not answer")?;
    // Naming the triple keeps the flags away from build scripts.
    let triple = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names its host")?;
    let folder = house.target.join("fuzz");
    let place = folder.to_string_lossy().into_owned();
    progress.say("fuzz: building");
    let build =
        ["build", "--release", "-p", "fuzz", "--features", "engine", "--target", triple, "--target-dir", &place];
    run(cargo(&house.root, &build).env("RUSTFLAGS", INSTRUMENTED))?;
    let program = folder.join(triple).join("release/fuzz").to_string_lossy().into_owned();
    let mut found = Vec::new();
    for name in &chosen {
        progress.say(&format!("fuzz: {name}, {seconds} seconds"));
        let (corpus, results) = (folder.join("corpus").join(name), folder.join("found").join(name));
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&results)?;
        let options = [
            format!("-max_total_time={seconds}"),
            "-timeout=10".to_owned(),
            "-rss_limit_mb=1024".to_owned(),
            "-max_len=20000".to_owned(),
            "-print_final_stats=1".to_owned(),
            "-verbosity=0".to_owned(),
            format!("-artifact_prefix={}/", results.display()),
            corpus.to_string_lossy().into_owned(),
            house.path(&format!("tests/fuzz/seeds/{name}")).to_string_lossy().into_owned(),
        ];
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        if let Err(error) = run(command(&house.root, &program, &options).env("FUZZ_TARGET", name)) {
            progress.say(&format!("fuzz: {name}: {error:#}; see {}", results.display()));
            found.push(name.as_str());
        }
    }
    if !found.is_empty() {
        bail!("Something was found in: {}", found.join(", "));
    }
    progress.say(&format!("fuzz: {} targets, nothing found", chosen.len()));
    Ok(())
}

/// Every target has a folder of seeds; a test keeps that so.
fn targets(house: &House) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(house.path("tests/fuzz/seeds"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
