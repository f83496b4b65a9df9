//! `cargo xtask tidy`: the rules of the house that a tool can check.
//!
//! To add a rule: one file here with `pub fn check(tree: &Tree) -> Vec<Finding>` and a test that shows it
//! can fail, and one line in [`RULES`]. ARCHITECTURE.md names the invariants the rules stand for.

mod arrows;
mod catalogues;
mod hosts;
mod leftovers;
mod links;
mod machines;
mod names;
mod places;
mod reading;
mod sizes;
mod skips;
mod sleeps;
mod tree;

use anyhow::{Result, bail};

use crate::house::House;
use crate::tidy::tree::{Finding, Tree};

type Rule = (&'static str, fn(&Tree) -> Vec<Finding>);

const RULES: &[Rule] = &[
    ("arrows", arrows::check),
    ("places", places::check),
    ("machines", machines::check),
    ("sizes", sizes::check),
    ("names", names::check),
    ("leftovers", leftovers::check),
    ("sleeps", sleeps::check),
    ("skips", skips::check),
    ("catalogues", catalogues::check),
    ("hosts", hosts::check),
    ("links", links::check),
];

/// Checks every rule and prints every finding.
pub fn run(house: &House) -> Result<()> {
    let tree = Tree::read(&house.root)?;
    let mut count = 0;
    for (rule, check) in RULES {
        for finding in check(&tree) {
            println!("{rule}: {finding}");
            count += 1;
        }
    }
    if count > 0 {
        bail!("tidy found {count} {}", if count == 1 { "breach" } else { "breaches" });
    }
    println!("tidy: {} rules hold in {} files", RULES.len(), tree.files.len());
    Ok(())
}
