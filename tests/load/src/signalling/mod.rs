//! What signalling costs and how much of it one core carries: `cargo xtask bench signalling`.
//!
//! Every trial has a server and a load of its own: the server on the first core, the load in a
//! process on the other. The load joins as any client does, over TCP from several addresses of the
//! loopback network, because one address has ports for 28,000 connections at most.

mod chat;
mod figures;
mod idle;
mod joins;
mod offers;
mod peer;
mod plan;
mod resumes;
mod storm;
mod visitor;

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

pub use figures::Shown;

use crate::servers::Server;
use figures::Report;
use plan::Plan;

/// The address inside the private network of the chores; this machine's own elsewhere.
const ADDRESS: &str = "RENNSTEIG_TEST_ADDRESS";
const LOAD_CORE: usize = 1;
/// 20,000 connections on both sides, and what else is open.
const DESCRIPTORS: u64 = 65_536;

/// The trials by name, in the order in which they run.
const TRIALS: &[&str] = &["joins", "media joins", "idle", "chat", "offers", "resumes", "storm", "media storm"];

/// What a trial needs.
pub struct Ground {
    program: PathBuf,
    local: IpAddr,
    /// Shorter and smaller, for a look.
    quick: bool,
}

impl Ground {
    fn serve(&self) -> Result<Server> {
        Server::start("rennsteig", &self.program, self.local, 1)
    }

    /// All of it, or in a quick look a tenth.
    fn scaled(&self, all: usize) -> usize {
        if self.quick { all / 10 } else { all }
    }
}

/// Measures, prints, writes, checks.
pub fn run(words: &[String]) -> Result<()> {
    let plan = Plan::read(words)?;
    descriptors();
    let chosen = TRIALS.iter().filter(|trial| plan.only.as_ref().is_none_or(|only| trial.contains(only.as_str())));
    let chosen: Vec<&str> = chosen.copied().collect();
    ensure!(!chosen.is_empty(), "no such trial; there are: {}", TRIALS.join(", "));
    let mut report = Report::default();
    for round in 1..=plan.rounds {
        for trial in &chosen {
            let shown = measure(&plan, trial).with_context(|| format!("round {round}: {trial}"))?;
            println!("round {round}: {trial:<12} {}", figures::line(&shown));
            report.add(shown);
        }
    }
    let text = report.text();
    println!("\n{text}");
    if let Some(file) = &plan.report {
        crate::report::write(file, "bench signalling", &text)?;
    }
    let short = report.short_of_goals();
    short.iter().for_each(|line| println!("{line}"));
    if plan.check && !short.is_empty() {
        bail!("{} goals are not reached", short.len());
    }
    Ok(())
}

/// One trial in a process of its own, on the other core.
fn measure(plan: &Plan, trial: &str) -> Result<Shown> {
    let output = Command::new("taskset")
        .args(["--cpu-list", &LOAD_CORE.to_string()])
        .arg(std::env::current_exe()?)
        .args(["visit", trial, if plan.quick { "quick" } else { "full" }])
        .arg(&plan.server)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().context("the load ended without a result")?;
    Ok(serde_json::from_str(line)?)
}

/// `TRIAL quick|full SERVER`: the process with the load.
pub fn visit(words: &[String]) -> Result<()> {
    let [trial, extent, program] = words else { bail!("three words are needed") };
    let local = std::env::var(ADDRESS).unwrap_or_else(|_| "127.0.0.1".to_owned()).parse()?;
    let ground = Ground { program: program.into(), local, quick: extent == "quick" };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shown = runtime.block_on(async {
        match trial.as_str() {
            "joins" => joins::run(&ground, false).await,
            "media joins" => joins::run(&ground, true).await,
            "idle" => idle::run(&ground).await,
            "chat" => chat::run(&ground).await,
            "offers" => offers::run(&ground).await,
            "resumes" => tokio::task::LocalSet::new().run_until(resumes::run(&ground)).await,
            "storm" => storm::run(&ground, false).await,
            "media storm" => storm::run(&ground, true).await,
            other => bail!("no such trial: {other}"),
        }
    })?;
    println!("{}", serde_json::to_string(&shown)?);
    // Thousands of connections end with the process.
    std::process::exit(0)
}

/// Raises the limit on open files for this process and all it starts, as far as is allowed; answers it.
fn descriptors() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let allowed = getrlimit(Resource::Nofile);
    // Only root may go beyond the maximum, and not everywhere.
    let beyond = Rlimit { current: Some(DESCRIPTORS), maximum: allowed.maximum.map(|most| most.max(DESCRIPTORS)) };
    if allowed.current.is_some_and(|current| current < DESCRIPTORS) && setrlimit(Resource::Nofile, beyond).is_err() {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed });
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
