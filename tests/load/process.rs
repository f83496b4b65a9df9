use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The secret this server and its clients share.
pub const SECRET: &str = "load-load-load-load-load-load-load";
/// `sysconf(_SC_CLK_TCK)` on every Linux this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// A server as a process of its own; ends when dropped.
pub struct Server {
    /// Where it serves.
    pub url: String,
    child: Child,
    _data: TempDir,
}

impl Server {
    /// Starts it on free ports and waits until it says where it is.
    pub async fn start(program: &Path) -> Result<Self> {
        let data = TempDir::new()?;
        let mut child = Command::new(program)
            .arg("serve")
            .env("RENNSTEIG__HTTP__BIND", "127.0.0.1:0")
            .env("RENNSTEIG__MEDIA__BIND", "127.0.0.1:0")
            .env("RENNSTEIG__DATA__DIR", data.path())
            .env("RENNSTEIG__TOKENS__SECRET", SECRET)
            .env("RENNSTEIG__LOG__FILTER", "error")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started; build it first", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let first = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await??;
        let Some(url) = first.as_deref().and_then(|line| line.split("running: ").nth(1)) else {
            bail!("the server did not say where it is");
        };
        let url = url.trim().replace("localhost", "127.0.0.1");
        Ok(Self { url, child, _data: data })
    }

    /// User and system time of the process so far.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id()?))?;
        let fields: Vec<&str> = stat.rsplit(") ").next().context("stat")?.split(' ').collect();
        let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS_PER_SECOND)
    }

    /// Resident memory.
    pub fn memory_kib(&self) -> Result<u32> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()?))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
        Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
    }

    fn id(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }
}
