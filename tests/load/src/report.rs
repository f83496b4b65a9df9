//! Medians and spread of all rounds, the ratios between the servers, and the goals.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::result::Outcome;
use crate::scenario::{Impairment, Media, SCENARIOS, Scenario, Trial};

/// How `cargo xtask` calls it, and the marks around its tables.
const BENCH: &str = "bench media";
/// CPU time for each packet of sound, compared with Janus.
const MOST_OF_JANUS: f64 = 0.25;
/// CPU time for each packet of pictures, compared with the floor.
const MOST_OF_FLOOR: f64 = 1.5;
/// Memory for each receiver, MiB.
const MOST_MEMORY: f64 = 0.25;
/// Share of packets lost.
pub const MOST_LOST: f64 = 0.001;
/// 99 of 100 packets are forwarded within this, milliseconds.
pub const SLOWEST: f64 = 20.0;
/// Share of sound made up and of time with a frozen picture, one packet in ten lost.
const MOST_CONCEALED: f64 = 0.01;
const MOST_FROZEN: f64 = 0.02;
/// Until 90 % of the rate are back after a dip, seconds.
const SLOWEST_RECOVERY: f64 = 10.0;
/// What one core forwards, compared with Janus.
const LEAST_OF_JANUS: f64 = 4.0;
/// Cost of a packet with two workers to that with one: two carry 1.8 times as much.
const MOST_OF_ONE_WORKER: f64 = 2.0 / 1.8;
/// Under attack: share lost, and memory, KiB.
const MOST_LOST_UNDER_ATTACK: f64 = 0.005;
const MOST_GROWTH_KIB: f64 = 10.0 * 1_024.0;
/// 95 of 100 of those who join at once have their first packet within this, milliseconds.
const SLOWEST_JOIN: f64 = 1_500.0;

/// One server in one scenario in one round.
pub struct Run {
    /// Which server.
    pub server: &'static str,
    /// Which scenario.
    pub scenario: &'static Scenario,
    /// What it showed.
    pub outcome: Outcome,
}

/// Everything that was measured.
pub struct Report {
    runs: Vec<Run>,
}

/// The middle of several rounds, and their range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// The middle.
    pub median: f64,
    least: f64,
    most: f64,
}

impl Middle {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(0.0);
        Self { median: at(values.len() / 2), least: at(0), most: at(values.len().saturating_sub(1)) }
    }

    /// As text, with the range if there is one.
    pub fn text(self, digits: usize) -> String {
        let Self { median, least, most } = self;
        if least == most {
            format!("{median:.digits$}")
        } else {
            format!("{median:.digits$} ({least:.digits$} to {most:.digits$})")
        }
    }
}

impl Report {
    pub fn new(runs: Vec<Run>) -> Self {
        Self { runs }
    }

    fn middle(&self, scenario: &Scenario, server: &str, figure: impl Fn(&Outcome) -> f64) -> Option<Middle> {
        let of = self.runs.iter().filter(|run| run.scenario == scenario && run.server == server);
        let values: Vec<f64> = of.map(|run| figure(&run.outcome)).collect();
        (!values.is_empty()).then(|| Middle::of(values))
    }

    fn ratio(&self, scenario: &Scenario, to: &str) -> Option<f64> {
        let own = self.middle(scenario, "rennsteig", Outcome::micros)?.median;
        Some(own / self.middle(scenario, to, Outcome::micros)?.median)
    }

