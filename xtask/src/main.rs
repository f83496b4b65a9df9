//! Chores that need no tool but cargo.
//!
//! `cargo xtask run` starts the product, `cargo xtask test` shows that it holds, `cargo xtask check` is
//! the quick look before a push. Everything starts here, so this crate has hardly any dependencies.
//!
//! To add a step to the test run, see `test/steps.rs`; to add a rule, see `tidy/mod.rs`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on stdout and stderr")]

mod bench;
mod fuzz;
mod history;
mod house;
mod needs;
mod network;
mod program;
mod progress;
mod run;
mod test;
mod tidy;
mod web;

use anyhow::{Result, bail};

use crate::house::House;

const USAGE: &str = "\
Usage: cargo xtask <command>

  run [-- ARGS]     build the web app and the server, then start `rennsteig serve ARGS`
  test [STEP ...]   run every check, or only the named steps; `test --list` names them
  check             format, tidy and clippy: before every push
  tidy              only the rules of the house (imports, places, sizes, names, ...)
  fuzz [TARGET ...] [--seconds N]
                    any bytes for every parser of ours, each for a minute
  bench media [--quick] [--check] [--only WORD] [--rounds N]
                    what forwarding costs, beside Janus and the least it can cost
  bench signalling [--quick] [--check] [--only WORD] [--rounds N]
                    joins, idle connections, chat, offers, and all coming back after a restart
  bench scheduler [--quick] [--check] [--only WORD] [--rounds N] [--engine sqlite|postgres]
                  [--part N] [--seed N] [--report FILE] [--json FILE]
                    free rooms, calendars and booking, with ten million dates in the database
  history [--operations N] [--clients N] [--kills N] [--seed N] [--engine sqlite|postgres]
                    a million random bookings and changes on each database while the program is
                    killed, and a judge that looks for rooms held twice and bookings lost";

fn main() {
    if let Err(error) = obey() {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}

fn obey() -> Result<()> {
    let house = House::find()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    match command {
        "run" => run::start(&house, rest),
        "test" => test::run(&house, rest),
        "check" => test::run(&house, &["fmt".into(), "tidy".into(), "clippy".into()]),
        "tidy" => tidy::run(&house),
        "bench" => bench::start(&house, rest),
        "fuzz" => fuzz::start(&house, rest),
        "history" => history::start(&house, rest),
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("`{other}` is not a command.\n\n{USAGE}"),
    }
}
