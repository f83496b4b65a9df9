//! Builds the web app when its result is older than its sources.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::house::House;
use crate::program::{command, run};
use crate::progress::Progress;

/// Installs the packages of `folder` where the lock file is newer than what is installed.
pub fn install(folder: &Path) -> Result<bool> {
    let lock = modified(&folder.join("package-lock.json"));
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= lock {
        return Ok(false);
    }
    // Browsers come from the system, never from a test tool's own download.
    run(command(folder, "npm", &["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    Ok(true)
}

/// Makes `web/dist` what the sources say.
pub fn build(house: &House, progress: &Progress) -> Result<()> {
    let web = house.path("web");
    progress.say("web: checking the packages");
    install(&web)?;
    let built = modified(&web.join("dist/index.html"));
    if built.is_some() && built >= newest_source(&web) {
        progress.say("web: the built app is up to date");
        return Ok(());
    }
    progress.say("web: building the app");
    run(&mut command(&web, "npm", &["run", "build"]))
}

fn newest_source(web: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(web) else { return None };
    let sources = entries.flatten().filter(|entry| {
        let name = entry.file_name();
        name != "node_modules" && name != "dist"
    });
    sources.filter_map(|entry| newest(&entry.path())).max()
}

fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    fs::read_dir(path).ok()?.flatten().filter_map(|entry| newest(&entry.path())).max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|facts| facts.modified()).ok()
}
