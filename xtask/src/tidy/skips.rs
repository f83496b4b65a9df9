//! Nothing is skipped silently: a test either runs or does not exist.

use crate::tidy::tree::{Finding, Tree};

const RUST: &[&str] = &["#[ignore"];
const SCRIPTS: &[&str] = &[
    "test.skip(",
    "it.skip(",
    "describe.skip(",
    "test.only(",
    "it.only(",
    "describe.only(",
    "test.fixme(",
    "it.todo(",
    "test.todo(",
    "skipIf(",
    "pytest.skip(",
    "mark.skip",
    "mark.xfail",
    "unittest.skip",
];

/// Looks for marks that leave a test out.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let marks = match file.path.rsplit('.').next() {
            Some("rs") if !file.path.starts_with("xtask/") => RUST,
            Some("ts" | "tsx" | "js" | "mjs" | "py") => SCRIPTS,
            _ => continue,
        };
        for (at, text) in file.text.lines().enumerate() {
            if marks.iter().any(|mark| text.contains(mark)) {
                findings.push(file.at(at + 1, "a test that is left out proves nothing; run it or remove it"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_tests_are_refused() {
        for (path, code) in [
            ("storage/tests/a.rs", "#[ignore = \"slow\"]"),
            ("tests/browser/a.spec.ts", "test.skip('x', async () => {});"),
            ("tests/sdk/a.py", "pytest.skip('x')"),
        ] {
            assert_eq!(check(&Tree::of(&[(path, code)])).len(), 1, "{code}");
        }
    }

    #[test]
    fn iterators_may_skip() {
        assert_eq!(check(&Tree::of(&[("a/src/b.rs", "list.iter().skip(1)"), ("web/src/a.ts", "rows.skip(2)")])), []);
    }
}
