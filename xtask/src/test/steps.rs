//! The steps of a test run, in order. To add one, write a function and name it in [`STEPS`].

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::house::House;
use crate::program::{cargo, cargo_itself, command, run, watch, within};
use crate::progress::Progress;
use crate::test::instructions;
use crate::test::tally::Tally;
use crate::{needs, network, tidy, web};

/// One thing that must hold.
pub struct Step {
    /// How it is called on the command line and in the table.
    pub name: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// Does it.
    pub run: fn(&House, &Progress) -> Result<Tally>,
}

/// The Rust tests take a few minutes; longer than this, one of them hangs.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Cheap ones first; what embeds the web app comes after its build.
pub const STEPS: &[Step] = &[
    Step { name: "needs", about: "everything the other steps use is installed", run: needed },
    Step { name: "fmt", about: "the code is formatted", run: format },
    Step { name: "tidy", about: "the rules of the house hold", run: tidied },
    Step { name: "web", about: "the web app's types, its tests and its build", run: web_app },
    Step { name: "clippy", about: "no warning in any crate or test", run: clippy },
    Step { name: "build", about: "the server and all Rust tests compile", run: build },
    Step { name: "rust", about: "rules, state machines, contracts, operations, whole system", run: rust },
    Step { name: "instructions", about: "forwarding a packet has not become dearer", run: counted_instructions },
    Step { name: "browsers", about: "Chromium and Firefox use the real server", run: browsers },
    Step { name: "sdks", about: "stock client SDKs meet on the real server", run: sdks },
];

fn needed(_: &House, progress: &Progress) -> Result<Tally> {
    needs::to_test(progress)?;
    Ok(Tally::default())
}

fn format(house: &House, _: &Progress) -> Result<Tally> {
    run(&mut cargo(&house.root, &["fmt", "--all", "--check"]))?;
    Ok(Tally::default())
}

fn tidied(house: &House, _: &Progress) -> Result<Tally> {
    tidy::run(house)?;
    Ok(Tally::default())
}

fn web_app(house: &House, progress: &Progress) -> Result<Tally> {
    needs::to_build()?;
    let folder = house.path("web");
    web::install(&folder)?;
    // Always built anew: a broken build must not hide behind a newer file.
    let checked = counted(&mut command(&folder, "npm", &["run", "check"]));
    progress.say("web: building the app");
    run(&mut command(&folder, "npm", &["run", "build"]))?;
    checked
}

fn clippy(house: &House, _: &Progress) -> Result<Tally> {
    run(&mut cargo(&house.root, &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    Ok(Tally::default())
}

fn build(house: &House, _: &Progress) -> Result<Tally> {
    // One call for the binary and the tests, so that both are built from the same dependencies.
    run(&mut cargo(&house.root, &["build", "--workspace", "--lib", "--bins", "--tests"]))?;
    Ok(Tally::default())
}

fn rust(house: &House, _: &Progress) -> Result<Tally> {
    counted(&mut within(&house.root, LIMIT, &[&cargo_itself(), "test", "--workspace", "--no-fail-fast"]))
}

fn counted_instructions(house: &House, _: &Progress) -> Result<Tally> {
    instructions::run(house)
}

fn browsers(house: &House, progress: &Progress) -> Result<Tally> {
    let folder = house.path("tests/browser");
    ensure!(folder.join("package.json").exists(), "tests/browser has no package.json");
    web::install(&folder)?;
    run(&mut command(&folder, "npm", &["run", "check"]))?;
    build(house, progress)?;
    counted(with_server(
        house,
        &mut network::private(&folder, network::TESTS, &["npx", "--no-install", "playwright", "test"]),
    ))
}

fn sdks(house: &House, progress: &Progress) -> Result<Tally> {
    let folder = house.path("tests/sdk");
    ensure!(folder.join("prepare").exists(), "tests/sdk has no script `prepare`");
    ensure!(folder.join("run").exists(), "tests/sdk has no script `run`");
    // Packages come from outside, the test itself sees only the private network.
    run(&mut command(&folder, "./prepare", &[]))?;
    build(house, progress)?;
    counted(with_server(house, &mut network::private(&folder, network::TESTS, &["./run"])))
}

/// Tells a test outside cargo which server to start.
fn with_server<'c>(house: &House, command: &'c mut Command) -> &'c mut Command {
    let program: &Path = &house.target.join("debug/rennsteig");
    command.env("RENNSTEIG_BIN", program).env("CI", "true")
}

fn counted(command: &mut Command) -> Result<Tally> {
    let mut tally = Tally::default();
    watch(command, |line| tally.read(line))?;
    tally.judge()
}
