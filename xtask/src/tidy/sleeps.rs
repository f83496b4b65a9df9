//! A test that sleeps is slow when it passes and wrong when the machine is busy. It waits for the thing itself.
//!
//! The one exception is the pause of a loop that asks again until a deadline; its line carries `// asks again`.

use crate::tidy::tree::{Finding, Tree};

const SLEEPS: &[&str] = &["sleep(", "sleep_until(", "waitForTimeout(", "time.sleep("];
const EXCEPTION: &str = "asks again";

/// Looks at test code only: whole test files, and the tests inside other files.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let code = [".rs", ".ts", ".tsx", ".js", ".mjs", ".py", ".sh"].iter().any(|end| file.path.ends_with(end));
        // A load run lasts as long as it is told to; that is no waiting.
        if !code || file.path.starts_with("xtask/") || file.path.starts_with("tests/load/") {
            continue;
        }
        let inline = crate::tidy::reading::test_lines(&file.text);
        for (at, text) in file.text.lines().enumerate() {
            let tested = file.is_test() || (file.path.ends_with(".rs") && inline.contains(&(at + 1)));
            let sleeps = SLEEPS.iter().any(|word| text.contains(word)) && !text.trim_start().starts_with("//");
            if tested && sleeps && !text.contains(EXCEPTION) {
                findings.push(file.at(at + 1, "a test does not sleep; wait for the thing itself, up to a deadline"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeping_tests_are_refused() {
        for (path, code) in [
            ("tests/browser/meeting.spec.ts", "await page.waitForTimeout(500);"),
            ("tests/a.rs", "tokio::time::sleep(second).await;"),
            ("media/src/a.rs", "#[cfg(test)]\nmod tests {\n    fn a() { std::thread::sleep(x); }\n}\n"),
        ] {
            assert_eq!(check(&Tree::of(&[(path, code)])).len(), 1, "{code}");
        }
    }

    #[test]
    fn a_loop_that_asks_again_and_production_code_may_pause() {
        let tree = Tree::of(&[
            ("tests/src/patience.rs", "tokio::time::sleep(step).await; // asks again until the deadline"),
            ("cluster/src/lease.rs", "tokio::time::sleep(third).await;"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
