//! `cargo xtask run`: from a clean clone to a running server.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::house::House;
use crate::needs;
use crate::program::{cargo, run};
use crate::progress::Progress;
use crate::web;

/// Builds what is missing and becomes the server.
pub fn start(house: &House, arguments: &[String]) -> Result<()> {
    let progress = Progress::start();
    needs::to_build()?;
    web::build(house, &progress)?;
    progress.say("server: building (the first time takes some minutes)");
    run(&mut cargo(&house.root, &["build", "--release", "--package", "rennsteig"]))?;
    let program = house.target.join("release/rennsteig");
    progress.say("server: starting");
    let arguments = arguments.iter().skip_while(|word| *word == "--");
    let error = Command::new(&program).arg("serve").args(arguments).current_dir(&house.root).exec();
    Err(error).with_context(|| format!("{} could not be started", program.display()))
}
