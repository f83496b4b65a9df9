//! What is measured, what it should be, and the tables of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::data::Shape;
use crate::plan::Engine;
use crate::radicale::Took;
use crate::trials::Shown;

/// The marks around the tables in the document.
const BEGIN: &str = "<!-- bench scheduler: begin -->\n";
const END: &str = "<!-- bench scheduler: end -->";

/// People that are asked for together.
const EVERYBODY: f64 = 50.0;

/// A question, timed at the server, and within how many milliseconds 99 of 100 answers should be given.
struct Question {
    key: &'static str,
    what: &'static str,
    /// Typically, and 99 of 100.
    goals: (Option<f64>, Option<f64>),
}

const fn question(key: &'static str, what: &'static str, p50: Option<f64>, p99: Option<f64>) -> Question {
    Question { key, what, goals: (p50, p99) }
}

const QUESTIONS: &[Question] = &[
    question("free", "Rooms for 12 people at an hour of the coming fortnight", Some(1.0), Some(2.0)),
    question("fortnight", "Times in a fortnight with a room for 12, ranked", Some(1.0), Some(2.0)),
    question("weekly", "Best time of the week for two years over 200 rooms", None, Some(5.0)),
    question("check", "Would a weekly series of two years be booked, and what instead", None, Some(10.0)),
    question("month", "Month of somebody much in demand", None, None),
    question("busy", "When 50 people can meet in a fortnight", None, None),
    question("feed", "Calendar address of somebody much in demand", None, Some(20.0)),
    question("single", "Booking one meeting, 64 clients, each another room or time", None, None),
    question("crowd", "Booking one meeting, 64 clients, all the same 4 rooms", None, None),
    question("series", "Booking a series of 104, one client", None, Some(50.0)),
    question("series_pools", "Booking a series of 104, one client, five pools that refuse", None, Some(50.0)),
    question("series_crowd", "Booking a series of 104, 64 clients, all the same 4 rooms", None, None),
];

/// What a value should be.
#[derive(Clone, Copy, Debug)]
enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// It is only told.
    None,
}

/// A single value.
struct Figure {
    key: &'static str,
    what: &'static str,
    unit: &'static str,
    digits: usize,
    goal: Goal,
    /// Whether the goal is for SQLite alone.
    is_for_sqlite: bool,
}

const fn figure(key: &'static str, what: &'static str, unit: &'static str, digits: usize, goal: Goal) -> Figure {
    Figure { key, what, unit, digits, goal, is_for_sqlite: false }
}

const FIGURES: &[Figure] = &[
    figure("fill.seconds", "Filling the database", "s", 0, Goal::None),
    figure("fill.mib", "Its size", "MiB", 0, Goal::None),
    figure("start.seconds", "From opening it to the first answer", "s", 2, Goal::AtMost(5.0)),
    figure("memory.seconds", "Until all times at which rooms are held are in memory", "s", 2, Goal::AtMost(5.0)),
    figure("memory.claims", "How many they are", "", 0, Goal::None),
    figure("memory.mib", "Their memory", "MiB", 1, Goal::None),
    figure("check.conflicts", "Dates of such a series that are taken, of 104", "", 1, Goal::None),
    Figure {
        is_for_sqlite: true,
        ..figure("single.rate", "Single bookings, each on disk, 64 clients", "/s", 0, Goal::AtLeast(200.0))
    },
    figure("crowd.twice", "Rooms held twice, single bookings", "", 0, Goal::AtMost(0.0)),
    figure("crowd.missed", "Refused what nobody had, single bookings", "", 0, Goal::AtMost(0.0)),
    figure("crowd.turned_away", "Asked to come again (503), single bookings", "", 0, Goal::AtMost(0.0)),
    figure("series_crowd.twice", "Rooms held twice, series", "", 0, Goal::AtMost(0.0)),
    figure("series_crowd.missed", "Refused what nobody had, series", "", 0, Goal::AtMost(0.0)),
    figure("series_crowd.turned_away", "Asked to come again (503), series", "", 0, Goal::AtMost(0.0)),
    figure("month.dates", "Dates in such a month", "", 0, Goal::None),
    figure("feed.events", "Events in such a calendar", "", 0, Goal::None),
    figure("feed.kib", "Its size", "KiB", 0, Goal::None),
];

