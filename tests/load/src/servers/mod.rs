//! The servers that are compared, as processes of their own on a core of their own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The secret our server and the load share.
pub const SECRET: &str = "load-load-load-load-load-load-load";
const JANUS: &str = "/usr/bin/janus";
const JANUS_PORT: u16 = 8_188;
/// Participants above which a meeting is on all workers.
const SPANS_ABOVE: &str = "10";
const SETTLES: Duration = Duration::from_millis(1_500);
const PATIENCE: Duration = Duration::from_secs(30);

/// One of them, running. Ends when dropped.
pub struct Server {
    /// Where it listens.
    pub url: String,
    child: Child,
    /// Until it goes over to the next start.
    folder: Option<TempDir>,
}

impl Server {
    /// Starts one by name on as many cores as it has workers, the first ones.
    pub fn start(name: &str, program: &Path, local: IpAddr, workers: usize) -> Result<Self> {
        Self::start_in(TempDir::new()?, 0, name, program, local, workers)
    }

    /// Kills it and starts it again with the same data, where it was.
    pub fn again(mut self, name: &str, program: &Path, local: IpAddr, workers: usize) -> Result<Self> {
        self.end();
        let folder = self.folder.take().context("it has its folder until now")?;
        let port = self.url.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(0);
        Self::start_in(folder, port, name, program, local, workers)
    }

    fn start_in(folder: TempDir, port: u16, name: &str, program: &Path, local: IpAddr, workers: usize) -> Result<Self> {
        let mut command = Command::new("taskset");
        command.arg("--cpu-list").arg(format!("0-{}", workers - 1)).stdin(Stdio::null()).stderr(Stdio::null());
        match name {
            "rennsteig" => {
                command.arg(program).arg("serve").stdout(Stdio::piped());
                command.env("RENNSTEIG__HTTP__BIND", format!("127.0.0.1:{port}"));
                command.env("RENNSTEIG__MEDIA__BIND", format!("{local}:0"));
                command.env("RENNSTEIG__DATA__DIR", folder.path());
                command.env("RENNSTEIG__TOKENS__SECRET", SECRET);
                command.env("RENNSTEIG__LOG__FILTER", "error");
                command.env("RENNSTEIG__MEDIA__WORKERS", workers.to_string());
                command.env("RENNSTEIG__MEDIA__SPAN_ABOVE", SPANS_ABOVE);
                // All of the load comes from few addresses.
                command.env("RENNSTEIG__SIGNALING__ADDRESS_JOINS", "0");
                command.env("RENNSTEIG__SIGNALING__ADDRESS_UNITS", "0");
                // Everything is forwarded, as the others do; otherwise the sixteen loudest are.
                command.env("RENNSTEIG__MEDIA__LOUDEST", "0");
            }
            "janus" => {
                configure_janus(folder.path(), local)?;
                command.arg(JANUS).arg("-F").arg(folder.path()).stdout(Stdio::null());
            }
            "floor" => {
                command.arg(std::env::current_exe()?).arg("floor").arg(format!("{local}:0")).stdout(Stdio::piped());
            }
            other => bail!("no such server: {other}"),
        }
        let mut child = command.spawn().with_context(|| format!("{name} could not be started"))?;
        let url = match child.stdout.take() {
            Some(output) => told(BufReader::new(output), name)?,
            None => {
                listens(local, JANUS_PORT)?;
                format!("ws://{local}:{JANUS_PORT}")
            }
        };
        Ok(Self { url, child, folder: Some(folder) })
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        // `taskset` becomes the program it starts.
        self.child.id()
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The line in which a server says where it is.
fn told(output: impl BufRead + Send + 'static, name: &str) -> Result<String> {
    let is_floor = name == "floor";
    let mut lines = output.lines();
    for line in lines.by_ref() {
        let line = line?;
        let url = if is_floor { Some(line.as_str()) } else { line.strip_prefix("Rennsteig is running:") };
        if let Some(url) = url {
            let url = url.trim().replace("localhost", "127.0.0.1");
            // A full pipe would stop it.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(url);
        }
    }
    bail!("{name} ended without saying where it is")
}

fn listens(local: IpAddr, port: u16) -> Result<()> {
    let give_up = Instant::now() + PATIENCE;
    while std::net::TcpStream::connect((local, port)).is_err() {
        if Instant::now() > give_up {
            bail!("nothing listens on {local}:{port}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // It listens before everything else in it is ready.
    std::thread::sleep(SETTLES);
    Ok(())
}

/// Only what is needed: VideoRoom, WebSocket, no other plugin, hardly any log.
fn configure_janus(folder: &Path, local: IpAddr) -> Result<()> {
    let main = format!(
        "general: {{ configs_folder = \"{}\" debug_level = 2 session_timeout = 120 }}\n\
         nat: {{ ice_lite = false ice_enforce_list = \"{local}\" }}\n\
         plugins: {{ disable = \"libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,\
         libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,\
         libjanus_videocall.so,libjanus_voicemail.so\" }}\n\
         transports: {{ disable = \"libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,\
         libjanus_rabbitmq.so\" }}\n",
        folder.display()
    );
    fs::write(folder.join("janus.jcfg"), main)?;
    let socket = format!(
        "general: {{ json = \"compact\" ws = true ws_port = {JANUS_PORT} ws_ip = \"{local}\" wss = false }}\nadmin: {{ }}\n"
    );
    fs::write(folder.join("janus.transport.websockets.jcfg"), socket)?;
    fs::write(folder.join("janus.plugin.videoroom.jcfg"), "general: { }\n")?;
    Ok(())
}
