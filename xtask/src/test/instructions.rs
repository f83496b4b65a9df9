//! What forwarding a packet costs, in instructions: counted by valgrind, so the same on every
//! machine and under any load. It notices what a timing on a shared machine cannot.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::program::{cargo, command, watch};
use crate::test::tally::Tally;

/// The tests of `media/src/worker/instructions.rs` forward so many packets to so many receivers.
const FORWARDS: u64 = 400 * 10;
/// What is counted.
const COUNTED: &str = "*worker::instructions::forward";

/// A test and the most that one forwarded packet may cost in it, in the build of the tests.
struct Bound {
    test: &'static str,
    most: u64,
}

/// Measured on 2026-11-23: 4,410 and 8,830; they vary by less than one in a hundred. What raises
/// them by more than a tenth is looked at before a bound here is raised.
const BOUNDS: &[Bound] = &[
    Bound { test: "sound_alone_is_sealed_without_the_library_and_nothing_is_missing", most: 4_900 },
    Bound { test: "pictures_leave_without_the_library_and_nothing_is_missing", most: 9_700 },
];

/// Counts, prints, and refuses what has become dear.
pub fn run(house: &House) -> Result<Tally> {
    let program = test_program(house)?;
    let mut tally = Tally::default();
    let mut dear = Vec::new();
    for bound in BOUNDS {
        let file = house.target.join("instructions.out");
        let (counts, toggle) =
            (format!("--callgrind-out-file={}", file.display()), format!("--toggle-collect={COUNTED}"));
        let test = format!("worker::instructions::{}", bound.test);
        let line =
            ["--quiet", "--tool=callgrind", "--collect-atstart=no", &toggle, &counts, &program, &test, "--exact"];
        watch(&mut command(&house.root, "valgrind", &line), |line| tally.read(line))?;
        let each = total(&fs::read_to_string(&file)?).context("valgrind wrote no total")? / FORWARDS;
        println!("{}: {each} instructions for a forwarded packet, at most {}", bound.test, bound.most);
        // Nothing counted means that the function has another name now.
        if each == 0 || each > bound.most {
            dear.push(format!("{}: {each}", bound.test));
        }
    }
    if !dear.is_empty() {
        bail!("forwarding a packet costs more instructions than it may: {}", dear.join(", "));
    }
    tally.judge()
}

/// The compiled unit tests of `media`; built by an earlier step as a rule.
fn test_program(house: &House) -> Result<String> {
    let mut found = None;
    let line = ["test", "--workspace", "--lib", "--no-run", "--message-format", "json-render-diagnostics"];
    let mut build = cargo(&house.root, &line);
    build.stderr(std::process::Stdio::null());
    let output = build.output().context("cargo could not be started")?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        found = executable(line, &house.root).or(found);
    }
    found.context("cargo names no test program of `media`")
}

/// The program a line of cargo's names, if it is that of `media`'s unit tests.
fn executable(line: &str, root: &Path) -> Option<String> {
    let source = format!("\"src_path\":\"{}\"", root.join("media/src/lib.rs").display());
    let (_, rest) = line.split_once("\"executable\":\"").filter(|_| line.contains(&source))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// All instructions that were counted.
fn total(counts: &str) -> Option<u64> {
    counts.lines().rev().find_map(|line| line.strip_prefix("totals: "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_the_right_crate_is_taken() {
        let line = |name: &str| {
            format!(
                "{{\"target\":{{\"src_path\":\"/r/{name}/src/lib.rs\"}},\"executable\":\"/t/{name}-1\",\"fresh\":true}}"
            )
        };
        assert_eq!(executable(&line("media"), Path::new("/r")), Some("/t/media-1".to_owned()));
        assert_eq!(executable(&line("domain"), Path::new("/r")), None);
        assert_eq!(executable("{\"executable\":null}", Path::new("/r")), None);
    }

    #[test]
    fn the_total_stands_at_the_end() {
        assert_eq!(total("events: Ir\nfn=a\n1 2\ntotals: 123\n"), Some(123));
        assert_eq!(total("events: Ir\n"), None);
    }
}
