//! The table at the end of a test run.

use std::time::Duration;

use anyhow::Result;

use crate::progress::in_words;
use crate::test::tally::Tally;

/// How one step went.
pub struct Outcome {
    /// The step's name.
    pub name: &'static str,
    /// How long it took.
    pub took: Duration,
    /// What it counted, or why it failed.
    pub result: Result<Tally>,
}

/// One line per step.
pub fn table(outcomes: &[Outcome], total: Duration) -> String {
    let mut lines = vec![format!("{:<12} {:<7} {:>7}  what", "step", "result", "time")];
    for outcome in outcomes {
        let (word, what) = match &outcome.result {
            Ok(tally) => ("passed", tally.in_words()),
            Err(error) => ("FAILED", format!("{error:#}").lines().next().unwrap_or_default().to_owned()),
        };
        lines.push(format!("{:<12} {:<7} {:>7}  {what}", outcome.name, word, in_words(outcome.took)));
    }
    lines.push(format!("{:<12} {:<7} {:>7}", "all", "", in_words(total)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_passed_and_why_something_failed() {
        let outcomes = [
            Outcome { name: "fmt", took: Duration::from_secs(1), result: Ok(Tally::default()) },
            Outcome { name: "rust", took: Duration::from_secs(61), result: Err(anyhow::anyhow!("two\nlines")) },
        ];
        let text = table(&outcomes, Duration::from_secs(62));
        assert_eq!(
            text,
            "step         result     time  what\n\
             fmt          passed     0:01  \n\
             rust         FAILED     1:01  two\n\
             all                     1:02"
        );
    }
}
