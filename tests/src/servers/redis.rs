use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::process::{free_port, listens, signal, stop, wait_until};

/// A Redis with empty data on a free port of the loopback address.
pub struct RedisServer {
    port: u16,
    folder: TempDir,
    process: Child,
}

impl RedisServer {
    /// Starts `redis-server`; fails with a sentence if it is not installed.
    pub fn start() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let process = spawn(port, &folder)?;
        Ok(Self { port, folder, process })
    }

    /// `redis://127.0.0.1:<port>/`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }

    /// Starts it again on the same port with empty data.
    pub fn restart(&mut self) -> io::Result<()> {
        self.process = spawn(self.port, &self.folder)?;
        Ok(())
    }

    /// Lets it forget everything without stopping.
    pub fn flush(&self) -> io::Result<()> {
        let mut line = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        line.write_all(b"FLUSHALL\r\n")?;
        let mut answer = [0; 5];
        line.read_exact(&mut answer)?;
        if answer == *b"+OK\r\n" { Ok(()) } else { Err(io::Error::other("Redis did not take FLUSHALL")) }
    }

    /// Lets it hang: connections stay open, nothing answers.
    pub fn pause(&self) -> io::Result<()> {
        signal(&self.process, "STOP")
    }

    /// Lets it go on.
    pub fn resume(&self) -> io::Result<()> {
        signal(&self.process, "CONT")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            stop(&mut self.process, "TERM");
        }
    }
}

fn spawn(port: u16, folder: &TempDir) -> io::Result<Child> {
    let mut process = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"])
        .arg("--port")
        .arg(port.to_string())
        .arg("--dir")
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| io::Error::other(format!("redis-server cannot be started, is it installed? {error}")))?;
    wait_until(&mut process, "Redis listens", || listens(port))?;
    Ok(process)
}