/// All that was shown, in one line.
pub fn line(shown: &Shown) -> String {
    let parts = shown.iter().map(|(key, value)| format!("{key} {value:.2}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// The middle of several rounds.
fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Everything that was measured, round by round.
pub struct Report {
    shape: Shape,
    values: BTreeMap<(Engine, String), Vec<f64>>,
    /// The calendar server it is compared with.
    pub radicale: Option<Took>,
}

impl Report {
    /// Nothing yet.
    pub fn new(shape: Shape) -> Self {
        Self { shape, values: BTreeMap::new(), radicale: None }
    }

    /// One more trial.
    pub fn add(&mut self, engine: Engine, shown: Shown) {
        for (key, value) in shown {
            self.values.entry((engine, key)).or_default().push(value);
        }
    }

    fn value(&self, engine: Engine, key: &str) -> Option<f64> {
        self.values.get(&(engine, key.to_owned())).map(|values| median(values))
    }

    fn engines(&self) -> Vec<Engine> {
        let mut engines: Vec<Engine> = self.values.keys().map(|(engine, _)| *engine).collect();
        engines.dedup();
        engines
    }

    /// The tables, as Markdown.
    pub fn text(&self) -> String {
        let Shape { people, rooms, room_dates, dates, seed } = self.shape;
        let mut text = format!(
            "{people} people, {rooms} rooms, {dates} dates in five years, {room_dates} of them in rooms; seed {seed}.\n\n\
             | Question | Database | Server ms p50 | Server ms p99 | Client ms p99 | Goal |\n\
             | --- | --- | --- | --- | --- | --- |\n"
        );
        for question in QUESTIONS {
            for engine in self.engines() {
                let value = |which: &str| self.value(engine, &format!("{}.{which}", question.key));
                let (Some(p50), Some(p99), Some(wall)) = (value("p50"), value("p99"), value("wall")) else { continue };
                let goal = match question.goals {
                    (Some(typical), Some(most)) => format!("p50 {typical}, p99 {most}"),
                    (None, Some(most)) => format!("p99 {most}"),
                    _ => "-".to_owned(),
                };
                let (what, name) = (question.what, engine.name());
                let _ = writeln!(text, "| {what} | {name} | {p50:.2} | {p99:.2} | {wall:.2} | {goal} |");
            }
        }
        text.push_str(
            "\n| Question | Database | Server ms p50 | Plain SQL ms p50 | Times as long |\n\
             | --- | --- | --- | --- | --- |\n",
        );
        for question in QUESTIONS {
            for engine in self.engines() {
                let value = |which: &str| self.value(engine, &format!("{}.{which}", question.key));
                let (Some(own), Some(plain)) = (value("p50"), value("plain")) else { continue };
                let (what, name, times) = (question.what, engine.name(), plain / own);
                let _ = writeln!(text, "| {what} | {name} | {own:.2} | {plain:.2} | {times:.1} |");
            }
        }
        if let Some(Took { people, entries, milliseconds }) = self.radicale {
            let all = milliseconds * EVERYBODY;
            let _ = write!(
                text,
                "\n| When 50 people are busy in a fortnight | ms | Times as long |\n| --- | --- | --- |\n\
                 | Radicale: {people} calendars with {entries} entries asked one by one, for 50 | {all:.0} | 1 |\n"
            );
            for engine in self.engines() {
                let Some(own) = self.value(engine, "busy.p50") else { continue };
                let (name, times) = (engine.name(), all / own);
                let _ = writeln!(
                    text,
                    "| Here, with {name}: one question, and times at which they can meet | {own:.0} | {times:.0} |"
                );
            }
        }
        text.push_str("\n| What | SQLite | PostgreSQL | Goal |\n| --- | --- | --- | --- |\n");
        for figure in FIGURES {
            let Figure { key, what, unit, digits, goal, .. } = figure;
            let shown = |engine| match self.value(engine, key) {
                Some(value) => format!("{value:.digits$} {unit}").trim_end().to_owned(),
                None => "-".to_owned(),
            };
            let (sqlite, postgres) = (shown(Engine::Sqlite), shown(Engine::Postgres));
            if (sqlite.as_str(), postgres.as_str()) == ("-", "-") {
                continue;
            }
            let goal = match goal {
                Goal::AtLeast(goal) => format!("at least {goal}"),
                Goal::AtMost(goal) => format!("at most {goal}"),
                Goal::None => "-".to_owned(),
            };
            let _ = writeln!(text, "| {what} | {sqlite} | {postgres} | {goal} |");
        }
        text
    }

    /// Every value of every round.
    pub fn json(&self) -> String {
        let mut all: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
        for ((engine, key), values) in &self.values {
            all.entry(engine.name()).or_default().insert(key, json!(values));
        }
        format!("{:#}\n", json!(all))
    }

    /// One line for each goal that is missed.
    pub fn short_of_goals(&self) -> Vec<String> {
        let mut short = Vec::new();
        for engine in self.engines() {
            let mut miss = |key: String, is: f64, side: &str, goal: f64| {
                short.push(format!("{} {key} is {is:.2}, the goal is {side} {goal}", engine.name()));
            };
            for question in QUESTIONS {
                for (which, goal) in [("p50", question.goals.0), ("p99", question.goals.1)] {
                    let key = format!("{}.{which}", question.key);
                    match (self.value(engine, &key), goal) {
                        (Some(is), Some(goal)) if is > goal => miss(key, is, "at most", goal),
                        _ => {}
                    }
                }
            }
            let counts = |figure: &&Figure| !figure.is_for_sqlite || engine == Engine::Sqlite;
            for figure in FIGURES.iter().filter(counts) {
                match (self.value(engine, figure.key), figure.goal) {
                    (Some(is), Goal::AtLeast(goal)) if is < goal => miss(figure.key.into(), is, "at least", goal),
                    (Some(is), Goal::AtMost(goal)) if is > goal => miss(figure.key.into(), is, "at most", goal),
                    _ => {}
                }
            }
        }
        short
    }
}

/// Puts the tables between their marks.
pub fn write(file: &Path, tables: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{} lacks {BEGIN}", file.display()))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{} lacks {END}", file.display()))?;
    fs::write(file, format!("{before}{BEGIN}{tables}{END}{after}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(values: &[(Engine, &str, f64)]) -> Report {
        let mut report = Report::new(Shape::full());
        for (engine, key, value) in values {
            report.add(*engine, Shown::from([((*key).to_owned(), *value)]));
        }
        report
    }

    #[test]
    fn the_median_of_the_rounds_is_compared_with_the_goal() {
        let slow = |last| {
            [(Engine::Sqlite, "free.p99", 1.0), (Engine::Sqlite, "free.p99", 9.0), (Engine::Sqlite, "free.p99", last)]
        };
        assert_eq!(report(&slow(1.5)).short_of_goals(), Vec::<String>::new());
        assert_eq!(report(&slow(3.0)).short_of_goals(), ["sqlite free.p99 is 3.00, the goal is at most 2"]);
    }

    #[test]
    fn a_goal_for_one_database_is_none_for_the_other() {
        let slow = [(Engine::Sqlite, "single.rate", 199.0), (Engine::Postgres, "single.rate", 1.0)];
        assert_eq!(report(&slow).short_of_goals(), ["sqlite single.rate is 199.00, the goal is at least 200"]);
    }

    #[test]
    fn the_tables_have_what_was_measured_and_nothing_else() {
        let all = ["free.p50", "free.p99", "free.wall"].map(|key| (Engine::Postgres, key, 0.5));
        let text = report(&all).text();
        let row =
            "| Rooms for 12 people at an hour of the coming fortnight | postgres | 0.50 | 0.50 | 0.50 | p50 1, p99 2 |";
        assert!(text.contains(row), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with('|')).count(), 7, "{text}");
    }
}
