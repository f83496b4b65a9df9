//! `cargo xtask history`: a million random operations on each database while the program is killed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on stdout and stderr")]

use anyhow::{Result, bail};
use history::judge::Verdict;
use history::plan::Plan;
use history::run::run;

/// So many findings are printed; the first ones tell most.
const SHOWN: usize = 20;

fn main() {
    if let Err(error) = obey() {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}

fn obey() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let plan = Plan::read(&words)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut findings = 0;
    for engine in &plan.engines {
        let done = runtime.block_on(run(&plan, *engine, |line| println!("{line}")))?;
        show(engine.name(), &done.verdict, done.seconds);
        findings += done.verdict.findings.len();
    }
    if findings > 0 {
        bail!("{findings} findings");
    }
    Ok(())
}

fn show(engine: &str, verdict: &Verdict, seconds: f64) {
    println!("\n{engine}\n{:<18} {:>9} {:>9} {:>9}", "", "done", "refused", "unknown");
    let mut all = 0;
    for (verb, [done, refused, unknown]) in &verdict.counts {
        println!("{verb:<18} {done:>9} {refused:>9} {unknown:>9}");
        if verb != "read" {
            all += done + refused + unknown;
        }
    }
    println!("\n{all} operations in {seconds:.0} s, {:.0} a second", all as f64 / seconds);
    for (code, times) in &verdict.refusals {
        println!("{times:>9} {code}");
    }
    let (bookings, claims) = verdict.stands;
    println!("At the end {bookings} bookings hold rooms {claims} times. Findings: {}", verdict.findings.len());
    for finding in verdict.findings.iter().take(SHOWN) {
        println!("  {finding}");
    }
    for line in &verdict.stories {
        println!("    {line}");
    }
}
