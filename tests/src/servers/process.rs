use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// How long a server may take to listen or to stop.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// A TCP port of the loopback address that nobody uses at this moment.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Sends a signal (`STOP`, `CONT`, `INT`, ...) to one process.
pub fn signal(child: &Child, name: &str) -> io::Result<()> {
    let status = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("cannot send {name} to {}", child.id()))) }
}

/// Waits until the condition holds; fails when the process ends before or time runs out.
pub fn wait_until(child: &mut Child, what: &str, mut holds: impl FnMut() -> bool) -> io::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        if let Some(status) = child.try_wait()? {
            return Err(io::Error::other(format!("{what}: the server ended with {status}")));
        }
        if Instant::now() > deadline {
            return Err(io::Error::other(format!("{what}: not within {PATIENCE:?}")));
        }
        std::thread::sleep(PAUSE); // asks again
    }
    Ok(())
}

/// Does somebody accept connections there?
pub fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Asks the process to stop, and ends it when it does not.
pub fn stop(child: &mut Child, name: &str) {
    let asked = signal(child, "CONT").and_then(|()| signal(child, name));
    let deadline = Instant::now() + PATIENCE;
    while asked.is_ok() && Instant::now() < deadline {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(PAUSE); // asks again
    }
    let _ = child.kill();
    let _ = child.wait();
}
