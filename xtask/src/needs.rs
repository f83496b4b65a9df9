//! What must be on the machine, how to notice that it is missing and how to get it.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::program::{answer, command, run};
use crate::progress::Progress;

/// The oldest Node that builds the web app.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Debian's file that decides whether an installed service may start.
const POLICY: &str = "/usr/sbin/policy-rc.d";

struct Need {
    what: &'static str,
    package: &'static str,
    found: fn() -> bool,
}

/// What the tests use beyond cargo and Node. The tests start and stop their own servers.
const FOR_TESTS: &[Need] = &[
    Need { what: "a C compiler", package: "build-essential", found: || answer("cc", &["--version"]).is_some() },
    Need { what: "Chromium", package: "chromium", found: || Path::new("/usr/bin/chromium").exists() },
    Need { what: "Firefox ESR", package: "firefox-esr", found: || Path::new("/usr/bin/firefox-esr").exists() },
    Need {
        what: "Thunderbird",
        package: "thunderbird",
        found: || Path::new("/usr/lib/thunderbird/thunderbird").exists(),
    },
    Need { what: "the Redis server", package: "redis-server", found: || answer("redis-server", &["-v"]).is_some() },
    Need { what: "the PostgreSQL server", package: "postgresql", found: postgresql },
    Need { what: "ip (network namespaces)", package: "iproute2", found: || answer("ip", &["-V"]).is_some() },
    Need {
        what: "a mail server in Python (aiosmtpd)",
        package: "python3-aiosmtpd",
        found: || python("import aiosmtpd"),
    },
    Need { what: "valgrind", package: "valgrind", found: || answer("valgrind", &["--version"]).is_some() },
    Need { what: "openssl", package: "openssl", found: || answer("openssl", &["version"]).is_some() },
    Need { what: "a relay (coturn)", package: "coturn", found: || Path::new("/usr/bin/turnserver").exists() },
    Need { what: "PyGObject", package: "python3-gi", found: || python("import gi") },
    Need {
        what: "WebRTC for GStreamer",
        package: "gstreamer1.0-plugins-bad",
        found: || element("webrtcbin") && element("openh264enc"),
    },
    Need {
        what: "GStreamer's descriptions of it",
        package: "gir1.2-gst-plugins-bad-1.0",
        found: || python("import gi; gi.require_version('GstWebRTC', '1.0')"),
    },
    Need { what: "VP8 for GStreamer", package: "gstreamer1.0-plugins-good", found: || element("vp8enc") },
    Need { what: "Opus for GStreamer", package: "gstreamer1.0-plugins-base", found: || element("opusenc") },
    Need { what: "ICE for GStreamer", package: "gstreamer1.0-nice", found: || element("nicesrc") },
    Need {
        what: "Python with venv",
        package: "python3-venv",
        found: || answer("python3", &["-c", "import ensurepip, venv"]).is_some(),
    },
];

/// Does Debian's Python do this?
fn python(words: &str) -> bool {
    answer("/usr/bin/python3", &["-c", words]).is_some()
}

/// Has GStreamer this element?
fn element(name: &str) -> bool {
    python(&format!(
        "import gi; gi.require_version('Gst', '1.0'); from gi.repository import Gst; Gst.init(None); \
         assert Gst.ElementFactory.find('{name}')"
    ))
}

/// What forwarding is compared with.
const FOR_COMPARING: &[Need] =
    &[Need { what: "Janus", package: "janus", found: || Path::new("/usr/bin/janus").exists() }];

/// The database that is measured beside the embedded one.
const FOR_STORING: &[Need] = &[Need { what: "the PostgreSQL server", package: "postgresql", found: postgresql }];

/// How a benchmark keeps the two sides apart.
const FOR_MEASURING: &[Need] = &[
    Need { what: "taskset", package: "util-linux", found: || answer("taskset", &["--version"]).is_some() },
    Need { what: "ip (network namespaces)", package: "iproute2", found: || answer("ip", &["-V"]).is_some() },
];

