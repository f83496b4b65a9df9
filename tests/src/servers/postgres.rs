use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use super::process::{free_port, stop, wait_until};

/// Where Debian and Ubuntu keep the server's programs, one folder per version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// PostgreSQL refuses to run as root; then it runs as this user, which its package creates.
const UNPRIVILEGED: &str = "postgres";
/// The superuser inside the cluster.
const USER: &str = "rennsteig";

/// What makes a cluster quick to start and to write to: for contracts, not for durability.
const QUICK: &[&str] = &["fsync=off", "full_page_writes=off", "shared_buffers=32MB"];
/// What a cluster has that somebody works with: everything committed is on the disk.
const DURABLE: &[&str] = &["fsync=on", "shared_buffers=512MB", "max_wal_size=4GB"];

/// A PostgreSQL cluster of its own in a temporary folder, on a free port of the loopback address.
pub struct PostgresServer {
    programs: PathBuf,
    settings: &'static [&'static str],
    port: u16,
    process: Child,
    folder: TempDir,
}

impl PostgresServer {
    /// Makes and starts a cluster; fails with a sentence if PostgreSQL is not installed.
    /// It does not sync to disk.
    pub fn start() -> io::Result<Self> {
        Self::with(QUICK)
    }

    /// One that does.
    pub fn start_durable() -> io::Result<Self> {
        Self::with(DURABLE)
    }

    fn with(settings: &'static [&'static str]) -> io::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir()?;
        if is_root()? {
            run(Command::new("chown").arg(UNPRIVILEGED).arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        run(unprivileged(&programs.join("initdb"))?
            .args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
            .arg(format!("--username={USER}"))
            .arg("--pgdata")
            .arg(&data)
            .current_dir(folder.path()))?;
        let port = free_port()?;
        let process = serve(&programs, folder.path(), port, settings)?;
        Ok(Self { programs, settings, port, process, folder })
    }

    /// Ends it: clients are disconnected at once.
    pub fn shut_down(&mut self) {
        stop(&mut self.process, "INT");
    }

    /// Ends it as a crash would: nothing is written any more, and the next start recovers from the log.
    pub fn crash(&mut self) {
        stop(&mut self.process, "QUIT");
    }

    /// Starts it again on the same port with the same data.
    pub fn restart(&mut self) -> io::Result<()> {
        self.process = serve(&self.programs, self.folder.path(), self.port, self.settings)?;
        Ok(())
    }

    /// Makes an empty database and answers its address.
    pub fn create_database(&self, name: &str) -> io::Result<String> {
        let port = self.port.to_string();
        run(Command::new(self.programs.join("createdb")).args(["-h", "127.0.0.1", "-p", &port, "-U", USER, name]))?;
        Ok(format!("postgres://{USER}@127.0.0.1:{port}/{name}"))
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            // INT is the "fast" shutdown: clients are disconnected, helpers end, shared memory is freed.
            stop(&mut self.process, "INT");
        }
    }
}

fn serve(programs: &Path, folder: &Path, port: u16, settings: &[&str]) -> io::Result<Child> {
    let port = port.to_string();
    let mut process = unprivileged(&programs.join("postgres"))?
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-p", &port, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let ready = programs.join("pg_isready");
    wait_until(&mut process, "PostgreSQL accepts connections", || {
        let asked = Command::new(&ready).args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
        asked.is_ok_and(|status| status.success())
    })?;
    Ok(process)
}

/// The folder with the newest `initdb`, from the packages or from the search path.
fn programs() -> io::Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    found
        .pop()
        .map(|(_, programs)| programs)
        .or_else(on_path)
        .ok_or_else(|| io::Error::other("PostgreSQL is missing: install the package postgresql (initdb is not found)"))
}

fn is_root() -> io::Result<bool> {
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

/// A command that runs without root's rights and keeps its process id (setpriv replaces itself).
fn unprivileged(program: &Path) -> io::Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED, "--clear-groups"]);
    command.arg::<&OsStr>(program.as_ref());
    Ok(command)
}

fn run(command: &mut Command) -> io::Result<Output> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(io::Error::other(format!("{:?} failed: {said}", command.get_program())))
}
