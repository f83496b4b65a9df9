//! Who may import whom. The drawing is in ARCHITECTURE.md.

use crate::tidy::reading::has_word;
use crate::tidy::tree::{File, Finding, Tree};

/// Each of our crates and what it may import of ours; every other arrow is refused.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("protocol", &[]),
    ("media", &[]),
    ("storage", &["domain"]),
    ("cluster", &["domain"]),
    ("scheduler", &["storage", "protocol", "cluster", "domain"]),
    ("signaling", &["cluster", "protocol", "media", "domain"]),
    ("server", &["scheduler", "signaling", "storage", "cluster", "protocol", "media", "domain"]),
    ("tests", &["rennsteig", "scheduler", "signaling", "storage", "cluster", "protocol", "media", "domain"]),
    ("xtask", &[]),
];

/// The names under which our crates are imported.
const OURS: &[&str] =
    &["domain", "protocol", "media", "storage", "cluster", "scheduler", "signaling", "rennsteig", "tests", "xtask"];

/// Dependencies in the manifests, and `use` in the sources.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, allowed) in ARROWS {
        let manifest = format!("{folder}/Cargo.toml");
        let sources = format!("{folder}/");
        for file in &tree.files {
            if file.path == manifest {
                findings.extend(dependencies(file, allowed));
            } else if file.path.starts_with(&sources) && file.path.ends_with(".rs") {
                findings.extend(imports(file, folder, allowed));
            }
        }
    }
    findings.extend(strangers(tree));
    findings
}

fn dependencies(manifest: &File, allowed: &[&str]) -> Vec<Finding> {
    let mut inside = false;
    let mut findings = Vec::new();
    for (at, line) in manifest.text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        if inside && OURS.contains(&name) && !allowed.contains(&name) {
            findings.push(
                manifest.at(at + 1, format!("`{name}` may not be imported here; see the arrows in ARCHITECTURE.md")),
            );
        }
    }
    findings
}

fn imports(file: &File, folder: &str, allowed: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, code) in file.code() {
        let Some((_, path)) = code.split_once("use ") else { continue };
        let name = path.trim_start().split([':', ' ', ';', '{']).next().unwrap_or_default();
        let own = name == folder || (folder == "server" && name == "rennsteig");
        if OURS.contains(&name) && !own && !allowed.contains(&name) && has_word(&code, "use") && path.contains("::") {
            // A module of the same name inside the crate is no arrow.
            let module = format!("{folder}/src/{name}");
            if !file.path.starts_with(&module) {
                findings.push(file.at(line, format!("`{name}` may not be imported in `{folder}`")));
            }
        }
    }
    findings
}

/// A new crate must get its arrows.
fn strangers(tree: &Tree) -> Vec<Finding> {
    let known = |file: &&File| {
        let folder = file.path.strip_suffix("/Cargo.toml").unwrap_or_default();
        folder.is_empty() || folder.starts_with("tests/") || ARROWS.iter().any(|(name, _)| *name == folder)
    };
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests
        .filter(|file| !known(file))
        .map(|file| file.whole("a crate without arrows; add it to arrows.rs"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_halves_may_not_import_each_other() {
        let tree = Tree::of(&[
            ("scheduler/Cargo.toml", "[dependencies]\nstorage.workspace = true\nsignaling.workspace = true\n"),
            ("signaling/src/lib.rs", "use scheduler::book;\nuse media::Command;\n"),
        ]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert_eq!((findings[0].path.as_str(), findings[0].line), ("scheduler/Cargo.toml", Some(3)));
        assert_eq!((findings[1].path.as_str(), findings[1].line), ("signaling/src/lib.rs", Some(1)));
    }

    #[test]
    fn allowed_arrows_pass() {
        let tree = Tree::of(&[
            (
                "signaling/Cargo.toml",
                "[dependencies]\nmedia.workspace = true\n[dev-dependencies]\ninsta.workspace = true\n",
            ),
            ("server/src/main.rs", "use rennsteig::serve;\nuse scheduler::App;\n"),
            ("storage/src/lib.rs", "// use signaling::x;\nuse domain::Room;\n"),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_new_crate_needs_its_arrows() {
        assert_eq!(check(&Tree::of(&[("extra/Cargo.toml", "[package]\n")])).len(), 1);
    }
}
