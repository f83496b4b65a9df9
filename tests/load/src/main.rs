//! Loads servers with meetings and measures what that costs them: `cargo xtask bench media`.
//!
//! Several programs in one file, each a process of its own: `run` starts the servers and the load
//! and writes the report; `generate` joins, sends, receives and counts; `floor` is a server that
//! does nothing but encrypt and send, the least that forwarding can cost; `signalling` and `visit`
//! do what `run` and `generate` do, for `cargo xtask bench signalling`. The servers and the load
//! run on different cores. The scenarios are in `scenario.rs`, the servers in `servers/`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on stdout and stderr")]

mod account;
mod floor;
mod generator;
mod report;
mod result;
mod run;
mod scenario;
mod servers;
mod signalling;

use anyhow::{Result, bail};

fn main() {
    if let Err(error) = obey() {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}

fn obey() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (role, rest) = words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    match role {
        "run" => run::run(rest),
        "generate" => generator::run(rest),
        "floor" => floor::serve(rest),
        "signalling" => signalling::run(rest),
        "visit" => signalling::visit(rest),
        _ => bail!("load run|signalling --server FILE [--quick] [--check] [--only WORD] [--rounds N] [--report FILE]"),
    }
}
