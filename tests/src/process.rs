use std::net::IpAddr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::{SOON, Site};

/// The real program; cargo builds it together with the scenarios.
pub fn program() -> PathBuf {
    // …/<profile>/deps/<this test>, or …/<profile>/<a program that tests>
    let here = std::env::current_exe().expect("a test knows where it lies");
    let beside = here.ancestors().skip(1).map(|folder| folder.join("rennsteig-under-test"));
    beside.take(2).find(|program| program.exists()).expect("cargo has built the program")
}

/// The real program, running by itself. Killed when dropped.
pub struct Process {
    site: Site,
    child: Child,
    output: Arc<Mutex<String>>,
}

impl Process {
    /// Starts `serve` with settings (`RENNSTEIG__…` without the prefix) and its data in a folder.
    pub async fn serve(folder: &Path, roles: Option<&str>, settings: &[(&str, &str)]) -> Self {
        let mut command = tokio::process::Command::new(program());
        command.arg("serve");
        if let Some(roles) = roles {
            command.args(["--roles", roles]);
        }
        command.env("RENNSTEIG__HTTP__BIND", "127.0.0.1:0").env("RENNSTEIG__MEDIA__BIND", "127.0.0.1:0");
        command.env("RENNSTEIG__DATA__DIR", folder);
        for (key, value) in settings {
            command.env(format!("RENNSTEIG__{key}"), value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the program starts");
        let output = Arc::new(Mutex::new(String::new()));
        let (written, mut lines) = watch::channel(());
        let written = Arc::new(written);
        collect(child.stdout.take().expect("piped"), Arc::clone(&output), Arc::clone(&written));
        collect(child.stderr.take().expect("piped"), Arc::clone(&output), written);

        let after = |text: &str, words: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(words))?;
            Some(line.trim().to_owned())
        };
        let is_ready = async {
            loop {
                let text = output.lock().expect("nobody panics with it").clone();
                if let Some(base) = after(&text, "Rennsteig is running:") {
                    return base;
                }
                assert!(lines.changed().await.is_ok(), "the program ended: {text}");
            }
        };
        let base = timeout(SOON, is_ready).await.unwrap_or_else(|_| {
            panic!("the program did not come up: {}", output.lock().expect("nobody panics with it"))
        });
        // The link follows the address at once where there is one.
        let has_link = roles.is_none_or(|roles| roles.contains("scheduler")) && !folder.join("used").exists();
        let mut link = None;
        while has_link && link.is_none() {
            link = after(&output.lock().expect("nobody panics with it"), "First administrator:");
            if link.is_none() {
                let more = timeout(SOON, lines.changed()).await;
                assert!(matches!(more, Ok(Ok(()))), "no setup link came");
            }
        }
        std::fs::write(folder.join("used"), "").expect("the folder can be written");
        Self { site: Site::new(base, link), child, output }
    }

    /// From now on all browsers come from this address of the machine.
    pub fn browse_from(&mut self, local: IpAddr) {
        self.site.local = Some(local);
    }

    /// Everything it has written so far, to standard output and standard error.
    pub fn output(&self) -> String {
        self.output.lock().expect("nobody panics with it").clone()
    }

    /// Ends it without warning, as a power cut would.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the program runs");
    }

    /// Lets it stand still: its connections stay open, it does nothing.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().expect("the program runs");
        let sent = Command::new("kill").args([&format!("-{name}"), &id.to_string()]).status();
        assert!(sent.expect("kill can be started").success());
    }

    /// Asks it to stop and waits; answers whether it ended well.
    pub async fn stop(&mut self) -> bool {
        self.signal("TERM");
        let ended = timeout(SOON, self.child.wait()).await.expect("the program stops in time");
        ended.expect("its end is known").success()
    }
}

impl Deref for Process {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

fn collect(pipe: impl AsyncRead + Send + Unpin + 'static, output: Arc<Mutex<String>>, written: Arc<watch::Sender<()>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut output = output.lock().expect("nobody panics with it");
            output.push_str(&line);
            output.push('\n');
            drop(output);
            written.send_replace(());
        }
    });
}
