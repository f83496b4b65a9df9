//! What is measured, what it should be, and the table of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::report::Middle;

/// What one trial showed: value by figure.
pub type Shown = BTreeMap<String, f64>;

/// What a value should be.
#[derive(Clone, Copy, Debug)]
enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// It is only told.
    None,
}

/// One row of the table.
struct Figure {
    key: &'static str,
    what: &'static str,
    unit: &'static str,
    digits: usize,
    goal: Goal,
}

const fn figure(key: &'static str, what: &'static str, unit: &'static str, digits: usize, goal: Goal) -> Figure {
    Figure { key, what, unit, digits, goal }
}

const FIGURES: &[Figure] = &[
    figure("joins.rate", "Joins without media, for a minute", "/s", 0, Goal::AtLeast(1_000.0)),
    figure("joins.p99", "the same, from connecting to the welcome, p99", "ms", 0, Goal::None),
    figure("joins.failed", "the same, refused or lost", "", 0, Goal::AtMost(0.0)),
    figure("media_joins.rate", "Joins with media, for a minute", "/s", 0, Goal::AtLeast(100.0)),
    figure("media_joins.p99", "the same, from connecting to the open media path, p99", "ms", 0, Goal::None),
    figure("media_joins.failed", "the same, refused or lost", "", 0, Goal::AtMost(0.0)),
    figure("idle.connections", "Idle connections", "", 0, Goal::None),
    figure("idle.memory", "the same: memory for each", "KiB", 1, Goal::AtMost(24.0)),
    figure("idle.cpu", "the same: CPU time for all their pings, of a core", "%", 1, Goal::None),
    figure("idle.failed", "the same, refused or lost", "", 0, Goal::AtMost(0.0)),
    figure("chat.p50", "Chat in a meeting of 500: from sending to being received, p50", "ms", 1, Goal::None),
    figure("chat.p99", "the same, p99", "ms", 1, Goal::AtMost(50.0)),
    figure("chat.missing", "the same, messages missing", "", 0, Goal::AtMost(0.0)),
    figure("offers.p50", "Answer to an offer that receives 100 published tracks, p50", "ms", 1, Goal::None),
    figure("offers.most", "the same, slowest of 20", "ms", 1, Goal::None),
    figure("resumes.p50", "500 lose their signalling at once: to the second welcome, p50", "ms", 0, Goal::None),
    figure("resumes.p95", "the same, p95", "ms", 0, Goal::AtMost(1_000.0)),
    figure("resumes.most", "the same, slowest of 5,000", "ms", 0, Goal::None),
    figure("resumes.failed", "the same, had to join anew", "", 0, Goal::AtMost(0.0)),
    figure("resumes.deaf", "the same, without media afterwards", "", 0, Goal::AtMost(0.0)),
    figure("storm.p99", "2,000 come back after a restart: 99 % are inside after", "s", 2, Goal::AtMost(10.0)),
    figure("storm.failed", "the same, never", "", 0, Goal::AtMost(0.0)),
    figure("media_storm.p99", "the same with media: 99 % have it after", "s", 2, Goal::AtMost(10.0)),
    figure("media_storm.failed", "the same, never", "", 0, Goal::AtMost(0.0)),
];

/// All that was shown, in one line.
pub fn line(shown: &Shown) -> String {
    let parts = shown.iter().map(|(key, value)| format!("{key} {value:.2}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// Everything that was measured, round by round.
#[derive(Default)]
pub struct Report {
    values: BTreeMap<String, Vec<f64>>,
}

impl Report {
    pub fn add(&mut self, shown: Shown) {
        for (key, value) in shown {
            self.values.entry(key).or_default().push(value);
        }
    }

    fn middle(&self, figure: &Figure) -> Option<Middle> {
        self.values.get(figure.key).map(|values| Middle::of(values.clone()))
    }

    /// The table, as Markdown.
    pub fn text(&self) -> String {
        let mut text = "| What | Value | Goal |\n| --- | --- | --- |\n".to_owned();
        for figure in FIGURES {
            let Some(middle) = self.middle(figure) else { continue };
            let goal = match figure.goal {
                Goal::AtLeast(goal) => format!("at least {goal}"),
                Goal::AtMost(goal) => format!("at most {goal}"),
                Goal::None => "-".to_owned(),
            };
            let value = format!("{} {}", middle.text(figure.digits), figure.unit);
            let _ = writeln!(text, "| {} | {} | {goal} |", figure.what, value.trim());
        }
        text
    }

    /// One line for each goal that is missed.
    pub fn short_of_goals(&self) -> Vec<String> {
        let short = FIGURES.iter().filter_map(|figure| {
            let is = self.middle(figure)?.median;
            let words = |goal: f64, side: &str| {
                format!(
                    "{} is {is:.digits$} {}, the goal is {side} {goal}",
                    figure.key,
                    figure.unit,
                    digits = figure.digits
                )
            };
            match figure.goal {
                Goal::AtLeast(goal) if is < goal => Some(words(goal, "at least")),
                Goal::AtMost(goal) if is > goal => Some(words(goal, "at most")),
                _ => None,
            }
        });
        short.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(rates: &[f64]) -> Report {
        let mut report = Report::default();
        for rate in rates {
            report.add(Shown::from([("joins.rate".to_owned(), *rate), ("idle.memory".to_owned(), 20.0)]));
        }
        report
    }

    #[test]
    fn the_median_of_the_rounds_is_compared_with_the_goal() {
        assert_eq!(report(&[900.0, 1_100.0, 1_200.0]).short_of_goals(), Vec::<String>::new());
        let short = report(&[900.0, 950.0, 1_200.0]).short_of_goals();
        assert_eq!(short, ["joins.rate is 950 /s, the goal is at least 1000"]);
    }

    #[test]
    fn the_table_has_what_was_measured_and_nothing_else() {
        let text = report(&[1_500.0]).text();
        assert!(text.contains("| Joins without media, for a minute | 1500 /s | at least 1000 |"), "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
    }
}
