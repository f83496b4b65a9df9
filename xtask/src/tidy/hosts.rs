//! Nothing is loaded from another host, ever: no address of one may stand where a program could use it.

use crate::tidy::tree::{File, Finding, Tree};

const SCHEMES: &[&str] = &["http://", "https://", "ws://", "wss://"];

/// Hosts that name nobody: this machine, the test network and the names reserved for examples.
fn is_harmless(host: &str) -> bool {
    let host = host.split('@').next_back().unwrap_or_default();
    let host = if host.starts_with('[') {
        host.split(']').next().unwrap_or_default()
    } else {
        host.split(':').next().unwrap_or_default()
    };
    // A name without a dot is found on this machine or in the same compose file only.
    (!host.contains(['.', '[']) || host == "[::1" || host.starts_with("[2001:db8"))
        || host == "0.0.0.0"
        || host.starts_with("127.")
        || host.starts_with("10.77.")
        || ["example", "test", "invalid", "localhost", "example.org", "example.com", "example.net"]
            .iter()
            .any(|end| host == *end || host.ends_with(&format!(".{end}")))
        // Put together at run time: the base of the own server, or a service of the compose file.
        || host.starts_with(['…', '$', '{', '<', '%', '*', '\\', '`', '\'', '"'])
}

/// Addresses that are names, not places: nothing is ever fetched from them.
const NAMES: &[&str] = &[
    "www.w3.org/2000/svg",
    "aomediacodec.github.io/av1-rtp-spec",
    "www.webrtc.org/experiments/rtp-hdrext",
    "www.ietf.org/id/draft-holmer",
    "www.w3.org/1999/xhtml",
    "www.w3.org/1999/xlink",
    "json-schema.org/draft",
    "calendarserver.org/ns",
];

/// Places that may name another host, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The installer's notice says where a missing program is to be had; it is printed, never fetched.
    ("xtask/src/needs.rs", "nodejs.org"),
];

/// Looks at what runs or configures: sources, tests, container files, lock files of the web packages.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files.iter().filter(|file| is_checked(file)).flat_map(strangers).collect()
}

fn is_checked(file: &File) -> bool {
    let ends =
        [".rs", ".ts", ".tsx", ".js", ".mjs", ".py", ".sh", ".css", ".html", ".json", ".toml", ".yaml", ".yml", ".svg"];
    let named = ["Dockerfile", "run", "prepare"].iter().any(|name| file.path.rsplit('/').next() == Some(name));
    // Documents are read, not run. This file's own tests name strangers on purpose.
    !file.path.starts_with("docs/")
        && (named || ends.iter().any(|end| file.path.ends_with(end)))
        && file.path != "xtask/src/tidy/hosts.rs"
}

fn strangers(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let line_start = line.trim_start();
        // In a lock file only `resolved` is ever fetched; the rest are pages about the packages.
        let quiet = file.path.ends_with("package-lock.json") && !line_start.starts_with("\"resolved\"");
        if quiet || line_start.starts_with("//") {
            continue;
        }
        for (from, scheme) in SCHEMES.iter().flat_map(|scheme| line.match_indices(scheme)) {
            let address = &line[from + scheme.len()..];
            let host =
                address.split(['/', '"', '\'', '`', ' ', ')', '>', ',', ';', '?', '#', '|']).next().unwrap_or_default();
            let named = NAMES.iter().any(|name| address.starts_with(name));
            let excepted = EXCEPTIONS.iter().any(|(path, known)| file.path == *path && host == *known);
            if !(named || excepted || is_harmless(host)) {
                findings.push(file.at(at + 1, format!("`{host}` is another host; nothing here may depend on one")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_hosts_are_refused() {
        for (path, text) in [
            ("web/src/a.ts", "fetch('https://cdn.jsdelivr.net/x.js')"),
            ("web/package-lock.json", "\"resolved\": \"https://packages.acme.io/a.tgz\","),
            ("docker/compose.yaml", "  url: http://telemetry.acme.io"),
            ("tests/sdk/run", "curl https://stun.acme.io"),
            ("media/src/a.rs", "\"http://[2a00:1450::1]:80\""),
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])).len(), 1, "{text}");
        }
    }

    #[test]
    fn this_machine_examples_and_names_pass() {
        let tree = Tree::of(&[
            (
                "web/src/a.ts",
                "const a = `https://${host}/x`; // http://localhost:5173\nconst b = 'http://www.w3.org/2000/svg';",
            ),
            (
                "tests/a.rs",
                "\"http://127.0.0.1:8080\" \"https://rennsteig.example.org\" \"wss://[::1]:1\" \"http://10.77.0.1/\"",
            ),
            ("docker/compose.cluster.yaml", "  url: http://node1:8080"),
            ("docs/config.schema.json", "https://eur-lex.europa.eu"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