    /// One table of figures and one of ratios, as Markdown.
    pub fn text(&self) -> String {
        let mut text =
            "| Scenario | Server | CPU µs per packet | Packets/s | Packets/s for a core | Delay ms p50 / p99 / most | \
             Lost % | MiB per receiver | MiB per sender | Joins/s | First packet ms p50 / p95 | Failed |\n\
             | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
                .to_owned();
        for scenario in SCENARIOS {
            for server in ["rennsteig", "janus", "floor"] {
                let middle = |figure: fn(&Outcome) -> f64| self.middle(scenario, server, figure);
                let Some(micros) = middle(Outcome::micros).filter(|_| is_plain(scenario)) else { continue };
                let text_of =
                    |figure: fn(&Outcome) -> f64, digits| middle(figure).map_or_else(String::new, |m| m.text(digits));
                let is_floor = server == "floor";
                let joins = |figure: fn(&Outcome) -> f64, digits| {
                    if is_floor { "-".to_owned() } else { text_of(figure, digits) }
                };
                let _ = writeln!(
                    text,
                    "| {} | {server} | {} | {} | {} | {} / {} / {} | {} | {} | {} | {} | {} / {} | {} |",
                    scenario.name,
                    micros.text(2),
                    text_of(|outcome| outcome.packets as f64 / outcome.seconds, 0),
                    text_of(|outcome| outcome.packets as f64 / outcome.cpu_seconds.max(0.001), 0),
                    text_of(|outcome| outcome.delay_ms[0], 1),
                    text_of(|outcome| outcome.delay_ms[1], 1),
                    text_of(|outcome| outcome.delay_ms[2], 0),
                    text_of(|outcome| outcome.loss() * 100.0, 3),
                    joins(memory, 2),
                    joins(senders_memory, 2),
                    joins(|outcome| outcome.participants as f64 / outcome.joining_seconds, 0),
                    joins(|outcome| outcome.first_packet(0.5), 0),
                    joins(|outcome| outcome.first_packet(0.95), 0),
                    text_of(|outcome| outcome.failed as f64, 0),
                );
            }
        }
        text += "\n| Scenario | CPU to Janus | CPU to the floor |\n| --- | --- | --- |\n";
        for scenario in SCENARIOS {
            let ratio = |to| self.ratio(scenario, to).map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
            if self.ratio(scenario, "janus").or(self.ratio(scenario, "floor")).is_some() {
                let _ = writeln!(text, "| {} | {} | {} |", scenario.name, ratio("janus"), ratio("floor"));
            }
        }
        text += &self.trials();
        text
    }

    /// One line for each trial.
    fn trials(&self) -> String {
        let mut text = "\n| Trial | What it showed |\n| --- | --- |\n".to_owned();
        for scenario in SCENARIOS {
            let middle = |server, figure: fn(&Outcome) -> f64| self.middle(scenario, server, figure);
            let Some(_) = middle("rennsteig", |_| 0.0) else { continue };
            let own = |figure: fn(&Outcome) -> f64, digits| {
                middle("rennsteig", figure).map_or_else(String::new, |middle| middle.text(digits))
            };
            let shown = match scenario.trial {
                Trial::Steady | Trial::Burst if scenario.workers == 1 => continue,
                Trial::Steady => match self.to_one_worker(scenario) {
                    Some(ratio) => format!(
                        "{} µs for a packet, {ratio:.2} of one worker's: two carry {:.2} times what one does",
                        own(Outcome::micros, 2),
                        2.0 / ratio
                    ),
                    None => continue,
                },
                Trial::Burst => continue,
                Trial::Storm => format!(
                    "first packet p50 {} ms, p95 {} ms, slowest {} ms; {} without media",
                    own(|outcome| outcome.first_packet(0.5), 0),
                    own(|outcome| outcome.first_packet(0.95), 0),
                    own(|outcome| outcome.first_packet(1.0), 0),
                    own(|outcome| outcome.failed as f64, 0)
                ),
                Trial::Impaired(Impairment::Dips) => {
                    format!(
                        "90 % of the rate back after {} s",
                        own(|outcome| outcome.recovery_seconds.unwrap_or(0.0), 1)
                    )
                }
                Trial::Impaired(_) if scenario.media.is_sound() => {
                    format!("{} % of the sound made up", own(|outcome| outcome.concealed.unwrap_or(0.0) * 100.0, 2))
                }
                Trial::Impaired(_) => {
                    format!("{} % of the time frozen", own(|outcome| outcome.frozen.unwrap_or(0.0) * 100.0, 2))
                }
                Trial::Hostile => format!(
                    "{} hostile packets a second for {} s: {} % lost, p99 {} ms, {} KiB more memory, {} without media",
                    own(|outcome| outcome.hostile as f64 / outcome.seconds, 0),
                    own(|outcome| outcome.seconds, 0),
                    own(|outcome| outcome.loss() * 100.0, 3),
                    own(|outcome| outcome.delay_ms[1], 1),
                    own(|outcome| outcome.growth_kib, 0),
                    own(|outcome| outcome.failed as f64, 0)
                ),
                Trial::Capacity => {
                    let held =
                        |server| middle(server, |outcome| outcome.capacity.unwrap_or(0.0)).map_or(0.0, |m| m.median);
                    let is_limited = middle("rennsteig", |outcome| f64::from(u8::from(outcome.is_limited_by_load)));
                    let at_least = if is_limited.is_some_and(|middle| middle.median > 0.0) { "at least " } else { "" };
                    let own = format!("{at_least}{:.0} packets/s held on one core", held("rennsteig"));
                    match held("janus") {
                        none if none <= 0.0 => format!("{own}; Janus held none of the rates that were tried"),
                        janus => format!("{own}, Janus {janus:.0}: {at_least}{:.1} times", held("rennsteig") / janus),
                    }
                }
            };
            let _ = writeln!(text, "| {} | {shown} |", scenario.name);
        }
        text
    }

