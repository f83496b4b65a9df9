//! What was meant for later, and what may panic without saying why it cannot.

use crate::tidy::reading::has_word;
use crate::tidy::tree::{Finding, Tree};

const RUST: &[(&str, &str)] = &[
    ("todo!", "finish it or leave it out"),
    ("unimplemented!", "finish it or leave it out"),
    ("dbg!", "remove it"),
    (".unwrap()", "use `expect(\"why it cannot fail\")` or return the error"),
];

const WEB: &[(&str, &str)] = &[
    ("debugger", "remove it"),
    ("console.log", "remove it"),
    ("@ts-ignore", "fix the type"),
    ("dangerouslySetInnerHTML", "render elements"),
];

/// Looks at everything but tests.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        for (line, code) in file.production_code() {
            let found = RUST.iter().filter(|(word, _)| has_word(&code, word));
            findings.extend(found.map(|(word, advice)| file.at(line, format!("`{word}`: {advice}"))));
        }
    }
    let web =
        tree.typescript().filter(|file| !file.is_test() && !file.is_generated() && file.path.starts_with("web/src/"));
    for file in web {
        for (at, text) in file.text.lines().enumerate() {
            let found = WEB.iter().filter(|(word, _)| has_word(text, word));
            findings.extend(found.map(|(word, advice)| file.at(at + 1, format!("`{word}`: {advice}"))));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_refused() {
        for (path, code) in [
            ("media/src/a.rs", "fn a() { todo!() }"),
            ("media/src/a.rs", "let x = y.unwrap();"),
            ("media/src/a.rs", "dbg!(x);"),
            ("web/src/a.ts", "console.log(1);"),
        ] {
            assert_eq!(check(&Tree::of(&[(path, code)])).len(), 1, "{code}");
        }
    }

    #[test]
    fn tests_and_comments_may() {
        let tree = Tree::of(&[
            (
                "media/src/a.rs",
                "// never .unwrap()\nlet x = y.unwrap_or(1);\n#[cfg(test)]\nmod tests {\n    fn b() { c.unwrap(); }\n}\n",
            ),
            ("storage/tests/contract.rs", "x.unwrap();"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
