use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use protocol::token::TokenKey;
use rennsteig::compose::{self, Running};
use rennsteig::config::Config;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::servers::mail::MailServer;
use crate::{Site, TestClock};

/// The secret of every server under test.
const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";

/// Where a server keeps its rows.
#[derive(Clone, Debug, Default)]
pub enum Database {
    /// In a file of its own.
    #[default]
    Sqlite,
    /// At this address.
    Postgres(String),
}

/// The real server, in this process.
pub struct Server {
    /// What its clock shows.
    pub clock: TestClock,
    site: Site,
    running: Running,
    folder: TempDir,
}

impl Server {
    /// Starts both roles with SQLite.
    pub async fn start() -> Self {
        Self::with(Database::Sqlite).await
    }

    /// Starts both roles with a database.
    pub async fn with(database: Database) -> Self {
        let url = match database {
            Database::Sqlite => String::new(),
            Database::Postgres(url) => url,
        };
        Self::configured(json!({"storage": {"url": url}})).await
    }

    /// Starts both roles with SQLite and invitations by mail.
    pub async fn with_mail(server: &MailServer) -> Self {
        Self::configured(json!({"mail": {
            "host": "localhost", "port": server.port(), "from": "rennsteig@example.org",
            "ca_file": server.certificate(),
        }}))
        .await
    }

    /// Starts both roles with SQLite and a mail server at that port of this machine, to which the line is not encrypted.
    pub async fn with_mail_at(port: u16) -> Self {
        Self::configured(json!({"mail": {
            "host": "127.0.0.1", "port": port, "encryption": "none", "from": "rennsteig@example.org",
        }}))
        .await
    }

    /// Starts both roles with sections of the configuration of one's own.
    async fn configured(sections: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test can be made");
        let mut config = json!({
            "http": {"bind": "127.0.0.1:0"},
            "media": {"bind": "127.0.0.1:0"},
            "tokens": {"secret": SECRET},
            "data": {"dir": folder.path()},
        });
        for (name, section) in sections.as_object().expect("sections by name") {
            config[name] = section.clone();
        }
        let config: Config = serde_json::from_value(config).expect("a valid configuration");
        let clock = TestClock::default();
        let running = compose::start_at(&config, &[], Arc::new(clock.clone())).await.expect("the server starts");
        let base = format!("http://{}", running.http_address);
        let site = Site::new(base, running.setup_link.clone());
        Self { clock, site, running, folder }
    }

    /// The key that signs its tokens.
    pub fn key(&self) -> TokenKey {
        TokenKey::new("rennsteig", SECRET).expect("long enough")
    }

    /// The secret behind that key.
    pub fn secret(&self) -> &'static str {
        SECRET
    }

    /// Where it takes media.
    pub fn media_address(&self) -> SocketAddr {
        self.running.media_address.expect("it has the signalling role")
    }

    /// Its SQLite database.
    pub fn database_file(&self) -> std::path::PathBuf {
        self.folder.path().join("rennsteig.db")
    }

    /// Stops it as an operator would.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

impl Deref for Server {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}