    /// What a packet costs with several workers, compared with the same on one.
    fn to_one_worker(&self, scenario: &Scenario) -> Option<f64> {
        let is_same =
            |other: &&Scenario| Scenario { name: scenario.name, workers: scenario.workers, ..**other } == *scenario;
        let alone = SCENARIOS.iter().filter(|other| other.workers == 1).find(is_same)?;
        let micros = |scenario| self.middle(scenario, "rennsteig", Outcome::micros);
        Some(micros(scenario)?.median / micros(alone)?.median)
    }

    /// Puts the tables into the document, with machine and date.
    pub fn write(&self, file: &Path, text: &str) -> Result<()> {
        write(file, BENCH, text)
    }

    /// One line for each goal that is missed.
    pub fn short_of_goals(&self) -> Vec<String> {
        let mut short = Vec::new();
        let mut at_most = |scenario: &Scenario, what: &str, is: Option<f64>, goal: f64| {
            if let Some(is) = is.filter(|is| *is > goal) {
                short.push(format!("{}: {what} is {is:.3}, the goal is {goal}", scenario.name));
            }
        };
        for scenario in SCENARIOS {
            let own = |figure: fn(&Outcome) -> f64| self.middle(scenario, "rennsteig", figure).map(|m| m.median);
            let share = |figure: fn(&Outcome) -> Option<f64>| {
                self.middle(scenario, "rennsteig", |outcome| figure(outcome).unwrap_or(0.0)).map(|m| m.median)
            };
            let mut most_lost = MOST_LOST;
            match scenario.trial {
                Trial::Burst => {
                    at_most(scenario, "first packet p95, ms", own(|outcome| outcome.first_packet(0.95)), SLOWEST_JOIN);
                }
                // Everybody starts everything at the same moment: what counts is that all come back.
                Trial::Storm => {}
                Trial::Impaired(impairment) => {
                    match impairment {
                        Impairment::Dips => {
                            let recovery = share(|outcome| outcome.recovery_seconds);
                            at_most(scenario, "seconds until 90 % are back", recovery, SLOWEST_RECOVERY);
                        }
                        // Nobody promises anything for losses in a row.
                        Impairment::LosesInBursts(_) => {}
                        Impairment::Loses(_) => {
                            let (concealed, frozen) =
                                (share(|outcome| outcome.concealed), share(|outcome| outcome.frozen));
                            at_most(scenario, "share of sound made up", concealed, MOST_CONCEALED);
                            at_most(scenario, "share of time frozen", frozen, MOST_FROZEN);
                        }
                    }
                    at_most(scenario, "participants without media", own(|outcome| outcome.failed as f64), 0.0);
                    // The line itself loses and delays.
                    continue;
                }
                Trial::Capacity => {
                    let held = |server| {
                        self.middle(scenario, server, |outcome| outcome.capacity.unwrap_or(0.0)).map(|m| m.median)
                    };
                    if let (Some(own), Some(janus)) = (held("rennsteig"), held("janus")) {
                        at_most(
                            scenario,
                            "capacity of Janus to ours",
                            Some(janus / own.max(1.0)),
                            1.0 / LEAST_OF_JANUS,
                        );
                    }
                    continue;
                }
                Trial::Hostile => {
                    at_most(scenario, "memory more, KiB", own(|outcome| outcome.growth_kib), MOST_GROWTH_KIB);
                    most_lost = MOST_LOST_UNDER_ATTACK;
                }
                Trial::Steady if scenario.workers > 1 => {
                    at_most(scenario, "CPU to one worker", self.to_one_worker(scenario), MOST_OF_ONE_WORKER);
                }
                Trial::Steady if scenario.meetings == 1 => {
                    match scenario.media {
                        Media::Audio => at_most(scenario, "CPU to Janus", self.ratio(scenario, "janus"), MOST_OF_JANUS),
                        Media::Video => {
                            at_most(scenario, "CPU to the floor", self.ratio(scenario, "floor"), MOST_OF_FLOOR)
                        }
                        Media::Simulcast | Media::Redundant => {}
                    }
                    at_most(scenario, "memory per receiver, MiB", own(memory), MOST_MEMORY);
                }
                Trial::Steady => {}
            }
            at_most(scenario, "share lost", own(Outcome::loss), most_lost);
            if scenario.workers == 1 {
                // With two the server shares a core with the load.
                at_most(scenario, "delay p99, ms", own(|outcome| outcome.delay_ms[1]), SLOWEST);
            }
            at_most(scenario, "participants without media", own(|outcome| outcome.failed as f64), 0.0);
        }
        short
    }
}

