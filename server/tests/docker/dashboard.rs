//! The dashboard shows only figures that the program counts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// The names of all figures that the panels ask for.
pub fn figures(text: &str) -> BTreeSet<String> {
    let board: Value = serde_json::from_str(text).expect("it is JSON");
    let panels = board["panels"].as_array().expect("it has panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("a panel asks something"));
    targets.flat_map(|target| names(target["expr"].as_str().expect("an expression"))).collect()
}

/// Names with an underscore are figures; functions and labels of PromQL have none.
fn names(expression: &str) -> Vec<String> {
    let words = expression.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    words.filter(|word| word.contains('_')).map(str::to_owned).collect()
}

/// Whether a source of ours names the figure.
pub fn is_counted(root: &Path, figure: &str) -> bool {
    let quoted = format!("\"{figure}\"");
    let crates = ["server", "scheduler", "signaling", "media", "cluster", "storage"];
    crates.iter().any(|name| mentions(&root.join(name).join("src"), &quoted))
}

fn mentions(path: &Path, quoted: &str) -> bool {
    if path.is_dir() {
        return fs::read_dir(path).expect("readable").flatten().any(|entry| mentions(&entry.path(), quoted));
    }
    fs::read_to_string(path).is_ok_and(|text| text.contains(quoted))
}
