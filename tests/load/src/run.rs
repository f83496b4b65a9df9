//! Runs every scenario against every server, one after another, round by round, so that whatever
//! else the machine does hits all of them alike.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::report::{Report, Run};
use crate::result::Outcome;
use crate::scenario::{Media, SCENARIOS, Scenario, Trial};
use crate::servers::Server;

/// The address inside the private network of the chores; this machine's own elsewhere.
const ADDRESS: &str = "RENNSTEIG_TEST_ADDRESS";
/// The servers have the first core, the load the other one. A server with two workers shares it.
const LOAD_CORE: usize = 1;
/// Starts of a server for one measurement.
const ATTEMPTS: usize = 4;

struct Plan {
    server: PathBuf,
    quick: bool,
    check: bool,
    only: Option<String>,
    rounds: Option<usize>,
    report: Option<PathBuf>,
}

/// Measures, prints, writes, checks.
pub fn run(words: &[String]) -> Result<()> {
    let plan = Plan::read(words)?;
    let local: IpAddr = std::env::var(ADDRESS).unwrap_or_else(|_| "127.0.0.1".to_owned()).parse()?;
    let (rounds, seconds) = if plan.quick { (1, 4.0) } else { (3, 10.0) };
    let rounds = plan.rounds.unwrap_or(rounds);
    let chosen = SCENARIOS.iter().filter(|scenario| match &plan.only {
        Some(only) => scenario.name.contains(only.as_str()),
        None => scenario.quick || !plan.quick,
    });
    let chosen: Vec<&Scenario> = chosen.collect();
    let mut runs = Vec::new();
    for round in 1..=rounds {
        for scenario in chosen.iter().filter(|scenario| round == 1 || !scenario.is_long()) {
            for server in servers(scenario) {
                match measure(&plan, server, scenario, local, seconds) {
                    Ok(outcome) => {
                        println!("round {round}: {:<30} {server:<10} {}", scenario.name, outcome.line());
                        runs.push(Run { server, scenario, outcome });
                    }
                    Err(error) => println!("round {round}: {:<30} {server:<10} failed: {error:#}", scenario.name),
                }
            }
        }
    }
    let report = Report::new(runs);
    let text = report.text();
    println!("\n{text}");
    if let Some(file) = &plan.report {
        report.write(file, &text)?;
    }
    let short = report.short_of_goals();
    short.iter().for_each(|line| println!("{line}"));
    if plan.check && !short.is_empty() {
        bail!("{} goals are not reached", short.len());
    }
    Ok(())
}

/// Whom a scenario can be compared with: the floor knows one meeting, one kind of stream and no
/// joins; the adapter for Janus neither steps nor meetings in which all receive.
fn servers(scenario: &Scenario) -> Vec<&'static str> {
    let is_plain = scenario.meetings == 1 && scenario.workers == 1 && scenario.media != Media::Simulcast;
    match scenario.trial {
        Trial::Steady if is_plain && !scenario.all_to_all => vec!["rennsteig", "janus", "floor"],
        Trial::Burst | Trial::Capacity if is_plain => vec!["rennsteig", "janus"],
        _ => vec!["rennsteig"],
    }
}

/// A server that came up badly gets another chance; what it then shows counts.
fn measure(plan: &Plan, name: &str, scenario: &Scenario, local: IpAddr, seconds: f64) -> Result<Outcome> {
    let mut outcome = attempt(plan, name, scenario, local, seconds);
    for _ in 1..ATTEMPTS {
        if outcome.is_ok() {
            break;
        }
        outcome = attempt(plan, name, scenario, local, seconds);
    }
    outcome
}

fn attempt(plan: &Plan, name: &str, scenario: &Scenario, local: IpAddr, seconds: f64) -> Result<Outcome> {
    let start = || Server::start(name, &plan.server, local, scenario.workers);
    let server = start()?;
    if scenario.trial == Trial::Storm {
        // Meetings run when it is killed.
        generate(name, &server, scenario, local, 1.0)?;
        let server = server.again(name, &plan.server, local, scenario.workers)?;
        return generate(name, &server, scenario, local, seconds);
    }
    generate(name, &server, scenario, local, seconds)
}

/// Lets the load loose on a server.
fn generate(name: &str, server: &Server, scenario: &Scenario, local: IpAddr, seconds: f64) -> Result<Outcome> {
    let output = Command::new("taskset")
        .args(["--cpu-list", &LOAD_CORE.to_string()])
        .arg(std::env::current_exe()?)
        .args(["generate", name, &server.url, &server.process().to_string(), &local.to_string()])
        .args([&seconds.to_string(), scenario.name])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().context("the load ended without a result")?;
    Ok(serde_json::from_str(line)?)
}

impl Plan {
    fn read(words: &[String]) -> Result<Self> {
        let mut plan =
            Self { server: PathBuf::new(), quick: false, check: false, only: None, rounds: None, report: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--quick" => plan.quick = true,
                "--check" => plan.check = true,
                "--server" => plan.server = value()?.into(),
                "--only" => plan.only = Some(value()?.clone()),
                "--rounds" => plan.rounds = Some(value()?.parse()?),
                "--report" => plan.report = Some(value()?.into()),
                other => bail!("`{other}` is no option"),
            }
        }
        Ok(plan)
    }
}