/// Puts tables between the two marks of a document, with machine and date.
pub fn write(file: &Path, bench: &str, text: &str) -> Result<()> {
    let (begin, end) = (format!("<!-- {bench}: begin -->"), format!("<!-- {bench}: end -->"));
    let document = fs::read_to_string(file)?;
    let (before, rest) = document.split_once(&begin).with_context(|| format!("no `{begin}`"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("no `{end}`"))?;
    let inside = format!("\n{}\n\n{text}", machine());
    Ok(fs::write(file, format!("{before}{begin}{inside}{end}{after}"))?)
}

/// For each of those who only receive, MiB; for each participant where nobody does.
fn memory(outcome: &Outcome) -> f64 {
    let receivers = outcome.participants.saturating_sub(outcome.senders);
    let kib = if receivers > 0 { outcome.memory_kib - outcome.senders_memory_kib } else { outcome.memory_kib };
    kib / 1024.0 / (if receivers > 0 { receivers } else { outcome.participants.max(1) } as f64)
}

/// For each of those who send, MiB.
fn senders_memory(outcome: &Outcome) -> f64 {
    outcome.senders_memory_kib / 1024.0 / (outcome.senders.max(1) as f64)
}

/// Whether a scenario's packets go over a good line at a steady rate.
fn is_plain(scenario: &Scenario) -> bool {
    matches!(scenario.trial, Trial::Steady | Trial::Burst)
}

/// What it was measured on, in one line.
fn machine() -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for line in cpus.lines().filter(|line| line.starts_with("model name")) {
        *names.entry(line.split(": ").nth(1).unwrap_or("unknown")).or_default() += 1;
    }
    let names: Vec<String> = names.iter().map(|(name, count)| format!("{count} x {name}")).collect();
    let load = read("/proc/loadavg");
    let busy = load.split(' ').next().unwrap_or("?");
    format!(
        "{}, Linux {}, {}. Load average at the end: {busy}.",
        names.join(", "),
        read("/proc/sys/kernel/osrelease").trim(),
        jiff::Timestamp::now().strftime("%Y-%m-%d")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(server: &'static str, cpu_seconds: f64) -> Run {
        let outcome = Outcome {
            packets: 1_000_000,
            seconds: 10.0,
            cpu_seconds,
            participants: 101,
            joining_seconds: 1.0,
            ..Outcome::default()
        };
        Run { server, scenario: &SCENARIOS[0], outcome }
    }

    #[test]
    fn the_middle_of_three_rounds_stands_with_its_range() {
        assert_eq!(Middle::of(vec![3.0, 1.0, 2.0]).text(1), "2.0 (1.0 to 3.0)");
        assert_eq!(Middle::of(vec![2.0]).text(0), "2");
    }

    #[test]
    fn ratios_are_of_medians_and_a_missed_goal_is_named() {
        let report = |own: f64| {
            Report::new(vec![
                run("rennsteig", own),
                run("rennsteig", own * 2.0),
                run("rennsteig", own),
                run("janus", 20.0),
            ])
        };
        assert_eq!(report(4.0).short_of_goals(), Vec::<String>::new());
        assert_eq!(report(6.0).short_of_goals(), ["audio 1x100: CPU to Janus is 0.300, the goal is 0.25"]);
        assert!(report(4.0).text().contains("| audio 1x100 | 0.20 | - |"), "{}", report(4.0).text());
    }

    #[test]
    fn the_tables_replace_what_stands_between_the_marks() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("performance.md");
        let old = "above\n<!-- bench media: begin -->\nold\n<!-- bench media: end -->\nbelow\n";
        fs::write(&file, old).expect("a file can be written");
        Report::new(Vec::new()).write(&file, "new\n").expect("the marks are there");
        let text = fs::read_to_string(&file).expect("it can be read");
        assert!(
            text.starts_with("above\n") && text.ends_with("below\n") && text.contains("new") && !text.contains("old")
        );
    }
}
