use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::process::{free_port, listens, stop, wait_until};

/// Debian's Python, to which `python3-aiosmtpd` belongs.
const PYTHON: &str = "/usr/bin/python3";
/// How long a message may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A mail server that keeps every message. It takes none before the line is encrypted.
pub struct MailServer {
    port: u16,
    folder: TempDir,
    process: Option<Child>,
}

impl MailServer {
    /// Makes a certificate and starts the server; fails with a sentence if it is not installed.
    pub fn start() -> io::Result<Self> {
        let mut server = Self::closed()?;
        server.open()?;
        Ok(server)
    }

    /// The same, but nobody is at home yet.
    pub fn closed() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        certificate(folder.path())?;
        Ok(Self { port: free_port()?, folder, process: None })
    }

    /// Begins to listen.
    pub fn open(&mut self) -> io::Result<()> {
        let process = Command::new(PYTHON)
            .args(["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox"])
            .args(["-l", &format!("127.0.0.1:{}", self.port)])
            .args(["--tlscert", "certificate.pem", "--tlskey", "key.pem", "mail"])
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let port = self.port;
        wait_until(self.process.insert(process), "the mail server", || listens(port))
    }

    /// The TCP port of the loopback address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whom to believe that it is the server.
    pub fn certificate(&self) -> std::path::PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// Waits for that many messages to one address, and answers them.
    pub fn received(&self, recipient: &str, count: usize) -> io::Result<Vec<String>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found: Vec<String> =
                self.messages()?.into_iter().filter(|text| text.contains(&format!("X-RcptTo: {recipient}"))).collect();
            if found.len() >= count {
                return Ok(found);
            }
            if Instant::now() > deadline {
                return Err(io::Error::other(format!("{} of {count} messages arrived", found.len())));
            }
            std::thread::sleep(PAUSE); // asks again
        }
    }

    fn messages(&self) -> io::Result<Vec<String>> {
        let folder = self.folder.path().join("mail/new");
        if !folder.exists() {
            return Ok(Vec::new());
        }
        std::fs::read_dir(folder)?.map(|entry| std::fs::read_to_string(entry?.path())).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            stop(process, "TERM");
        }
    }
}

/// A certificate that stands for itself.
fn certificate(folder: &Path) -> io::Result<()> {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .status()?;
    if made.success() { Ok(()) } else { Err(io::Error::other("openssl made no certificate")) }
}