/// Cargo is here, or this would not run. A linker and Node must be as well.
pub fn to_build() -> Result<()> {
    let mut missing = Vec::new();
    if answer("cc", &["--version"]).is_none() {
        missing.push("A C compiler is missing. On Debian and Ubuntu: apt-get install build-essential".to_owned());
    }
    let node = answer("node", &["--version"]);
    match node.as_deref().map(version) {
        Some(Some(found)) if found >= OLDEST_NODE => {}
        found => missing.push(format!(
            "Node {}.{} or newer is needed to build the web app, {}. It is at https://nodejs.org/en/download; \
             Debian 13 and Ubuntu 25.04 also have it: apt-get install nodejs npm",
            OLDEST_NODE.0,
            OLDEST_NODE.1,
            match found {
                None => "and none was found".to_owned(),
                Some(_) => format!("and this one is {}", node.unwrap_or_default()),
            }
        )),
    }
    if answer("npm", &["--version"]).is_none() {
        missing.push("npm is missing. It comes with Node; on Debian and Ubuntu: apt-get install npm".to_owned());
    }
    if !missing.is_empty() {
        bail!("{}", missing.join("\n"));
    }
    Ok(())
}

/// Everything the test run uses: installs it as root on Debian and Ubuntu, names it elsewhere.
pub fn to_test(progress: &Progress) -> Result<()> {
    provide(FOR_TESTS, progress)?;
    to_build()
}

/// Everything the benchmark uses, likewise.
pub fn to_measure(progress: &Progress) -> Result<()> {
    provide(FOR_MEASURING, progress)?;
    to_build()
}

/// What else is measured beside our own.
pub fn to_compare(progress: &Progress) -> Result<()> {
    provide(FOR_COMPARING, progress)
}

/// What else data is kept in.
pub fn to_store(progress: &Progress) -> Result<()> {
    provide(FOR_STORING, progress)
}

fn provide(needs: &'static [Need], progress: &Progress) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.found)()).collect();
    if !missing.is_empty() {
        let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
        if !may_install() {
            let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
            bail!("Missing: {}. On Debian and Ubuntu: apt-get install {}", what.join(", "), packages.join(" "));
        }
        progress.say(&format!("needs: installing {}", packages.join(" ")));
        install(&packages)?;
        let still: Vec<&str> = missing.iter().filter(|need| !(need.found)()).map(|need| need.what).collect();
        if !still.is_empty() {
            bail!("Installed, and still not found: {}", still.join(", "));
        }
    }
    Ok(())
}

fn may_install() -> bool {
    Path::new("/usr/bin/apt-get").exists() && answer("id", &["-u"]).as_deref() == Some("0")
}

fn install(packages: &[&str]) -> Result<()> {
    let root = Path::new("/");
    // The packages' own services must not start: the tests bring up theirs on free ports.
    let ours = !Path::new(POLICY).exists();
    if ours {
        fs::write(POLICY, "#!/bin/sh\nexit 101\n")?;
        run(&mut command(root, "chmod", &["755", POLICY]))?;
    }
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    let result = run(&mut command(root, "apt-get", &["update", "--quiet"]))
        .and_then(|()| run(command(root, "apt-get", &arguments).env("DEBIAN_FRONTEND", "noninteractive")));
    if ours {
        fs::remove_file(POLICY)?;
    }
    result
}

fn postgresql() -> bool {
    let Ok(versions) = fs::read_dir("/usr/lib/postgresql") else { return false };
    versions.flatten().any(|version| version.path().join("bin/postgres").exists())
}

/// `v20.20.2` is 20 and 20.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(version("v20.20.2"), Some((20, 20)));
        assert_eq!(version("20.1"), None);
        assert_eq!(version("v"), None);
        assert!(version("v18.19.0") < Some(OLDEST_NODE) && version("v22.1.0") > Some(OLDEST_NODE));
    }
}
