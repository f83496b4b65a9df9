//! A file is named after the noun it holds. A drawer holds anything, so it ends up holding everything.

use crate::tidy::tree::{Finding, Tree};

const DRAWERS: &[&str] = &[
    "util",
    "utils",
    "utilities",
    "common",
    "manager",
    "managers",
    "misc",
    "type",
    "types",
    "helper",
    "helpers",
    "stuff",
];

/// Looks at every folder and file of code, and at the names of functions.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().chain(tree.typescript()) {
        let drawer = file.path.split('/').find(|part| {
            let stem = part.split('.').next().unwrap_or_default().to_lowercase();
            DRAWERS.contains(&stem.as_str()) || DRAWERS.iter().any(|drawer| stem.ends_with(&format!("_{drawer}")))
        });
        if let Some(drawer) = drawer {
            findings.push(file.whole(format!("`{drawer}` is a drawer; name the noun it holds")));
        }
    }
    for file in tree.rust() {
        for (line, code) in file.production_code() {
            if code.contains("fn handle_") || code.contains("fn process_") {
                findings.push(file.at(line, "name the verb of the user, not `handle_` or `process_`"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawers_are_refused() {
        for path in ["media/src/utils.rs", "web/src/common/a.ts", "server/src/room_manager.rs", "web/src/types.ts"] {
            assert_eq!(check(&Tree::of(&[(path, "")])).len(), 1, "{path}");
        }
    }

    #[test]
    fn functions_carry_the_users_verb() {
        let tree = Tree::of(&[("signaling/src/a.rs", "fn handle_join() {}\nfn admit() {}\nfn handle() {}\n")]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn nouns_pass() {
        let tree =
            Tree::of(&[("media/src/cache.rs", ""), ("domain/src/room.rs", ""), ("web/src/content-types-list.ts", "")]);
        assert_eq!(check(&tree), []);
    }
}
