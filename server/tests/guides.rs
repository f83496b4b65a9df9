//! The operating guides name every configuration key with its default, and only commands that exist.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const GUIDES: [&str; 2] = ["docs/operating.md", "docs/betrieb.md"];

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn ask(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rennsteig"))
        .args(arguments)
        .env_clear()
        .output()
        .expect("the binary was built with this test");
    assert!(output.status.success(), "`rennsteig {}` is refused", arguments.join(" "));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The first two columns of every table row whose first column is code.
fn rows(guide: &str) -> Vec<(String, String)> {
    let text = read(guide);
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// `section.key` and its default as the guides write it.
fn defaults(nothing: &str, empty: &str) -> BTreeMap<String, String> {
    let shown: toml::Table = ask(&["config", "show"]).parse().expect("it shows TOML");
    let mut defaults = BTreeMap::new();
    for (section, keys) in shown {
        for (key, value) in keys.as_table().expect("sections hold keys") {
            let default = match value {
                toml::Value::Array(items) if items.is_empty() => nothing.to_owned(),
                toml::Value::Array(items) => {
                    let items = items.iter().map(|item| format!("`{}`", item.as_str().expect("text")));
                    items.collect::<Vec<_>>().join(", ")
                }
                toml::Value::String(text) if text.is_empty() => empty.to_owned(),
                toml::Value::String(text) => format!("`{text}`"),
                other => format!("`{other}`"),
            };
            defaults.insert(format!("{section}.{key}"), default);
        }
    }
    defaults
}

#[test]
fn every_key_stands_in_both_guides_with_its_default() {
    for (guide, nothing, empty) in [(GUIDES[0], "none", "empty"), (GUIDES[1], "keine", "leer")] {
        let defaults = defaults(nothing, empty);
        let is_key = |name: &str| {
            defaults.contains_key(name)
                || name
                    .split_once('.')
                    .is_some_and(|(a, _)| defaults.keys().any(|key| key.starts_with(&format!("{a}."))))
        };
        let written: BTreeMap<String, String> = rows(guide).into_iter().filter(|(name, _)| is_key(name)).collect();
        assert_eq!(written, defaults, "{guide}");
    }
}

#[test]
fn every_command_in_the_guides_exists() {
    for guide in GUIDES {
        let mut commands = 0;
        for (line, _) in rows(guide) {
            let Some(words) = line.strip_prefix("rennsteig ") else { continue };
            let mut words: Vec<&str> = words.split_whitespace().collect();
            words.push("--help");
            ask(&words);
            commands += 1;
        }
        assert!(commands >= 7, "{guide} names {commands} commands");
    }
}

#[test]
fn the_written_schema_is_the_programs() {
    let ours = ask(&["config", "schema"]);
    let written = read("docs/config.schema.json");
    assert_eq!(written.trim(), ours.trim(), "run `rennsteig config schema > docs/config.schema.json`");
}
