//! Meeting and router are state machines: input and time in, effects out. Nothing inside waits, locks,
//! sends or reads a clock. The domain does no input or output either.

use crate::tidy::reading::has_word;
use crate::tidy::tree::{Finding, Tree};

const MACHINES: &[&str] = &["signaling/src/meeting/", "media/src/router/", "domain/src/"];

const REFUSED: &[&str] = &[
    "tokio",
    "async",
    "await",
    "mpsc",
    "oneshot",
    "Mutex",
    "RwLock",
    "Condvar",
    "std::net",
    "std::fs",
    "std::thread",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "rand",
    "new_v4",
    "now_v7",
];

/// Looks for whatever makes a state machine depend on anything but its input.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| MACHINES.iter().any(|folder| file.path.starts_with(folder))) {
        for (line, code) in file.production_code() {
            if let Some(word) = REFUSED.iter().find(|word| has_word(&code, word)) {
                findings.push(
                    file.at(line, format!("a state machine may not use `{word}`; pass it in or return an effect")),
                );
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_locking_and_reading_clocks_are_refused() {
        for code in
            ["async fn join() {}", "use std::sync::Mutex;", "let now = Instant::now();", "use tokio::sync::mpsc;"]
        {
            assert_eq!(check(&Tree::of(&[("signaling/src/meeting/join.rs", code)])).len(), 1, "{code}");
        }
    }

    #[test]
    fn the_driver_beside_the_machine_may_wait() {
        let tree = Tree::of(&[
            ("signaling/src/actor.rs", "async fn run() {}"),
            ("media/src/router/mod.rs", "fn handle(now: Instant) {} // no async here"),
            ("media/src/router/tests/a.rs", "let now = Instant::now();"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
