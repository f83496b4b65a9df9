//! Counts tests in what their runners print, so that a step which ran none cannot pass unseen.

use anyhow::{Result, bail};

/// How many tests a step ran.
#[derive(Debug, Default, PartialEq)]
pub struct Tally {
    passed: usize,
    skipped: usize,
}

impl Tally {
    /// Reads one line of a runner: cargo test, vitest, Playwright, pytest or a plain closing line.
    pub fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let line = line.trim();
        let summary = line.starts_with("test result:") || line.starts_with("Tests ") || is_bare_count(line);
        if !summary {
            return;
        }
        let words: Vec<&str> =
            line.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<usize>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "skipped" | "ignored" | "todo" | "fixme" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Refuses a run without a test and a run that left one out.
    pub fn judge(self) -> Result<Tally> {
        if self.passed == 0 {
            bail!("no test ran");
        }
        if self.skipped > 0 {
            bail!("{} tests were skipped; every test must run", self.skipped);
        }
        Ok(self)
    }

    /// `12 tests`, or nothing where a step does not count.
    pub fn in_words(&self) -> String {
        match self.passed {
            0 => String::new(),
            1 => "1 test".to_owned(),
            many => format!("{many} tests"),
        }
    }
}

/// Playwright prints `5 passed (10.2s)` and `1 skipped` on lines of their own, node and pytest alike.
fn is_bare_count(line: &str) -> bool {
    let line = line.trim_matches('=').trim();
    let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
    let number = words.next().is_some_and(|word| word.chars().all(|sign| sign.is_ascii_digit()));
    number && matches!(words.next(), Some("passed" | "skipped" | "failed"))
}

fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        if sign == '\u{1b}' {
            signs.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(sign);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn cargos_lines_are_added_up() {
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(tally(&[line, line]), Tally { passed: 24, skipped: 2 });
    }

    #[test]
    fn vitest_and_playwright_are_understood() {
        let coloured = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m\u{1b}[22m (7)";
        assert_eq!(tally(&[coloured]), Tally { passed: 7, skipped: 0 });
        assert_eq!(tally(&["  1 skipped", "  5 passed (10.2s)"]), Tally { passed: 5, skipped: 1 });
        assert_eq!(tally(&["===== 3 passed, 1 skipped in 0.10s ====="]), Tally { passed: 3, skipped: 1 });
        assert_eq!(tally(&["4 passed, 0 failed"]), Tally { passed: 4, skipped: 0 });
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(tally(&["the 12 passed by", "Test Files  3 passed (3)"]), Tally::default());
    }

    #[test]
    fn a_run_without_a_test_or_with_a_skipped_one_fails() {
        assert!(tally(&[]).judge().is_err());
        assert!(tally(&["5 passed", "1 skipped"]).judge().is_err());
        assert!(tally(&["5 passed"]).judge().is_ok());
    }
}
