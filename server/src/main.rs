//! The one binary `rennsteig`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    rennsteig::run::run(rennsteig::cli::Cli::parse())
}
