//! Where the workspace lies and where cargo builds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout this chore works on.
pub struct House {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl House {
    /// Finds both from what cargo told this process.
    pub fn find() -> Result<House> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = manifest.parent().context("xtask lies in the workspace's folder")?.to_owned();
        // The program runs from <target>/<profile>/xtask. Read it before a build replaces the file.
        let program = std::env::current_exe().context("cannot tell where this program lies")?;
        let target = program.ancestors().nth(2).map_or_else(|| root.join("target"), Path::to_owned);
        Ok(House { root, target })
    }

    /// A path inside the checkout.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }
}
