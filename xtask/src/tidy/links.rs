//! Links between documents lead somewhere.

use std::collections::HashSet;

use crate::tidy::tree::{File, Finding, Tree};

/// Follows every relative link of every Markdown file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut known = HashSet::new();
    for file in &tree.files {
        let mut path = file.path.as_str();
        known.insert(path);
        while let Some((folder, _)) = path.rsplit_once('/') {
            known.insert(folder);
            path = folder;
        }
    }
    let documents = tree.files.iter().filter(|file| file.path.ends_with(".md"));
    documents.flat_map(|file| broken(file, &known)).collect()
}

fn broken(file: &File, known: &HashSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        for target in if fenced { Vec::new() } else { targets(line) } {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            if resolve(&file.path, path).is_none_or(|path| !known.contains(path.as_str()) && !path.is_empty()) {
                findings.push(file.at(at + 1, format!("the link `{target}` leads nowhere")));
            }
        }
    }
    findings
}

/// What stands in `](...)`.
fn targets(line: &str) -> Vec<&str> {
    line.match_indices("](").filter_map(|(at, open)| line[at + open.len()..].split([')', ' ']).next()).collect()
}

/// The path from the root; nothing where it leaves the workspace.
fn resolve(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nothing_is_refused() {
        let tree = Tree::of(&[("docs/a.md", "[b](b.md) and ![c](../c.png) and [d](../../d.md)")]);
        assert_eq!(check(&tree).len(), 3);
    }

    #[test]
    fn files_folders_anchors_and_the_web_pass() {
        let tree = Tree::of(&[
            (
                "README.md",
                "[a](docs/a.md#top) [docs](docs/) [x](https://example.org/) [y](#here)\n```\n[z](nowhere)\n```\n",
            ),
            ("docs/a.md", "[root](../README.md)"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
